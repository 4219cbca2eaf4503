import Database

/// How many jobs may still be begun by each channel, in one transaction.
struct Allowance {
    /// Stands for all channels together.
    static let all = "all"

    private let limits: [String: RateLimit]
    private let now: Timestamp
    private var gates: [String: RateGate] = [:]
    private var changed: Set<String> = []

    init(_ limits: [String: RateLimit], at now: Timestamp, _ transaction: ReadTransaction) throws {
        self.limits = limits
        self.now = now
        guard !limits.isEmpty else { return }
        var arrivals: [String: Int64] = [:]
        try transaction.query("SELECT channel, arrival FROM job_rate") { arrivals[$0.text(0)] = $0.integer(1) }
        for (channel, limit) in limits {
            let stored = RateGate(limit, theoreticalArrival: arrivals[channel] ?? 0)
            // After the clock went back the gate is cut down to now, and kept so: else it would stay shut until that time
            // comes again.
            let gate = stored.admitted(now: now.milliseconds, wanted: 0).gate
            if gate != stored { changed.insert(channel) }
            gates[channel] = gate
        }
    }

    /// The limits that hold for a channel.
    ///
    /// None for jobs that go by no channel: the daily run does not wait behind letters, and a letter counts once its channel is
    /// known.
    private func names(_ channel: String) -> [String] { channel.isEmpty ? [] : [channel, Allowance.all] }

    /// How many of those that are wanted may go at most.
    func most(_ wanted: Int, _ channel: String) -> Int {
        names(channel).compactMap { gates[$0]?.admitted(now: now.milliseconds, wanted: wanted).count }
            .reduce(wanted, min)
    }

    /// Lets one go.
    ///
    /// - Returns: whether it may.
    @discardableResult
    mutating func take(_ channel: String) -> Bool {
        guard most(1, channel) == 1 else { return false }
        for name in names(channel) {
            guard let gate = gates[name] else { continue }
            gates[name] = gate.admitted(now: now.milliseconds, wanted: 1).gate
            changed.insert(name)
        }
        return true
    }

    /// When the next may go.
    func next(_ channel: String) -> Timestamp {
        let times = names(channel).compactMap {
            gates[$0]?.admitted(now: now.milliseconds, wanted: 0).nextAt
        }
        return Timestamp(milliseconds: times.reduce(now.milliseconds, max))
    }

    /// Writes down what was used, and what was cut down.
    func keep(_ transaction: WriteTransaction) throws {
        for channel in changed.sorted() {
            try transaction.execute(
                """
                INSERT INTO job_rate (channel, arrival) VALUES ($1, $2)
                ON CONFLICT (channel) DO UPDATE SET arrival = excluded.arrival
                """,
                channel, gates[channel]?.theoreticalArrival ?? 0)
        }
    }
}
