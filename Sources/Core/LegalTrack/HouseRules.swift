package import Casework
package import FordringKit

/// What the house asks for before any hand-off, whatever a forum says.
///
/// A dispute is the forum's to judge: some procedures are for disputed claims.
package enum HouseRules {
    private static let citation = Citation("Fordring, rules of the house", "hand-off")

    /// Each rule, met or not.
    ///
    /// - Parameters:
    ///   - other: the number of an open hand-off of the same procedure.
    ///   - needsNotice: whether the country has a notice of collection, which comes before any court.
    package static func preconditions(
        _ facts: LegalFacts, _ explanation: CaseExplanation, other: Int64?, needsNotice: Bool, on day: CivilDate
    ) -> [Precondition] {
        let snapshot = explanation.record.snapshot
        func rule(_ name: String, _ meaning: String, from: CivilDate? = nil, unless obstacle: String?) -> Precondition {
            Precondition(name, meaning, obstacle.map { .notYet(from: from, by: $0) } ?? .met, citation)
        }
        var rules = [
            rule("caseOpen", "The case is open.", unless: snapshot.isClosed ? "it was closed" : nil),
            rule(
                "nothingOnItsWay", "No letter of the case waits to be sent.",
                unless: snapshot.unsentSteps.isEmpty
                    ? nil : "send the letters that wait ('fordring work --drain'), or withdraw them"),
            rule(
                "interestKnown", "What is owed is known to the day.",
                unless: explanation.interestGap.map { "\($0.reason). \($0.cure)" }),
            rule(
                "onlyOne", "No other hand-off of the procedure is open.",
                unless: other.map { "hand-off \($0) is open; end or recall it" }),
        ]
        // What a court or the debtor has settled already was noticed before that.
        if needsNotice, facts.basis == nil {
            let isNoticed = snapshot.facts.steps.contains { $0.kind == .collectionNotice && $0.sentOn != nil }
            rules.append(
                rule(
                    "noticed", "The debtor had the notice of collection.",
                    unless: isNoticed ? nil : "the notice of collection has not left the house"))
        }
        for kind in HoldKind.allCases where kind != .dispute {
            let holds = facts.holds.filter { $0.kind == kind && ($0.until ?? day) >= day }
            // An end without a day is one by an event.
            let isTimed = !holds.isEmpty && holds.allSatisfy { $0.until != nil }
            let last = isTimed ? holds.compactMap(\.until).max() : nil
            let words = words(kind)
            rules.append(
                rule(
                    "notHeld.\(kind.rawValue)", "No hold stands because \(words).", from: last?.adding(days: 1),
                    unless: holds.isEmpty
                        ? nil : last.map { "\(words) through \($0)" } ?? "\(words), until somebody lifts the hold"))
        }
        return rules
    }

    private static func words(_ kind: HoldKind) -> String {
        switch kind {
        case .dispute: "the debtor disputes it"
        case .estate: "the debtor has died"
        case .insolvency: "the debtor is bankrupt or in reconstruction"
        case .debtRelief: "debt relief was asked for or granted"
        case .minor: "the debtor is under age or has a guardian"
        case .vulnerable: "the debtor is in distress"
        case .identityTheft: "somebody else acted in the debtor's name"
        case .creditorWait: "the creditor asked to wait"
        @unknown default: kind.rawValue
        }
    }
}
