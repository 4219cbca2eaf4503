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
    /// - Parameter isExplained: whether the lines are wanted; a decision asks only for the day.
    /// - Throws: ``RuleGap`` where the act's text was not read for the due date.
    func limitation(of claim: ClaimFacts, isExplained: Bool = true) throws(RuleGap) -> Explained<CivilDate> {
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
        var period = Period(last: claim.dueOn, holidays: holidays, isExplained: isExplained)
        period.move(
            from: claim.dueOn, years: years, "\(years) years for \(what), from the day on which it fell due.",
            Citation(
                source: LimitationAct.source, section: section, verification: periods.citation.verification,
                doubt: periods.citation.doubt))

        let afterwards = periods.value.afterProceedings
        for event in claim.events.sorted(by: { $0.on < $1.on }) {
            if period.pendingSection.isEmpty, event.on > period.last {
                period.note(
                    "\(event.kind.rawValue) of \(event.on) came after the last day and moves nothing.", event.on)
                continue
            }
            switch event.kind {
            case .acknowledgement:
                period.interrupt(
                    from: event.on, years: years, "The debtor acknowledged the debt; a new period runs.", "§§ 15, 19")
            case .writtenAcknowledgement:
                years = periods.value.established
                period.interrupt(
                    from: event.on, years: years,
                    "The debtor acknowledged existence and amount in writing; \(years) years run.", "§§ 5, 15, 19")
            case .proceedingsFiled:
                period.suspend("§ 20")
                period.move(
                    from: event.on, years: years,
                    "Proceedings were filed; a new period is counted from the filing while they run.",
                    Citation(LimitationAct.source, "§§ 16, 19"))
            case .boardComplaint:
                period.suspend("§ 21")
                period.move(
                    from: event.on, years: afterwards, "A board was asked; at least a year is left from then on.",
                    Citation(LimitationAct.source, "§ 21"))
            case .proceedingsEnded:
                if period.isPending {
                    period.end(on: event.on, years: afterwards)
                } else {
                    period.note("No proceedings are known that ended on \(event.on); it moves nothing.", event.on)
                }
            case .proceedingsDropped:
                if period.isPending {
                    period.end(on: event.on, years: nil)
                } else {
                    period.note("No proceedings are known that ended on \(event.on); it moves nothing.", event.on)
                }
            case .insolvencyClaim:
                period.interrupt(
                    from: event.on, years: years, "The claim was lodged in an insolvency; a new period runs.",
                    "§§ 17, 19")
            case .enforcementRequested:
                period.askForExecution(
                    from: event.on, years: years, "Execution was asked for; a new period runs.", "§§ 18, 19")
            case .judgment:
                period.keep(years)
                years = periods.value.established
                period.interrupt(
                    from: event.on, years: years,
                    "A judgment, settlement or endorsed payment order fixed the claim; \(years) years run.", "§§ 5, 19")
                period.endPending()
            case .judgmentSetAside:
                years = period.reopen(on: event.on) ?? years
            @unknown default:
                throw RuleGap(
                    rule: LimitationAct.periods.name, day: event.on,
                    reason: "it does not know what follows from \(event.kind.rawValue)",
                    cure: "A person must work out when the claim is time-barred.")
            }
        }
        return Explained(period.last, period.lines)
    }

    /// A period while its events are gone through.
    private struct Period {
        var last: CivilDate
        var lines: [ExplanationLine] = []
        /// The section that speaks of the proceedings that are running; empty where none are.
        var pendingSection = ""
        /// The last day if the proceedings end without a decision, a year after their end aside.
        private var lastWithoutThem: CivilDate
        /// The same for a request for execution, which gives what it gives unless it is rejected or taken back; `nil`
        /// where there is none.
        private var withoutExecution: (last: CivilDate, lastWithoutThem: CivilDate)?
        /// What held before the latest judgment, should it be reopened.
        private var beforeJudgment: (years: Int, last: CivilDate, lastWithoutThem: CivilDate)?
        private let holidays: Holidays
        private let isExplained: Bool

        init(last: CivilDate, holidays: Holidays, isExplained: Bool) {
            self.last = last
            lastWithoutThem = last
            self.holidays = holidays
            self.isExplained = isExplained
        }

        /// § 27: a period ends on the same date of the month, or the month's last day; a day of rest moves it to the next
        /// weekday.
        mutating func move(
            from first: CivilDate, years: Int, _ text: @autoclosure () -> String,
            _ citation: @autoclosure () -> Citation
        ) {
            let counted = first.addingMonthsClampingToMonthEnd(12 * years)
            let moved = holidays.weekday(onOrAfter: counted)
            last = max(last, moved)
            guard isExplained else { return }
            lines.append(ExplanationLine(text(), citation(), from: first, through: counted))
            if moved != counted {
                lines.append(
                    ExplanationLine(
                        "The last day is no weekday, so the next one is the last.",
                        Citation(LimitationAct.source, "§ 27"), from: counted, through: moved))
            }
        }

        /// A new period that stands whatever becomes of proceedings that are running.
        mutating func interrupt(
            from first: CivilDate, years: Int, _ text: @autoclosure () -> String, _ section: String
        ) {
            move(from: first, years: years, text(), Citation(LimitationAct.source, section))
            let new = holidays.weekday(onOrAfter: first.addingMonthsClampingToMonthEnd(12 * years))
            lastWithoutThem = max(lastWithoutThem, new)
            withoutExecution = withoutExecution.map { (max($0.last, new), max($0.lastWithoutThem, new)) }
        }

        /// A request for execution: a new period, unless the request comes to nothing.
        mutating func askForExecution(
            from first: CivilDate, years: Int, _ text: @autoclosure () -> String, _ section: String
        ) {
            let before = (last, lastWithoutThem)
            interrupt(from: first, years: years, text(), section)
            withoutExecution = before
        }

        /// Whether something runs that can end without a decision.
        var isPending: Bool { !pendingSection.isEmpty || withoutExecution != nil }

        /// Nothing runs any longer.
        mutating func endPending() {
            pendingSection = ""
            withoutExecution = nil
        }

        /// Keeps what holds, because a judgment is about to change it.
        mutating func keep(_ years: Int) {
            beforeJudgment = (years, last, pendingSection.isEmpty ? last : lastWithoutThem)
        }

        /// A judgment is reopened: what held before it holds again, and the proceedings run.
        ///
        /// - Returns: the years of a new period; `nil` where no judgment is known.
        mutating func reopen(on day: CivilDate) -> Int? {
            guard let before = beforeJudgment else {
                note("No judgment is known that was reopened on \(day); it moves nothing.", day)
                return nil
            }
            (last, lastWithoutThem) = (before.last, before.lastWithoutThem)
            pendingSection = "§ 20"
            withoutExecution = nil
            beforeJudgment = nil
            note("The judgment or endorsement was reopened: what held before it holds, and proceedings run.", day)
            return before.years
        }

        /// Proceedings begin.
        mutating func suspend(_ section: String) {
            if pendingSection.isEmpty { lastWithoutThem = last }
            pendingSection = section
            withoutExecution = nil
        }

        /// Proceedings end without a decision: they interrupted nothing, so the old period stands, and a year more;
        /// `nil` years where the creditor chose beforehand that they would end so, § 20 (2) no 3.
        mutating func end(on day: CivilDate, years: Int?) {
            let section = withoutExecution == nil ? pendingSection : "§ 20"
            if let before = withoutExecution {
                (last, lastWithoutThem) = before
                withoutExecution = nil
            } else {
                last = lastWithoutThem
                pendingSection = ""
            }
            guard let years else {
                guard isExplained else { return }
                lines.append(
                    ExplanationLine(
                        "The proceedings ended by a choice that the creditor had made; the old period stands, and no "
                            + "year is added.", Citation(LimitationAct.source, "§ 20 (2) no 3"), through: last))
                return
            }
            move(
                from: day, years: years,
                "The proceedings ended without a decision; the old period stands, and at least a year is left.",
                Citation(LimitationAct.source, section))
        }

        /// A line about something that changes nothing.
        mutating func note(_ text: @autoclosure () -> String, _ day: CivilDate) {
            if isExplained {
                lines.append(ExplanationLine(text(), Citation(LimitationAct.source, "§ 19"), from: day))
            }
        }
    }

    /// Whether a claim is time-barred on a day, or may be where the law is not known.
    ///
    /// No period of the act is under three years, so for most claims there is nothing to work out.
    func isBarred(_ claim: ClaimFacts, on day: CivilDate) throws(RuleGap) -> Bool {
        guard claim.dueOn.days(to: day) >= 3 * 365 else { return false }
        return try limitation(of: claim, isExplained: false).value < day
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
                    "Interest and fees on a claim of § 5 that fall due later are time-barred after three years. The plug-in does "
                        + "not work this out: a person must see to it.",
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
