import FordringKit

/// What is wrong with an answer, as the end of a sentence that its name begins.
struct AnswerFault: Error {
    let what: String

    init(_ what: String) { self.what = what }
}

/// An answer of a court as JSON states it, in a file or by HTTP.
struct AnswerDocument: Decodable {
    var identifier: String
    var number: Int64
    var state: String
    var on: String
    var text: String?
    /// With `decided`: `creditor`, `inPart` or `debtor`.
    var outcome: String?
    /// With `inPart`: what of the principal was granted, as `1250.00`.
    var granted: String?

    /// The answer.
    ///
    /// - Parameter currency: of what was granted.
    func answer(in currency: Currency) throws(AnswerFault) -> CourtAnswer {
        guard !identifier.allSatisfy(\.isWhitespace) else { throw AnswerFault("has no identifier") }
        guard number > 0 else { throw AnswerFault("names no hand-off") }
        guard let state = LegalState(rawValue: state) else {
            throw AnswerFault("has an unknown state “\(state)”")
        }
        guard state != .prepared, state != .recalled else {
            throw AnswerFault("has the state “\(state.rawValue)”, which is ours and no court's")
        }
        guard let day = CivilDate(iso: on) else { throw AnswerFault("has a day that does not exist: “\(on)”") }
        var answer = CourtAnswer(identifier: identifier, number: number, state: state, on: day, text: text ?? "")
        answer.outcome = try stated(in: currency)
        return answer
    }

    /// For whom it was decided; `nil` where it is not said.
    private func stated(in currency: Currency) throws(AnswerFault) -> CourtOutcome? {
        switch outcome {
        case nil: return nil
        case "creditor": return .forCreditor
        case "debtor": return .forDebtor
        case "inPart":
            guard let granted, let money = try? Money(parsing: granted, currency), money.isPositive else {
                throw AnswerFault("says “inPart” without what was granted")
            }
            return .inPart(granted: money)
        case let other?: throw AnswerFault("has an unknown outcome “\(other)”")
        }
    }
}
