import CourtPapers
import FordringKit

/// The procedures that this plug-in offers, in the order in which they are thought of.
enum NorwegianProcedure: String, CaseIterable {
    /// Forliksklage, tvisteloven chapter 6.
    case conciliation
    /// Utleggsbegjæring, tvangsfullbyrdelsesloven chapter 7.
    case attachment
    /// Begjæring om tvangssalg of what was attached.
    case forcedSale
    /// Konkursvarsel, konkursloven § 63.
    case bankruptcyNotice
    /// Konkursbegjæring, konkursloven § 66.
    case bankruptcyPetition
    /// Konkursåpning, konkursloven §§ 70 and 72: the record of the hearing and the ruling.
    case bankruptcyOpening

    /// The kit's name.
    var kind: LegalProcedureKind { LegalProcedureKind(rawValue) }

    /// The procedure that a name means.
    ///
    /// - Throws: ``RuleGap`` for one that is not offered.
    static func named(_ kind: LegalProcedureKind, on day: CivilDate) throws(RuleGap) -> NorwegianProcedure {
        if let known = NorwegianProcedure(rawValue: kind.rawValue) { return known }
        throw RuleGap(
            rule: "procedures of the Norwegian courts", day: day, reason: "“\(kind)” is not one of them",
            cure: "Ask for one of: \(allCases.map(\.rawValue).joined(separator: ", ")).")
    }

    /// What the kit shows of it.
    var description: LegalProcedure {
        var procedure = LegalProcedure(
            kind: kind, names: names, next: next, questions: questions, citation: citation)
        procedure.bases = self == .attachment || self == .forcedSale ? EnforcementAct.kinds.map(\.name) : []
        return procedure
    }

    private var names: [Language: String] {
        switch self {
        case .conciliation: [.norwegian: "Forliksklage", .english: "Petition to the conciliation board"]
        case .attachment: [.norwegian: "Begjæring om utlegg", .english: "Request for attachment"]
        case .forcedSale: [.norwegian: "Begjæring om tvangssalg", .english: "Request for forced sale"]
        case .bankruptcyNotice: [.norwegian: "Konkursvarsel", .english: "Bankruptcy notice"]
        case .bankruptcyPetition: [.norwegian: "Konkursbegjæring", .english: "Bankruptcy petition"]
        case .bankruptcyOpening: [.norwegian: "Konkursåpning", .english: "Opening of bankruptcy"]
        }
    }

    private var questions: [LabelledText] {
        let own =
            switch self {
            case .conciliation: (DisputeAct.questions + [DisputeAct.invoiceQuestion]).map(\.asked)
            case .attachment: EnforcementAct.basisQuestions
            case .forcedSale: EnforcementAct.saleQuestions
            case .bankruptcyNotice: BankruptcyAct.noticeQuestions
            case .bankruptcyPetition: BankruptcyAct.petitionQuestions
            case .bankruptcyOpening: BankruptcyAct.openingQuestions
            }
        return own + [Venue.question.asked]
    }

    private var citation: Citation {
        switch self {
        case .conciliation: DisputeAct.contents
        case .attachment: EnforcementAct.contents
        case .forcedSale: EnforcementAct.realisation
        case .bankruptcyNotice: BankruptcyAct.notice
        case .bankruptcyPetition: BankruptcyAct.petition
        case .bankruptcyOpening: BankruptcyAct.ruling
        }
    }

    // MARK: The states

    /// The states that may follow each other.
    ///
    /// The end may come from every state in which somebody has the case: the debtor pays, the creditor withdraws.
    var next: [LegalState: [LegalState]] {
        switch self {
        case .conciliation:
            [
                .prepared: [.filed, .recalled],
                .filed: [.rejected, .served, .bankrupt, .closed],
                .rejected: [.closed],
                .served: [.objected, .meetingCalled, .decided, .bankrupt, .closed],
                .objected: [.meetingCalled, .decided, .bankrupt, .closed],
                .meetingCalled: [.decided, .bankrupt, .closed],
                // § 6-14: the judgment can be challenged; then the case is with the district court and a lawyer.
                .decided: [.objected, .bankrupt, .closed],
                .bankrupt: [.closed],
            ]
        case .attachment:
            [
                .prepared: [.filed, .recalled],
                .filed: [.rejected, .served, .bankrupt, .closed],
                .rejected: [.closed],
                .served: [.objected, .meetingCalled, .attached, .wageDeduction, .nothingFound, .bankrupt, .closed],
                .objected: [.meetingCalled, .attached, .wageDeduction, .nothingFound, .bankrupt, .closed],
                .meetingCalled: [.objected, .attached, .wageDeduction, .nothingFound, .bankrupt, .closed],
                .attached: [.wageDeduction, .bankrupt, .closed],
                .wageDeduction: [.attached, .bankrupt, .closed],
                .nothingFound: [.bankrupt, .closed],
                .bankrupt: [.closed],
            ]
        case .forcedSale:
            [
                .prepared: [.filed, .recalled],
                .filed: [.rejected, .served, .bankrupt, .closed],
                .rejected: [.closed],
                .served: [.objected, .meetingCalled, .sold, .nothingFound, .bankrupt, .closed],
                .objected: [.meetingCalled, .sold, .bankrupt, .closed],
                .meetingCalled: [.sold, .nothingFound, .bankrupt, .closed],
                .sold: [.closed],
                .nothingFound: [.bankrupt, .closed],
                .bankrupt: [.closed],
            ]
        case .bankruptcyNotice:
            [
                .prepared: [.filed, .recalled],
                .filed: [.rejected, .served, .bankrupt, .closed],
                .rejected: [.closed],
                .served: [.objected, .bankrupt, .closed],
                .objected: [.bankrupt, .closed],
                .bankrupt: [.closed],
            ]
        case .bankruptcyPetition, .bankruptcyOpening:
            [
                .prepared: [.filed, .recalled],
                .filed: [.rejected, .meetingCalled, .bankrupt, .closed],
                .rejected: [.closed],
                .meetingCalled: [.objected, .rejected, .bankrupt, .closed],
                .objected: [.meetingCalled, .rejected, .bankrupt, .closed],
                .bankrupt: [.closed],
            ]
        }
    }

    /// The states in which somebody has the case and has not let go of it.
    static func isPending(_ state: LegalState) -> Bool {
        switch state {
        case .prepared, .recalled, .rejected, .nothingFound, .closed: false
        case .filed, .served, .objected, .decided, .enforcementRequested, .meetingCalled, .attached, .wageDeduction,
            .sold, .bankrupt:
            true
        @unknown default: true
        }
    }

    /// Whether this procedure may go on from where another one stands.
    func goesOn(from other: NorwegianProcedure, in state: LegalState) -> Bool {
        switch (other, state) {
        case (.conciliation, .decided): self != .conciliation
        // § 7-7: an objection takes the request to the conciliation board.
        case (.attachment, .objected): self == .conciliation
        case (.attachment, .attached), (.attachment, .wageDeduction): self != .conciliation && self != .attachment
        case (.forcedSale, .sold): self != .conciliation && self != .forcedSale
        case (.bankruptcyNotice, .served): self == .bankruptcyPetition || self == .bankruptcyOpening
        case (.bankruptcyPetition, .filed), (.bankruptcyPetition, .meetingCalled): self == .bankruptcyOpening
        default: false
        }
    }

    // MARK: What comes next

    /// The procedure that is proposed after a state.
    func proposal(reaching state: LegalState) -> Explained<LegalProcedureKind>? {
        switch (self, state) {
        case (.conciliation, .rejected):
            propose(.conciliation, "What was missing is added, and the petition is filed again.", DisputeAct.contents)
        case (.conciliation, .decided):
            propose(
                .attachment, "The judgment or settlement is a ground for execution: attachment can be asked for.",
                EnforcementAct.generalGround)
        case (.attachment, .rejected):
            propose(.attachment, "What was missing is added, and the request is filed again.", EnforcementAct.contents)
        case (.attachment, .objected):
            propose(
                .conciliation, "The debtor objects: the request goes to the conciliation board.",
                EnforcementAct.objection)
        case (.attachment, .attached):
            propose(
                .forcedSale, "What was attached can be sold two weeks after the attachment.", EnforcementAct.realisation
            )
        case (.attachment, .nothingFound):
            propose(
                .bankruptcyNotice,
                "Nothing was found, and for three months insolvency is presumed: a debtor who must keep accounts "
                    + "can be given a bankruptcy notice.", BankruptcyAct.presumption)
        case (.bankruptcyNotice, .served):
            propose(
                .bankruptcyPetition,
                "When the two weeks of the notice have passed, the petition must reach the court within two more.",
                BankruptcyAct.notice)
        case (.bankruptcyPetition, .meetingCalled):
            propose(
                .bankruptcyOpening, "The court has called the hearing; its outcome is recorded.", BankruptcyAct.hearing)
        default: nil
        }
    }

    private func propose(
        _ procedure: NorwegianProcedure, _ reason: String, _ citation: Citation
    ) -> Explained<LegalProcedureKind> {
        Explained(procedure.kind, [ExplanationLine(reason, citation)])
    }

    /// How many days a state may last before a person looks; only where a section gives the figure.
    func followUpDays(in state: LegalState) -> Int? {
        switch (self, state) {
        case (.conciliation, .served): DisputeAct.replyDays
        // § 6-14: a month to challenge; 31 days are the longest.
        case (.conciliation, .decided): 31
        case (.attachment, .attached): EnforcementAct.realisationDays
        case (.bankruptcyNotice, .served): BankruptcyAct.noticeDays
        case (.bankruptcyPetition, .filed): BankruptcyAct.hearingDays
        default: nil
        }
    }
}
