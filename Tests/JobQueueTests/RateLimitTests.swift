import DatabaseTesting
import Foundation
import JobQueue
import Testing

@Suite struct `A rate limit` {
    @Test(
        arguments: [
            ("500/hour", 500, 3_600_000, 50), ("60/minute", 60, 60_000, 6), ("10/second", 10, 1000, 1),
            ("2000/day", 2000, 86_400_000, 200), ("1/day", 1, 86_400_000, 1), ("19/hour", 19, 3_600_000, 1),
            ("20/hour", 20, 3_600_000, 2), ("100/second", 100, 1000, 10), ("6000/minute", 6000, 60_000, 600),
            ("360000/hour", 360_000, 3_600_000, 36_000), ("8640000/day", 8_640_000, 86_400_000, 864_000),
        ] as [(String, Int, Int64, Int)])
    func `is read with count, period and burst`(_ text: String, _ count: Int, _ period: Int64, _ burst: Int) throws {
        let limit = try #require(RateLimit(text))
        #expect(limit.count == count)
        #expect(limit.period.milliseconds == period)
        #expect(limit.burst == burst)
        #expect(limit.description == text)
        let coded = try JSONEncoder().encode([limit])
        #expect(try JSONDecoder().decode([RateLimit].self, from: coded) == [limit])
    }

    @Test(arguments: [
        "", "500", "500/", "/hour", "500/hours", "500/h", "0/hour", "-1/hour", "+5/hour", "1.5/hour", "500 / hour",
        "500/Hour", "500/hour/day", "101/second", "6001/minute", "360001/hour", "8640001/day", "99999999/day",
        "99999999999999999999/day", "٥/hour", "5/week",
    ])
    func `of another form or size is refused`(_ text: String) {
        #expect(RateLimit(text) == nil)
        let coded = try? JSONEncoder().encode([text])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([RateLimit].self, from: coded ?? Data()) }
    }

    @Test func `with zeros before the number is read as the number`() throws {
        #expect(try #require(RateLimit("0500/hour")).description == "500/hour")
    }
}

@Suite struct `A rate gate` {
    private let now: Int64 = 1_767_600_000_000

    private func gate(_ text: String) throws -> RateGate { RateGate(try #require(RateLimit(text))) }

    @Test func `that was never used admits one burst, then one at a time`() throws {
        var (count, gate, nextAt) = try gate("500/hour").admitted(now: now, wanted: 1000)
        // 500 an hour is one every 7.2 seconds.
        #expect(count == 50)
        #expect(nextAt == now + 7200)
        (count, gate, nextAt) = gate.admitted(now: now + 7199, wanted: 1000)
        #expect(count == 0)
        #expect(nextAt == now + 7200)
        (count, gate, nextAt) = gate.admitted(now: now + 7200, wanted: 1000)
        #expect(count == 1)
        #expect(nextAt == now + 14_400)
        (count, gate, nextAt) = gate.admitted(now: now + 7200 * 4, wanted: 2)
        #expect(count == 2)
        #expect(nextAt == now + 7200 * 4, "one is still free")
    }

    @Test func `admits no more than is wanted, and keeps what is not`() throws {
        var (count, gate, nextAt) = try gate("60/minute").admitted(now: now, wanted: 2)
        #expect(count == 2)
        #expect(nextAt == now)
        (count, gate, nextAt) = gate.admitted(now: now, wanted: 10)
        #expect(count == 4)
        #expect(nextAt == now + 1000)
    }

    @Test(arguments: [0, -5])
    func `of which nothing is wanted stays as it is`(_ wanted: Int) throws {
        let first = try gate("10/second").admitted(now: now, wanted: 1).gate
        let (count, gate, nextAt) = first.admitted(now: now + 10, wanted: wanted)
        #expect(count == 0)
        #expect(gate == first)
        #expect(nextAt == now + 100)
    }

    @Test func `with a burst of one spaces evenly`() throws {
        var gate = try gate("1/day")
        var time = now
        for day in 0..<5 {
            let answer = gate.admitted(now: time, wanted: 3)
            #expect(answer.count == 1)
            #expect(answer.nextAt == now + Int64(day + 1) * 86_400_000)
            gate = answer.gate
            time = answer.nextAt
        }
    }

    @Test(arguments: ["500/hour", "60/minute", "10/second", "2000/day", "7/second", "1/day"])
    func `is not locked by a clock that jumps back`(_ text: String) throws {
        let full = try gate(text).admitted(now: now, wanted: .max).gate
        let limit = full.limit
        let burstTime = (Int64(limit.burst) * limit.period.milliseconds + Int64(limit.count) - 1) / Int64(limit.count)
        for jump in [1, 3_600_000, 365 * 86_400_000, now] as [Int64] {
            let earlier = now - jump
            let (count, gate, nextAt) = full.admitted(now: earlier, wanted: 5)
            #expect(count == 0)
            #expect(gate.theoreticalArrival <= earlier + burstTime)
            #expect(nextAt <= earlier + burstTime)
            #expect(gate.admitted(now: nextAt, wanted: 5).count == 1)
        }
    }

    @Test func `is not opened by a clock that jumps forward for more than a burst`() throws {
        let full = try gate("500/hour").admitted(now: now, wanted: .max).gate
        let later = full.admitted(now: now + 365 * 86_400_000, wanted: .max)
        #expect(later.count == 50)
        #expect(later.gate.admitted(now: now + 365 * 86_400_000, wanted: .max).count == 0)
        // Back again, as after a clock that was wrong for a moment.
        let back = later.gate.admitted(now: now, wanted: 1)
        #expect(back.count == 0)
        #expect(back.nextAt <= now + 360_000)
    }

    @Test func `goes on with the number that a former limit left`() throws {
        let slow = try gate("1/day").admitted(now: now, wanted: 1).gate
        let fast = RateGate(try #require(RateLimit("60/minute")), theoreticalArrival: slow.theoreticalArrival)
        let (count, _, nextAt) = fast.admitted(now: now, wanted: 1)
        #expect(count == 0)
        #expect(nextAt == now + 1000, "the day that was left counts as a full burst of the new limit")
        #expect(fast.admitted(now: .zero, wanted: 1).count == 0)
        #expect(RateGate(fast.limit, theoreticalArrival: .min).admitted(now: now, wanted: 99).count == 6)
        #expect(RateGate(fast.limit, theoreticalArrival: .min).admitted(now: now, wanted: 0).nextAt == now)
        #expect(RateGate(fast.limit, theoreticalArrival: .max).admitted(now: now, wanted: 99).nextAt == now + 1000)
    }

    // Goal: whoever comes when, no stretch as long as the period sees more than count and burst, and who always comes at
    // `nextAt` gets nearly all of the count. Method: random arrivals, all windows that begin with an admission.
    @Test(arguments: randomSeeds(1, 2, 3))
    func `holds its limit in every window, and gives what it promises`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for text in ["7/second", "60/minute", "500/hour", "13/day", "100/second", "999/minute"] {
            var gate = try gate(text)
            let limit = gate.limit
            let period = limit.period.milliseconds
            var time = now
            var admissions: [(time: Int64, count: Int)] = []
            for _ in 0..<400 {
                let answer = gate.admitted(now: time, wanted: .random(in: 0...(2 * limit.count), using: &random))
                gate = answer.gate
                #expect(answer.nextAt >= time)
                if answer.nextAt > time {
                    #expect(gate.admitted(now: answer.nextAt - 1, wanted: 1).count == 0, "seed \(seed), \(text)")
                }
                #expect(gate.admitted(now: answer.nextAt, wanted: 1).count == 1, "seed \(seed), \(text)")
                if answer.count > 0 { admissions.append((time, answer.count)) }
                time = random.chance(50) ? answer.nextAt : time + .random(in: 0...(period / 20), using: &random)
            }
            for (index, first) in admissions.enumerated() {
                let window = admissions[index...].prefix { $0.time < first.time + period }
                let sum = window.reduce(0) { $0 + $1.count }
                #expect(sum <= limit.count + limit.burst, "seed \(seed), \(text) from \(first.time)")
            }
            var greedy = try self.gate(text)
            var sum = 0
            time = now
            while time < now + 3 * period {
                let answer = greedy.admitted(now: time, wanted: .max)
                sum += answer.count
                greedy = answer.gate
                time = max(answer.nextAt, time + 1)
            }
            // A spacing is at least 10 ms and rounds by less than one.
            #expect(sum >= 3 * limit.count * 9 / 10, "\(text): \(sum)")
            #expect(sum <= 3 * limit.count + limit.burst, "\(text): \(sum)")
        }
    }
}
