import FordringKit

/// Databeskyttelsesloven, the Danish data protection act, LBK 289/2024, §§ 19 to 21.
enum DataProtectionAct {
    private static let source = "databeskyttelsesloven, LBK 289/2024"

    /// The tables were looked up through this day.
    static let checkedThrough = CivilDate(2026, 11, 22)

    /// The tables begin with the year of the consolidated text that was read; what held before it nobody looked up.
    private static let from = CivilDate(2024, 1, 1)

    /// § 21: acknowledged in writing, or pursued by legal steps, and over an amount to one creditor.
    static let summary = Citation(source, "§ 21")

    /// § 21 (3): what is in final debt relief is not passed on.
    static let debtRelief = Citation(source, "§ 21 (3)")

    /// § 20 (3): nothing negative that is too old.
    static let age = Citation(source, "§ 20 (3)")

    /// The amount that the debt to one creditor must be over, § 21.
    static let amountMin = Effective(
        "registrationAmountMin", checkedThrough: checkedThrough,
        .from(from, Money.units(1_000, .dkk), summary))

    /// How many years negative information may be old, § 20 (3).
    static let yearsMax = Effective("registrationYearsMax", checkedThrough: checkedThrough, .from(from, 5, age))
}
