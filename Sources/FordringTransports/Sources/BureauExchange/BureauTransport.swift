import FordringKit

/// A way for batches to leave the house and for answers to come back.
protocol BureauTransport: Sendable {
    func submit(_ batch: RegistrationBatch) throws -> DeliveryReceipt
    func receipt(for key: String) throws -> DeliveryReceipt?
    func answers() throws -> [BureauAnswer]
    func register() throws -> [RegisterEntry]?
    func forget(_ key: String) throws
}

/// Answers from several places, each once.
struct AnswerCollection {
    private var seen: [String: BureauAnswer] = [:]
    private var answers: [BureauAnswer] = []

    /// Adds an answer, unless it came before.
    ///
    /// - Returns: `false` where another answer has its identifier.
    mutating func add(_ answer: BureauAnswer) -> Bool {
        if let earlier = seen[answer.identifier] { return earlier == answer }
        seen[answer.identifier] = answer
        answers.append(answer)
        return true
    }

    /// All, by day; those of one day stay in the order in which they came.
    var oldestFirst: [BureauAnswer] {
        answers.enumerated().sorted { ($0.element.on, $0.offset) < ($1.element.on, $1.offset) }.map(\.element)
    }
}
