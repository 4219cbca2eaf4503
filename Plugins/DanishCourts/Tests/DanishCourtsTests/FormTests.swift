@_spi(FordringHost) import FordringKit
import Testing

@testable import DanishCourts

@Suite struct FormTests {
    private let courts = DanishCourts()

    private func form(_ procedure: DanishProcedure, _ facts: LegalFacts) throws -> CourtForm {
        try Host.withPermit(procedure, on: Cases.today) { try courts.form(facts, on: Cases.today, permit: $0) }
    }

    private func text(_ key: String, _ form: CourtForm) -> String? {
        form.sections.flatMap(\.fields).first { $0.key == key }?.text
    }

    @Test(arguments: DanishProcedure.allCases)
    func `a form has no empty field and no key twice`(_ procedure: DanishProcedure) throws {
        let form = try form(procedure, Cases.ready(for: procedure))
        let fields = form.sections.flatMap(\.fields)
        #expect(Set(fields.map(\.key)).count == fields.count)
        for field in fields { #expect(!field.text.isEmpty && !field.label.isEmpty, "\(field.key)") }
        for section in form.sections { #expect(!section.fields.isEmpty, "\(section.heading)") }
        #expect(!form.title.isEmpty && !form.addressee.isEmpty)
    }

    @Test func `the payment order follows § 477 b: parties, court, claim, account, answers`() throws {
        let form = try form(.paymentOrder, Cases.paymentOrder())
        #expect(form.title == "Betalingspåkrav")
        #expect(form.citation == Citation("BEK 1558/2025", ""))
        #expect("\(form.citation)" == "BEK 1558/2025")
        #expect(form.addressee == "Fogedretten i den retskreds, hvor 5000 Odense C ligger (slås op)")
        #expect(
            form.sections.map(\.heading) == [
                "Kreditor", "Debitor", "Retten", "Kravet", "Sagsfremstilling",
                "Påkravsskrivelse efter inkassolovens § 10",
                "Spørgsmål", "Dato og underskrift",
            ])
        #expect(
            form.sections.flatMap(\.fields).map(\.key) == [
                "creditorName", "creditorNumber", "creditorAddress", "creditorCity", "creditorCountry",
                "representative",
                "debtorName", "debtorNumber", "debtorAddress", "debtorCity", "debtorCountry", "court", "principal",
                "interest", "reminderFee", "interestThrough", "interestFrom", "filingFee", "total", "claim1Number",
                "claim1Text", "claim1Ground", "claim1ArisenOn", "claim1DueOn", "claim1Original", "claim1Principal",
                "notice1",
                "serveAnyway",
                "goOnToExecution", "treatAsLawsuit", "signedOn", "signerName", "signature",
            ])
    }

    @Test func `the form has the court's questions and the answers, the preparer the advice`() throws {
        let form = try form(.paymentOrder, Cases.paymentOrder())
        let answers = form.sections.first { $0.heading == "Spørgsmål" }?.fields ?? []
        #expect(answers.map(\.text) == ["ja", "nej", "ja"])
        #expect(answers.allSatisfy { $0.label.hasSuffix("?") && !$0.label.contains("(") })
        let asked = courts.procedures[0].questions
        #expect(asked.first { $0.label == "treatAsLawsuit" }?.text.contains("når forældelsen er nær") == true)
        #expect(courts.procedures.allSatisfy { $0.questions.contains { $0.label == "court" } })
    }

    @Test(arguments: DanishProcedure.allCases)
    func `the court is to be looked up until somebody has, and there is room to sign`(
        _ procedure: DanishProcedure
    ) throws {
        let facts = Cases.ready(for: procedure)
        let open = try form(procedure, facts)
        #expect(text("court", open)?.hasSuffix("i den retskreds, hvor 5000 Odense C ligger (slås op)") == true)
        let named = try form(procedure, facts.with { $0.answers["court"] = " Retten i Prøve " })
        #expect(text("court", named) == "Retten i Prøve")
        #expect(open.sections.last?.fields.map(\.label) == ["Dato", "Navn", "Underskrift"])
        #expect(text("signature", open)?.allSatisfy { $0 == "_" } == true)
    }

    @Test func `what is left of a claim is told from what it was`() throws {
        let facts = Cases.paymentOrder().with {
            $0.only.principal = kr(15_000)
            $0.only.reductions = [
                Reduction(on: day("2025-12-20"), amount: kr(1_000)),
                Reduction(on: day("2026-01-03"), amount: kr(2_000)),
            ]
        }
        let form = try form(.paymentOrder, facts)
        #expect(text("claim1Original", form) == "15.000,00")
        #expect(text("claim1Reduction1", form) == "1.000,00")
        #expect(
            form.sections.flatMap(\.fields).first { $0.key == "claim1Reduction2" }?.label
                == "Betaling eller kreditering 03.01.2026 (kr.)")
        #expect(text("claim1Principal", form) == "12.000,00")
    }

    /// 12,000.00 + 123.45 + 100.00 + 750.00 = 12,973.45.
    @Test func `the claim is stated in parts with the court's fee`() throws {
        let form = try form(.paymentOrder, Cases.paymentOrder())
        #expect(text("principal", form) == "12.000,00")
        #expect(text("interest", form) == "123,45")
        #expect(text("reminderFee", form) == "100,00")
        #expect(text("filingFee", form) == "750,00")
        #expect(text("total", form) == "12.973,45")
        #expect(text("interestThrough", form) == "01.02.2026")
        #expect(text("interestFrom", form)?.contains("02.02.2026") == true)
        #expect(text("notice1", form) == "05.01.2026, frist 15.01.2026, om F-1001")
        #expect(text("treatAsLawsuit", form) == "ja")
        #expect(text("goOnToExecution", form) == "nej")
    }

    /// 12,000.00 + 201.37 + 750.00 = 12,951.37: the books count interest through the day of the form.
    @Test func `the books' balances carry interest to the day`() throws {
        let facts = Cases.paymentOrder().with {
            $0.balances = [
                BalanceFacts(component: .principal, claim: Cases.claim, amount: kr(12_000)),
                BalanceFacts(component: .interest, claim: Cases.claim, amount: kr(201, 37)),
                BalanceFacts(component: .reminderFee, claim: Cases.claim, amount: kr(0)),
                BalanceFacts(component: .collectionFee, claim: nil, amount: kr(100)),
            ]
        }
        let form = try form(.paymentOrder, facts)
        // With the collection fee of 100.00: 13,051.37.
        #expect(text("total", form) == "13.051,37")
        #expect(text("reminderFee", form) == nil)
        #expect(text("interestThrough", form) == "10.03.2026")
        #expect(text("interestFrom", form)?.contains("11.03.2026") == true)
    }

    @Test func `interest that was never charged is claimed from the due date`() throws {
        let facts = Cases.paymentOrder().with {
            $0.facts.charges.removeLast()
            $0.facts.outstanding = kr(12_100)
        }
        let form = try form(.paymentOrder, facts)
        #expect(text("interestThrough", form) == nil)
        #expect(text("interestFrom", form)?.contains("forfaldsdagen") == true)
    }

    @Test func `the request to the bailiff states its basis, the lawyer's sheet what is disputed`() throws {
        let request = try form(.bailiffRequest, Cases.bailiffRequest())
        #expect(text("basisKind", request) == "Dom eller kendelse")
        #expect(text("basisReference", request) == "BS-1/2026")
        #expect(text("creditorAttends", request) == "ja")
        let sheet = try form(.lawyerTransfer, Cases.lawyerTransfer().with { $0.hold(.dispute) })
        #expect(text("dispute1", sheet) == "hele sagen, fra 20.02.2026")
        // 150,000.00 + 123.45 + 100.00: the lawsuit's 1,500.00 are named, and owed when there is a lawsuit.
        #expect(text("total", sheet) == "150.223,45")
        #expect(text("lawsuitFee", sheet) == "1.500,00")
        #expect(text("filingFee", sheet) == nil)
        #expect(sheet.addressee == "Prøve Advokater, Prøvevej 2, 5000 Odense C")
        #expect(text("court", sheet) == "Retten i den retskreds, hvor 5000 Odense C ligger (slås op)")
    }

    // MARK: The permit

    @Test func `a permit of another case, procedure or day gives no form`() throws {
        let facts = Cases.paymentOrder()
        for (procedure, on, caseID) in [
            (DanishProcedure.paymentOrder, Cases.today, Int64(13)), (.paymentOrder, Cases.today.adding(days: -1), 12),
        ] {
            try Host.withPermit(procedure, on: on, caseID: caseID) { permit in
                _ = #expect(throws: PermitError.self) { try courts.form(facts, on: Cases.today, permit: permit) }
            }
        }
        // A permit for the lawyer makes the lawyer's sheet or nothing, never a payment order.
        try Host.withPermit(.lawyerTransfer, on: Cases.today) { permit in
            _ = #expect(throws: PermitError.self) { try courts.form(facts, on: Cases.today, permit: permit) }
            _ = #expect(throws: PermitError.self) {
                try permit.check(facts.facts.id, DanishProcedure.paymentOrder.kind, on: Cases.today)
            }
        }
    }

    @Test func `a permit that has ended gives no form`() throws {
        let dead = try Host.withPermit(.paymentOrder, on: Cases.today) { $0 }
        #expect(throws: PermitError.self) { try courts.form(Cases.paymentOrder(), on: Cases.today, permit: dead) }
    }

    @Test func `a permit for what is not ready is refused and names what is missing`() throws {
        let facts = Cases.paymentOrder().with { $0.hold(.dispute) }
        try Host.withPermit(.paymentOrder, on: Cases.today) { permit in
            let error = #expect(throws: PermitError.self) { try courts.form(facts, on: Cases.today, permit: permit) }
            #expect(error?.message.contains("notDisputed") == true)
        }
    }
}
