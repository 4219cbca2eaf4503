import FordringKit

/// The days on which Denmark, Greenland and the Faroe Islands rest.
///
/// Public holidays are days of the church's calendar, counted from Easter; banks close on a few more. What Greenland and
/// the Faroe Islands have besides is added to the Danish calendar: a day of rest too many only lengthens a deadline.
struct Holidays: Sendable {
    /// A part of the Kingdom with a calendar of its own.
    enum Region: Sendable {
        /// Denmark.
        case denmark
        /// Greenland.
        case greenland
        /// The Faroe Islands.
        case faroeIslands
    }

    /// Whose calendar it is.
    let region: Region

    /// One rule of the calendar, by which a day of some year is found.
    enum Rule: Int, Sendable, CaseIterable {
        /// 1 January.
        case newYear
        /// Three days before Easter.
        case maundyThursday
        /// Two days before Easter.
        case goodFriday
        /// The first Sunday after the first full moon of spring.
        case easterSunday
        /// One day after Easter.
        case easterMonday
        /// Store bededag, 26 days after Easter; in Denmark through 2023 only, abolished from 2024 by act 214/2023.
        case prayerDay
        /// 39 days after Easter.
        case ascension
        /// The day after Ascension, on which banks are closed.
        case dayAfterAscension
        /// 49 days after Easter.
        case whitSunday
        /// 50 days after Easter.
        case whitMonday
        /// 5 June, Grundlovsdag.
        case constitutionDay
        /// 24 December.
        case christmasEve
        /// 25 December.
        case christmasDay
        /// 26 December.
        case secondChristmasDay
        /// 31 December.
        case newYearsEve
        /// 6 January, in Greenland.
        case epiphany
        /// 21 June, Greenland's national day.
        case nationalDay
        /// 25 April, the flag's day in the Faroe Islands; half a day.
        case flagDay
        /// 28 July, the eve of Ólavsøka; half a day.
        case olavsokaEve
        /// 29 July, Ólavsøka.
        case olavsoka

        /// Whether it is a day that the church's calendar or a statute names, on which no deadline of forældelsesloven § 27
        /// ends and no visit of inkassoloven § 12 is paid; only banks rest on the day after Ascension.
        var isNamedByStatute: Bool { self != .dayAfterAscension }
    }

    /// The last year of Store bededag in Denmark; the act that abolished it does not extend to the other two.
    static let prayerDayThrough = 2023

    /// The rule that makes a day a day of rest, Sundays and Saturdays aside.
    func rule(on day: CivilDate) -> Rule? {
        let (year, month, dayOfMonth) = day.parts
        let easter = easterRule(on: day, year, month, dayOfMonth)
        if let easter { return easter }
        switch region {
        case .denmark: return nil
        case .greenland:
            switch (month, dayOfMonth) {
            case (1, 6): return .epiphany
            case (6, 21): return .nationalDay
            default: return nil
            }
        case .faroeIslands:
            switch (month, dayOfMonth) {
            case (4, 25): return .flagDay
            case (7, 28): return .olavsokaEve
            case (7, 29): return .olavsoka
            default: return nil
            }
        }
    }

    /// The rule of the Danish calendar.
    private func easterRule(on day: CivilDate, _ year: Int, _ month: Int, _ dayOfMonth: Int) -> Rule? {
        switch (month, dayOfMonth) {
        case (1, 1): return .newYear
        case (12, 24): return .christmasEve
        case (12, 25): return .christmasDay
        case (12, 26): return .secondChristmasDay
        case (12, 31): return .newYearsEve
        case (3...6, _): break  // Easter is from 22 March to 25 April, so Whit Monday is 14 June at the latest.
        default: return nil
        }
        switch CivilDate.easterSunday(year).days(to: day) {
        case -3: return .maundyThursday
        case -2: return .goodFriday
        case 0: return .easterSunday
        case 1: return .easterMonday
        case 26: return region != .denmark || year <= Holidays.prayerDayThrough ? .prayerDay : nil
        case 39: return .ascension
        case 40: return month == 6 && dayOfMonth == 5 ? .constitutionDay : .dayAfterAscension
        case 49: return .whitSunday
        case 50: return .whitMonday
        default: return month == 6 && dayOfMonth == 5 ? .constitutionDay : nil
        }
    }

    /// What the kit is told of a day.
    func holiday(on day: CivilDate) -> Holiday? {
        guard let rule = rule(on: day) else { return nil }
        switch region {
        case .denmark: return Holidays.danish[rule.rawValue]
        case .greenland: return Holidays.greenlandic[rule.rawValue]
        case .faroeIslands: return Holidays.faroese[rule.rawValue]
        }
    }

    /// Whether banks and offices rest; the same answer as the kit's, without making a text for it.
    func isRestDay(_ day: CivilDate) -> Bool {
        switch day.weekday {
        case .saturday, .sunday: true
        default: rule(on: day) != nil
        }
    }

    /// The first banking day from a day on, that day included.
    func bankingDay(onOrAfter day: CivilDate) -> CivilDate {
        var candidate = day
        while isRestDay(candidate) { candidate = candidate.adding(days: 1) }
        return candidate
    }

    /// The first day from a day on that is no Saturday, Sunday, public holiday, 5 June, 24 or 31 December.
    ///
    /// Forældelsesloven § 27 names these and no closing day of banks.
    func weekday(onOrAfter day: CivilDate) -> CivilDate {
        var candidate = day
        while candidate.weekday == .saturday || candidate.weekday == .sunday
            || rule(on: candidate)?.isNamedByStatute == true
        { candidate = candidate.adding(days: 1) }
        return candidate
    }

    private static let danish = described(prayerDay: Citation("act 214/2023; BEK 270/2023", "abolished from 2024"))
    private static let greenlandic = described(
        prayerDay: Citation("act 214/2023", "does not extend to Greenland"))
    private static let faroese = described(
        prayerDay: Citation("act 214/2023", "does not extend to the Faroe Islands"))

    private static func described(prayerDay: Citation) -> [Holiday] {
        Rule.allCases.map { rule in
            switch rule {
            case .newYear: byLaw("Nytårsdag")
            case .maundyThursday: byLaw("Skærtorsdag")
            case .goodFriday: byLaw("Langfredag")
            case .easterSunday: byLaw("Påskedag")
            case .easterMonday: byLaw("2. påskedag")
            case .prayerDay: Holiday(name: "Store bededag", isPublic: true, citation: prayerDay)
            case .ascension: byLaw("Kristi himmelfartsdag")
            case .dayAfterAscension:
                Holiday(name: "Dagen efter Kristi himmelfartsdag", isPublic: false, citation: closing)
            case .whitSunday: byLaw("Pinsedag")
            case .whitMonday: byLaw("2. pinsedag")
            case .constitutionDay: Holiday(name: "Grundlovsdag", isPublic: false, citation: deadlineDay)
            case .christmasEve: Holiday(name: "Juleaftensdag", isPublic: false, citation: deadlineDay)
            case .christmasDay: byLaw("Juledag")
            case .secondChristmasDay: byLaw("2. juledag")
            case .newYearsEve: Holiday(name: "Nytårsaftensdag", isPublic: false, citation: deadlineDay)
            case .epiphany: Holiday(name: "Helligtrekonger", isPublic: false, citation: libraryData)
            case .nationalDay: Holiday(name: "Ullortuneq", isPublic: false, citation: libraryData)
            case .flagDay: Holiday(name: "Flaggdagur", isPublic: false, citation: libraryData)
            case .olavsokaEve: Holiday(name: "Ólavsøkuaftan", isPublic: false, citation: libraryData)
            case .olavsoka: Holiday(name: "Ólavsøka", isPublic: true, citation: libraryData)
            }
        }
    }

    /// The days are those of the fact sheet, section 12; it names the acts on Store bededag only.
    private static func byLaw(_ name: String) -> Holiday {
        Holiday(
            name: name, isPublic: true,
            citation: Citation("calendar of public holidays (helligdage)", "as after act 214/2023"))
    }

    /// 5 June, 24 and 31 December are no public holidays, but deadlines and visits treat them as such by statute.
    ///
    /// That banks are closed on them is recalled, so the line as a bank closing day is unverified.
    private static let deadlineDay = Citation.unverified(
        "forældelsesloven, LBK 1238/2015; inkassoloven, LBK 1018/2014", "§ 27; § 12",
        "Treated as a holiday for those sections; that banks are closed is recalled.")

    private static let closing = Citation.unverified(
        "bank closing days", "", "Recalled; banks are closed on the day by custom.")

    private static let libraryData = Citation.unverified(
        "holidays 0.109 (a library's data)", "GL, FO", "Optional or half days among them; no statute was read.")
}

// MARK: - The book

extension Holidays {
    /// The calendar in the book of the law.
    var act: LawBook.Act {
        var rules = [
            LawBook.Rule(
                "holidays",
                "1 January; Maundy Thursday to Easter Monday; Ascension; Whit Sunday and Monday; 25 and 26 December.",
                Citation("calendar of public holidays (helligdage)", "as after act 214/2023")),
            LawBook.Rule(
                "bankingDays",
                "Banks also rest on the day after Ascension, on 5 June and on 24 and 31 December.", Holidays.closing),
        ]
        switch region {
        case .denmark:
            rules.append(
                LawBook.Rule(
                    "prayerDay", "Store bededag was a holiday through \(Holidays.prayerDayThrough).",
                    Citation("act 214/2023; BEK 270/2023", "abolished from 2024")))
        case .greenland:
            rules.append(
                LawBook.Rule(
                    "prayerDay", "Store bededag is still a holiday.",
                    Citation("act 214/2023", "does not extend to Greenland")))
            rules.append(LawBook.Rule("extraHolidays", "6 January and 21 June.", Holidays.libraryData))
        case .faroeIslands:
            rules.append(
                LawBook.Rule(
                    "prayerDay", "Store bededag is still a holiday.",
                    Citation("act 214/2023", "does not extend to the Faroe Islands")))
            rules.append(
                LawBook.Rule(
                    "extraHolidays", "25 April and 28 July, half days; 29 July (Ólavsøka); 24 and 31 December.",
                    Holidays.libraryData))
        }
        return LawBook.Act("Calendar", rules)
    }
}
