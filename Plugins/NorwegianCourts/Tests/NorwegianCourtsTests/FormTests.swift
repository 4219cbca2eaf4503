@_spi(FordringHost) import FordringKit
import Testing

@testable import NorwegianCourts

@Suite struct FormTests {
    private let courts = NorwegianCourts()

    private func form(_ procedure: NorwegianProcedure, _ facts: LegalFacts) throws -> CourtForm {
        try Host.withPermit(procedure, on: Cases.today) { try courts.form(facts, on: Cases.today, permit: $0) }
    }

    private func text(_ key: String, _ form: CourtForm) -> String? {
        form.sections.flatMap(\.fields).first { $0.key == key }?.text
    }

    @Test(arguments: NorwegianProcedure.allCases)
    func `a form has no empty field, no empty part and no key twice`(_ procedure: NorwegianProcedure) throws {
        let form = try form(procedure, Cases.ready(for: procedure))
        let fields = form.sections.flatMap(\.fields)
        #expect(Set(fields.map(\.key)).count == fields.count)
        for field in fields { #expect(!field.text.isEmpty && !field.label.isEmpty, "\(field.key)") }
        for section in form.sections { #expect(!section.fields.isEmpty, "\(section.heading)") }
        #expect(!form.title.isEmpty && !form.addressee.isEmpty)
    }

    @Test func `the petition to the board follows § 6-3: board, parties, claim, relief, reasons, documents`() throws {
        let form = try form(.conciliation, Cases.conciliation())
        #expect(form.title == "Forliksklage")
        #expect(
            form.sections.map(\.heading) == [
                "Forliksrådet", "Klager", "Innklagede", "Kravet", "Påstand", "Begrunnelse", "Varsler", "Vedlegg",
                "Dato og underskrift",
            ])
        #expect(
            form.sections.flatMap(\.fields).map(\.key) == [
                "board", "creditorName", "creditorNumber", "creditorAddress", "creditorCity", "creditorCountry",
                "representative", "debtorName", "debtorNumber", "debtorAddress", "debtorCity", "debtorCountry",
                "principal",
                "interest", "collectionCost", "interestThrough", "interestFrom", "filingFee", "total", "reliefSought",
                "judgmentRequested", "mandatory", "claim1Number", "claim1Text", "claim1Ground", "claim1ArisenOn",
                "claim1DueOn", "claim1Original", "claim1Principal", "warning1", "document1", "document2", "signedOn",
                "signerName", "signature",
            ])
    }

    /// 12,000.00 + 123.45 + 600.00 = 12,723.45, and with the fee of 2,071.00: 14,794.45.
    @Test func `the claim is stated in parts with the board's fee`() throws {
        let form = try form(.conciliation, Cases.conciliation())
        #expect(text("principal", form) == "12\u{A0}000,00")
        #expect(text("interest", form) == "123,45")
        #expect(text("collectionCost", form) == "600,00")
        #expect(text("filingFee", form) == "2\u{A0}071,00")
        #expect(text("total", form) == "14\u{A0}794,45")
        #expect(text("reliefSought", form)?.contains("12\u{A0}723,45") == true)
        #expect(text("interestFrom", form)?.contains("02.02.2026") == true)
        #expect(text("warning1", form) == "sendt 05.01.2026, frist 19.01.2026, gjelder F-1001")
    }

    /// § 6-2: under 200,000 kr it always is, else unless both sides had lawyers.
    @Test(arguments: [
        (kr(199_999, 99), "nei", "obligatorisk"), (kr(200_000), "nei", "obligatorisk"),
        (kr(199_999, 99), "ja", "obligatorisk"), (kr(200_000), "ja", "ikke obligatorisk"),
    ])
    func `whether the board is needed depends on 200,000 kr`(
        _ principal: Money, _ lawyers: String, _ mandatory: String
    ) throws {
        let form = try form(
            .conciliation, Cases.conciliation(principal).with { $0.answers["bothHadLawyers"] = lawyers })
        #expect(text("mandatory", form) == mandatory)
    }

    @Test func `the form has the board's question and the answer, the preparer the advice`() throws {
        let form = try form(.conciliation, Cases.conciliation())
        let field = form.sections.flatMap(\.fields).first { $0.key == "judgmentRequested" }
        #expect(field?.label == "Kreves dom dersom forlik ikke oppnås?" && field?.text == "ja")
        let asked = courts.procedures[0].questions
        #expect(asked.first { $0.label == "judgmentRequested" }?.text.contains("når én part krever det") == true)
        #expect(asked.contains { $0.label == "invoicesAttached" })
        #expect(courts.procedures.allSatisfy { $0.questions.contains { $0.label == "court" } })
    }

    @Test(arguments: NorwegianProcedure.allCases)
    func `who receives it is to be looked up until somebody has, and there is room to sign`(
        _ procedure: NorwegianProcedure
    ) throws {
        let facts = Cases.ready(for: procedure)
        let open = try form(procedure, facts)
        #expect(open.addressee.hasSuffix("i det distriktet der 5003 Bergen ligger (slås opp)"))
        let named = try form(procedure, facts.with { $0.answers["court"] = " Prøve forliksråd " })
        #expect(named.addressee == "Prøve forliksråd")
        #expect(named.sections.flatMap(\.fields).contains { $0.text == "Prøve forliksråd" })
        #expect(open.sections.last?.fields.map(\.label) == ["Dato", "Navn", "Underskrift"])
        #expect(text("signature", open)?.allSatisfy { $0 == "_" } == true)
    }

    @Test func `each letter is listed with its claims, the notices of § 9 too`() throws {
        let facts = Cases.conciliation().with {
            $0.addClaim()
            $0.letter.claims.append(ClaimID(rawValue: 2))
            $0.sent(.collectionNotice, "2025-12-01", deadline: "2025-12-15")
            $0.sent(.collectionNotice, "2025-12-02")
            $0.facts.steps[1].claims = [ClaimID(rawValue: 9)]
        }
        let form = try form(.conciliation, facts)
        let warnings = form.sections.first { $0.heading == "Varsler" }?.fields ?? []
        #expect(warnings.map(\.label) == ["Inkassovarsel", "Betalingsoppfordring"])
        #expect(
            warnings.map(\.text) == [
                "sendt 01.12.2025, frist 15.12.2025, gjelder F-1001",
                "sendt 05.01.2026, frist 19.01.2026, gjelder F-1001, F-1002",
            ])
    }

    @Test func `a letter about many claims leaves none out`() throws {
        let facts = Cases.conciliation().with {
            for _ in 0..<6 { $0.addClaim() }
            for index in $0.facts.claims.indices { $0.facts.claims[index].id = ClaimID(rawValue: Int64(index + 1)) }
            for id in Int64(2)...7 { $0.claimTexts[ClaimID(rawValue: id)] = LabelledText("F-100\(id)", "Varer.") }
            $0.letter.claims = $0.facts.claims.map(\.id)
            for charge in $0.facts.charges.indices where charge > 1 {
                $0.facts.charges[charge].claim = ClaimID(rawValue: Int64(charge))
            }
        }
        let form = try form(.conciliation, facts)
        #expect(text("warning1", form)?.hasSuffix("F-1001, F-1002, F-1003, F-1004, F-1005, F-1006") == true)
        #expect(text("warning2", form) == "sendt 05.01.2026, frist 19.01.2026, gjelder F-1007")
    }

    @Test func `what is left of a claim is told from what it was`() throws {
        let facts = Cases.conciliation().with {
            $0.only.principal = kr(15_000)
            $0.only.reductions = [
                Reduction(on: day("2025-12-01"), amount: kr(1_000)),
                Reduction(on: day("2026-01-03"), amount: kr(2_000)),
            ]
        }
        let form = try form(.conciliation, facts)
        #expect(text("claim1Original", form) == "15\u{A0}000,00")
        #expect(text("claim1Reduction1", form) == "1\u{A0}000,00")
        #expect(
            form.sections.flatMap(\.fields).first { $0.key == "claim1Reduction2" }?.label
                == "Betaling eller kreditering 03.01.2026 (kr)")
        #expect(text("claim1Principal", form) == "12\u{A0}000,00")
    }

    @Test func `documents have Norwegian names`() throws {
        let facts = Cases.conciliation().with {
            $0.change(document: 1) { $0.name = "0003-collectionLetter-2026-01-05.pdf" }
            $0.documents.append(
                DocumentFacts(
                    name: "dispute-0001-0002-answer-x.txt", kind: "dispute", on: day("2026-02-01"), sha256: "ee"))
        }
        let form = try form(.conciliation, facts)
        #expect(text("document1", form) == "Faktura, 15.10.2025 (faktura.pdf)")
        #expect(text("document2", form) == "Betalingsoppfordring, 05.01.2026 (fil 0003)")
        #expect(text("document3", form) == "Innsigelse fra skyldneren eller svar på den, 01.02.2026")
    }

    @Test func `a request for attachment names its ground, and one on a judgment needs no letters`() throws {
        let special = try form(.attachment, Cases.attachment())
        #expect(text("basisKind", special) == "Skriftlig meddelelse fra kreditor (§ 7-2 f)")
        #expect(text("debtorNumber", special) == "01010142421")
        let general = try form(
            .attachment,
            Cases.attachment().with {
                $0.rest(on: "judgment", of: "2026-01-05", "26-001")
                $0.facts.steps = []
            })
        #expect(text("basisReference", general) == "26-001")
        #expect(general.sections.allSatisfy { !$0.fields.isEmpty })
    }

    @Test func `the petition for bankruptcy states its window and the deposit`() throws {
        let form = try form(.bankruptcyPetition, Cases.ready(for: .bankruptcyPetition))
        #expect(text("servedOn", form) == "15.02.2026")
        #expect(text("deadlineOn", form) == "01.03.2026")
        #expect(text("lastFilingOn", form) == "15.03.2026")
        #expect(text("deposit", form) == "67\u{A0}250,00")
    }

    // MARK: The permit

    @Test func `a permit of another case, procedure or day gives no form`() throws {
        let facts = Cases.conciliation()
        for (on, caseID) in [(Cases.today, Int64(13)), (Cases.today.adding(days: 1), 12)] {
            try Host.withPermit(.conciliation, on: on, caseID: caseID) { permit in
                _ = #expect(throws: PermitError.self) { try courts.form(facts, on: Cases.today, permit: permit) }
            }
        }
        try Host.withPermit(.attachment, on: Cases.today) { permit in
            _ = #expect(throws: PermitError.self) { try courts.form(facts, on: Cases.today, permit: permit) }
        }
    }

    @Test func `a permit that has ended gives no form`() throws {
        let dead = try Host.withPermit(.conciliation, on: Cases.today) { $0 }
        #expect(throws: PermitError.self) { try courts.form(Cases.conciliation(), on: Cases.today, permit: dead) }
    }

    @Test func `a permit for what is not ready is refused and names what is missing`() throws {
        let facts = Cases.conciliation().with { $0.isOnKeptPlan = true }
        try Host.withPermit(.conciliation, on: Cases.today) { permit in
            let error = #expect(throws: PermitError.self) { try courts.form(facts, on: Cases.today, permit: permit) }
            #expect(error?.message.contains("notOnKeptPlan") == true)
        }
    }
}
