/// How much may happen in a period: `500/hour`.
package struct RateLimit: Sendable, Hashable, CustomStringConvertible {
    /// The periods that a limit can be for.
    package enum Period: String, Sendable, CaseIterable {
        case second
        case minute
        case hour
        case day

        package var milliseconds: Int64 {
            switch self {
            case .second: 1000
            case .minute: 60_000
            case .hour: 3_600_000
            case .day: 86_400_000
            }
        }
    }

    /// At least 1.
    package let count: Int
    package let period: Period

    /// The most that a limit can allow in a second; a gate counts in milliseconds and must not round much away.
    package static let perSecondMax: Int64 = 100
    /// What a limit's text may be, for messages.
    package static let allowed =
        "a number, / and second, minute, hour or day, such as 500/hour; at most \(perSecondMax) a second"

    /// Reads `500/hour`; `nil` for anything else, for none at all and for more than ``perSecondMax`` a second.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...7).contains(parts[0].utf8.count),
            parts[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let count = Int(parts[0]), let period = Period(rawValue: String(parts[1])), count >= 1,
            Int64(count) <= period.milliseconds / 1000 * RateLimit.perSecondMax
        else { return nil }
        self.count = count
        self.period = period
    }

    /// How many may happen at once after a pause: a tenth of the count, at least one.
    ///
    /// So in any stretch as long as the period at most `count + burst` happen, and on the average never more than `count`.
    package var burst: Int { max(1, count / 10) }

    /// The text that it is read from.
    package var description: String { "\(count)/\(period.rawValue)" }
}

extension RateLimit: Codable {
    /// Reads the text of a limit.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let limit = RateLimit(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no rate")
        }
        self = limit
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What a rate limit remembers between two uses: one number (the generic cell rate algorithm, GCRA).
///
/// Times are milliseconds since 1970, as ``Database/Timestamp`` has them. The gate reads no clock and trusts none. After a
/// jump back it is shut for no longer than the burst takes at the limit's pace, since what is stored is cut down to that;
/// after a jump forward it admits one burst, since pauses do not add up. Spacings round up, so that the limit holds.
package struct RateGate: Sendable, Hashable {
    package let limit: RateLimit
    /// When the next one would come if all came evenly; in the past after a pause, 0 for a gate that was never used.
    package let theoreticalArrival: Int64

    package init(_ limit: RateLimit, theoreticalArrival: Int64 = 0) {
        self.limit = limit
        self.theoreticalArrival = theoreticalArrival
    }

    /// How many of those that wait may go now.
    ///
    /// - Returns: their number, the gate to be stored once they have gone, and the first time at which one more may go; that
    ///   is `now` where one may still.
    package func admitted(now: Int64, wanted: Int) -> (count: Int, gate: RateGate, nextAt: Int64) {
        let period = limit.period.milliseconds
        let count = Int64(limit.count)
        let burst = Int64(limit.burst)
        func spacing(_ number: Int64) -> Int64 { (number * period + count - 1) / count }
        let stored = min(theoreticalArrival, now + spacing(burst))
        let ahead = max(stored, now) - now
        let used = (ahead * count + period - 1) / period
        let admitted = max(0, min(Int64(wanted), burst - used))
        let arrival = admitted == 0 ? stored : now + ahead + spacing(admitted)
        return (
            Int(admitted), RateGate(limit, theoreticalArrival: arrival),
            max(now, max(arrival, now) - (burst - 1) * period / count)
        )
    }
}
