package import FordringKit
import Ledger

/// What a case owes on a day, line by line: every booking with the computation that made it, and what has accrued since.
package struct CaseExplanation: Sendable {
    /// Something that changed what is owed.
    package struct Entry: Sendable {
        /// What made it.
        package enum Kind: String, Sendable {
            /// The claim came in.
            case claim
            /// A step charged it, or it was laid out to a court.
            case charged
            /// Money was spread over the debt.
            case paid
            /// The creditor took the claim back, or a part of it.
            case credited
            /// A payment of an earlier day made it too high.
            case corrected
            /// An earlier entry was reversed, because its letter was not sent.
            case takenBack
            /// It has accrued and no letter has charged it yet.
            case accrued
        }

        package let kind: Kind
        /// The day that it counts from.
        package let on: CivilDate
        /// What it adds to the debt; negative where it makes it smaller.
        package let amount: Money
        package let lines: [ExplanationLine]
    }

    /// One component of what is owed on a claim.
    package struct Part: Sendable {
        package let component: DebtComponent
        package var entries: [Entry] = []
        /// The sum of the entries.
        package var owed: Money
    }

    /// What belongs to one claim, or to the whole case.
    package struct Share: Sendable {
        /// `nil` for what belongs to the whole case.
        package let claim: ClaimID?
        package var parts: [Part] = []
        /// The sum of the parts.
        package var owed: Money
    }

    /// Until when a claim can be enforced.
    package struct Limitation: Sendable {
        package let claim: ClaimID
        /// The last day, `nil` where the country's plug-in does not say.
        package let answer: Result<Explained<CivilDate>?, RuleGap>
    }

    package let record: CaseRecord
    package let day: CivilDate
    /// The claims by number, then what belongs to the whole case.
    package private(set) var shares: [Share] = []
    /// All that is owed on the day; what the books have and what has accrued.
    package private(set) var owed: Money
    /// How much of it has accrued and is not charged.
    package private(set) var accrued: Money
    /// Why it is not known what has accrued.
    package private(set) var interestGap: RuleGap?
    /// Of the claims that are not paid.
    package let limitations: [Limitation]
    /// What the rules say about the day.
    package let decision: Result<Decision, RuleGap>

    /// Explains a case on a day, or on the last day on which something was booked if that is later.
    ///
    /// - Throws: ``CaseRulesFault`` where the plug-in gives no answer; ``MoneyError`` where the sums cannot be counted.
    package init(_ record: CaseRecord, _ rules: CaseRules, on day: CivilDate) throws {
        let snapshot = record.snapshot
        let currency = snapshot.facts.currency
        self.record = record
        let booked = record.transfers.map(\.transfer.bookedOn).max() ?? day
        self.day = max(day, booked, snapshot.interestChargedOn ?? day)
        owed = .zero(currency)
        accrued = .zero(currency)
        limitations = snapshot.facts.claims.filter(\.outstandingPrincipal.isPositive).map { claim in
            Limitation(claim: claim.id, answer: Limitations.of(claim, rules, on: day))
        }
        decision = try snapshot.decision(rules, on: self.day)
        for (transfer, lines) in record.transfers { try add(transfer, lines) }
        if !snapshot.isClosed {
            do {
                for charge in try rules.jurisdiction.interest(on: snapshot.facts, through: self.day) {
                    accrued = try accrued + charge.amount.value
                    try add(
                        Entry(kind: .accrued, on: self.day, amount: charge.amount.value, lines: charge.amount.lines),
                        charge.component, charge.claim)
                }
            } catch let gap as RuleGap {
                interestGap = gap
            }
        }
        for claim in snapshot.facts.claims where !shares.contains(where: { $0.claim == claim.id }) {
            shares.append(Share(claim: claim.id, owed: .zero(currency)))
        }
        shares.sort { ($0.claim?.rawValue ?? .max) < ($1.claim?.rawValue ?? .max) }
        for index in shares.indices { shares[index].sortParts() }
    }

    private mutating func add(_ transfer: Transfer, _ lines: [ExplanationLine]) throws {
        let kind: Entry.Kind =
            if transfer.reverses != nil {
                .takenBack
            } else {
                switch transfer.cause {
                case .claim: .claim
                case .creditNote, .dispute: .credited
                case .step, .legal: .charged
                case .payment: .paid
                case .correction: .corrected
                }
            }
        for (component, isDebit) in [(transfer.debit.component, true), (transfer.credit.component, false)] {
            guard let component else { continue }
            let zero = Money.zero(transfer.amount.currency)
            let amount = isDebit ? transfer.amount : try zero - transfer.amount
            try add(Entry(kind: kind, on: transfer.bookedOn, amount: amount, lines: lines), component, transfer.claim)
        }
    }

    private mutating func add(_ entry: Entry, _ component: DebtComponent, _ claim: ClaimID?) throws {
        let zero = Money.zero(owed.currency)
        let index =
            shares.firstIndex { $0.claim == claim }
            ?? {
                shares.append(Share(claim: claim, owed: zero))
                return shares.count - 1
            }()
        let part =
            shares[index].parts.firstIndex { $0.component == component }
            ?? {
                shares[index].parts.append(Part(component: component, owed: zero))
                return shares[index].parts.count - 1
            }()
        shares[index].parts[part].entries.append(entry)
        shares[index].parts[part].owed = try shares[index].parts[part].owed + entry.amount
        shares[index].owed = try shares[index].owed + entry.amount
        owed = try owed + entry.amount
    }
}

extension CaseExplanation.Share {
    /// In the order of the components.
    fileprivate mutating func sortParts() {
        let order = DebtComponent.allCases
        parts.sort { (order.firstIndex(of: $0.component) ?? 0) < (order.firstIndex(of: $1.component) ?? 0) }
    }
}
