import FordringKit
import Testing

@testable import Denmark

@Suite struct RetentionTests {
    private func kept(_ lastEventOn: CivilDate, yearEnds: (month: Int, day: Int) = (12, 31)) throws -> CivilDate {
        let law = Denmark(
            dayCount: .actual365, financialYear: FinancialYear(month: yearEnds.month, day: yearEnds.day))
        return try law.retention(of: RetentionFacts(debtorKind: .consumer, lastEventOn: lastEventOn)).value
    }

    @Test(arguments: [
        (CivilDate(2026, 1, 1), CivilDate(2031, 12, 31)),
        (CivilDate(2026, 4, 1), CivilDate(2031, 12, 31)),
        (CivilDate(2025, 12, 31), CivilDate(2030, 12, 31)),
        (CivilDate(2006, 6, 15), CivilDate(2011, 12, 31)),
    ])
    func `five years are counted from the end of the calendar year`(_ event: CivilDate, _ last: CivilDate) throws {
        #expect(try kept(event) == last)
    }

    @Test(arguments: [
        (CivilDate(2026, 6, 30), 6, 30, CivilDate(2031, 6, 30)),
        (CivilDate(2026, 7, 1), 6, 30, CivilDate(2032, 6, 30)),
        (CivilDate(2023, 3, 1), 2, 29, CivilDate(2029, 2, 28)),
        (CivilDate(2024, 2, 29), 2, 29, CivilDate(2029, 2, 28)),
        (CivilDate(2019, 2, 28), 2, 29, CivilDate(2024, 2, 29)),
    ])
    func `a financial year that ends on another day is counted from there`(
        _ event: CivilDate, _ month: Int, _ day: Int, _ last: CivilDate
    ) throws {
        #expect(try kept(event, yearEnds: (month, day)) == last)
    }

    @Test func `the older act was read, and what was not is marked`() throws {
        func citation(_ day: CivilDate) throws -> Citation? {
            try Denmark(dayCount: .actual365).retention(of: RetentionFacts(debtorKind: .business, lastEventOn: day))
                .lines
                .first?.citation
        }
        #expect(try citation(CivilDate(2022, 6, 30))?.verification == .verified)
        #expect(try citation(CivilDate(2022, 7, 1))?.verification == .unverified)
    }

    @Test func `past the horizon there is no answer`() {
        #expect(throws: RuleGap.self) { try kept(Horizon.checkedThrough.adding(days: 1)) }
    }

    @Test(arguments: ["12-32", "13-01", "1231", "", "2-29", "00-10"])
    func `what is no day of the year is refused`(_ text: String) throws {
        let tenant = try #require(TenantID("acme"))
        let context = PluginContext(tenant: tenant, settings: ["financialYearEnds": text], outbox: "", log: { _ in })
        #expect(throws: PluginSettingError.self) { try FinancialYear(context) }
    }
}
