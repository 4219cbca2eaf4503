import FordringKit
import JobQueue
import Testing

/// Turns behind a reference: an expectation cannot change a value.
private final class Turns {
    private var turns = FairTurns()

    var waitingCount: Int { turns.waitingCount }
    var isEmpty: Bool { turns.isEmpty }

    @discardableResult
    func add(_ tenant: TenantID) -> Bool { turns.add(tenant) }

    func next() -> TenantID? { turns.next() }

    @discardableResult
    func end(_ tenant: TenantID, cost: Double, weight: Int = 1, hasWork: Bool) -> Bool {
        turns.end(tenant, cost: cost, weight: weight, hasWork: hasWork)
    }
}

@Suite struct `Turns over tenants` {
    private let (a, b, c): (TenantID, TenantID, TenantID)

    init() throws {
        a = try #require(TenantID("aa"))
        b = try #require(TenantID("bb"))
        c = try #require(TenantID("cc"))
    }

    /// The time that each tenant gets of one worker, when all always have work.
    private func shares(
        _ turns: Turns, rounds: Int, weights: [TenantID: Int] = [:], costs: [TenantID: Double] = [:]
    ) throws -> [TenantID: Double] {
        var shares: [TenantID: Double] = [:]
        for _ in 0..<rounds {
            guard let tenant = turns.next() else { throw Stop() }
            shares[tenant, default: 0] += costs[tenant] ?? 1
            turns.end(tenant, cost: costs[tenant] ?? 1, weight: weights[tenant] ?? 1, hasWork: true)
        }
        return shares
    }

    @Test func `are given to nobody where nobody has work`() {
        let turns = Turns()
        #expect(turns.next() == nil && turns.isEmpty && turns.waitingCount == 0)
    }

    @Test func `go round among equals`() throws {
        let turns = Turns()
        for tenant in [a, b, c] { #expect(turns.add(tenant)) }
        #expect(try shares(turns, rounds: 300) == [a: 100, b: 100, c: 100])
    }

    @Test func `share the time by weight`() throws {
        let turns = Turns()
        for tenant in [a, b, c] { turns.add(tenant) }
        let shares = try shares(turns, rounds: 600, weights: [a: 1, b: 2, c: 3])
        for (tenant, share) in [(a, 100.0), (b, 200), (c, 300)] { #expect(abs((shares[tenant] ?? 0) - share) <= 3) }
    }

    @Test func `share the time, not the number of turns`() throws {
        let turns = Turns()
        for tenant in [a, b] { turns.add(tenant) }
        let shares = try shares(turns, rounds: 1100, costs: [a: 10, b: 1])
        #expect(abs((shares[a] ?? 0) - (shares[b] ?? 0)) <= 20, "\(shares)")
    }

    @Test func `come soon to a newcomer, and not all at once`() throws {
        let turns = Turns()
        turns.add(a)
        turns.add(b)
        _ = try shares(turns, rounds: 1000)
        turns.add(c)
        var first: [TenantID] = []
        for _ in 0..<6 {
            let tenant = try #require(turns.next())
            first.append(tenant)
            turns.end(tenant, cost: 1, hasWork: true)
        }
        #expect(first.prefix(3).contains(c), "one job of a newcomer behind two with a hundred thousand")
        #expect(first.count { $0 == c } <= 3, "what it did not use before is not saved up")
    }

    @Test func `are not saved up by one that had nothing to do`() throws {
        let turns = Turns()
        turns.add(a)
        turns.add(b)
        let first = try #require(turns.next())
        #expect(first == a)
        #expect(!turns.end(a, cost: 1, hasWork: false), "it leaves the round")
        _ = try shares(turns, rounds: 1000)
        turns.add(a)
        let shares = try shares(turns, rounds: 100)
        #expect(abs((shares[a] ?? 0) - 50) <= 2)
    }

    /// Goal: who empties its queue with each turn, and comes back at once, gets no more than its share.
    @Test func `are no more for one that comes and goes than for one that stays`() throws {
        let turns = Turns()
        turns.add(a)
        turns.add(b)
        var shares: [TenantID: Double] = [:]
        for _ in 0..<2200 {
            let tenant = try #require(turns.next())
            let cost = tenant == a ? 10.0 : 1
            shares[tenant, default: 0] += cost
            turns.end(tenant, cost: cost, hasWork: tenant == b)
            turns.add(a)
        }
        let ratio = try #require(shares[a]) / (try #require(shares[b]))
        #expect(ratio < 1.1, "\(shares)")
        #expect(ratio > 0.9, "\(shares)")
    }

    @Test func `are one at a time for each tenant`() throws {
        let turns = Turns()
        turns.add(a)
        turns.add(b)
        #expect(turns.next() == a && turns.next() == b)
        #expect(turns.next() == nil && turns.waitingCount == 0 && !turns.isEmpty)
        #expect(!turns.add(a), "it is known")
        #expect(turns.next() == nil, "more work does not make it less busy")
        #expect(turns.end(a, cost: 1, hasWork: false), "work was announced while it was busy")
        #expect(turns.waitingCount == 1)
        #expect(turns.next() == a)
        #expect(!turns.end(a, cost: 1, hasWork: false), "what was announced before the turn is done with it")
        #expect(!turns.end(b, cost: 1, hasWork: false))
        #expect(turns.isEmpty)
    }

    @Test func `forget what was announced before a turn, and remember what came during it`() throws {
        let turns = Turns()
        turns.add(a)
        turns.add(a)
        #expect(turns.next() == a)
        #expect(!turns.end(a, cost: 1, hasWork: false))
        #expect(turns.next() == nil)
    }

    @Test func `bear an end that nobody began, a weight of nothing and a cost below zero`() throws {
        let turns = Turns()
        #expect(!turns.end(a, cost: 1, hasWork: true))
        turns.add(a)
        turns.add(b)
        #expect(turns.next() == a)
        turns.end(a, cost: -5, weight: 0, hasWork: true)
        let shares = try shares(turns, rounds: 10)
        #expect(abs((shares[a] ?? 0) - (shares[b] ?? 0)) <= 1)
    }
}
