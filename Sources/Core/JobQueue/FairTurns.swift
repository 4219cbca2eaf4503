package import FordringKit

/// Whose turn it is among tenants with work: each gets workers' time in proportion to its weight.
///
/// Stride scheduling: a tenant's clock advances by the time that it was given, divided by its weight; the tenant whose
/// clock is furthest behind is next. One that had nothing to do does not save up time, and one that comes and goes does
/// not lose what it had too much. One turn of a tenant goes to one worker, so that its jobs stay in order. Knows no clock:
/// what a turn cost is told to it.
package struct FairTurns: Sendable {
    private struct Entry {
        /// How much it has had, weighted.
        var clock: Double
        var isBusy = false
        /// Whether more work was announced while it was busy.
        var hasMore = false
    }

    private var entries: [TenantID: Entry] = [:]
    /// The clock of the tenant that was last given a turn: where newcomers begin.
    private var clock = 0.0
    /// The clocks of tenants that left and are ahead of the others.
    private var left: [TenantID: Double] = [:]

    package init() {}

    /// Tenants that wait for a turn.
    package var waitingCount: Int { entries.count { !$0.value.isBusy } }

    package var isEmpty: Bool { entries.isEmpty }

    /// Says that a tenant has work.
    ///
    /// - Returns: whether it was not known before.
    @discardableResult
    package mutating func add(_ tenant: TenantID) -> Bool {
        if entries[tenant] != nil {
            entries[tenant]?.hasMore = true
            return false
        }
        entries[tenant] = Entry(clock: max(clock, left.removeValue(forKey: tenant) ?? clock))
        return true
    }

    /// Gives the next turn; ``end(_:cost:weight:hasWork:)`` must follow.
    package mutating func next() -> TenantID? {
        var first: (clock: Double, tenant: TenantID)?
        for (tenant, entry) in entries where !entry.isBusy {
            if let known = first, (known.clock, known.tenant.rawValue) < (entry.clock, tenant.rawValue) { continue }
            first = (entry.clock, tenant)
        }
        guard let (earliest, tenant) = first else { return nil }
        if earliest > clock {
            clock = earliest
            left = left.filter { $0.value > earliest }
        }
        entries[tenant]?.isBusy = true
        entries[tenant]?.hasMore = false
        return tenant
    }

    /// Ends a turn.
    ///
    /// - Parameters:
    ///   - cost: the time that it took, in any unit, over zero.
    ///   - weight: the tenant's weight, at least 1.
    ///   - hasWork: whether the tenant has more to do now.
    /// - Returns: whether it stays in the round.
    @discardableResult
    package mutating func end(_ tenant: TenantID, cost: Double, weight: Int = 1, hasWork: Bool) -> Bool {
        guard var entry = entries[tenant] else { return false }
        entry.clock += max(cost, 0) / Double(max(1, weight))
        guard hasWork || entry.hasMore else {
            entries[tenant] = nil
            if entry.clock > clock { left[tenant] = entry.clock }
            return false
        }
        entry.isBusy = false
        entries[tenant] = entry
        return true
    }
}
