import Database

/// What the queue should be, kept by other means: no SQL, no events, lanes as lists, keys looked for by hand.
struct QueueModel {
    struct Entry: Equatable {
        var state: String
        var kind: String
        var channel = ""
        var priority: Int
        var runAt: Int64
        var lane: Int64?
        var openKey: String?
        var onceKey: String?
        var attempt = 0
        var failures = 0
        var owner: String?
        var leasedUntil: Int64?
        var isCalledOff = false
        var isUncertain = false
        var endedAt: Int64?

        var isEnded: Bool { ["done", "cancelled", "dead"].contains(state) }
    }

    /// A lane: who is at its head, and who waits behind.
    struct Lane {
        var head: Int64
        var behind: Set<Int64> = []
    }

    /// A job as a worker remembers it, also long after.
    struct Ticket: Equatable {
        let id: Int64
        let attempt: Int
        let owner: String
        let failures: Int
    }

    static let lease: Int64 = 60_000
    static let longestPause: Int64 = 4_500_000

    var jobs: [Int64: Entry] = [:]
    var lanes: [Int64: Lane] = [:]
    var pauses: Set<[String]> = []
    /// How many a minute may go, by channel; the burst is a tenth.
    let limits: [String: Int64]
    var gates: [String: Int64] = [:]
    var lastID: Int64 = 0
    var now: Int64

    init(now: Int64, limits: [String: Int64]) {
        self.now = now
        self.limits = limits
    }

    func isBehind(_ id: Int64) -> Bool {
        guard let lane = jobs[id]?.lane else { return false }
        return lanes[lane]?.behind.contains(id) ?? false
    }

    func holds(_ ticket: Ticket) -> Bool {
        guard let job = jobs[ticket.id] else { return false }
        return job.state == "running" && job.attempt == ticket.attempt && job.owner == ticket.owner
    }

    // MARK: Lanes

    private mutating func enter(_ id: Int64) {
        guard let number = jobs[id]?.lane else { return }
        if lanes[number] == nil { lanes[number] = Lane(head: id) } else { lanes[number]?.behind.insert(id) }
    }

    private mutating func leave(_ id: Int64) {
        guard let number = jobs[id]?.lane, var lane = lanes[number] else { return }
        if lane.head != id {
            lane.behind.remove(id)
            lanes[number] = lane
        } else if let next = lane.behind.min() {
            lane.behind.remove(next)
            lane.head = next
            lanes[number] = lane
        } else {
            lanes[number] = nil
        }
    }

    // MARK: Enqueuing

    private func other(than id: Int64?, _ job: Entry) -> Int64? {
        jobs.first { key, other in
            key != id
                && ((job.openKey != nil && other.openKey == job.openKey && !other.isEnded)
                    || (job.onceKey != nil && other.onceKey == job.onceKey && other.state != "cancelled"))
        }?.key
    }

    /// The number that the queue should answer, and whether it is a new one.
    mutating func enqueue(_ job: Entry) -> (id: Int64, isNew: Bool) {
        if let known = other(than: nil, job) { return (known, false) }
        lastID += 1
        jobs[lastID] = job
        enter(lastID)
        let isFirst = !isBehind(lastID)
        jobs[lastID]?.state = job.runAt <= now && isFirst ? "available" : "scheduled"
        return (lastID, true)
    }

    // MARK: Claiming

    private mutating func release(_ id: Int64, to state: String) {
        jobs[id]?.state = state
        jobs[id]?.owner = nil
        jobs[id]?.leasedUntil = nil
    }

    private mutating func lose(_ id: Int64) {
        release(id, to: "available")
        jobs[id]?.failures += 1
        jobs[id]?.isUncertain = true
    }

    @discardableResult
    mutating func expire() -> Int {
        var count = 0
        for (id, job) in jobs {
            guard let until = job.leasedUntil else { continue }
            jobs[id]?.leasedUntil = min(until, now + QueueModel.lease)
            if until <= now {
                lose(id)
                count += 1
            }
        }
        return count
    }

    mutating func recover(dead: Set<String>) -> Int {
        var count = expire()
        for (id, job) in jobs where dead.contains(job.owner ?? "") {
            lose(id)
            count += 1
        }
        return count
    }

    private func isHeldBack(_ job: Entry) -> Bool {
        [["", ""], [job.kind, ""], ["", job.channel], [job.kind, job.channel]].contains(where: pauses.contains)
    }

    private func spacing(_ channel: String) -> Int64 { 60_000 / (limits[channel] ?? 1) }
    private func burst(_ channel: String) -> Int64 { max(1, (limits[channel] ?? 1) / 10) }

    /// When the next of a channel may go.
    private func opens(_ channel: String) -> Int64 {
        var time = now
        for name in [channel, "all"] where limits[name] != nil && !channel.isEmpty {
            let stored = min(gates[name] ?? 0, now + spacing(name) * burst(name))
            time = max(time, stored + spacing(name) - spacing(name) * burst(name))
        }
        return time
    }

    mutating func claim(_ count: Int, _ owner: String) -> [Ticket] {
        expire()
        for (id, job) in jobs {
            var runAt = job.runAt
            if job.state == "retrying" { runAt = min(runAt, now + QueueModel.longestPause) }
            jobs[id]?.runAt = runAt
            if ["scheduled", "retrying"].contains(job.state), runAt <= now, !isBehind(id) {
                jobs[id]?.state = "available"
            }
        }
        let open = jobs.filter { $0.value.state == "available" && !isHeldBack($0.value) }
            .sorted { ($0.value.priority, $0.key) < ($1.value.priority, $1.key) }
        guard !open.isEmpty, count > 0 else { return [] }
        for name in limits.keys { gates[name] = min(gates[name] ?? 0, now + spacing(name) * burst(name)) }
        var taken: [Ticket] = []
        for (id, job) in open where taken.count < count && opens(job.channel) == now {
            if job.failures > 0, !taken.isEmpty { break }
            for name in [job.channel, "all"] where limits[name] != nil && !job.channel.isEmpty {
                gates[name] = max(gates[name] ?? 0, now) + spacing(name)
            }
            jobs[id]?.state = "running"
            jobs[id]?.owner = owner
            jobs[id]?.leasedUntil = now + QueueModel.lease
            jobs[id]?.attempt += 1
            taken.append(Ticket(id: id, attempt: job.attempt + 1, owner: owner, failures: job.failures))
            if job.failures > 0 { break }
        }
        return taken
    }

    // MARK: What workers and people do

    private mutating func end(_ id: Int64, _ state: String) {
        release(id, to: state)
        jobs[id]?.isCalledOff = false
        jobs[id]?.endedAt = now
        leave(id)
    }

    mutating func finish(_ ticket: Ticket) -> Bool {
        guard holds(ticket) else { return false }
        end(ticket.id, "done")
        return true
    }

    mutating func endAsCancelled(_ ticket: Ticket) -> Bool {
        guard holds(ticket) else { return false }
        end(ticket.id, "cancelled")
        return true
    }

    /// The fate, and by how much the next attempt may be put off.
    mutating func fail(
        _ ticket: Ticket, failuresMax: Int, permanently: Bool, mayHaveHappened: Bool
    ) -> (fate: String, pause: ClosedRange<Int64>) {
        guard holds(ticket), let job = jobs[ticket.id] else { return ("notOurs", 0...0) }
        jobs[ticket.id]?.failures += 1
        jobs[ticket.id]?.isUncertain = mayHaveHappened
        if job.isCalledOff, !mayHaveHappened {
            end(ticket.id, "cancelled")
            return ("cancelled", 0...0)
        }
        if job.isCalledOff || permanently || job.failures + 1 >= failuresMax {
            end(ticket.id, "dead")
            return ("dead", 0...0)
        }
        release(ticket.id, to: "retrying")
        var pause: Int64 = 30
        for _ in 0..<job.failures { pause = min(pause * 2, 3600) }
        return ("retried", pause * 750...pause * 1250)
    }

    mutating func snooze(_ ticket: Ticket, until: Int64?, channel: String?) -> Bool {
        guard holds(ticket), let job = jobs[ticket.id] else { return false }
        release(ticket.id, to: "scheduled")
        jobs[ticket.id]?.runAt = job.isCalledOff ? now : until ?? now
        if let channel { jobs[ticket.id]?.channel = channel }
        return true
    }

    mutating func handBack(_ ticket: Ticket) {
        if holds(ticket) { release(ticket.id, to: "available") }
    }

    mutating func renew(_ ticket: Ticket) -> String {
        guard holds(ticket) else { return "lost" }
        jobs[ticket.id]?.leasedUntil = now + QueueModel.lease
        return jobs[ticket.id]?.isCalledOff == true ? "calledOff" : "held"
    }

    mutating func cancel(_ id: Int64) -> String {
        guard let job = jobs[id], !job.isEnded else { return "notOpen" }
        if job.state == "running" || job.isUncertain || job.isCalledOff {
            if job.state != "running", !job.isCalledOff { jobs[id]?.runAt = now }
            jobs[id]?.isCalledOff = true
            return "requested"
        }
        end(id, "cancelled")
        return "cancelled"
    }

    mutating func retry(_ id: Int64) -> Bool {
        guard let job = jobs[id], ["scheduled", "retrying", "dead", "cancelled"].contains(job.state) else {
            return false
        }
        if job.isEnded {
            if other(than: id, job) != nil { return false }
            enter(id)
        }
        let waits = job.isEnded || isBehind(id)
        jobs[id]?.state = waits ? "scheduled" : "available"
        jobs[id]?.runAt = now
        jobs[id]?.failures = 0
        jobs[id]?.isCalledOff = false
        jobs[id]?.endedAt = nil
        return true
    }

    mutating func settle(_ id: Int64) -> Bool {
        guard jobs[id]?.state == "dead" else { return false }
        jobs[id]?.state = "done"
        return true
    }

    mutating func prune(before time: Int64) -> Int {
        let old = jobs.filter { ["done", "cancelled"].contains($0.value.state) && $0.value.endedAt ?? time < time }.keys
        for id in old { jobs[id] = nil }
        return old.count
    }

    /// When a worker should look.
    var nextDue: Int64? {
        jobs.compactMap { id, job -> Int64? in
            switch job.state {
            case "available": isHeldBack(job) ? nil : opens(job.channel)
            case "scheduled": isBehind(id) ? nil : job.runAt
            case "retrying": min(job.runAt, now + QueueModel.longestPause)
            case "running": min(job.leasedUntil ?? now, now + QueueModel.lease)
            default: nil
            }
        }.min()
    }
}
