import FordringKit

/// Deliveries to try things on.
enum Sample {
    static let text = "Du har fået et brev fra Nordlys Energi A/S. Ring til os på 70 12 34 56."

    static func delivery(
        _ key: String = "sms-17", text: String = text, phone: String? = "+4520123456",
        day: CivilDate = CivilDate(2025, 11, 19)
    ) -> Delivery {
        guard let tenant = TenantID("nordlys-energi") else { preconditionFailure("the tenant's name is in order") }
        let letter = Letter(
            id: LetterID(rawValue: 17), tenant: tenant, caseID: CaseID(rawValue: 1042), step: .reminder,
            language: .danish, datedOn: CivilDate(2025, 11, 18), dateText: "18. november 2025",
            pageWords: LabelledText("Side", "af"),
            letterhead: Letterhead(
                name: "Nordlys Energi A/S", addressLines: [], contactLines: [], registration: "", accentColor: ""),
            recipient: party(phone: phone), references: [], subject: "Rykker", blocks: [], shortText: text)
        return Delivery(idempotencyKey: key, letter: letter, document: [], day: day)
    }

    static func party(phone: String?) -> Party {
        Party(
            name: "Søren Ågård", kind: .consumer, nationalID: nil, customerNumber: nil,
            address: PostalAddress(lines: ["Blåbærvænget 14"], postalCode: "8000", city: "Aarhus C", country: .denmark),
            email: nil, phone: phone, language: .danish)
    }
}
