package import FordringKit

/// In what capacity somebody lifts a hold.
///
/// The command line asks for it and the audit trail keeps it beside the name of who acted; it is a statement of the person,
/// which whoever runs the host must see to.
package enum HoldLifter: String, Sendable, CaseIterable {
    /// Whoever works on cases.
    case `operator`
    /// The creditor, or an operator on the creditor's word.
    case creditor
    /// Who answers for the agency's cases as a whole.
    case administrator
    /// Nobody by themselves: the decision of the dispute does it.
    case disputeDecision
    /// Nobody: the last day of the hold has passed.
    case endDate
    /// Nobody: the case was closed.
    case caseClosed
    /// Nobody: the sale that held the case was called off.
    case saleEnded

    /// Whether a person can act in it.
    package var isCapacity: Bool {
        switch self {
        case .operator, .creditor, .administrator: true
        case .disputeDecision, .endDate, .caseClosed, .saleEnded: false
        }
    }
}

/// What holds of one kind need, and who may lift them.
package struct HoldRule: Sendable {
    package let kind: HoldKind
    package let meaning: String
    /// In which capacities it may be lifted before its last day.
    package let lifters: [HoldLifter]
    /// Whether it must have a last day.
    package let needsEndDate: Bool
    /// Whether it can stand on one claim; else it is the whole case's.
    package let mayCoverOneClaim: Bool

    /// Whether it protects a person, so that its end is no matter of course.
    package var isProtective: Bool { kind != .dispute && kind != .creditorWait }

    /// Whether its last day ends it; what only an administrator may lift stands until one does.
    package var endsByItself: Bool { lifters != [.administrator] }

    /// Whether it counts from the day on which it became so, also where that is learnt later.
    package var mayBeginEarlier: Bool {
        [.estate, .insolvency, .debtRelief, .minor].contains(kind)
    }

    /// How many days before its end a person hears of it; half of its time where that is shorter.
    ///
    /// A practice of this product.
    package static let noticeDays = 5

    /// Every kind, in the kit's order: the one place where it is declared who may lift what.
    package static let all: [HoldRule] = [
        HoldRule(
            kind: .dispute, meaning: "The debtor disputes the claim, or a part of it.",
            lifters: [.disputeDecision], needsEndDate: false, mayCoverOneClaim: true),
        HoldRule(
            kind: .estate, meaning: "The debtor has died, and the estate is being wound up.",
            lifters: [.administrator], needsEndDate: false, mayCoverOneClaim: false),
        HoldRule(
            kind: .insolvency, meaning: "The debtor is bankrupt or being reconstructed.",
            lifters: [.administrator], needsEndDate: false, mayCoverOneClaim: false),
        HoldRule(
            kind: .debtRelief, meaning: "Debt relief was asked for or granted.",
            lifters: [.administrator], needsEndDate: false, mayCoverOneClaim: false),
        HoldRule(
            kind: .minor, meaning: "The debtor is under age or has a guardian.",
            lifters: [.administrator], needsEndDate: false, mayCoverOneClaim: false),
        HoldRule(
            kind: .vulnerable, meaning: "The debtor is ill or in another distress that asks for patience.",
            lifters: [.operator, .administrator], needsEndDate: true, mayCoverOneClaim: false),
        HoldRule(
            kind: .identityTheft, meaning: "Somebody else acted in the debtor's name.",
            lifters: [.administrator], needsEndDate: false, mayCoverOneClaim: true),
        HoldRule(
            kind: .creditorWait, meaning: "The creditor asked to wait.",
            lifters: [.operator, .creditor, .administrator], needsEndDate: false, mayCoverOneClaim: true),
    ]

    /// The rule of a kind.
    ///
    /// - Throws: ``CaseworkRefusal`` for a kind of a newer kit that nobody has declared here.
    package static func of(_ kind: HoldKind) throws -> HoldRule {
        guard let rule = all.first(where: { $0.kind == kind }) else {
            throw CaseworkRefusal(.badHold, "Holds of the kind '\(kind.rawValue)' are not known to this host.")
        }
        return rule
    }

    /// Whether somebody may lift such a hold.
    package func allows(_ lifter: HoldLifter) -> Bool { lifters.contains(lifter) }
}
