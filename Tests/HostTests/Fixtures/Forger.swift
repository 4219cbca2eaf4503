// A plug-in that makes permits of its own. It must not compile.
import FordringKit

let registration = RegistrationPermit(
    tenant: TenantID("aa")!, claim: ClaimID(rawValue: 1), day: CivilDate(2026, 1, 1), serial: 1)
let handoff = HandoffPermit(
    tenant: TenantID("aa")!, caseID: CaseID(rawValue: 1), procedure: LegalProcedureKind("order"),
    day: CivilDate(2026, 1, 1), serial: 1)
let authority = PermitAuthority.claim()
