import FordringKit

/// Forældelsesloven, the act on limitation (LBK 1238/2015).
///
/// It does not speak for Greenland and the Faroe Islands: whether and when a claim there is time-barred was not found.
struct LimitationAct: Sendable {
    /// The act as citations name it.
    static let source = "forældelsesloven, LBK 1238/2015"

    /// The periods of §§ 3-5, in years.
    struct Periods: Sendable {
        /// § 3: the ordinary period.
        let ordinary: Int
        /// § 4: claims for pay.
        let employment: Int
        /// § 5: debt instruments, written acknowledgements of existence and amount, judgments.
        let established: Int
        /// § 20: what is left at least after proceedings that ended without a decision.
        let afterProceedings: Int
    }

    /// §§ 3-5 and 20, by the day on which the claim fell due.
    static let periods = Effective<Periods>(
        "periods of limitation, forældelsesloven §§ 3-5",
        checkedThrough: Horizon.checkedThrough,
        .from(
            CivilDate(2008, 1, 1), Periods(ordinary: 3, employment: 5, established: 10, afterProceedings: 1),
            .unverified(source, "§§ 3-5", "The text read is that of 2015; that it applied from 2008 is recalled.")),
        .from(
            CivilDate(2016, 1, 1), Periods(ordinary: 3, employment: 5, established: 10, afterProceedings: 1),
            Citation(source, "§§ 3-5"))
    )

    /// The calendar of § 27.
    let holidays: Holidays
    /// Whether the act is in force here.
    let isInForce: Bool

    /// The last day on which a claim can be enforced.
    ///
    /// A new period never ends before the one that it takes the place of. What happened after the last day moves nothing:
    /// whether it makes a new claim is for a person to judge.
    ///
    /// - Throws: ``RuleGap`` where the act's text was not read for the due date.
    func limitation(of claim: ClaimFacts) throws(RuleGap) -> Explained<CivilDate> {
        let periods = try LimitationAct.periods.on(claim.dueOn)
        var years: Int
        let section: String
        let what: String
        switch claim.basis {
        case .debtInstrument:
            (years, section, what) = (periods.value.established, "§§ 2, 5", "a debt instrument")
        case .employment: (years, section, what) = (periods.value.employment, "§§ 2, 4", "pay for work")
        case .ordinary, .moneyLoan: (years, section, what) = (periods.value.ordinary, "§§ 2, 3", "an ordinary claim")
        @unknown default:
            throw RuleGap(
                rule: LimitationAct.periods.name, day: claim.dueOn,
                reason: "it does not know claims of the basis \(claim.basis.rawValue)",
                cure: "A person must work out when the claim is time-barred.")
        }
        var answer = Explained(claim.dueOn, [])
        move(
            &answer, from: claim.dueOn, years: years, "\(years) years for \(what), from the day on which it fell due.",
            Citation(
                source: LimitationAct.source, section: section, verification: periods.citation.verification,
                doubt: periods.citation.doubt))

        /// The last day before proceedings that are still running, or before a complaint.
        var pending: (last: CivilDate, section: String)?
        for event in claim.events.sorted(by: { $0.on < $1.on }) {
            if pending == nil, event.on > answer.value {
                answer.lines.append(
                    ExplanationLine(
                        "\(event.kind.rawValue) of \(event.on) came after the last day and moves nothing.",
                        Citation(LimitationAct.source, "§ 19"), from: event.on))
                continue
            }
            switch event.kind {
            case .acknowledgement:
                move(
                    &answer, from: event.on, years: years, "The debtor acknowledged the debt; a new period runs.",
                    Citation(LimitationAct.source, "§§ 15, 19"))
            case .writtenAcknowledgement:
                years = periods.value.established
                move(
                    &answer, from: event.on, years: years,
                    "The debtor acknowledged existence and amount in writing; \(years) years run.",
                    Citation(LimitationAct.source, "§§ 5, 15, 19"))
            case .proceedingsFiled:
                pending = pending ?? (answer.value, "§ 20")
                move(
                    &answer, from: event.on, years: years,
                    "Proceedings were filed; a new period is counted from the filing while they run.",
                    Citation(LimitationAct.source, "§§ 16, 19"))
            case .boardComplaint:
                pending = pending ?? (answer.value, "§ 21")
                move(
                    &answer, from: event.on, years: periods.value.afterProceedings,
                    "A board was asked; at least a year is left from then on.", Citation(LimitationAct.source, "§ 21"))
            case .proceedingsEnded:
                // Without a decision nothing was interrupted: the old period stands, and a year more from the end.
                let before = pending ?? (answer.value, "§ 20")
                pending = nil
                answer.value = before.last
                move(
                    &answer, from: event.on, years: periods.value.afterProceedings,
                    "The proceedings ended without a decision; the old period stands, and at least a year is left.",
                    Citation(LimitationAct.source, before.section))
            case .insolvencyClaim:
                move(
                    &answer, from: event.on, years: years, "The claim was lodged in an insolvency; a new period runs.",
                    Citation(LimitationAct.source, "§§ 17, 19"))
            case .enforcementRequested:
                move(
                    &answer, from: event.on, years: years, "Execution was asked for; a new period runs.",
                    Citation(LimitationAct.source, "§§ 18, 19"))
            case .judgment:
                pending = nil
                years = periods.value.established
                move(
                    &answer, from: event.on, years: years,
                    "A judgment, settlement or endorsed payment order fixed the claim; \(years) years run.",
                    Citation(LimitationAct.source, "§§ 5, 19"))
            @unknown default:
                throw RuleGap(
                    rule: LimitationAct.periods.name, day: event.on,
                    reason: "it does not know what follows from \(event.kind.rawValue)",
                    cure: "A person must work out when the claim is time-barred.")
            }
        }
        return answer
    }

    /// § 27: a period ends on the same date of the month, or the month's last day; a day of rest moves it to the next
    /// weekday.
    private func move(
        _ answer: inout Explained<CivilDate>, from first: CivilDate, years: Int, _ text: String, _ citation: Citation
    ) {
        let counted = first.addingMonthsClampingToMonthEnd(12 * years)
        let last = holidays.weekday(onOrAfter: counted)
        answer.lines.append(ExplanationLine(text, citation, from: first, through: counted))
        if last != counted {
            answer.lines.append(
                ExplanationLine(
                    "The last day is no weekday, so the next one is the last.", Citation(LimitationAct.source, "§ 27"),
                    from: counted, through: last))
        }
        answer.value = max(answer.value, last)
    }

    /// Whether a claim is time-barred on a day, or may be where the law is not known.
    ///
    /// No period of the act is under three years, so for most claims there is nothing to work out.
    func isBarred(_ claim: ClaimFacts, on day: CivilDate) throws(RuleGap) -> Bool {
        guard claim.dueOn.days(to: day) >= 3 * 365 else { return false }
        return try limitation(of: claim).value < day
    }

    /// Why a time-barred claim gets no step.
    var obstacle: ExplanationLine {
        isInForce
            ? ExplanationLine(
                "The claim is time-barred, so nothing may be demanded.", Citation(LimitationAct.source, "§§ 3-5, 27"))
            : ExplanationLine(
                "Under Danish law the claim would be time-barred, and the law here is not known: a person must look.",
                .unverified(LimitationAct.source, "§§ 3-5", "Whether the act applies here was not found."))
    }

    // MARK: The book

    /// The act in the book of the law.
    var act: LawBook.Act {
        guard isInForce else {
            return LawBook.Act(
                "Limitation",
                [LawBook.Rule("limitation", obstacle.text, obstacle.citation)])
        }
        func cite(_ section: String) -> Citation { Citation(LimitationAct.source, section) }
        return LawBook.Act(
            "Forældelsesloven, the act on limitation", number: LimitationAct.source,
            [
                LawBook.Rule(
                    "limitationStart",
                    "The period begins on the first day on which payment could be demanded; where a time for payment runs, "
                        + "when it ends.",
                    cite("§ 2")),
                LawBook.Rule(
                    "limitationPeriods",
                    "Claims are time-barred after so many years; a plain reminder or collection letter interrupts nothing.",
                    cite("§§ 3-5"), LimitationAct.periods
                ) { periods in
                    [
                        LabelledText("ordinary", "\(periods.ordinary) years"),
                        LabelledText("employment", "\(periods.employment) years"),
                        LabelledText("debt instrument, judgment", "\(periods.established) years"),
                        LabelledText("left after proceedings", "\(periods.afterProceedings) year"),
                    ]
                },
                LawBook.Rule(
                    "limitationOfInterest",
                    "Interest and fees on a claim of § 5 that fall due later are time-barred after three years.",
                    cite("§ 5 (2)")),
                LawBook.Rule(
                    "limitationInterrupted",
                    "Acknowledgement, filing of proceedings, a claim in an insolvency and a request for execution interrupt "
                        + "it; a new period runs.",
                    cite("§§ 15-19")),
                LawBook.Rule(
                    "limitationExtended",
                    "After proceedings, or a complaint to a board, that ended without a decision, at least a year is left. "
                        + "None where the creditor's own choices on the payment order kept it from becoming a lawsuit "
                        + "(§ 20 (2) no. 3): a person must see to that.",
                    cite("§§ 20-21")),
                LawBook.Rule("limitationWaiver", "The debtor cannot waive limitation in advance.", cite("§ 26")),
                LawBook.Rule(
                    "limitationDays",
                    "The period ends on the same date of the month, or its last day; on a Saturday, Sunday, holiday, 5 June, "
                        + "24 or 31 December it ends on the next weekday.",
                    cite("§ 27")),
            ])
    }
}
