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

    /// The answer.
    func answer() throws(AnswerFault) -> CourtAnswer {
        guard !identifier.allSatisfy(\.isWhitespace) else { throw AnswerFault("has no identifier") }
        guard number > 0 else { throw AnswerFault("names no hand-off") }
        guard let state = LegalState(rawValue: state) else {
            throw AnswerFault("has an unknown state “\(state)”")
        }
        guard state != .prepared, state != .recalled else {
            throw AnswerFault("has the state “\(state.rawValue)”, which is ours and no court's")
        }
        guard let day = CivilDate(iso: on) else { throw AnswerFault("has a day that does not exist: “\(on)”") }
        return CourtAnswer(identifier: identifier, number: number, state: state, on: day, text: text ?? "")
    }
}
