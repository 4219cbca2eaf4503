import FordringKit

/// Letters to try things on.
enum Sample {
    static func letter(blocks: [LetterBlock]? = nil, name: String = "Søren Ærøskøbing Ågård") -> Letter {
        guard let tenant = TenantID("nordlys-energi") else { preconditionFailure("the tenant's name is in order") }
        return Letter(
            id: LetterID(rawValue: 17), tenant: tenant, caseID: CaseID(rawValue: 1042), step: .collectionNotice,
            language: .danish, datedOn: CivilDate(2025, 11, 18), dateText: "18. november 2025",
            pageWords: LabelledText("Side", "af"),
            letterhead: Letterhead(
                name: "Nordlys Energi A/S", addressLines: ["Havnegade 12", "8000 Aarhus C"],
                contactLines: ["Telefon 70 12 34 56", "inkasso@nordlysenergi.example"], registration: "CVR 13585628",
                accentColor: "#0B4F6C"),
            recipient: party(name: name),
            references: [
                LabelledText("Sagsnr.", "1042"), LabelledText("Kundenr.", "K-20415"),
                LabelledText("Kreditor", "Nordlys Energi A/S"),
            ],
            subject: "Inkassovarsel: betal senest den 1. december 2025", blocks: blocks ?? usualBlocks,
            shortText: "Du har fået et brev fra Nordlys Energi A/S. Ring til os på 70 12 34 56.")
    }

    static func party(
        name: String = "Søren Ærøskøbing Ågård", lines: [String] = ["Blåbærvænget 14, 2. tv."],
        postalCode: String = "8000", city: String = "Aarhus C"
    ) -> Party {
        Party(
            name: name, kind: .consumer, nationalID: nil, customerNumber: "K-20415",
            address: PostalAddress(lines: lines, postalCode: postalCode, city: city, country: .denmark),
            email: "soren@example.dk", phone: "+4520123456", language: .danish)
    }

    static var usualBlocks: [LetterBlock] {
        [
            .paragraph("Kære Søren Ærøskøbing Ågård"),
            .paragraph(
                "Vi har endnu ikke modtaget din betaling af de fakturaer, der står nedenfor, selv om vi har sendt dig en rykker. Hvis vi ikke har modtaget det samlede beløb senest den 1. december 2025, overgiver vi sagen til inkasso, og det kan medføre yderligere omkostninger for dig, jf. inkassolovens § 10."
            ),
            .heading("Det skylder du"), statement(lines: 3), .heading("Sådan betaler du"), payment,
            .paragraph(
                "Mener du, at kravet er forkert, skal du skrive eller ringe til os inden fristen. Så sætter vi sagen i bero, mens vi ser på din indsigelse. Har du brug for tid til at betale, kan du bede om en afdragsordning."
            ),
            .paragraph("Med venlig hilsen\nNordlys Energi A/S"),
        ]
    }

    static var payment: LetterBlock {
        .payment(
            PaymentBox(
                heading: "Betaling",
                fields: [
                    LabelledText("Beløb", "4.327,18 DKK"), LabelledText("Senest betalt", "1. december 2025"),
                    LabelledText("Betalingskort", "+71"), LabelledText("Kreditornummer", "81234567"),
                ],
                codeLine: "+71<000000000010428+81234567<"))
    }

    static func statement(lines count: Int) -> LetterBlock {
        var lines: [StatementLine] = []
        for index in 0..<count {
            lines.append(
                StatementLine(
                    text: "Faktura 2025-\(1044 + index), forfaldt den \(1 + index % 28). august 2025",
                    detail: index % 2 == 0
                        ? "Morarente 9,75 % af 1.250,00 i 79 dage fra den 2. august 2025, rentelovens § 5" : "",
                    amount: Money(minorUnits: 125_000 + Int64(index) * 1_111, .dkk)))
        }
        lines.append(
            StatementLine(text: "Indbetalt den 3. oktober 2025", detail: "", amount: Money(minorUnits: -50_000, .dkk)))
        let total = lines.reduce(0) { $0 + $1.amount.minorUnits }
        return .statement(
            Statement(
                heading: "Krav", amountHeading: "Beløb i DKK", lines: lines, totalLabel: "I alt at betale",
                total: Money(minorUnits: total, .dkk)))
    }
}

extension Sample {
    static let long = letter(blocks: [
        .paragraph("Kære kunde"), statement(lines: 40), .heading("Sådan betaler du"), payment,
    ])
    static let odd = letter(blocks: oddBlocks, name: longName)

    static let longName = String(
        repeating: "Interessentskabet Rødgrød med Fløde og Vandbakkelser v/ Åse Østergård ", count: 5)

    static var oddBlocks: [LetterBlock] {
        [
            .paragraph(String(repeating: "Speciallægepraksisplanlægningsstabiliseringsperiode", count: 12)),
            .paragraph("Emoji 😀👩‍👩‍👧 og \u{1F9FE}, 漢字, ﷽, \u{202E}vendt\u{202C}, \u{0}nul og \u{FFFF}."),
            .heading(String(repeating: "Overskrift ", count: 60)),
            .statement(
                Statement(
                    heading: String(repeating: "Tekst ", count: 60),
                    amountHeading: String(repeating: "DKK ", count: 60),
                    lines: [
                        StatementLine(
                            text: String(repeating: "Lang ", count: 400), detail: String(repeating: "x", count: 4000),
                            amount: Money(minorUnits: .max, .dkk)),
                        StatementLine(text: "", detail: "", amount: Money(minorUnits: .min, .dkk)),
                    ], totalLabel: "", total: Money(minorUnits: 0, .dkk))),
            .payment(
                PaymentBox(
                    heading: String(repeating: "Betaling ", count: 60),
                    fields: (0..<60).map { LabelledText("Felt \($0)", String(repeating: "værdi\($0) ", count: 30)) },
                    codeLine: String(repeating: "+71<000000000010428+81234567<", count: 9))),
        ]
    }
}
