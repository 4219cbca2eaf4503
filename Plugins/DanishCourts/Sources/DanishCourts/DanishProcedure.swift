import CourtPapers
import FordringKit

/// The procedures that this plug-in offers, in the order in which they are thought of.
enum DanishProcedure: String, CaseIterable {
    /// Betalingspåkrav, retsplejeloven chapter 44 a.
    case paymentOrder
    /// Fogedrekvisition, retsplejeloven chapters 45 and 46.
    case bailiffRequest
    /// Transfer to a lawyer, where a payment order cannot be had.
    case lawyerTransfer

    /// The kit's name.
    var kind: LegalProcedureKind { LegalProcedureKind(rawValue) }

    /// The procedure that a name means.
    ///
    /// - Throws: ``RuleGap`` for one that is not offered.
    static func named(_ kind: LegalProcedureKind, on day: CivilDate) throws(RuleGap) -> DanishProcedure {
        if let known = DanishProcedure(rawValue: kind.rawValue) { return known }
        throw RuleGap(
            rule: "procedures of the Danish courts", day: day, reason: "“\(kind)” is not one of them",
            cure: "Ask for one of: \(allCases.map(\.rawValue).joined(separator: ", ")).")
    }

    /// What the kit shows of it.
    var description: LegalProcedure {
        var description = LegalProcedure(
            kind: kind, names: names, next: next, questions: questions, citation: citation)
        // BEK 1558/2025: no documents go with a payment order. A lawsuit is where a dispute is decided.
        description.takesPapers = self != .paymentOrder
        description.takesDisputed = self == .lawyerTransfer
        description.bases = self == .bailiffRequest ? Enforcement.kinds.map(\.name) : []
        return description
    }

    private var names: [Language: String] {
        switch self {
        case .paymentOrder: [.danish: "Betalingspåkrav", .english: "Payment order"]
        case .bailiffRequest: [.danish: "Fogedrekvisition", .english: "Request to the bailiff court"]
        case .lawyerTransfer: [.danish: "Overgivelse til advokat", .english: "Transfer to a lawyer"]
        }
    }

    private var questions: [LabelledText] {
        switch self {
        case .paymentOrder: PaymentOrders.questions.map(\.asked) + [Venue.question.asked]
        case .bailiffRequest: Enforcement.questions + [Venue.question.asked]
        case .lawyerTransfer: LawyerTransfers.questions + [Venue.question.asked]
        }
    }

    private var citation: Citation {
        switch self {
        case .paymentOrder: PaymentOrders.chapter
        case .bailiffRequest: Enforcement.contents
        case .lawyerTransfer: LawyerTransfers.practice
        }
    }

    // MARK: The states

    /// The states that may follow each other.
    ///
    /// Wages are no state of these: Danish bailiff courts do not ordinarily attach them for private debt (recalled).
    /// The end may come from every state in which the court has the case: the debtor pays, the creditor withdraws.
    var next: [LegalState: [LegalState]] {
        switch self {
        case .paymentOrder:
            [
                .prepared: [.filed, .recalled],
                .filed: [.rejected, .served, .bankrupt, .closed],
                .rejected: [.closed],
                .served: [.objected, .decided, .bankrupt, .closed],
                // § 477 f: it goes on as a lawsuit where the creditor asked for that.
                .objected: [.decided, .bankrupt, .closed],
                // § 477 e: the case can be taken up again; or it goes on to execution without a new request.
                .decided: [.objected, .enforcementRequested, .bankrupt, .closed],
                .enforcementRequested: [.meetingCalled, .bankrupt, .closed],
                .meetingCalled: [.attached, .nothingFound, .bankrupt, .closed],
                .attached: [.sold, .bankrupt, .closed],
                .sold: [.closed],
                .nothingFound: [.bankrupt, .closed],
                .bankrupt: [.closed],
            ]
        case .bailiffRequest:
            [
                .prepared: [.filed, .recalled],
                .filed: [.rejected, .meetingCalled, .bankrupt, .closed],
                .rejected: [.closed],
                .meetingCalled: [.objected, .attached, .nothingFound, .bankrupt, .closed],
                .objected: [.meetingCalled, .attached, .bankrupt, .closed],
                .attached: [.sold, .bankrupt, .closed],
                .sold: [.closed],
                .nothingFound: [.bankrupt, .closed],
                .bankrupt: [.closed],
            ]
        case .lawyerTransfer:
            [
                .prepared: [.filed, .recalled],
                .filed: [.rejected, .served, .bankrupt, .closed],
                .rejected: [.closed],
                .served: [.objected, .decided, .bankrupt, .closed],
                .objected: [.decided, .bankrupt, .closed],
                .decided: [.bankrupt, .closed],
                .bankrupt: [.closed],
            ]
        }
    }

    /// The states in which somebody has the case and has not let go of it, so that it may not be filed a second time.
    ///
    /// After an insufficient meeting it may be, when § 490 lets it.
    func isPending(_ state: LegalState) -> Bool {
        switch state {
        case .prepared, .recalled, .rejected, .nothingFound, .closed: false
        case .filed, .served, .objected, .decided, .enforcementRequested, .meetingCalled, .attached, .wageDeduction,
            .sold, .bankrupt:
            true
        @unknown default: true
        }
    }

    // MARK: What comes next

    /// The procedure that is proposed after a state.
    func proposal(reaching state: LegalState) -> Explained<LegalProcedureKind>? {
        switch (self, state) {
        case (.paymentOrder, .rejected):
            DanishProcedure.propose(
                .paymentOrder, "The court rejects what is defective; the fault is mended and a new one is filed.",
                PaymentOrders.defects)
        case (.paymentOrder, .objected):
            DanishProcedure.propose(
                .lawyerTransfer,
                "The debtor objects: it is a lawsuit from here where that was asked for, and a lawyer conducts it.",
                PaymentOrders.objection)
        case (.paymentOrder, .decided):
            DanishProcedure.propose(
                .bailiffRequest,
                "The endorsed payment order has the effect of a judgment and can be enforced. No request is "
                    + "needed where the form asked to carry on to execution.", Enforcement.basis)
        case (.paymentOrder, .nothingFound), (.bailiffRequest, .nothingFound):
            DanishProcedure.propose(
                .bailiffRequest,
                "There was nothing to attach: a new meeting is held when 12 months have passed, unless there is "
                    + "reason to expect assets.", Enforcement.repeatedMeeting)
        case (.bailiffRequest, .rejected):
            DanishProcedure.propose(
                .bailiffRequest, "The request is mended and filed again.", Enforcement.contents)
        case (.lawyerTransfer, .decided):
            DanishProcedure.propose(
                .bailiffRequest, "The judgment can be enforced when its 14 days have passed.", Enforcement.earliest)
        default: nil
        }
    }

    private static func propose(
        _ procedure: DanishProcedure, _ reason: String, _ citation: Citation
    ) -> Explained<LegalProcedureKind> {
        Explained(procedure.kind, [ExplanationLine(reason, citation)])
    }

    /// How many days a state may last before a person looks; only where a section gives the figure.
    func followUpDays(in state: LegalState) -> Int? {
        switch (self, state) {
        case (.paymentOrder, .served): PaymentOrders.objectionDays
        // A month before the attachment of movables lapses, § 526.
        case (.paymentOrder, .attached), (.bailiffRequest, .attached): Enforcement.attachmentLastsDays - 30
        // From then on a new meeting can be had, § 490: 12 months are 366 days at the most.
        case (.paymentOrder, .nothingFound), (.bailiffRequest, .nothingFound): 366
        default: nil
        }
    }
}
