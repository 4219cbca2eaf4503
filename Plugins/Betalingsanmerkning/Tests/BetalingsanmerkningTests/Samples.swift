@_spi(FordringHost) import FordringKit

@testable import Betalingsanmerkning

/// Facts, permits and batches to try things on; nobody in them exists.
enum Sample {
    static let day = CivilDate(2026, 3, 2)

    /// The one authority of the process.
    static let authority: PermitAuthority = {
        guard let authority = PermitAuthority.claim() else { preconditionFailure("somebody else has the authority") }
        return authority
    }()

    static let tenant: TenantID = {
        guard let tenant = TenantID("nordlys-energi") else { preconditionFailure("the tenant's name is in order") }
        return tenant
    }()

    /// The settings as the host fills them in.
    static func context(_ outbox: String = "", _ settings: [String: String] = [:]) -> PluginContext {
        var complete = Dictionary(uniqueKeysWithValues: BureauSettings.descriptions.map { ($0.key, $0.standard) })
        complete.merge(settings) { $1 }
        return PluginContext(tenant: tenant, settings: complete, outbox: outbox, log: { _ in })
    }

    static func bureau(_ outbox: String = "", _ settings: [String: String] = [:]) throws -> Betalingsanmerkning {
        try Betalingsanmerkning(context(outbox, settings))
    }

    /// A claim that may be registered on ``day``.
    static func facts() -> RegistrationFacts {
        var claim = ClaimFacts(
            id: ClaimID(rawValue: 7), principal: .units(2_000, .nok), arisenOn: CivilDate(2025, 5, 1),
            dueOn: CivilDate(2025, 6, 1), reductions: [], outstandingPrincipal: .units(2_000, .nok))
        claim.events = [ClaimEvent(.proceedingsFiled, on: CivilDate(2026, 1, 15))]
        let facts = CaseFacts(
            id: CaseID(rawValue: 1042), currency: .nok, openedOn: CivilDate(2025, 7, 1), debtorKind: .consumer,
            creditor: CreditorFacts(deductsVAT: true, policy: []), claims: [claim], steps: [], charges: [],
            outstanding: .units(2_400, .nok))
        return RegistrationFacts(
            facts: facts, claim: claim.id, owedToCreditor: .units(2_400, .nok), holds: [], isOnKeptPlan: false,
            legalSteps: [], warnedOn: nil, toldOn: CivilDate(2026, 2, 10), isRegistered: false)
    }

    /// A legal person's claim that may be registered on ``day``: demanded, and before no court.
    static func companyFacts() -> RegistrationFacts {
        var facts = facts()
        facts.facts.debtorKind = .publicAuthority
        facts.facts.claims[0].events = []
        facts.facts.steps = [
            StepFacts(
                kind: .collectionLetter, claims: [facts.claim], decidedOn: CivilDate(2025, 12, 1),
                sentOn: CivilDate(2025, 12, 2), deadlineOn: nil)
        ]
        return facts
    }

    static func party(name: String = "Søren Ågård", kind: PartyKind = .consumer, nationalID: String? = "15108695088")
        -> Party
    {
        Party(
            name: name, kind: kind, nationalID: nationalID, customerNumber: nil,
            address: PostalAddress(
                lines: ["Blåbærvænget 14", "2. th.", "c/o Hansen"], postalCode: "0150", city: "Oslo",
                country: .norway),
            email: nil, phone: nil, language: .norwegian)
    }

    static func permit(_ claim: Int64, on day: CivilDate = day, tenant: TenantID = tenant) -> RegistrationPermit {
        authority.registrationPermit(tenant: tenant, claim: ClaimID(rawValue: claim), day: day)
    }

    static func registration(
        _ number: Int64 = 1, party: Party = party(), amount: Money = Money(minorUnits: 240_050, .nok),
        permit: RegistrationPermit? = nil
    ) throws -> Registration {
        try Registration(
            number: number, debtor: party, creditor: "Nordlys Energi AS", amount: amount,
            dueOn: CivilDate(2025, 6, 1), permit: permit ?? self.permit(number))
    }

    static func batch(
        _ key: String = "bureau-17", on day: CivilDate = day, _ registrations: [Registration]? = nil,
        _ deletions: [RegistrationDeletion] = [
            RegistrationDeletion(number: 90, reason: .paid), RegistrationDeletion(number: 91, reason: .disputed),
        ]
    ) throws -> RegistrationBatch {
        try RegistrationBatch(
            idempotencyKey: key, day: day,
            registrations: registrations ?? [
                registration(1, permit: permit(1, on: day)),
                registration(
                    2, party: party(name: "Havnens Vinduer AS", kind: .business, nationalID: "988077917"),
                    permit: permit(2, on: day)),
            ],
            deletions: deletions)
    }
}
