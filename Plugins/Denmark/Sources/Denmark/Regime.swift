import FordringKit

/// The law of one part of the Kingdom, act by act: Denmark, Greenland or the Faroe Islands.
///
/// All that differs between the three is here; what is done with it is the same for all. A class, because it is large and
/// never changes: a decision then copies one reference and not a statute book.
final class Regime: Sendable {
    /// The country.
    let country: CountryCode
    /// What the book of its law is called.
    let title: String
    /// The languages of letters; Danish first, in which there are texts for every letter.
    let languages: [Language]
    /// The time zone of its clocks.
    let timeZone: String
    /// The steps that are taken, in their order.
    let steps: [CollectionStep]
    /// Interest, compensation and fees.
    let interest: InterestAct
    /// The notice and visits.
    let collection: CollectionAct
    /// Costs of collecting.
    let costs: CostOrder
    /// Limitation.
    let limitation: LimitationAct
    /// What the court asks for.
    let procedure: ProcedureAct
    /// What is asked where a claim is registered with a credit bureau; `nil` where no rule is known.
    let registration: RegistrationRules?
    /// What is asked where a claim is sold.
    let assignment: AssignmentRules
    /// How long data are kept.
    let bookkeeping: BookkeepingAct
    /// The days of rest.
    let holidays: Holidays
    /// What is known and not supported.
    let unsupported: [String]
    /// The sentences of decisions, which are the same for every case.
    let lines: ProcedureLines

    private init(
        country: CountryCode, title: String, languages: [Language], timeZone: String, steps: [CollectionStep],
        interest: InterestAct, collection: CollectionAct, costs: CostOrder, procedure: ProcedureAct,
        registration: RegistrationRules?, assignment: AssignmentRules, bookkeeping: BookkeepingAct, holidays: Holidays,
        unsupported: [String]
    ) {
        self.country = country
        self.title = title
        self.languages = languages
        self.timeZone = timeZone
        self.steps = steps
        self.interest = interest
        self.collection = collection
        self.costs = costs
        self.procedure = procedure
        self.registration = registration
        self.assignment = assignment
        self.bookkeeping = bookkeeping
        self.holidays = holidays
        self.unsupported = unsupported
        limitation = LimitationAct(holidays: holidays, isInForce: country == .denmark)
        lines = ProcedureLines(
            interest: interest, collection: collection, costs: costs, procedure: procedure, limitation: limitation)
    }

    /// The law of Denmark, with the lines that were added to its tables.
    static func denmark(_ extensions: [LawExtension] = []) -> Regime {
        let holidays = Holidays(region: .denmark)
        return Regime(
            country: .denmark, title: "Denmark: collecting out of court",
            languages: [.danish, .norwegian, .english], timeZone: "Europe/Copenhagen", steps: CollectionStep.allCases,
            interest: .denmark(extensions.filter { $0.country == .denmark }, holidays: holidays),
            collection: .denmark(holidays), costs: .denmark, procedure: .denmark,
            registration: .denmark, assignment: .denmark, bookkeeping: BookkeepingAct(),
            holidays: holidays,
            unsupported: CostOrder.unsupportedInDenmark + [
                amendments,
                "Limitation: suspension while the creditor could not know of claim or debtor (§ 3), unknown whereabouts (§ 14), "
                    + "negotiations (§ 21) and proceedings against a joint debtor (§ 22); the claim is held to lapse without "
                    + "them.",
                "Limitation of interest and fees on a claim of § 5 (§ 5 (2)): interest is worked out for the whole time.",
                "Interest: a later start (§ 3 (3)-(4)), what a court may set (§§ 3 (5), 5 (3)) and the longest terms of payment "
                    + "between businesses and of authorities (§§ 3 a, 3 b).",
                "Arrears of one debtor with one creditor in several cases: reminder fees are counted in each case.",
                "The reference rate from 2026-07-01 on, until a line is added.",
                "The addition to the reference rate for claims that fell due before 2002-08-01.",
                "Interest at a rate that was agreed before the due date; only the rate of renteloven § 5 is charged.",
                "A start of interest 30 days after the request, where no due date was agreed: every claim has a due date.",
                "The slip types 01, 04 and 15 (giro).",
                "Bought bank loans: what the act on credit services (LBK 1439/2025, §§ 4, 11, 21) asks of the notice of a sale "
                    + "beyond the letter here, such as the servicer and its licence.",
                "Public debt and its order of coverage (gældsinddrivelsesloven).",
            ])
    }

    /// The law of Greenland, with the lines that were added to its tables.
    static func greenland(_ extensions: [LawExtension] = []) -> Regime {
        let holidays = Holidays(region: .greenland)
        return Regime(
            country: .greenland, title: "Greenland: collecting out of court",
            languages: [.danish, .greenlandic, .english, .norwegian], timeZone: "America/Nuuk",
            steps: [.reminder, .notice, .letter, .court],
            interest: .greenland(extensions.filter { $0.country == .greenland }, holidays: holidays),
            collection: .greenland(holidays), costs: .greenland, procedure: .greenland,
            registration: .greenland, assignment: .doubtful(in: "Greenland"),
            bookkeeping: BookkeepingAct(doubtfulIn: "Greenland"), holidays: holidays,
            unsupported: [
                amendments,
                "Interest and fees for claims that fell due, or on days, before 2016-01-01.",
                "Interest at a rate that was agreed before the due date, and a start of interest where no due date was agreed.",
                "Collection costs (BEK 994/2011, in force 2011-11-01): its amounts were not found, so a step that would charge "
                    + "them is a gap.",
                "Limitation: no source says whether forældelsesloven applies. A claim that it would bar waits for a person.",
                "The older collection law (LBK 565/1986): its status is unclear. No visits are paid.",
                "The notice before 2025-09-01, when chapter 22 of the administration of justice act came into force.",
                "The reference rate from 2026-07-01 on, until a line is added.",
                "Letters in Greenlandic: there is a place for them, and the Danish text stands in.",
            ])
    }

    /// The law of the Faroe Islands, most of which is not known.
    static func faroeIslands() -> Regime {
        let holidays = Holidays(region: .faroeIslands)
        return Regime(
            country: .faroeIslands, title: "The Faroe Islands: collecting out of court",
            languages: [.danish, .faroese, .english, .norwegian], timeZone: "Atlantic/Faroe",
            steps: [.reminder, .notice, .letter, .court],
            interest: .faroeIslands(holidays: holidays), collection: .faroeIslands(holidays), costs: .faroeIslands,
            procedure: .faroeIslands, registration: nil, assignment: .doubtful(in: "the Faroe Islands"),
            bookkeeping: BookkeepingAct(doubtfulIn: "the Faroe Islands"), holidays: holidays,
            unsupported: [
                amendments,
                "Late-payment interest, reminder fees, hand-over fee and compensation (ordinance 107/1996 with BEK 842/2004): no "
                    + "text was available, so none is charged and a step that would charge one is a gap.",
                "Collection costs: no order was found.",
                "Limitation: no source says whether forældelsesloven applies. A claim that it would bar waits for a person.",
                "The older collection law (LBK 565/1986): its status is unclear. No visits are paid.",
                "A payment order: no such chapter was found in the administration of justice act.",
                "Personal numbers (P-tal): no description was found.",
                "Credit bureaus: the Faroese data protection act was not read, so there is no letter of registration.",
                "Letters in Faroese: there is a place for them, and the Danish text stands in.",
            ])
    }
}

extension Regime {
    /// The letters that only tell the debtor something.
    var notices: [Notice] { Notice.allCases.filter { $0 != .registration || registration != nil } }

    /// The notice of this country that the kit calls by a name.
    func notice(_ kind: StepKind) -> Notice? {
        guard let notice = Notice(kind), notices.contains(notice) else { return nil }
        return notice
    }

    /// How far the texts of the acts reach, which is less than the day through which their figures are used.
    fileprivate static let amendments =
        "Amendments of acts and orders that were published after about March 2026, through which the consolidated texts were "
        + "read: nobody has looked for them, although figures are used through \(Horizon.checkedThrough)."
}

/// What the tenant's file says where the law leaves a choice.
struct Choices: Sendable {
    /// How the days of interest are counted.
    var dayCount = DayCount.actual365
    /// When the creditor's financial year ends, from which books are kept.
    var financialYear = FinancialYear(month: 12, day: 31)
    /// The payment slip.
    var slip = PaymentSlip.type71
    /// Whether the fee for handing the case over is charged with the notice.
    var chargesHandOverFee = false
    /// Whether the last reminder is merged into the notice.
    var mergesReminderIntoNotice = false
    /// What is said of visits.
    var visits = Visits()

    /// The settings that every jurisdiction of the plug-in takes.
    static let settings =
        [
            DayCount.setting, FinancialYear.setting, PaymentSlip.setting,
            SettingDescription(
                key: "handOverFee", allowed: ["none", "charged"], standard: "none",
                meaning:
                    "Whether the fee for handing the case to a collector (renteloven § 9 b) is charged with the notice."
            ),
            SettingDescription(
                key: "noticeWithReminder", allowed: ["false", "true"], standard: "false",
                meaning: "Whether the last reminder is merged into the collection notice, which then carries its fee."),
        ] + Visits.settings

    /// What is standard.
    init() {}

    /// Reads the tenant's settings.
    init(_ context: PluginContext) throws(PluginSettingError) {
        dayCount = try DayCount(context)
        financialYear = try FinancialYear(context)
        slip = try PaymentSlip(context)
        chargesHandOverFee = try Choices.read(context, "handOverFee", no: "none", yes: "charged")
        mergesReminderIntoNotice = try Choices.read(context, "noticeWithReminder", no: "false", yes: "true")
        visits = try Visits(context)
    }

    private static func read(
        _ context: PluginContext, _ key: String, no: String, yes: String
    ) throws(PluginSettingError) -> Bool {
        let text = context.setting(key)
        guard text == no || text == yes else {
            throw PluginSettingError(key: key, "“\(text)” cannot be used; write \(no) or \(yes).")
        }
        return text == yes
    }
}
