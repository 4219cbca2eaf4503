import FordringKit

/// The sentences of decisions, made once for each law: what is asked of tens of thousands of cases builds no text.
struct ProcedureLines: Sendable {
    /// Why a step is taken.
    let overdue, notice, noticeOverrules, letter, cost, warned, costCovered, ownCollection, noInterest: ExplanationLine
    let noticeOver, noFee, feesExhausted, feeToday, noCost, mergedReminder, visit, noVisit, court,
        courtNeedsNotice: ExplanationLine
    /// Why nothing is done.
    let paid, smallRest, unsent, noticeUnsent: Decision
    private let causes: [ExplanationLine]

    /// Makes the sentences with the sections of a law.
    init(
        interest: InterestAct, collection: CollectionAct, costs: CostOrder, procedure: ProcedureAct,
        limitation: LimitationAct
    ) {
        let fee = interest.reminderFee.lines.last?.citation ?? interest.recoveryCosts
        overdue = ExplanationLine(
            "The last timely day has passed and the claim is not paid; a payment ordered on that day is timely, also when "
                + "it is booked later.",
            interest.dueDateStart)
        notice = ExplanationLine(
            collection.isInForce
                ? "The notice must be sent before any other step of collecting." : collection.noticeText,
            collection.notice)
        noticeOverrules = ExplanationLine(
            "The creditor's policy leaves the notice out, but the law requires it.", procedure.noticeBeforeCourt)
        noticeOver = ExplanationLine("The deadline of the collection notice has passed.", collection.notice)
        noFee = ExplanationLine("The creditor asks for no reminder fee.", Practice.policy)
        feesExhausted = ExplanationLine(
            "As many fees as are allowed were charged already, so this letter carries none.", fee)
        feeToday = ExplanationLine("Another letter of today carries the reminder fee, so this one carries none.", fee)
        mergedReminder = ExplanationLine(
            "The last reminder is merged into the notice; its fee and its limits are those of a reminder.",
            Practice.mergedReminder)
        letter = ExplanationLine(
            "The collection letter is the last demand before a court.", Practice.collectionLetter)
        cost = ExplanationLine(
            "The debtor bears reasonable and relevant costs of recovery, at most those of the table.",
            interest.recoveryCosts)
        warned = ExplanationLine("The notice warned of further costs and gave at least ten days.", costs.warning)
        costCovered = ExplanationLine(
            "What the table allows for the case was charged already.",
            costs.table.lines.first?.citation ?? costs.warning)
        ownCollection = ExplanationLine(
            "The creditor collects for itself, and then a cost is allowed for a voluntary settlement only.",
            costs.settlements.lines.first?.citation ?? costs.warning)
        noCost = ExplanationLine("The creditor asks for no collection cost.", Practice.policy)
        noInterest = ExplanationLine(
            "No late-payment interest is charged, because the rules on it are not known.", interest.dueDateStart)
        visit = ExplanationLine(
            "A visit needs a written notice, sent after the deadline of the collection notice.",
            CollectionAct.visitNotice)
        noVisit = ExplanationLine(
            "The policy asks for a visit notice; it must give the collector's telephone and address, and the settings "
                + "collectorPhone and collectorAddress are empty, so none was sent.",
            CollectionAct.visitNotice)
        court = ExplanationLine(
            "The deadline of the last letter has passed, and no step out of court is left.", procedure.court)
        courtNeedsNotice = ExplanationLine(
            "The notice that a court asks for was sent.", procedure.noticeBeforeCourt)

        paid = Decision(
            steps: [], reviewOn: nil,
            waiting: [ExplanationLine("Everything is paid; nothing may be demanded.", CollectionAct.goodPractice)])
        smallRest = Decision(
            steps: [], reviewOn: nil,
            waiting: [
                ExplanationLine(
                    "The principal is paid; a person decides about the rest of fees, costs and interest.",
                    Practice.smallRest)
            ])
        unsent = Decision(
            steps: [], reviewOn: nil,
            waiting: [
                ExplanationLine(
                    "A letter was decided and has not left the house; its deadline counts from the sending.",
                    collection.notice)
            ])
        noticeUnsent = Decision(
            steps: [], reviewOn: nil,
            waiting: [
                ExplanationLine(
                    "A notice to the debtor has not left the house; no other letter leaves before it.",
                    Practice.oneLetter)
            ])
        causes = Procedure.Cause.allCases.map { cause in
            switch cause {
            case .dueDate: ExplanationLine("The last timely day of payment has not passed.", interest.dueDateStart)
            case .reminderDeadline:
                ExplanationLine("The last day to pay of the reminder has not passed.", Practice.reminderDeadline)
            case .noticeDeadline:
                ExplanationLine("The last day to pay of the collection notice has not passed.", collection.notice)
            case .letterDeadline:
                ExplanationLine("The last day to pay of the collection letter has not passed.", Practice.letterDeadline)
            case .waitingDays: ExplanationLine("The creditor's waiting days have not passed.", Practice.policy)
            case .feeSpacing:
                ExplanationLine("Ten days have not gone by since the last reminder with a fee.", fee)
            case .restDay: ExplanationLine("The day is not a working day.", Practice.workingDays)
            case .sending:
                ExplanationLine("Today's letter must be sent, and its deadline must pass.", collection.notice)
            case .timeBarred: limitation.obstacle
            case .courtDecision:
                ExplanationLine("All steps out of court are taken; a person must decide on the court.", procedure.court)
            case .policyEnds:
                ExplanationLine("The creditor's policy has no further step; a person must decide.", Practice.policy)
            }
        }
    }

    /// The line of a cause, with the last day of waiting.
    func line(_ cause: Procedure.Cause, through day: CivilDate?) -> ExplanationLine {
        var line = causes[cause.rawValue]
        line.through = day
        return line
    }
}
