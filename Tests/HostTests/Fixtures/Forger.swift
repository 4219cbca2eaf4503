// A plug-in that makes permits of its own. It must not compile.
import FordringKit

func forge(_ tenant: TenantID, _ day: CivilDate) {
    _ = RegistrationPermit(tenant: tenant, claim: ClaimID(rawValue: 1), day: day, serial: 1)
    _ = HandoffPermit(
        tenant: tenant, caseID: CaseID(rawValue: 1), procedure: LegalProcedureKind("order"), day: day, serial: 1)
    _ = PermitAuthority.claim()
}
