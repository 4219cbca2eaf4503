import FordringKit

/// The days on which Norway rests, by the acts of 1995 and 1947.
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
        /// 1 May.
        case labourDay
        /// 17 May.
        case constitutionDay
        /// 39 days after Easter.
        case ascension
        /// 49 days after Easter.
        case whitSunday
        /// 50 days after Easter.
        case whitMonday
        /// 25 December.
        case christmasDay
        /// 26 December.
        case secondChristmasDay

        /// What the kit is told of the day.
        var holiday: Holiday { Holidays.described[rawValue] }
    }

    /// § 2 of the act of 1995: the days of the church's calendar.
    static let churchDays = Citation("helligdagsloven, lov 1995 nr. 12", "§ 2")
    /// The act of 1947 on 1 and 17 May.
    static let officialDays = Citation("lov 1947 nr. 1", "1 and 17 May")

    /// The rule that makes a day a holiday, Sundays and Saturdays aside.
    ///
    /// 1 and 17 May keep their own name where a day of the church falls on them.
    static func rule(on day: CivilDate) -> Rule? {
        let (year, month, dayOfMonth) = day.parts
        switch (month, dayOfMonth) {
        case (1, 1): return .newYear
        case (5, 1): return .labourDay
        case (5, 17): return .constitutionDay
        case (12, 25): return .christmasDay
        case (12, 26): return .secondChristmasDay
        case (3...6, _): break  // Easter is from 22 March to 25 April, so Whit Monday is 14 June at the latest.
        default: return nil
        }
        switch CivilDate.easterSunday(year).days(to: day) {
        case -3: return .maundyThursday
        case -2: return .goodFriday
        case 0: return .easterSunday
        case 1: return .easterMonday
        case 39: return .ascension
        case 49: return .whitSunday
        case 50: return .whitMonday
        default: return nil
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
        case .newYear: Holiday(name: "Første nyttårsdag", isPublic: true, citation: churchDays)
        case .maundyThursday: Holiday(name: "Skjærtorsdag", isPublic: true, citation: churchDays)
        case .goodFriday: Holiday(name: "Langfredag", isPublic: true, citation: churchDays)
        case .easterSunday: Holiday(name: "Første påskedag", isPublic: true, citation: churchDays)
        case .easterMonday: Holiday(name: "Andre påskedag", isPublic: true, citation: churchDays)
        case .labourDay: Holiday(name: "Arbeidernes dag", isPublic: true, citation: officialDays)
        case .constitutionDay: Holiday(name: "Grunnlovsdagen", isPublic: true, citation: officialDays)
        case .ascension: Holiday(name: "Kristi himmelfartsdag", isPublic: true, citation: churchDays)
        case .whitSunday: Holiday(name: "Første pinsedag", isPublic: true, citation: churchDays)
        case .whitMonday: Holiday(name: "Andre pinsedag", isPublic: true, citation: churchDays)
        case .christmasDay: Holiday(name: "Første juledag", isPublic: true, citation: churchDays)
        case .secondChristmasDay: Holiday(name: "Andre juledag", isPublic: true, citation: churchDays)
        }
    }
}
