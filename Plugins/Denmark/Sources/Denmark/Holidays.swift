import FordringKit

/// The days on which Denmark rests.
///
/// Public holidays are days of the church's calendar, counted from Easter; banks close on a few more.
enum Holidays {
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
        /// Store bededag, 26 days after Easter, through 2023 only: abolished from 2024 by act 214/2023.
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

        /// What the kit is told of the day.
        var holiday: Holiday { Holidays.described[rawValue] }
    }

    /// The last year of Store bededag.
    static let prayerDayThrough = 2023

    /// The rule that makes a day a day of rest, Sundays and Saturdays aside.
    static func rule(on day: CivilDate) -> Rule? {
        let (year, month, dayOfMonth) = day.parts
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
        case 26: return year <= prayerDayThrough ? .prayerDay : nil
        case 39: return .ascension
        case 40: return month == 6 && dayOfMonth == 5 ? .constitutionDay : .dayAfterAscension
        case 49: return .whitSunday
        case 50: return .whitMonday
        default: return month == 6 && dayOfMonth == 5 ? .constitutionDay : nil
        }
    }

    /// Whether banks and offices rest; the same answer as the kit's, without making a text for it.
    static func isRestDay(_ day: CivilDate) -> Bool {
        switch day.weekday {
        case .saturday, .sunday: true
        default: rule(on: day) != nil
        }
    }

    /// The first banking day from a day on, that day included.
    static func bankingDay(onOrAfter day: CivilDate) -> CivilDate {
        var candidate = day
        while isRestDay(candidate) { candidate = candidate.adding(days: 1) }
        return candidate
    }

    private static let described: [Holiday] = Rule.allCases.map { rule in
        switch rule {
        case .newYear: byLaw("Nytårsdag")
        case .maundyThursday: byLaw("Skærtorsdag")
        case .goodFriday: byLaw("Langfredag")
        case .easterSunday: byLaw("Påskedag")
        case .easterMonday: byLaw("2. påskedag")
        case .prayerDay:
            Holiday(
                name: "Store bededag", isPublic: true,
                citation: Citation("act 214/2023; BEK 270/2023", "abolished from 2024"))
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
}
