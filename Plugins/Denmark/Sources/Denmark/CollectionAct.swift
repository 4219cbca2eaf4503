import FordringKit

/// Inkassoloven, the act on debt collection (LBK 1018 of 2014-09-19), or what stands in its place.
///
/// The act is in force in Denmark only. In Greenland a notice is asked for by the payment order of the administration of
/// justice act; in the Faroe Islands none was found, and the notice is sent by practice.
struct CollectionAct: Sendable {
    /// The act as citations name it.
    static let source = "inkassoloven, LBK 1018/2014"
    /// § 9: collecting must follow good practice, without unreasonable pressure, harm or inconvenience.
    static let goodPractice = Citation(source, "§ 9")
    /// § 12 (1): what an uninvited visit asks for.
    static let visitNotice = Citation(source, "§ 12 (1)")
    /// § 12: when visits are paid.
    static let visitTimes = Citation(source, "§ 12")

    /// Whether the act itself is in force here.
    let isInForce: Bool
    /// What asks for the notice.
    let notice: Citation
    /// The least number of days of the notice's deadline, counted from the sending.
    let noticeDays: Effective<Int>
    /// What the notice is for, in the book of the law.
    let noticeText: String
    /// The calendar by which deadlines are found.
    let holidays: Holidays

    /// § 10: a letter with all that is needed to judge the claim, and ten days in which no further cost arises.
    static func denmark(_ holidays: Holidays) -> CollectionAct {
        let notice = Citation(source, "§ 10")
        return CollectionAct(
            isInForce: true, notice: notice,
            noticeDays: Effective(
                "deadline of the collection notice, inkassoloven § 10",
                checkedThrough: Horizon.checkedThrough,
                .from(CivilDate(2014, 9, 19), 10, notice)),
            noticeText:
                "Before any other step of collecting the debtor gets a letter that says clearly all that is needed to judge "
                + "the claim, with so many days to pay, counted from the sending, in which no further cost arises. The "
                + "notice is never left out.",
            holidays: holidays)
    }

    /// The payment order of Greenland asks for a notice of 14 days, from 2025-09-01.
    static func greenland(_ holidays: Holidays) -> CollectionAct {
        let notice = Citation("retsplejelov for Grønland, LBK 1007/2025 (act 342/2025)", "ch. 22")
        return CollectionAct(
            isInForce: false, notice: notice,
            noticeDays: Effective(
                "deadline of the notice before a payment order, retsplejelov for Grønland ch. 22",
                checkedThrough: Horizon.checkedThrough,
                .from(CivilDate(2025, 9, 1), 14, notice)),
            noticeText:
                "Before a payment order the debtor gets a notice with so many days, counted from the sending. By practice it "
                + "is sent before any other step of collecting, and never left out.",
            holidays: holidays)
    }

    /// No rule was found for the Faroe Islands; the Danish ten days are given as practice.
    static func faroeIslands(_ holidays: Holidays) -> CollectionAct {
        let notice = Citation.unverified(
            "agency practice", "notice in the Faroe Islands",
            "Inkassoloven is not in force there and no other rule was found; the Danish ten days are given.")
        return CollectionAct(
            isInForce: false, notice: notice,
            noticeDays: Effective(
                "deadline of the notice in the Faroe Islands",
                checkedThrough: Horizon.checkedThrough,
                .from(CivilDate(2014, 9, 19), 10, notice)),
            noticeText:
                "By practice a notice with so many days, counted from the sending, goes before any other step of collecting, "
                + "and is never left out.",
            holidays: holidays)
    }

    // MARK: § 10 Deadlines

    /// The last day to pay of a letter that leaves the house on a day.
    ///
    /// The day of sending is not counted. Where the last day is not a banking day the next one is taken, which can only
    /// lengthen the deadline.
    func deadline(for step: CollectionStep, sentOn day: CivilDate) throws(RuleGap) -> Explained<CivilDate>? {
        let days: Int
        let text: String
        let citation: Citation
        switch step {
        case .reminder:
            days = Practice.reminderDays
            text = "Days to pay after a reminder."
            citation = Practice.reminderDeadline
        case .notice:
            let line = try noticeDays.on(day)
            days = line.value
            text = "Days to pay after the collection notice, counted from its sending."
            citation = line.citation
        case .letter:
            days = Practice.letterDays
            text = "Days to pay after the collection letter."
            citation = Practice.letterDeadline
        case .visit, .court:
            return nil
        }
        let counted = day.adding(days: days)
        let last = holidays.bankingDay(onOrAfter: counted)
        var lines = [ExplanationLine(text, citation, from: day.adding(days: 1), through: counted, days: days)]
        if last != counted {
            lines.append(
                ExplanationLine(
                    "The last day is not a banking day, so the next one is timely.", Practice.dueDateOnRestDay,
                    from: counted, through: last))
        }
        return Explained(last, lines)
    }

    // MARK: § 12 Visits

    /// § 12: visits on weekdays from 8 to 21 and Saturdays from 8 to 16; never on Sundays, holidays, 5 June, 24 and 31
    /// December.
    func visitWindow(on day: CivilDate) -> ContactHours? {
        // Only banks rest on the day after Ascension; § 12 does not name it.
        if holidays.rule(on: day)?.isNamedByStatute == true { return nil }
        return switch day.weekday {
        case .sunday: nil
        case .saturday: ContactHours(from: 8, until: 16)
        default: ContactHours(from: 8, until: 21)
        }
    }

    /// The hours of a day in which the debtor may be visited.
    ///
    /// The notice must have reached the debtor, and the facts know only when it was sent. So hours are given only where the
    /// tenant's setting says after how many weekdays a notice is held to have arrived; else a person must confirm it.
    /// Within the window of § 12 only the time of day counts that the notice states. One notice is enough for further visits
    /// where the debtor was not met, because every notice of this plug-in says so; whether that is so the facts do not know,
    /// and a line says it.
    func visitHours(
        for facts: CaseFacts, on day: CivilDate, _ visits: Visits
    ) throws(RuleGap) -> Explained<ContactHours?> {
        func never(_ text: String, _ citation: Citation) -> Explained<ContactHours?> {
            Explained(nil, [ExplanationLine(text, citation)])
        }
        guard isInForce else {
            return never(
                "Inkassoloven is not in force here and no rule for visits was found, so nobody is visited.",
                .unverified(CollectionAct.source, "§ 12", "The status of the older act on collecting is unclear."))
        }
        guard facts.outstanding.minorUnits > 0 else {
            return never("Everything is paid, so nobody is visited.", CollectionAct.goodPractice)
        }
        let notices = facts.steps.filter { $0.kind == .visitNotice && $0.sentOn != nil }
        guard !notices.isEmpty else {
            return never(
                "A visit needs a written notice that has reached the debtor, and none was sent.",
                CollectionAct.visitNotice)
        }
        // A claim that is paid, time-barred or joined the case after the notice gives no reason for a visit.
        let limitation = LimitationAct(holidays: holidays, isInForce: isInForce)
        var open: [ClaimID] = []
        for claim in facts.claims where claim.outstandingPrincipal.isPositive {
            if try !limitation.isBarred(claim, on: day) { open.append(claim.id) }
        }
        guard let sentOn = notices.last(where: { $0.claims.contains(where: open.contains) })?.sentOn else {
            return never(
                "No claim that a notice of a visit covers can be demanded any more.", CollectionAct.goodPractice)
        }
        guard let window = visitWindow(on: day) else {
            return never("No visits on Sundays, holidays, 5 June, 24 and 31 December.", CollectionAct.visitTimes)
        }
        guard let travelDays = visits.travelDays else {
            return never(
                "The notice was sent on \(sentOn) and must have reached the debtor; a person must confirm that it has.",
                CollectionAct.visitNotice)
        }
        var arrivedOn = sentOn
        for _ in 0..<travelDays { arrivedOn = holidays.bankingDay(onOrAfter: arrivedOn.adding(days: 1)) }
        guard day > arrivedOn else {
            return never(
                "The notice was sent on \(sentOn) and is held to arrive on \(arrivedOn), so not before the day after.",
                Practice.visitNoticeArrives)
        }
        let first = max(window.firstMinute, visits.timeOfDay.firstMinute)
        let last = min(window.lastMinute, visits.timeOfDay.lastMinute)
        guard first <= last else {
            return never(
                "The time of day that the notice states is outside the hours of this day.", CollectionAct.visitTimes)
        }
        return Explained(
            ContactHours(firstMinute: first, lastMinute: last),
            [
                ExplanationLine(
                    "Visits on weekdays from 8 to 21 and on Saturdays from 8 to 16, at home (in business also there).",
                    CollectionAct.visitTimes),
                ExplanationLine("At the time of day that the notice states.", CollectionAct.visitNotice),
                ExplanationLine(
                    "A further visit needs a new notice once the debtor was met; a person must see to that.",
                    CollectionAct.visitNotice),
                ExplanationLine(
                    "The notice was sent on \(sentOn) and is held to have arrived on \(arrivedOn).",
                    Practice.visitNoticeArrives),
            ])
    }

    /// The hours in which people are called or sent a text message.
    ///
    /// No statute gives any; the window of § 12 is used by recommendation, and the line says so.
    func contactHours(on day: CivilDate) -> Explained<ContactHours?> {
        let hours = visitWindow(on: day)
        let what =
            hours.map { "Contact from \($0.firstMinute / 60):00 until \(($0.lastMinute + 1) / 60):00" }
            ?? "No contact on this day"
        return Explained(
            hours,
            [
                ExplanationLine(
                    "\(what): no statute sets hours for telephone, text messages and e-mail; by recommendation the "
                        + "window for visits of inkassoloven § 12 is used.", Practice.contactHours)
            ])
    }

    // MARK: The book

    /// The act in the book of the law.
    var act: LawBook.Act {
        var rules = [
            LawBook.Rule(
                "noticeDays",
                noticeText, notice, noticeDays
            ) { [LabelledText("days", "\($0)")] },
            LawBook.Rule(
                "timeliness",
                "A payment is timely where it is ordered on the last day, also when it is booked later; the creditor's waiting "
                    + "days leave time for that.",
                .unverified("project seed article", "due date and timeliness", "No statute was read for it.")),
        ]
        guard isInForce else { return LawBook.Act("The notice", rules) }
        func cite(_ section: String) -> Citation { Citation(CollectionAct.source, section) }
        rules += [
            LawBook.Rule(
                "noticeScope",
                "The act asks the notice of collectors, buyers of overdue claims, lawyers and banks, not of public "
                    + "authorities. By its words it does not reach a creditor that collects its own claims; that creditor "
                    + "sends it here all the same, because a payment order needs it whoever files (retsplejeloven § 477 b "
                    + "(2)).",
                cite("§§ 1, 2, 10")),
            LawBook.Rule(
                "goodPractice",
                "Collecting follows good practice, without unreasonable pressure, harm or inconvenience.",
                CollectionAct.goodPractice),
            LawBook.Rule(
                "noticeException",
                "Where the wait would put payment at risk, the case may go to court at once. A person decides that; this "
                    + "plug-in never does.",
                cite("§ 11")),
            LawBook.Rule(
                "visitNotice",
                "An uninvited visit to a place that is not public needs a written notice that has reached the debtor, sent "
                    + "after the deadline of § 10. It gives the place, the approximate time of day, and the collector's "
                    + "telephone and address. Where the debtor was not met, further visits need no new notice if it said so "
                    + "clearly.",
                CollectionAct.visitNotice),
            LawBook.Rule(
                "visitHours",
                "Visits on weekdays from 8 to 21 and on Saturdays from 8 to 16; never on Sundays, holidays, 5 June, 24 and 31 "
                    + "December. A natural person is visited at home only, one in business also there.",
                CollectionAct.visitTimes),
            LawBook.Rule(
                "visitArrival", "When a visit notice has arrived is for a person to confirm, or by setting.",
                Practice.visitNoticeArrives),
            LawBook.Rule(
                "collectorCard", "A visiting collector carries an ID card and shows it.",
                .unverified(
                    CollectionAct.source, "order under the act", "Which section of act or order says so was not noted.")
            ),
            LawBook.Rule(
                "repossession", "Taking goods back needs the debtor's written consent; this plug-in has no such step.",
                cite("§ 13")),
            LawBook.Rule(
                "clientMoney",
                "Unless agreed otherwise, money collected is kept apart, paid into a bank at once and paid out without undue "
                    + "delay; its interest is the creditor's.",
                cite("§§ 14-16")),
            LawBook.Rule(
                "licence",
                "Collecting for others needs a licence of at most five years; lawyers and banks are bound by §§ 9-11, 12 "
                    + "(1)-(3), 13 and 29 only.",
                cite("§§ 1 (2), 3-8")),
            LawBook.Rule(
                "penalty",
                "Who takes another step before the notice's deadline has passed can be fined or imprisoned for up to four "
                    + "months.",
                cite("§§ 10 (1), 29")),
        ]
        return LawBook.Act("Inkassoloven, the act on debt collection", number: CollectionAct.source, rules)
    }
}

/// What the tenant says about visits.
struct Visits: Sendable {
    /// The time of day that a notice states.
    var timeOfDay = ContactHours(from: 16, until: 19)
    /// The weekdays after which a notice is held to have arrived; `nil`: a person must confirm it.
    var travelDays: Int?
    /// The collector's telephone.
    var phone = ""
    /// The collector's address.
    var address = ""

    /// Whether a notice can say all that § 12 asks for.
    var isComplete: Bool { !phone.isEmpty && !address.isEmpty }

    /// What the tenant's file may say.
    static let settings = [
        SettingDescription(
            key: "visitTimeOfDay", allowed: [], standard: "16-19",
            meaning: "The approximate time of day of visits, in full hours from 8 to 21; stated in the visit notice."),
        SettingDescription(
            key: "visitNoticeTravelDays", allowed: [], standard: "unknown",
            meaning:
                "Weekdays after which a visit notice is held to have reached the debtor; unknown: a person confirms."),
        SettingDescription(
            key: "collectorPhone", allowed: [], standard: "",
            meaning: "The collector's telephone number, for visit notices."),
        SettingDescription(
            key: "collectorAddress", allowed: [], standard: "",
            meaning: "The collector's address on one line, for visit notices."),
    ]

    /// Nothing but what is standard.
    init() {}

    /// Reads the tenant's settings.
    init(_ context: PluginContext) throws(PluginSettingError) {
        func refused(_ index: Int, _ text: String, _ form: String) -> PluginSettingError {
            PluginSettingError(key: Visits.settings[index].key, "“\(text)” cannot be used; write \(form).")
        }
        let hours = context.setting("visitTimeOfDay")
        let parts = hours.split(separator: "-").map { Int($0) ?? -1 }
        guard parts.count == 2, parts[0] >= 8, parts[0] < parts[1], parts[1] <= 21 else {
            throw refused(0, hours, "two full hours from 8 to 21, as in 16-19")
        }
        timeOfDay = ContactHours(from: parts[0], until: parts[1])
        let days = context.setting("visitNoticeTravelDays")
        if days != "unknown" {
            guard let number = Int(days), (1...30).contains(number) else {
                throw refused(1, days, "unknown or a number of weekdays from 1 to 30")
            }
            travelDays = number
        }
        phone = context.setting("collectorPhone")
        address = context.setting("collectorAddress")
    }
}
