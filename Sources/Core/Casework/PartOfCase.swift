package import FordringKit
import Ledger

/// A case without some of its claims: what a court gets where the others are disputed.
extension CaseRecord {
    /// The same case with some of its claims only: nothing that is about the others alone is left in it.
    ///
    /// Charges of a letter that was about claims which are left out only go with them, unless money has covered them.
    /// - Throws: ``MoneyError`` where the sums cannot be counted.
    package func only(_ taken: Set<ClaimID>) throws -> CaseRecord {
        let leftOut = Set(claims.map(\.id)).subtracting(taken)
        guard !leftOut.isEmpty else { return self }
        func isAboutOthers(_ claims: [ClaimID]) -> Bool { !claims.isEmpty && leftOut.isSuperset(of: claims) }
        let otherSteps = Set(steps.filter { isAboutOthers($0.claims) }.map(\.id))
        var snapshot = snapshot
        // What belongs to the whole case, and was charged by a letter that was about the others only.
        var dropped: Set<DebtComponent> = []
        for index in snapshot.balances.indices where snapshot.balances[index].claim == nil {
            let component = snapshot.balances[index].component
            var amount: Int64 = 0
            for (transfer, _) in transfers where isOf(transfer, otherSteps) && transfer.claim == nil {
                if transfer.debit.component == component { amount += transfer.amount.minorUnits }
                if transfer.credit.component == component { amount -= transfer.amount.minorUnits }
            }
            let rest = snapshot.balances[index].amount.minorUnits - amount
            guard amount > 0, rest >= 0 else { continue }
            snapshot.balances[index].amount = Money(minorUnits: rest, snapshot.facts.currency)
            dropped.insert(component)
        }
        func isLeftOut(_ transfer: Transfer) -> Bool {
            if let claim = transfer.claim { return leftOut.contains(claim) }
            return isOf(transfer, otherSteps)
                && [transfer.debit.component, transfer.credit.component].contains { $0.map(dropped.contains) ?? false }
        }
        snapshot.balances.removeAll { $0.amount.isZero || ($0.claim.map(leftOut.contains) ?? false) }
        snapshot.standstill.holds.removeAll { $0.facts.claim.map(leftOut.contains) ?? false }
        snapshot.standstill.pauses.removeAll { $0.claim.map(leftOut.contains) ?? false }
        snapshot.facts.claims.removeAll { leftOut.contains($0.id) }
        snapshot.facts.steps.removeAll { isAboutOthers($0.claims) }
        snapshot.facts.charges.removeAll { $0.claim.map(leftOut.contains) ?? false }
        snapshot.facts.holds.removeAll { $0.claim.map(leftOut.contains) ?? false }
        snapshot.facts.outstanding = try snapshot.balances.reduce(.zero(snapshot.facts.currency)) { try $0 + $1.amount }
        return CaseRecord(
            snapshot: snapshot, party: party, nextOn: nextOn, closedOn: closedOn, closeCode: closeCode,
            claims: claims.filter { taken.contains($0.id) }, events: events.filter { taken.contains($0.claim) },
            steps: steps.filter { !otherSteps.contains($0.id) }, transfers: transfers.filter { !isLeftOut($0.transfer) }
        )
    }

    private func isOf(_ transfer: Transfer, _ steps: Set<Int64>) -> Bool {
        if case .step(let step) = transfer.cause { steps.contains(step) } else { false }
    }
}
