/// Who a letter is from: what stands at its head and foot.
public struct Letterhead: Sendable, Hashable {
    /// The sender's name.
    public var name: String
    /// Street, postal code and city, a line each.
    public var addressLines: [String]
    /// Telephone, e-mail, web address; a line each, as they are to be printed.
    public var contactLines: [String]
    /// The registration as printed, for example `CVR 13585628`.
    public var registration: String
    /// The colour of the letterhead as `#RRGGBB`; empty for black.
    public var accentColor: String

    /// Makes a letterhead.
    public init(
        name: String, addressLines: [String], contactLines: [String], registration: String, accentColor: String
    ) {
        self.name = name
        self.addressLines = addressLines
        self.contactLines = contactLines
        self.registration = registration
        self.accentColor = accentColor
    }
}

/// A word and what it names, for the reference block of a letter: `Sagsnr.` and `1042`.
public struct LabelledText: Sendable, Hashable {
    /// The word.
    public var label: String
    /// What it names.
    public var text: String
    /// Joins them.
    public init(_ label: String, _ text: String) {
        self.label = label
        self.text = text
    }
}

/// One line of the statement of what is owed.
public struct StatementLine: Sendable, Hashable {
    /// What the line is about: `Faktura 2025-1044`.
    public var text: String
    /// The computation or the date, in smaller type; empty where there is none.
    public var detail: String
    /// The amount; negative for a payment.
    public var amount: Money

    /// Makes a line.
    public init(text: String, detail: String, amount: Money) {
        self.text = text
        self.detail = detail
        self.amount = amount
    }
}

/// The table of a letter that says what is owed.
public struct Statement: Sendable, Hashable {
    /// The heading of the column of words.
    public var heading: String
    /// The heading of the column of amounts, with the currency.
    public var amountHeading: String
    /// The lines.
    public var lines: [StatementLine]
    /// The word before the total.
    public var totalLabel: String
    /// The sum of the lines.
    public var total: Money

    /// Makes a statement.
    public init(
        heading: String, amountHeading: String, lines: [StatementLine], totalLabel: String, total: Money
    ) {
        self.heading = heading
        self.amountHeading = amountHeading
        self.lines = lines
        self.totalLabel = totalLabel
        self.total = total
    }
}

/// The box of a letter that says how to pay.
public struct PaymentBox: Sendable, Hashable {
    /// The heading of the box.
    public var heading: String
    /// Labels and values: amount, last day, account, reference.
    public var fields: [LabelledText]
    /// The machine-readable line at the foot of the box; empty where the country has none.
    public var codeLine: String

    /// Makes a payment box.
    public init(heading: String, fields: [LabelledText], codeLine: String) {
        self.heading = heading
        self.fields = fields
        self.codeLine = codeLine
    }
}

/// A part of a letter's body.
public enum LetterBlock: Sendable, Hashable {
    /// Running text.
    case paragraph(String)
    /// A heading within the letter.
    case heading(String)
    /// The table of what is owed.
    case statement(Statement)
    /// How to pay.
    case payment(PaymentBox)
}

/// A letter: a typed document that any channel can lay out.
///
/// All words are already in the recipient's language.
public struct Letter: Sendable {
    /// The letter.
    public var id: LetterID
    /// The tenant that sends it.
    public var tenant: TenantID
    /// The case that it belongs to.
    public var caseID: CaseID
    /// The step that it carries out.
    public var step: StepKind
    /// The language of its words, which also decides how amounts and dates are written.
    public var language: Language
    /// The day printed on it.
    public var datedOn: CivilDate
    /// That day as it is written in the letter's language.
    public var dateText: String
    /// The word for *page* and for *of*, for the page numbers.
    public var pageWords: LabelledText
    /// The sender.
    public var letterhead: Letterhead
    /// The recipient: name and postal address.
    public var recipient: Party
    /// The reference block beside the address.
    public var references: [LabelledText]
    /// What the letter is about.
    public var subject: String
    /// The body, in order.
    public var blocks: [LetterBlock]
    /// The text for channels that carry a line only (a text message); says nothing of the debt.
    public var shortText: String

    /// Makes a letter.
    public init(
        id: LetterID, tenant: TenantID, caseID: CaseID, step: StepKind, language: Language, datedOn: CivilDate,
        dateText: String, pageWords: LabelledText, letterhead: Letterhead, recipient: Party,
        references: [LabelledText], subject: String, blocks: [LetterBlock], shortText: String
    ) {
        self.id = id
        self.tenant = tenant
        self.caseID = caseID
        self.step = step
        self.language = language
        self.datedOn = datedOn
        self.dateText = dateText
        self.pageWords = pageWords
        self.letterhead = letterhead
        self.recipient = recipient
        self.references = references
        self.subject = subject
        self.blocks = blocks
        self.shortText = shortText
    }
}

/// Why a delivery did not happen.
public struct DeliveryFailure: Error, Sendable, CustomStringConvertible {
    /// Whether trying again can help.
    public enum Kind: Sendable {
        /// Trying again later can help (a full disk, a service that is down).
        case temporary
        /// Trying again cannot help (no address); a person must look.
        case permanent
        /// It may have left the house or not: the answer was lost on the way.
        ///
        /// The host asks ``LetterChannel/receipt(for:)`` before anything else, and where the channel cannot tell, it shows
        /// the delivery to a person.
        case unknown
    }

    /// Whether trying again can help.
    public let kind: Kind
    /// One sentence: what is wrong, where, and what to do.
    ///
    /// No personal data.
    public let message: String

    /// States a failure.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

/// What a channel gives back for a letter that left the house.
public struct DeliveryReceipt: Sendable, Hashable {
    /// The channel's own name for the delivery: a file name, a message identifier.
    public var reference: String
    /// The day it left the house; deadlines count from it.
    public var sentOn: CivilDate
    /// Small facts about the delivery for the audit trail, without personal data: pages, segments.
    public var details: [String: String]

    /// Makes a receipt.
    public init(reference: String, sentOn: CivilDate, details: [String: String]) {
        self.reference = reference
        self.sentOn = sentOn
        self.details = details
    }
}

/// One delivery that a channel is asked to make.
public struct Delivery: Sendable {
    /// The same for every attempt at the same delivery, and for no other; only letters, digits and hyphens.
    public var idempotencyKey: String
    /// The letter.
    public var letter: Letter
    /// The rendered document, where the channel asked for it.
    public var document: [UInt8]
    /// The SHA-256 of the document in hexadecimal, for the channel's manifest; empty without a document.
    public var documentSHA256: String
    /// The day of the delivery.
    public var day: CivilDate

    /// Makes a delivery.
    public init(
        idempotencyKey: String, letter: Letter, document: [UInt8], documentSHA256: String = "", day: CivilDate
    ) {
        self.idempotencyKey = idempotencyKey
        self.letter = letter
        self.document = document
        self.documentSHA256 = documentSHA256
        self.day = day
    }
}

/// A way for letters to leave the house.
///
/// A delivery with an idempotency key that was delivered before must have no second effect and must return the first
/// receipt. Called from one job worker at a time for one tenant, from several for several tenants.
public protocol LetterChannel: Sendable {
    /// Whether ``Delivery/document`` must hold the rendered letter.
    var needsDocument: Bool { get }

    /// Whether a delivery makes a person's device ring at once, as a text message or a call does.
    ///
    /// The host then delivers within the country's contact hours only: ``Jurisdiction/contactHours(on:)``. The default is
    /// `false`.
    var reachesAtOnce: Bool { get }

    /// Whether the party can be reached this way; a sentence says why not, without personal data.
    func canReach(_ party: Party) -> ReachVerdict

    /// Makes one delivery.
    ///
    /// - Throws: ``DeliveryFailure``.
    func deliver(_ delivery: Delivery) throws -> DeliveryReceipt

    /// The receipt of a delivery that was made before, after a crash between sending and recording.
    ///
    /// - Returns: `nil` when the channel never made it.
    /// - Throws: ``DeliveryFailure`` when the channel cannot tell.
    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt?

    /// Destroys what the channel keeps of the person that a delivery went to, whole or half made; the proof that it was
    /// made stays, and ``receipt(for:)`` goes on giving it.
    ///
    /// Does nothing where there is nothing, and may be called again. The default throws: a channel that does not say how
    /// it forgets is taken to remember.
    /// - Throws: ``DeliveryFailure``.
    func forget(idempotencyKey: String) throws
}

extension LetterChannel {
    /// Like a letter in a box, which waits until somebody looks.
    public var reachesAtOnce: Bool { false }

    /// Refuses, so that nobody believes that data are gone which may be there.
    public func forget(idempotencyKey: String) throws {
        throw DeliveryFailure(
            .permanent, "the channel's plug-in cannot forget what it delivered; install a version that can")
    }
}

/// Whether a channel can reach a party.
public enum ReachVerdict: Sendable, Hashable {
    /// It can.
    case reachable
    /// It cannot, and why.
    case unreachable(String)
}

/// A letter as a file.
public struct RenderedLetter: Sendable {
    /// The bytes of the file.
    public var bytes: [UInt8]
    /// Its media type: `application/pdf`.
    public var mediaType: String
    /// The number of pages.
    public var pageCount: Int

    /// Makes a rendered letter.
    public init(bytes: [UInt8], mediaType: String, pageCount: Int) {
        self.bytes = bytes
        self.mediaType = mediaType
        self.pageCount = pageCount
    }
}

/// Something that lays a letter out.
///
/// The same letter gives the same bytes.
public protocol LetterRenderer: Sendable {
    /// Lays a letter out.
    ///
    /// - Throws: ``DeliveryFailure``.
    func render(_ letter: Letter) throws -> RenderedLetter
}
