public import FordringKit

/// A question of a court's form.
public struct Question: Sendable {
    /// The key of its answer.
    public let key: String
    /// As the form asks it.
    public let text: String
    /// How it is answered, and what follows; no form prints it.
    public let hint: String

    /// Asks a question.
    public init(_ key: String, _ text: String, hint: String) {
        self.key = key
        self.text = text
        self.hint = hint
    }

    /// The question for who prepares the form, with its help.
    public var asked: LabelledText { LabelledText(key, hint.isEmpty ? text : "\(text) (\(hint))") }
}

extension CourtForm.Section {
    /// The end of a form: its day, and room for the name and the signature of who files it.
    public static func end(_ heading: String, on day: CivilDate, name: String, signature: String) -> CourtForm.Section {
        let room = String(repeating: "_", count: 30)
        return CourtForm.Section(
            heading,
            [
                CourtForm.Field("signedOn", "Dato", day.dayMonthYear), CourtForm.Field("signerName", name, room),
                CourtForm.Field("signature", signature, room),
            ])
    }
}

extension LegalFacts {
    /// The court that a person has looked up; `nil` where nobody has.
    public var namedCourt: String? {
        answers["court"].map(\.trimmed).flatMap { $0.isEmpty ? nil : $0 }
    }
}
