import FordringKit
import Testing

@testable import Denmark

@Suite struct LawBookTests {
    /// The day for which the figures were looked up; no test asks a clock.
    private static let statusDate = CivilDate(2026, 11, 22)

    private func rate(
        _ basisPoints: Int32, from: CivilDate, through: CivilDate, _ country: CountryCode = .denmark
    ) -> LawExtension {
        LawExtension(
            country: country, rule: "referenceRate", from: from, through: through,
            value: .rate(Rate(basisPoints: basisPoints)), citation: Citation("Nationalbanken", "official rates"))
    }

    // MARK: The book

    @Test func `every rule has a name of its own, a sentence and a source`() {
        for law in everyLaw {
            let rules = law.lawBook.rules
            #expect(law.lawBook.country == law.country)
            #expect(Set(rules.map(\.identifier)).count == rules.count)
            #expect(rules.count >= 20)
            for rule in rules {
                #expect(!rule.text.isEmpty && !rule.citation.source.isEmpty, "\(rule.identifier)")
                if rule.citation.verification == .unverified { #expect(!rule.citation.doubt.isEmpty) }
                #expect(rule.lines.isEmpty == (rule.checkedThrough == nil), "\(rule.identifier)")
                for line in rule.lines where line.citation.verification == .unverified {
                    #expect(!line.citation.doubt.isEmpty)
                }
            }
            #expect(!law.lawBook.unsupported.isEmpty)
        }
    }

    @Test func `the book gives the figures of a day`() throws {
        let book = Denmark().lawBook
        func figures(_ rule: String, _ iso: String) throws -> [LabelledText]? {
            try #require(book.rules.first { $0.identifier == rule }).line(on: day(iso))?.values
        }
        #expect(try figures("referenceRate", "2024-02-01") == [LabelledText("", "3.75 %")])
        #expect(try figures("referenceRate", "2026-07-01") == nil)
        #expect(try figures("compensation", "2013-02-28") == nil)
        #expect(try figures("compensation", "2013-03-01") == [LabelledText("", "310.00 DKK")])
        #expect(try figures("noticeDays", "2026-03-02") == [LabelledText("days", "10")])
        #expect(
            try figures("reminderFee", "2026-03-02")
                == [
                    LabelledText("each", "100.00 DKK"), LabelledText("with a fee", "3"),
                    LabelledText("days between", "10"),
                ])
        #expect(try figures("collectionCost", "2016-06-30") == nil)
        #expect(try figures("collectionCost", "2016-07-01")?.first == LabelledText("through 1,000.00", "400.00"))
        #expect(try figures("settlementCost", "2016-07-01")?.last == LabelledText("of the part above", "0.67 %"))
    }

    @Test(arguments: [
        "simpleInterest", "noticeWithReminder", "reminderFeeVAT", "remindersWithoutFee", "noNewRoundOfFees", "costVAT",
        "agreedFee", "dayCount", "collectorCard", "dueDateOnRestDay", "timeliness", "allocationOrder", "personNumber",
    ])
    func `what the facts recall or have from practice only is marked`(_ rule: String) throws {
        let found = try #require(Denmark().lawBook.rules.first { $0.identifier == rule })
        #expect((found.line(on: CivilDate(2026, 3, 2))?.citation ?? found.citation).verification == .unverified)
    }

    @Test func `the heading of a rule is the section of today`() throws {
        for law in everyLaw {
            for rule in law.lawBook.rules {
                #expect(!rule.section.contains("older version"), "\(rule.identifier)")
            }
        }
        // Inkassoloven § 10 is not in force in Greenland and the Faroe Islands, and its sentence is not printed there.
        let sentences = try everyLaw.map { law in
            try #require(law.lawBook.rules.first { $0.identifier == "noticeDays" }).text
        }
        #expect(sentences.map { $0.contains("judge the claim") } == [true, false, false])
    }

    @Test func `only the reference rate and the compensation can be extended`() {
        func extensible(_ law: Denmark) -> [String: LawValue.Kind] {
            Dictionary(
                uniqueKeysWithValues: law.lawBook.rules.compactMap { rule in
                    rule.extensible.map { (rule.identifier, $0) }
                })
        }
        #expect(extensible(everyLaw[0]) == ["referenceRate": .rate, "compensation": .amount])
        #expect(extensible(everyLaw[1]) == ["referenceRate": .rate])
        #expect(extensible(everyLaw[2]).isEmpty)
    }

    @Test func `what is not known in the Faroe Islands is a hole and no figure`() throws {
        for rule in [
            "referenceRate", "interestAddition", "reminderFee", "handOverFee", "compensation", "collectionCost",
        ] {
            let found = try #require(everyLaw[2].lawBook.rules.first { $0.identifier == rule })
            #expect(found.line(on: CivilDate(2026, 3, 2)) == nil)
            #expect(found.lines.map(\.citation.verification) == [.unverified])
        }
    }

    // MARK: Lines added at run time

    @Test func `a rate that was added is used for its half-year, in the book and in the charge`() throws {
        // 10,000 due Monday 2026-06-15. 06-16..06-30: 15 days at 9.75 %: 40.068 = 40.07.
        // 07-01..07-10: 10 days at 1.60 + 8 = 9.60 %: 26.301 = 26.30. Together 66.37.
        let law = Denmark(.denmark([rate(160, from: CivilDate(2026, 7, 1), through: CivilDate(2026, 12, 31))]))
        let facts = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2026, 6, 15))])
        let charge = try #require(try law.interest(on: facts, through: CivilDate(2026, 7, 10)).first)
        #expect(charge.amount.value == kr(66, 37))
        expectLinesAddUp(charge)
        #expect(charge.amount.lines.last?.citation == Citation("Nationalbanken", "official rates"))
        let rule = try #require(law.lawBook.rules.first { $0.identifier == "referenceRate" })
        #expect(rule.checkedThrough == CivilDate(2026, 12, 31))
        #expect(rule.line(on: CivilDate(2026, 12, 31))?.values == [LabelledText("", "1.60 %")])
        #expect(throws: RuleGap.self) { try law.interest(on: facts, through: CivilDate(2027, 1, 1)) }
    }

    @Test(arguments: [true, false])
    func `a half-year that nobody looked up stays a gap, in whichever order lines were added`(_ inOrder: Bool) throws {
        let second = rate(160, from: CivilDate(2026, 7, 1), through: CivilDate(2026, 12, 31))
        let fourth = rate(180, from: CivilDate(2027, 7, 1), through: CivilDate(2027, 12, 31))
        let act = Denmark(.denmark(inOrder ? [second, fourth] : [fourth, second])).regime.interest
        #expect(try act.referenceRate.on(CivilDate(2026, 12, 31)).value == Rate(basisPoints: 160))
        #expect(act.referenceRate.known(on: CivilDate(2027, 1, 1)) == nil)
        #expect(act.referenceRate.known(on: CivilDate(2027, 6, 30)) == nil)
        #expect(try act.referenceRate.on(CivilDate(2027, 7, 1)).value == Rate(basisPoints: 180))
        let facts = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2026, 6, 15))])
        let law = Denmark(.denmark([second, fourth]))
        #expect(throws: RuleGap.self) { try law.interest(on: facts, through: CivilDate(2027, 7, 10)) }
    }

    @Test func `a line holds for its half-year only, whatever it says`() throws {
        let act = Denmark(.denmark([rate(160, from: CivilDate(2026, 7, 1), through: CivilDate(2027, 12, 31))])).regime
            .interest
        #expect(act.referenceRate.known(on: CivilDate(2026, 12, 31)) != nil)
        #expect(act.referenceRate.known(on: CivilDate(2027, 1, 1)) == nil)
    }

    @Test func `a correction takes the place of a line, and another country's line is passed over`() throws {
        let first = CivilDate(2026, 1, 1)
        let last = CivilDate(2026, 6, 30)
        let corrected = Denmark(.denmark([rate(170, from: first, through: last)])).regime.interest
        #expect(try corrected.referenceRate.on(last).value == Rate(basisPoints: 170))
        let other = Denmark(.denmark([rate(170, from: first, through: last, .greenland)])).regime.interest
        #expect(try other.referenceRate.on(last).value == Rate(basisPoints: 175))
        let greenland = Denmark(.greenland([rate(170, from: first, through: last, .greenland)])).regime.interest
        #expect(try greenland.referenceRate.on(last).value == Rate(basisPoints: 170))
    }

    @Test func `an amount of compensation can be added, for claims that fall due from its day`() throws {
        let addition = LawExtension(
            country: .denmark, rule: "compensation", from: CivilDate(2026, 9, 1), through: CivilDate(2027, 6, 30),
            value: .amount(kr(350)), citation: Citation("an order of 2026", "§ 1"))
        let act = Denmark(.denmark([addition])).regime.interest
        for (due, amount) in [(CivilDate(2026, 8, 31), kr(310)), (CivilDate(2026, 9, 1), kr(350))] {
            let claim = Cases.claim(kr(1_000), dueOn: due)
            #expect(try act.compensationCharge(on: claim, in: Cases.new([claim]))?.amount.value == amount)
        }
    }

    // MARK: Tables, the day before, on and after

    @Test func `tables answer for no day outside what was read`() {
        let act = Denmark().regime.interest
        #expect(act.reminderFee.known(on: CivilDate(2014, 5, 12)) == nil)
        #expect(act.reminderFee.known(on: CivilDate(2014, 5, 13)) != nil)
        #expect(act.handOverFee.known(on: CivilDate(2014, 5, 12)) == nil)
        #expect(act.handOverFee.known(on: CivilDate(2014, 5, 13))?.value == kr(100))
        #expect(act.handOverFee.known(on: Self.statusDate) != nil)
        #expect(act.handOverFee.known(on: Self.statusDate.adding(days: 1)) == nil)
        #expect(CostOrder.greenland.table.known(on: CivilDate(2025, 1, 2)) == nil)
        #expect(LimitationAct.periods.known(on: CivilDate(2007, 12, 31)) == nil)
        #expect(LimitationAct.periods.known(on: CivilDate(2008, 1, 1))?.citation.verification == .unverified)
        #expect(LimitationAct.periods.known(on: CivilDate(2015, 12, 31))?.citation.verification == .unverified)
        #expect(LimitationAct.periods.known(on: CivilDate(2016, 1, 1))?.citation.verification == .verified)
        #expect(LimitationAct.periods.known(on: CivilDate(2016, 1, 1))?.value.ordinary == 3)
    }

    @Test func `every day of twelve years has exactly one reference rate`() throws {
        let table = Denmark().regime.interest.referenceRate
        var today = CivilDate(2014, 7, 1)
        while today <= CivilDate(2026, 6, 30) {
            #expect(table.known(on: today) != nil, "\(today)")
            today = today.adding(days: 1)
        }
    }

    /// Goal: whoever moves the status date forward is told which tables must be looked up again.
    ///
    /// Method: a warning, which fails nothing, for each horizon that is over or within 30 days of the status date, with the
    /// tables that end there; there is no clock in it.
    @Test func `tables whose horizon is near are named`() {
        for law in everyLaw {
            let tables = law.lawBook.rules.filter { $0.lines.contains { $0.values != nil } }
            let near = tables.filter { ($0.checkedThrough ?? .init(9999, 12, 31)) < Self.statusDate.adding(days: 30) }
            for (horizon, rules) in Dictionary(grouping: near, by: \.checkedThrough) {
                guard let horizon else { continue }
                let names = rules.map(\.identifier).joined(separator: ", ")
                Issue.record("\(law.country): looked up through \(horizon) only: \(names)", severity: .warning)
                #expect(horizon >= CivilDate(2026, 6, 30))
            }
        }
        #expect(Horizon.checkedThrough == Self.statusDate)
    }
}
