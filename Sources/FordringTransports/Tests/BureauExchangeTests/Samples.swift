import BureauExchange
@_spi(FordringHost) import FordringKit
import TestAuthority

/// Permits and batches to try things on; nobody in them exists.
enum Sample {
    static let day = CivilDate(2026, 3, 2)

    static let tenant: TenantID = {
        guard let tenant = TenantID("nordlys-energi") else { preconditionFailure("the tenant's name is in order") }
        return tenant
    }()

    /// The settings as the host fills them in.
    static func context(_ outbox: String = "", _ changes: [String: String] = [:]) -> PluginContext {
        let settings = ConnectionSettings.descriptions + DeletionDays.descriptions
        var complete = Dictionary(uniqueKeysWithValues: settings.map { ($0.key, $0.standard) })
        complete.merge(changes) { $1 }
        return PluginContext(tenant: tenant, settings: complete, outbox: outbox, log: { _ in })
    }

    static func bureau(_ outbox: String = "", _ settings: [String: String] = [:]) throws -> BureauConnection {
        let context = context(outbox, settings)
        return BureauConnection(
            context, try ConnectionSettings(context), currency: .dkk, companyDigits: 8,
            format: LineFormat(tenant: context.tenant))
    }

    static func party(name: String = "Søren Ågård", kind: PartyKind = .consumer, nationalID: String? = "2110625629")
        -> Party
    {
        Party(
            name: name, kind: kind, nationalID: nationalID, customerNumber: nil,
            address: PostalAddress(
                lines: ["Blåbærvænget 14", "2. th.", "c/o Hansen"], postalCode: "8000", city: "Aarhus C",
                country: .denmark),
            email: nil, phone: nil, language: .danish)
    }

    static func permit(_ claim: Int64, on day: CivilDate = day, tenant: TenantID = tenant) -> RegistrationPermit {
        TestAuthority.shared.registrationPermit(tenant: tenant, claim: ClaimID(rawValue: claim), day: day)
    }

    static func registration(
        _ number: Int64 = 1, party: Party = party(), amount: Money = Money(minorUnits: 240_050, .dkk),
        permit: RegistrationPermit? = nil
    ) throws -> Registration {
        try Registration(
            number: number, debtor: party, creditor: "Nordlys Energi A/S", amount: amount,
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
                    2, party: party(name: "Havnens Vinduer ApS", kind: .business, nationalID: "13585628"),
                    permit: permit(2, on: day)),
            ],
            deletions: deletions)
    }
}
