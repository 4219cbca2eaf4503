package import FordringKit

/// A claim as a file states it, before anything has been checked against the country or the books.
package struct IncomingClaim: Sendable, Hashable {
    /// What the document is.
    package enum Kind: Sendable, Hashable {
        /// A claim for money.
        case invoice
        /// A credit against the claim with this reference (`nil`: the file does not say which).
        case creditNote(against: String?)
    }

    /// Whether the debtor disputes it already.
    package enum Disputed: Sendable, Hashable {
        case no
        /// Since when, the file does not say.
        case yes
        case since(CivilDate)
    }

    package var kind: Kind
    /// Of an invoice.
    package var disputed = Disputed.no
    /// The creditor's own number of the document, unique within the creditor.
    package var reference: String
    package var issuedOn: CivilDate
    /// The last timely day of payment; `nil` where the file states none (a credit note, or an invoice without).
    package var dueOn: CivilDate?
    /// The amount in the file's currency, as stated: sign and size are checked later.
    package var amount: Money
    /// What the claim concerns.
    package var text: String
    /// The debtor; `nationalID` is the text of the file, not checked yet.
    package var debtor: Party
    /// What the claim rests on.
    package var basis: ClaimBasis
    /// Reminders with a fee that somebody else sent before.
    package var earlierReminders: EarlierReminders?

    package init(
        kind: Kind, reference: String, issuedOn: CivilDate, dueOn: CivilDate?, amount: Money, text: String,
        debtor: Party, basis: ClaimBasis = .ordinary, earlierReminders: EarlierReminders? = nil
    ) {
        self.kind = kind
        self.reference = reference
        self.issuedOn = issuedOn
        self.dueOn = dueOn
        self.amount = amount
        self.text = text
        self.debtor = debtor
        self.basis = basis
        self.earlierReminders = earlierReminders
    }
}

/// What is wrong with one row or document: where in it, and one sentence that says what is allowed.
package struct RowFault: Sendable, Hashable, CustomStringConvertible {
    /// The column or element; empty where the whole row is meant.
    package var field: String
    package var message: String

    package init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }

    package var description: String { field.isEmpty ? message : "\(field): \(message)" }
}

/// One row of a file, with its place.
package struct IncomingRow: Sendable {
    /// The line of a CSV file on which the row begins (the header is line 1); 1 for an XML document.
    package var line: Int
    /// The creditor's reference, where it could be read; else empty.
    package var reference: String
    /// The claim, or everything that is wrong with the row.
    package var content: Result<IncomingClaim, RowFaults>

    package init(line: Int, reference: String, content: Result<IncomingClaim, RowFaults>) {
        self.line = line
        self.reference = reference
        self.content = content
    }
}

/// All faults of one row.
package struct RowFaults: Error, Sendable, Hashable {
    package var faults: [RowFault]
    package init(_ faults: [RowFault]) { self.faults = faults }
}

/// A file from which nothing, or nothing more, can be read.
package struct ClaimFileFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, where it is known.
    package var line: Int?
    /// What is wrong and what to do about it.
    package var message: String

    package init(line: Int? = nil, _ message: String) {
        self.line = line
        self.message = message
    }

    package var description: String { line.map { "line \($0): \(message)" } ?? message }
}

/// A file of claims, read row by row in memory that does not grow with the file.
package protocol ClaimSource {
    /// The next row; `nil` at the end.
    ///
    /// - Throws: ``ClaimFileFault`` where nothing more can be read.
    mutating func next() throws -> IncomingRow?
}
