import CourtPapers
import FordringKit

/// Rettsgebyrloven: what courts and officers take, as multiples of the year's unit R.
enum CourtFeeAct {
    /// The act as citations name it.
    static let source = "rettsgebyrloven"

    // MARK: § 1 The unit

    /// The name under which the administrator can add a year's unit.
    static let unitRule = "courtFeeUnit"

    private static func recalled(_ year: Int) -> Citation {
        .unverified(source, "§ 1, R \(year)", "The year's R is recalled, not looked up.")
    }

    private static func read(_ years: String) -> Citation { Citation(source, "§ 1, R \(years)") }

    /// R, the unit of the court fees, by year.
    static let unit = Effective<Money>(
        "court fee unit R, rettsgebyrloven § 1",
        checkedThrough: CivilDate(2026, 12, 31),
        .from(CivilDate(2006, 1, 1), .units(860, .nok), read("2006-2015")),
        .from(CivilDate(2016, 1, 1), .units(1_025, .nok), read("2016")),
        .from(CivilDate(2017, 1, 1), .units(1_049, .nok), read("2017")),
        .from(CivilDate(2018, 1, 1), .units(1_130, .nok), read("2018")),
        .from(CivilDate(2019, 1, 1), .units(1_150, .nok), read("2019")),
        .from(CivilDate(2020, 1, 1), .units(1_172, .nok), recalled(2020)),
        .from(CivilDate(2021, 1, 1), .units(1_199, .nok), read("2021")),
        .from(CivilDate(2022, 1, 1), .units(1_223, .nok), recalled(2022)),
        .from(CivilDate(2023, 1, 1), .units(1_243, .nok), recalled(2023)),
        .from(CivilDate(2024, 1, 1), .units(1_277, .nok), read("2024")),
        .from(CivilDate(2025, 1, 1), .units(1_314, .nok), read("2025")),
        .from(CivilDate(2026, 1, 1), .units(1_345, .nok), read("2026"))
    )

    // MARK: The multiples, in thousandths of R

    /// A multiple of R in thousandths: 1,54 R is 1540.
    struct Multiple: Sendable, Hashable {
        let thousandths: Int64

        /// As people write it: `1.54 R`.
        var text: String {
            let decimals = String(thousandths % 1000 + 1000).dropFirst()
            let kept = String(decimals.reversed().drop { $0 == "0" }.reversed())
            return kept.isEmpty ? "\(thousandths / 1000) R" : "\(thousandths / 1000).\(kept) R"
        }
    }

    private static func table(_ name: String, _ lines: (CivilDate, Int64, Citation)...) -> Effective<Multiple> {
        Effective(
            "\(name), \(source)", checkedThrough: NorwayOnly.checkedThrough,
            lines.map { .from($0.0, Multiple(thousandths: $0.1), $0.2) })
    }

    private static let since2022 = CivilDate(2022, 1, 1)
    private static let sinceJuly2024 = CivilDate(2024, 7, 1)
    private static let since2026 = CivilDate(2026, 1, 1)

    /// A petition to the conciliation board; nothing where it is withdrawn before the summons.
    static let conciliation = table(
        "fee of a petition to the conciliation board", (since2022, 1_100, Citation(source, "forliksklage")),
        (sinceJuly2024, 1_540, Citation(source, "forliksklage")))

    /// A request for attachment; what held before 2026 was not found.
    static let attachment = table("fee of a request for attachment", (since2026, 690, Citation(source, "utlegg")))

    /// Forced sale of movables: the request.
    static let saleOfMovables = table(
        "fee of a request for forced sale of movables", (since2026, 1_250, Citation(source, "tvangssalg")))
    /// Forced sale of movables: what is added when it goes on.
    static let saleOfMovablesGoesOn = table(
        "fee of a forced sale of movables", (since2026, 2_200, Citation(source, "tvangssalg")))
    /// Forced sale of real estate: the request.
    static let saleOfRealEstate = table(
        "fee of a request for forced sale of real estate", (since2026, 1_100, Citation(source, "tvangssalg")))
    /// Forced sale of real estate: what is added when it goes on.
    static let saleOfRealEstateGoesOn = table(
        "fee of a forced sale of real estate", (since2026, 6_300, Citation(source, "tvangssalg")))

    /// Service of a bankruptcy notice.
    static let service = table(
        "fee of service", (since2022, 400, Citation(source, "forkynning")),
        (sinceJuly2024, 500, Citation(source, "forkynning")))

    /// A bankruptcy that is opened.
    static let bankruptcy = table("fee of a bankruptcy", (since2026, 4_350, Citation(source, "konkurs")))
    /// A petition that is refused or withdrawn.
    static let petitionRefused = table(
        "fee of a bankruptcy petition that is refused or withdrawn", (since2026, 1_500, Citation(source, "konkurs")))

    /// The deposit of a bankruptcy petition, konkursloven §§ 67 and 73.
    static let depositMultiple = table(
        "deposit of a bankruptcy petition",
        (since2026, 50_000, .unverified("konkursloven", "§§ 67, 73", "That the deposit is 50 R is recalled.")))

    // MARK: § 6 a Rounding

    /// § 6 a: fees are rounded down to whole kroner.
    static let rounding = Citation(source, "§ 6 a")

    /// The unit times a multiple, rounded down once to the krone, with both sources.
    static func amount(
        _ what: String, _ multiple: Effective<Multiple>, unit: Effective<Money>, on day: CivilDate
    ) throws -> Explained<Money> {
        let year = try unit.on(day)
        let times = try multiple.on(day)
        // Øre times thousandths over 100,000 are whole kroner.
        let kroner = try year.value.multiplied(by: times.value.thousandths, over: 100_000, rounding: .down).minorUnits
        let fee = Money.units(kroner, .nok)
        var base = ExplanationLine("The court fee unit R of the day.", year.citation)
        base.base = year.value
        var line = ExplanationLine("\(what): \(times.value.text).", times.citation)
        line.amount = fee
        return Explained(fee, [base, line, ExplanationLine("Rounded down to whole kroner.", rounding)])
    }

    // MARK: The fees of the procedures

    /// The multiples that a procedure needs.
    private static func tables(of procedure: NorwegianProcedure) -> [Effective<Multiple>] {
        switch procedure {
        case .conciliation: [conciliation]
        case .attachment: [attachment]
        case .forcedSale: [saleOfMovables, saleOfMovablesGoesOn, saleOfRealEstate, saleOfRealEstateGoesOn]
        case .bankruptcyNotice: [service]
        case .bankruptcyPetition, .bankruptcyOpening: [bankruptcy, petitionRefused, depositMultiple]
        }
    }

    /// Refuses a day on which a procedure cannot be priced.
    static func checkTables(
        of procedure: NorwegianProcedure, unit: Effective<Money>, on day: CivilDate
    ) throws(RuleGap) {
        _ = try unit.on(day)
        for table in tables(of: procedure) { _ = try table.on(day) }
    }

    /// What is taken with a procedure.
    ///
    /// For a bankruptcy petition and the record of its hearing nothing is taken before the outcome: the lines say what
    /// either costs. The second part of a forced sale's fee is not counted before it goes on.
    static func fee(
        for procedure: NorwegianProcedure, _ facts: LegalFacts, unit: Effective<Money>, on day: CivilDate
    ) throws -> Explained<Money> {
        switch procedure {
        case .conciliation:
            return try amount("A petition to the conciliation board", conciliation, unit: unit, on: day)
        case .attachment: return try amount("A request for attachment", attachment, unit: unit, on: day)
        case .forcedSale:
            let isRealEstate = facts.answers["assetKind"]?.plain == EnforcementAct.realEstate
            var fee = try amount(
                "A request for forced sale", isRealEstate ? saleOfRealEstate : saleOfMovables, unit: unit, on: day)
            let later = try amount(
                "The sale", isRealEstate ? saleOfRealEstateGoesOn : saleOfMovablesGoesOn, unit: unit, on: day)
            fee.lines.append(
                ExplanationLine(
                    "When the sale goes on, \(later.value) more.",
                    .unverified(source, "tvangssalg", "When the second part of the fee falls due is recalled.")))
            return fee
        case .bankruptcyNotice: return try amount("Service of a bankruptcy notice", service, unit: unit, on: day)
        case .bankruptcyPetition, .bankruptcyOpening:
            let refused = try amount("A petition refused or withdrawn", petitionRefused, unit: unit, on: day)
            let opened = try amount("A bankruptcy", bankruptcy, unit: unit, on: day)
            let deposit = try deposit(unit: unit, on: day)
            return Explained(
                .zero(.nok),
                [
                    ExplanationLine(
                        "\(refused.value) where the petition is refused or withdrawn; \(opened.value) where "
                            + "bankruptcy is opened, once for both, when it is known.", Citation(source, "konkurs")),
                    ExplanationLine("A deposit of up to \(deposit.value) is asked for.", deposit.lines[1].citation),
                ])
        }
    }

    /// §§ 67 and 73 konkursloven: the deposit, the most that the petitioner answers for.
    static func deposit(unit: Effective<Money>, on day: CivilDate) throws -> Explained<Money> {
        try amount("The deposit", depositMultiple, unit: unit, on: day)
    }
}
