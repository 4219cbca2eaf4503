import FordringKit

/// Bogføringsloven, the bookkeeping act, as far as it says how long the data of a debtor must be kept.
///
/// Whether it applies in Greenland and the Faroe Islands was not looked up, so there every line is marked.
struct BookkeepingAct: Sendable {
    /// Where the act may not apply; empty for Denmark.
    let doubtfulIn: String

    /// § 10 of the act of 1998 as consolidated in 2006, of which copies were read (danskelove.dk, elov.dk).
    private static let before2022 = Citation("bogføringsloven, LBK 648/2006", "§ 10 (1)")
    /// The act of 2022 that took its place.
    ///
    /// The tax authority's legal guide (info.skat.dk, oid 2062750) was read, which gives the same five years under the new
    /// act; the act's own text was not.
    private static let since2022 = Citation.unverified(
        "bogføringsloven, lov 700/2022", "§ 12",
        "Five years by the tax authority's guide (info.skat.dk, oid 2062750); the section's number is recalled.")

    /// How many years accounting records are kept from the end of the financial year that they concern.
    let retentionYears: Effective<Int>

    /// The act, or the act where it may not apply.
    init(doubtfulIn country: String = "") {
        doubtfulIn = country
        retentionYears = Effective(
            "retention of accounting records, bogføringsloven",
            checkedThrough: Horizon.checkedThrough,
            .from(CivilDate(2006, 6, 15), 5, BookkeepingAct.cite(BookkeepingAct.before2022, country)),
            .from(CivilDate(2022, 7, 1), 5, BookkeepingAct.cite(BookkeepingAct.since2022, country)))
    }

    /// GDPR, article 17 (1) (a) and (3) (b): erased when no longer needed, and not while the law wants them kept.
    static let erasure = Citation("GDPR, Regulation (EU) 2016/679", "Art. 17 (1) (a) and (3) (b)")

    /// The last day on which the data of a debtor must be kept.
    ///
    /// A case's postings are accounting records of the financial year in which they were made; the last of them counts.
    func retention(
        of facts: RetentionFacts, financialYear: FinancialYear
    ) throws(RuleGap) -> Explained<CivilDate> {
        let years = try retentionYears.on(facts.lastEventOn)
        let yearEnd = financialYear.end(onOrAfter: facts.lastEventOn)
        let last = financialYear.end(ofYear: yearEnd.parts.year + years.value)
        return Explained(
            last,
            [
                ExplanationLine(
                    "Accounting records are kept for \(years.value) years from the end of the financial year, "
                        + "which ends on \(yearEnd).",
                    years.citation, from: yearEnd.adding(days: 1), through: last),
                ExplanationLine(
                    "Data that are no longer needed nor to be kept are erased.",
                    BookkeepingAct.cite(BookkeepingAct.erasure, doubtfulIn)),
            ])
    }

    private static func cite(_ citation: Citation, _ country: String) -> Citation {
        country.isEmpty
            ? citation
            : .unverified(citation.source, citation.section, "Whether it applies in \(country) was not looked up.")
    }

    /// The act in the book of the law.
    var act: LawBook.Act {
        LawBook.Act(
            "Bogføringsloven, the bookkeeping act",
            [
                LawBook.Rule(
                    "retention",
                    "Accounting records are kept for so many years from the end of the financial year that they concern.",
                    BookkeepingAct.cite(BookkeepingAct.since2022, doubtfulIn), retentionYears
                ) { [LabelledText("years", "\($0)")] },
                LawBook.Rule(
                    "erasure", "Data that are no longer needed nor to be kept are erased.",
                    BookkeepingAct.cite(BookkeepingAct.erasure, doubtfulIn)),
            ])
    }
}

/// The day of the year on which the creditor's financial year ends.
struct FinancialYear: Sendable {
    private let month: Int
    private let day: Int

    /// What the tenant's file may say about it.
    static let setting = SettingDescription(
        key: "financialYearEnds", allowed: [], standard: "12-31",
        meaning: "Month and day on which the creditor's financial year ends; books are kept for years from then.")

    /// Reads the tenant's setting.
    init(_ context: PluginContext) throws(PluginSettingError) {
        let text = context.setting(FinancialYear.setting.key)
        let parts = text.split(separator: "-").map { Int($0) ?? 0 }
        // 02-29 is the end of February in every year.
        guard text.utf8.count == 5, parts.count == 2, CivilDate(year: 2024, month: parts[0], day: parts[1]) != nil
        else {
            throw PluginSettingError(
                key: FinancialYear.setting.key, "“\(text)” is not a day of the year; write month and day, as in 06-30.")
        }
        self.init(month: parts[0], day: parts[1])
    }

    /// Makes a year that ends on a day.
    init(month: Int, day: Int) {
        self.month = month
        self.day = day
    }

    /// The last day of the financial year that ends in a calendar year.
    func end(ofYear year: Int) -> CivilDate {
        CivilDate(year: year, month: month, day: day) ?? CivilDate(year, month, 28)
    }

    /// The last day of the financial year that a day belongs to.
    func end(onOrAfter day: CivilDate) -> CivilDate {
        let end = end(ofYear: day.parts.year)
        return end < day ? self.end(ofYear: day.parts.year + 1) : end
    }
}
