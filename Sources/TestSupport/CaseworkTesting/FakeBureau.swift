package import FordringKit
import Synchronization

/// A credit bureau in memory with the promises of a real one, and the ways in which a real one keeps people waiting: slow,
/// answers twice, answers that are lost, rejects.
///
/// Its rules are small enough to be checked in the head: more than 10.00 is owed to the creditor, a letter warned at least
/// ten days and at most a hundred days ago, nothing holds the claim, no plan is kept, the debtor was told five to thirty days ago.
/// A registration may stand for 100 days; a deletion must be confirmed within three.
package final class FakeBureau: CreditBureau {
    /// What becomes of the next call of ``submit(_:)``, one each.
    package enum Fate: Sendable {
        /// Nothing is taken, and the bureau says so.
        case fails(DeliveryFailure)
        /// It is taken, and the answer is lost on the way.
        case answerIsLost
        /// An error that no contract allows, before anything is taken.
        case breaksBefore
        /// The same after it was taken.
        case breaksAfter
        /// It is taken, and then a failure is reported: a server that fails while it answers.
        case takesAndFails(DeliveryFailure)
    }

    /// A batch that the bureau has taken.
    package struct Taken: Sendable {
        package let key: String
        package let day: CivilDate
        package let registrations: [Int64]
        package let deletions: [RegistrationDeletion]
        package let changes: [RegistrationChange]
    }

    private struct State {
        var taken: [Taken] = []
        var receipts: [String: DeliveryReceipt] = [:]
        var register: [Int64: RegisterEntry] = [:]
        var answers: [BureauAnswer] = []
        var fates: [Fate] = []
        var rejects: Set<Int64> = []
        var forgotten: [String] = []
        var permits: [RegistrationPermit] = []
        var answersTwice = false
        var losesAnswers = false
        var cannotTell = false
        var givesNoList = false
        var listDay: CivilDate?
        var unreadable: [String] = []
        var takesChanges = false
        var refuses: Set<Int64> = []
        var hidesReceipts = false
        var unanswered: Set<ClaimID> = []
        var answersFail: DeliveryFailure?
        var onSubmit: (@Sendable (RegistrationBatch) -> Void)?
        var isBusy = false
        var wasCalledTogether = false
    }

    private struct Broken: Error {}

    private let state = Mutex(State())
    package let country: CountryCode
    package let name = "fake"

    package init(country: CountryCode = Testland.country) { self.country = country }

    // MARK: What a test does with it

    /// The batches that were taken, each once, oldest first.
    package var taken: [Taken] { state.withLock { $0.taken } }
    /// The numbers that have ever been taken for registration.
    package var registered: [Int64] { taken.flatMap(\.registrations) }
    /// The numbers that stand in the register.
    package var standing: [Int64] { state.withLock { $0.register.keys.sorted() } }
    package var forgotten: [String] { state.withLock { $0.forgotten } }
    /// The permits that it was handed, which must be dead by now.
    package var permits: [RegistrationPermit] { state.withLock { $0.permits } }
    /// Whether two workers called it at once.
    package var wasCalledTogether: Bool { state.withLock { $0.wasCalledTogether } }

    package func next(_ fates: Fate...) { state.withLock { $0.fates += fates } }
    package func reject(_ numbers: Int64...) { state.withLock { $0.rejects.formUnion(numbers) } }
    package func answerTwice() { state.withLock { $0.answersTwice = true } }
    package func loseAnswers(_ loses: Bool = true) { state.withLock { $0.losesAnswers = loses } }
    /// Has ``receipt(for:)`` fail.
    package func cannotTell(_ cannot: Bool = true) { state.withLock { $0.cannotTell = cannot } }
    package func giveNoList(_ none: Bool = true) { state.withLock { $0.givesNoList = none } }
    /// Dates the list; `nil` for a list without a day.
    package func dateList(_ day: CivilDate?) { state.withLock { $0.listDay = day } }
    /// Has something of the answers be unreadable, beside those that are read.
    package func garble(_ names: String...) { state.withLock { $0.unreadable = names } }
    package func takeChanges(_ takes: Bool = true) { state.withLock { $0.takesChanges = takes } }
    /// Refuses for good each batch in which one of the numbers is to be registered.
    package func refuse(_ numbers: Int64...) { state.withLock { $0.refuses = Set(numbers) } }
    /// Knows nothing of what it took, for a while.
    package func hideReceipts(_ hides: Bool = true) { state.withLock { $0.hidesReceipts = hides } }
    /// Has the rules no answer about a claim.
    package func knowNothing(of claims: ClaimID...) { state.withLock { $0.unanswered = Set(claims) } }
    package func dropAnswers() { state.withLock { $0.answers = [] } }
    package func failAnswers(_ failure: DeliveryFailure?) { state.withLock { $0.answersFail = failure } }
    /// Called within each submission, before anything is taken.
    package func onSubmit(_ body: (@Sendable (RegistrationBatch) -> Void)?) { state.withLock { $0.onSubmit = body } }
    /// Changes the register behind everybody's back.
    package func set(_ entry: RegisterEntry?, _ number: Int64) { state.withLock { $0.register[number] = entry } }
    package func say(_ answers: BureauAnswer...) { state.withLock { $0.answers += answers } }

    // MARK: Its rules

    package func preconditions(for facts: RegistrationFacts, on day: CivilDate) throws -> [Precondition] {
        if state.withLock({ $0.unanswered.contains(facts.claim) }) {
            throw RuleGap(rule: "the fake rules", day: day, reason: "nobody knows", cure: "Ask.")
        }
        func act(_ section: String) -> Citation { Citation("Fake Bureau Rules", section) }
        func waits(_ since: CivilDate?, _ days: Int, _ event: String) -> Precondition.Status {
            guard let since else { return .notYet(from: nil, by: event) }
            let from = since.adding(days: days)
            return day >= from ? .met : .notYet(from: from, by: "\(days) days since \(since)")
        }
        /// What is asked once only, and what is undone where it no longer holds.
        let upkeep: [String: Precondition.Upkeep] = [
            "overLeastAmount": .undoing, "warned": .nothing, "warnedLately": .nothing, "told": .nothing,
            "toldLately": .nothing, "notRegistered": .nothing,
        ]
        let isOver = facts.owedToCreditor.minorUnits > 1000
        let isWarnedLately = facts.warnedOn.map { $0.adding(days: 100) >= day } ?? true
        let all = [
            Precondition(
                "overLeastAmount", "More than 10.00 is owed.", isOver ? .met : .notYet(from: nil, by: "more debt"),
                act("1")),
            Precondition("warned", "A letter warned.", waits(facts.warnedOn, 10, "a warning"), act("2")),
            Precondition(
                "warnedLately", "The warning is fresh.",
                isWarnedLately ? .met : .notYet(from: nil, by: "another warning"), act("3")),
            Precondition(
                "notHeld", "Nothing holds it.",
                facts.holds.isEmpty ? .met : .notYet(from: nil, by: "the end of the hold"), act("4")),
            Precondition(
                "noPlan", "No plan is kept.", facts.isOnKeptPlan ? .notYet(from: nil, by: "the plan's end") : .met,
                act("5")),
            Precondition("told", "The debtor was told.", waits(facts.toldOn, 5, "the notice"), act("6")),
            Precondition(
                "toldLately", "The notice is fresh.",
                (facts.toldOn.map { $0.adding(days: 30) >= day } ?? true)
                    ? .met : .notYet(from: nil, by: "another notice"), act("6")),
            Precondition(
                "notRegistered", "It is not registered.",
                facts.isRegistered ? .notYet(from: nil, by: "its deletion") : .met, act("7")),
        ]
        return all.map { precondition in
            var precondition = precondition
            precondition.upkeep = upkeep[precondition.identifier] ?? precondition.upkeep
            return precondition
        }
    }

    package func expiry(of facts: RegistrationFacts, registeredOn day: CivilDate) throws -> Explained<CivilDate> {
        Explained(day.adding(days: 100), [ExplanationLine("A hundred days.", Citation("Fake Bureau Rules", "8"))])
    }

    package func deletionDeadline(
        _ reason: RegistrationDeletion.Reason, orderedOn day: CivilDate
    ) -> Explained<CivilDate> {
        Explained(day.adding(days: 3), [ExplanationLine("Three days.", Citation("Fake Bureau Rules", "9"))])
    }

    // MARK: Its transport

    package func submit(_ batch: RegistrationBatch) throws -> DeliveryReceipt {
        let (fate, hook) = state.withLock { state in
            state.wasCalledTogether = state.wasCalledTogether || state.isBusy
            state.isBusy = true
            state.permits += batch.registrations.map(\.permit)
            return (state.fates.isEmpty ? nil : state.fates.removeFirst(), state.onSubmit)
        }
        defer { state.withLock { $0.isBusy = false } }
        hook?(batch)
        switch fate {
        case .fails(let failure): throw failure
        case .breaksBefore: throw Broken()
        case .answerIsLost, .breaksAfter, .takesAndFails, nil: break
        }
        let refused = state.withLock { $0.refuses }
        if batch.registrations.contains(where: { refused.contains($0.number) }) {
            throw DeliveryFailure(.permanent, "a record has a fault")
        }
        let receipt = try take(batch)
        switch fate {
        case .answerIsLost: throw DeliveryFailure(.unknown, "the answer was lost")
        case .breaksAfter: throw Broken()
        case .takesAndFails(let failure): throw failure
        case .fails, .breaksBefore, nil: return receipt
        }
    }

    private func take(_ batch: RegistrationBatch) throws -> DeliveryReceipt {
        if batch.registrations.contains(where: { !$0.permit.isLive }) {
            throw DeliveryFailure(.permanent, "a permit is no longer in force")
        }
        return state.withLock { state in
            if let known = state.receipts[batch.idempotencyKey] { return known }
            let receipt = DeliveryReceipt(reference: "fake-\(batch.idempotencyKey)", sentOn: batch.day, details: [:])
            state.receipts[batch.idempotencyKey] = receipt
            state.taken.append(
                Taken(
                    key: batch.idempotencyKey, day: batch.day, registrations: batch.registrations.map(\.number),
                    deletions: batch.deletions, changes: batch.changes))
            for change in batch.changes { state.register[change.number]?.amount = change.amount }
            for registration in batch.registrations {
                let isRejected = state.rejects.contains(registration.number)
                if !isRejected {
                    state.register[registration.number] = RegisterEntry(
                        number: registration.number, amount: registration.amount, registeredOn: batch.day)
                }
                state.answers.append(
                    BureauAnswer(
                        identifier: "\(batch.idempotencyKey)-r\(registration.number)", number: registration.number,
                        outcome: isRejected ? .refused("the debtor is not known") : .registered, on: batch.day))
            }
            for deletion in batch.deletions {
                state.register[deletion.number] = nil
                state.answers.append(
                    BureauAnswer(
                        identifier: "\(batch.idempotencyKey)-d\(deletion.number)", number: deletion.number,
                        outcome: .deleted, on: batch.day))
            }
            return receipt
        }
    }

    package func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? {
        try state.withLock { state in
            if state.cannotTell { throw DeliveryFailure(.unknown, "the bureau cannot tell") }
            return state.hidesReceipts ? nil : state.receipts[idempotencyKey]
        }
    }

    package func answers() throws -> [BureauAnswer] {
        try state.withLock { state in
            if let failure = state.answersFail { throw failure }
            if state.losesAnswers { return [] }
            return state.answersTwice ? state.answers + state.answers : state.answers
        }
    }

    package func register() throws -> [RegisterEntry]? {
        state.withLock { state in
            state.givesNoList ? nil : state.register.values.sorted { $0.number < $1.number }
        }
    }

    package func readAnswers() throws -> BureauAnswers {
        BureauAnswers(answers: try answers(), unreadable: state.withLock { $0.unreadable })
    }

    package func registerList() throws -> RegisterList? {
        let day = state.withLock { $0.listDay }
        return try register().map { RegisterList(day: day, entries: $0) }
    }

    package var takesChanges: Bool { state.withLock { $0.takesChanges } }

    package func forget(idempotencyKey: String) throws { state.withLock { $0.forgotten.append(idempotencyKey) } }
}
