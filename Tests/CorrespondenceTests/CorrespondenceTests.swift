import CaseworkTesting
import Correspondence
import FordringKit
import Tenancy
import Testing

private func fault(_ text: String) -> String? {
    do {
        _ = try LetterTemplate(text)
        return nil
    } catch {
        return error.description
    }
}

private let day = CivilDate(2026, 1, 12)

private func eur(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .eur) }

@Suite struct `A letter's template` {
    @Test(
        arguments: [
            ("", "the first line must be the subject"),
            ("Dear\n\n[statement]\n\n[payment]", "the first line must be the subject"),
            ("\n# S\n[statement]\n[payment]", "the first line must be the subject"),
            ("#S\n[statement]\n[payment]", "the first line must be the subject"),
            ("# S\n\n[payment]\n", "the line '[statement]' is missing"),
            ("# S\n\n[statement]\n", "the line '[payment]' is missing"),
            ("# S\n\n [statement]\n[payment]", "the line '[statement]' is missing"),
            ("# S\n\n{{#open}}\n\n[statement]\n[payment]", "not valid Mustache"),
            ("# {{name\n\n[statement]\n[payment]", "not valid Mustache"),
        ])
    func `with a fault is refused with the reason`(_ text: String, _ reason: String) throws {
        let found = try #require(fault(text))
        #expect(found.contains(reason), "\(found)")
    }

    @Test func `gives its parts in the order of the text`() throws {
        let template = try LetterTemplate(
            "# Case {{n}}\n\nFirst line\nof one paragraph.\n\n\n## Heading {{n}}\nAfter it.\n[statement]\nThen\n\n[payment]\n\nEnd"
        )
        let (subject, parts) = template.render(["n": "7"])
        #expect(subject == "Case 7")
        #expect(
            parts == [
                .paragraph("First line of one paragraph."), .heading("Heading 7"), .paragraph("After it."), .statement,
                .paragraph("Then"), .payment, .paragraph("End"),
            ])
    }

    @Test func `leaves out sections that do not apply, and the space around them`() throws {
        let template = try LetterTemplate(
            """
            # S

            {{#isBusiness}}
            For companies.
            {{/isBusiness}}

            {{^isBusiness}}
            For people.
            {{/isBusiness}}

            {{#phone}}Call {{phone}}.{{/phone}}

            {{#hasFees}}

            ## Fees

            {{/hasFees}}
            [statement]
            [payment]
            """)
        let values: [String: any Sendable] = ["isBusiness": false, "phone": "", "hasFees": false]
        #expect(
            template.render(values).parts.filter { $0 != .statement && $0 != .payment }.contains(
                .paragraph("For people.")))
        #expect(!template.render(values).parts.contains(.paragraph("For companies.")))
        #expect(!template.render(values).parts.contains(.heading("Fees")))
        #expect(template.render(values).parts.allSatisfy { $0 != .paragraph("") })
        let all: [String: any Sendable] = ["isBusiness": true, "phone": "12", "hasFees": true]
        #expect(
            template.render(all).parts == [
                .paragraph("For companies."), .paragraph("Call 12."), .heading("Fees"), .statement, .payment,
            ])
    }

    @Test func `writes names as they are, without HTML`() throws {
        let template = try LetterTemplate("# {{name}}\n\nDear {{name}} and {{{name}}},\n\n[statement]\n[payment]")
        let name = #"Smith & Søn <"O'Hara"> {{x}}"#
        let (subject, parts) = template.render(["name": name])
        #expect(subject == name)
        #expect(parts.first == .paragraph("Dear \(name) and \(name),"))
    }
}

@Suite struct `A composer` {
    private static let settings = TenantSettings(
        tenant: "tt", legalName: "Bøger & Blade ApS", registrationNumber: "12345678", countries: ["ZZ"], language: "en",
        deductsVAT: true,
        letterhead: TenantSettings.Letterhead(
            address: ["Gade 1", "1000 By"], phone: "+45 12 34 56 78", email: nil, web: "example.com", color: nil),
        bank: TenantSettings.Bank(account: "1234 5678", iban: "DK5000400440116243", bic: nil),
        paymentCreditorNumber: "81",
        plugins: [:], policy: [], commission: TenantSettings.Commission(basisPoints: 0), csv: .standard,
        letterTexts: [:])

    private func composer(_ texts: [String: String] = [:], language: String = "en") throws -> LetterComposer {
        var settings = Self.settings
        settings.letterTexts = texts
        settings.language = language
        return LetterComposer(
            tenant: try #require(TenantID("tt")), settings: settings, jurisdiction: Testland(), agencyName: "Agency")
    }

    private let content = LetterContent(
        id: LetterID(rawValue: 3), caseID: CaseID(rawValue: 42), step: .reminder, datedOn: day,
        payBy: day.adding(days: 10),
        claims: [
            LetterContent.ClaimLine(
                reference: "A1", text: "Goods", dueOn: CivilDate(2025, 12, 31), principal: eur(100_000),
                paid: eur(25_050)),
            LetterContent.ClaimLine(
                reference: "A2", text: "More", dueOn: CivilDate(2026, 1, 2), principal: eur(1), paid: eur(0)),
        ],
        charges: [
            LetterContent.ChargeLine(
                component: .interest, amount: eur(741), rate: Rate(basisPoints: 1000), through: day),
            LetterContent.ChargeLine(component: .reminderFee, amount: eur(200), rate: nil, through: nil),
        ],
        reminderNumber: 2)

    private func statement(_ letter: Letter) throws -> Statement {
        try #require(
            letter.blocks.lazy.compactMap { block -> Statement? in
                if case .statement(let statement) = block { statement } else { nil }
            }.first)
    }

    private func payment(_ letter: Letter) throws -> PaymentBox {
        try #require(
            letter.blocks.lazy.compactMap { block -> PaymentBox? in
                if case .payment(let box) = block { box } else { nil }
            }.first)
    }

    @Test func `adds up the statement: claims, what was paid, and what was charged`() throws {
        let letter = try composer().compose(content, to: TestTenant.debtor())
        let statement = try statement(letter)
        #expect(
            statement.lines.map(\.text) == ["Invoice A1", "Paid", "Invoice A2", "interest (en)", "reminderFee (en)"])
        #expect(statement.lines.map(\.amount.minorUnits) == [100_000, -25_050, 1, 741, 200])
        #expect(statement.total.minorUnits == 75_892)
        #expect(statement.total.minorUnits == statement.lines.reduce(0) { $0 + $1.amount.minorUnits })
        #expect(statement.lines[0].detail == "Goods, due 31 December 2025")
        #expect(statement.lines[3].detail == "10.00 % through 12 January 2026")
        #expect(statement.heading == "Statement" && statement.amountHeading == "Amount (EUR)")
    }

    @Test func `says how and until when to pay`() throws {
        let box = try payment(try composer().compose(content, to: TestTenant.debtor()))
        #expect(
            box.fields.map { "\($0.label)=\($0.text)" } == [
                "Amount=EUR 758.92", "To be paid by=22 January 2026", "Account=1234 5678", "IBAN=DK5000400440116243",
                "Payment reference=742",
            ])
        #expect(box.codeLine == "+742+81<")
        var open = content
        open.payBy = nil
        #expect(
            try payment(try composer().compose(open, to: TestTenant.debtor())).fields.map(\.label)
                == ["Amount", "Account", "IBAN", "Payment reference"])
    }

    @Test func `fills in letterhead, references and recipient`() throws {
        let debtor = TestTenant.debtor("Åse", customerNumber: "K7")
        let letter = try composer().compose(content, to: debtor)
        #expect(letter.subject == "reminder in case 42" && letter.blocks.first == .paragraph("Dear Åse,"))
        #expect(letter.letterhead.name == "Bøger & Blade ApS" && letter.letterhead.registration == "REG 12345678")
        #expect(letter.letterhead.contactLines == ["+45 12 34 56 78", "example.com"])
        #expect(
            letter.references == [
                LabelledText("Case no.", "42"), LabelledText("Creditor", "Bøger & Blade ApS"),
                LabelledText("Customer no.", "K7"),
            ])
        #expect(letter.recipient == debtor && letter.dateText == "12 January 2026" && letter.id == content.id)
    }

    @Test func `says nothing of the debt in a short text`() throws {
        let short = try composer().compose(content, to: TestTenant.debtor()).shortText
        #expect(short == "Bøger & Blade ApS: We have sent you a letter with case no. 42. +45 12 34 56 78")
        for word in ["758", "EUR", "reminder", "Invoice", "debt"] { #expect(!short.contains(word)) }
    }

    @Test func `writes in the debtor's language, else the tenant's, else the country's first`() throws {
        // Testland has a Danish text for the reminder only.
        #expect(try composer().language(for: .reminder, to: TestTenant.debtor(language: .danish), on: day) == .danish)
        #expect(
            try composer().language(for: .reminder, to: TestTenant.debtor(language: .norwegian), on: day) == .english)
        #expect(
            try composer(language: "da").language(for: .reminder, to: TestTenant.debtor(language: .norwegian), on: day)
                == .danish)
        #expect(
            try composer(language: "da").language(
                for: .collectionNotice, to: TestTenant.debtor(language: .danish), on: day)
                == .english)
        #expect(try composer().language(for: .readyForCourt, to: TestTenant.debtor(), on: day) == nil)
        let letter = try composer().compose(content, to: TestTenant.debtor(language: .danish))
        #expect(
            letter.language == .danish && letter.subject == "Rykker i sag 42" && letter.dateText == "12. januar 2026")
        let statement = try statement(letter)
        #expect(statement.lines[0].detail == "Goods, forfaldt 31. december 2025")
        #expect(statement.lines[3].detail == "10,00 % til og med 12. januar 2026")
        #expect(try payment(letter).fields.first == LabelledText("Beløb", "EUR 758,92"))
    }

    @Test func `prefers the tenant's own text, and names the one that has a fault`() throws {
        let own =
            "# {{creditorName}} #{{reminderNumber}}: {{claimReferences}} ({{claimCount}})\n\n[statement]\n[payment]"
        let letter = try composer(["reminder.en": own]).compose(content, to: TestTenant.debtor())
        #expect(letter.subject == "Bøger & Blade ApS #2: A1, A2 (2)")
        let faults = try composer(["collectionNotice.en": "no subject"]).faults(on: day)
        #expect(faults.map(\.name) == ["collectionNotice.en"])
        #expect(faults.first?.message.hasPrefix("the first line must be the subject") == true)
    }

    @Test func `gives a template all the words that it may use`() throws {
        let text = """
            # {{subjectless}}S

            {{debtorName}}|{{creditorName}}|{{agencyName}}|{{caseNumber}}|{{total}}|{{principal}}|{{currency}}|{{deadline}}|{{date}}

            {{#isConsumer}}consumer{{/isConsumer}}{{#isBusiness}}business{{/isBusiness}} {{#hasFees}}fees{{/hasFees}} \
            {{#hasInterest}}interest{{/hasInterest}} {{#hasCosts}}costs{{/hasCosts}} {{phone}}{{email}}

            [statement]
            [payment]
            """
        let letter = try composer(["reminder.en": text]).compose(content, to: TestTenant.debtor("Bo", kind: .business))
        #expect(
            letter.blocks.prefix(2) == [
                .paragraph(
                    "Bo|Bøger & Blade ApS|Agency|42|758.92|1,000.01|EUR|22 January 2026|12 January 2026"),
                .paragraph("business fees interest  +45 12 34 56 78"),
            ])
    }

    @Test func `refuses a step that has no text`() throws {
        var other = content
        other.step = StepKind("somethingElse")
        let composer = try composer()
        #expect(throws: LetterTemplate.Fault.self) { try composer.compose(other, to: TestTenant.debtor()) }
    }

    @Test func `fails rather than printing a sum that is too large`() throws {
        var huge = content
        huge.claims[0].principal = eur(.max)
        huge.claims[0].paid = eur(0)
        let composer = try composer()
        #expect(throws: MoneyError.self) { try composer.compose(huge, to: TestTenant.debtor()) }
    }
}

@Suite struct `A date in a letter` {
    @Test(
        arguments: [
            (Language.danish, "1. maj 2026", "31. december 2026"), (.norwegian, "1. mai 2026", "31. desember 2026"),
            (.english, "1 May 2026", "31 December 2026"),
        ])
    func `is written as the language writes it`(_ language: Language, _ may: String, _ december: String) {
        #expect(Wording.date(CivilDate(2026, 5, 1), language) == may)
        #expect(Wording.date(CivilDate(2026, 12, 31), language) == december)
    }

    @Test(arguments: [Language.danish, .norwegian, .english])
    func `has twelve months that differ, and words for all that a letter says`(_ language: Language) {
        #expect(Set((1...12).map { Wording.date(CivilDate(2026, $0, 1), language) }).count == 12)
        for (_, word) in Mirror(reflecting: Wording.words(language)).children { #expect(word as? String != "") }
    }

    @Test func `in a language without words is in English words`() {
        #expect(Wording.words(Language("xx")).total == Wording.words(.english).total)
        #expect(Wording.date(day, Language("xx")).contains("January"))
    }
}
