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
                "Dato",
            ])
        #expect(
            form.sections.flatMap(\.fields).map(\.key) == [
                "board", "creditorName", "creditorNumber", "creditorAddress", "creditorCity", "creditorCountry",
                "representative", "debtorName", "debtorNumber", "debtorAddress", "debtorCity", "debtorCountry",
                "principal",
                "interest", "collectionCost", "interestThrough", "interestFrom", "filingFee", "total", "reliefSought",
                "judgmentRequested", "mandatory", "claim1Number", "claim1Text", "claim1Ground", "claim1ArisenOn",
                "claim1DueOn", "claim1Principal", "warning1", "document1", "document2", "signedOn",
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
        #expect(text("warning1", form) == "sendt 05.01.2026, frist 19.01.2026")
    }

    /// §§ 6-2 and 6-10: under 200,000 kr one party's wish is enough for a judgment.
    @Test(arguments: [
        (kr(199_999, 99), "nei", true, "obligatorisk"), (kr(200_000), "nei", false, "obligatorisk"),
        (kr(199_999, 99), "ja", true, "obligatorisk"), (kr(200_000), "ja", false, "ikke obligatorisk"),
    ])
    func `the board's power to judge depends on 200,000 kr`(
        _ principal: Money, _ lawyers: String, _ canJudge: Bool, _ mandatory: String
    ) throws {
        let form = try form(
            .conciliation, Cases.conciliation(principal).with { $0.answers["bothHadLawyers"] = lawyers })
        #expect(text("judgmentRequested", form)?.contains("når én part") == canJudge)
        #expect(text("mandatory", form) == mandatory)
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
