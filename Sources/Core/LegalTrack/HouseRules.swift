package import Casework
package import FordringKit

/// What the house asks for before any hand-off, whatever a forum says.
///
/// A dispute is the forum's to judge: some procedures are for disputed claims.
package enum HouseRules {
    private static let citation = Citation("Fordring, rules of the house", "hand-off")

    /// What a person is asked before any hand-off: there are no plans of payment in the books that could say it.
    package static let planQuestion = LabelledText("keptPlan", "Is a plan of payment agreed and kept: yes or no?")

    /// What the books say of a case beside its facts.
    package struct Situation: Sendable {
        package var procedure: LegalProcedure
        package var part: CasePart
        /// An open hand-off that stands in the way.
        package var other: Handoff?
        /// Whether the country has a notice of collection, which comes before any court.
        package var needsNotice: Bool
        /// Whether a court has ended the case, and nobody has looked why.
        package var mustLook: Bool
        /// The holds of disputes that are decided, and the debtor was not told.
        package var unansweredHolds: [Int64] = []
    }

    /// Whether a person has said that a plan is kept; `nil` where nobody has said anything.
    static func isOnKeptPlan(_ answers: [String: String]) -> Bool? {
        switch answers[planQuestion.label]?.lowercased() {
        case "no": false
        case "yes": true
        default: nil
        }
    }

    /// Each rule, met or not.
    package static func preconditions(
        _ facts: LegalFacts, _ explanation: CaseExplanation, _ situation: Situation, on day: CivilDate
    ) -> [Precondition] {
        let snapshot = explanation.record.snapshot
        func rule(_ name: String, _ meaning: String, from: CivilDate? = nil, unless obstacle: String?) -> Precondition {
            Precondition(name, meaning, obstacle.map { .notYet(from: from, by: $0) } ?? .met, citation)
        }
        var rules = [
            rule("caseOpen", "The case is open.", unless: snapshot.isClosed ? "it was closed" : nil),
            rule(
                "nothingOnItsWay", "No letter of the case waits to be sent.",
                unless: letterOnItsWay(snapshot)),
            rule(
                "interestKnown", "What is owed is known to the day.",
                unless: explanation.interestGap.map { "\($0.reason). \($0.cure)" }),
            rule(
                "onlyOne", "No other hand-off of the procedure is open, and none of the claims waits to be filed.",
                unless: situation.other.map { other in
                    other.state == .prepared && !other.isDeparting
                        ? "hand-off \(other.id) is open (\(other.procedure)); recall it"
                        : "hand-off \(other.id) is open (\(other.procedure)); end it"
                }),
            rule(
                "closingLookedAt", "Somebody has looked why a court ended the case without deciding it.",
                unless: situation.mustLook ? "see the task 'legalClosed' of the case, and finish it" : nil),
            rule(
                "notOnKeptPlan", "The debtor has no plan of payment that is kept.",
                unless: isOnKeptPlan(facts.answers).map { $0 ? "the plan must have ended or been broken" : nil }
                    ?? "somebody must say it: --answer \(planQuestion.label)=no"),
            pause(situation.part, on: day),
        ]
        rules += disputes(situation)
        // What a court or the debtor has settled already was noticed before that.
        let isSettled = facts.basis.map { situation.procedure.bases.contains($0.kind) } ?? false
        if situation.needsNotice, !isSettled {
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

    /// What is to be done about a letter that has not left, or of which that is not known.
    private static func letterOnItsWay(_ snapshot: CaseSnapshot) -> String? {
        if !snapshot.unsentSteps.isEmpty {
            return "send the letters that wait ('fordring work --drain'), or withdraw them"
        }
        guard let step = snapshot.leavingSteps.first else { return nil }
        return "the letter of step \(step) is leaving; wait until it is known whether it left ('fordring work --drain')"
    }

    /// The time after a hold in which the debtor may still act.
    private static func pause(_ part: CasePart, on day: CivilDate) -> Precondition {
        let pause = part.record.snapshot.standstill.pauses.filter { $0.resumesOn > day }
            .max { $0.resumesOn < $1.resumesOn }
        let line = pause?.lines.first
        return Precondition(
            "notPaused", "The time that the debtor has after a hold is over.",
            pause.map { pause in
                .notYet(from: pause.resumesOn, by: line?.text ?? "the end of the time after the hold")
            } ?? .met, line?.citation ?? citation)
    }

    /// Only what nobody disputes, where the procedure is not made for disputes.
    private static func disputes(_ situation: Situation) -> [Precondition] {
        guard !situation.procedure.takesDisputed else { return [] }
        let part = situation.part
        // Who was not told how it was decided still waits.
        func end(_ isMeant: (ClaimID?) -> Bool) -> String {
            let isDecided = part.record.snapshot.standstill.holds.allSatisfy { hold in
                hold.facts.kind != .dispute || !isMeant(hold.facts.claim)
                    || situation.unansweredHolds.contains(hold.id)
            }
            return isDecided ? "the answer to" : "the decision of"
        }
        return [
            Precondition(
                "undisputedRest", "Something of the case is not disputed.",
                part.isNothing ? .notYet(from: nil, by: "\(end { _ in true }) the dispute") : .met, citation),
            Precondition(
                "notDisputedInPart", "No claim that is handed over is disputed in part.",
                part.disputedInPart.isEmpty
                    ? .met
                    : .notYet(
                        from: nil,
                        by:
                            "\(end { $0.map(part.disputedInPart.contains) ?? false }) the dispute about a part of claim "
                            + part.disputedInPart.map(\.description).joined(separator: ", ")), citation),
        ]
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
