import FordringKit
import Foundation

/// A way for batches to leave the house and for answers to come back.
protocol BureauTransport: Sendable {
    func submit(_ batch: RegistrationBatch) throws -> DeliveryReceipt
    func receipt(for key: String) throws -> DeliveryReceipt?
    func answers() throws -> [BureauAnswer]
    func register() throws -> [RegisterEntry]?
    func forget(_ key: String) throws
}

/// What stands at the end of a batch, so that nobody takes half of it for all.
struct BatchTotals: Hashable, Sendable {
    var registrations = 0
    var deletions = 0
    /// The amounts of the registrations, in the currency's minor unit.
    var sum: Int64 = 0
    /// The numbers of all records, added; only the last 18 digits.
    var numberTotal: Int64 = 0

    mutating func count(_ number: Int64) { numberTotal = (numberTotal + number % numberModulus) % numberModulus }
}

/// Number totals have 18 digits.
let numberModulus: Int64 = 1_000_000_000_000_000_000

/// A registration as the bureau gets it: texts on one line each, and no permit.
struct RegistrationLine: Sendable {
    let number: Int64
    let kind: PartyKind
    let nationalID: String
    let name: String
    let addressLines: [String]
    let postalCode: String
    let city: String
    let country: String
    let creditor: String
    let amount: Money
    let dueOn: CivilDate
}

/// A batch that was seen to be in order.
struct CheckedBatch: Sendable {
    let key: String
    let tenant: TenantID
    let day: CivilDate
    let currency: Currency
    let registrations: [RegistrationLine]
    let deletions: [RegistrationDeletion]
    let totals: BatchTotals
}

/// What a batch must be before it leaves the house.
///
/// The batch's parts can be changed after it was made, so every permit is looked at again here, at the last moment.
struct BatchRules: Sendable {
    let tenant: TenantID
    let currency: Currency
    /// How many digits a company's number has; a number of that length names no person.
    let companyDigits: Int
    let settings: BureauSettings

    /// The most records in one batch; more would not fit the sequence numbers of the files.
    static let recordsMax = 900_000

    /// Refuses a key that could name something outside the outbox or that does not fit its field.
    static func checkKey(_ key: String) throws(DeliveryFailure) {
        let allowed = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        if !allowed || !(1...100).contains(key.utf8.count) {
            throw fault("the batch's key is not 1 to 100 letters, digits and hyphens")
        }
    }

    /// Looks a batch over.
    ///
    /// - Throws: `DeliveryFailure`, `permanent`.
    func check(_ batch: RegistrationBatch) throws(DeliveryFailure) -> CheckedBatch {
        var totals = BatchTotals(registrations: batch.registrations.count, deletions: batch.deletions.count)
        if totals.registrations + totals.deletions > BatchRules.recordsMax {
            throw BatchRules.fault("a batch has at most \(BatchRules.recordsMax) records")
        }
        var numbers: Set<Int64> = []
        var claims: Set<ClaimID> = []
        var lines: [RegistrationLine] = []
        for registration in batch.registrations {
            let (number, permit) = (registration.number, registration.permit)
            guard permit.isLive, permit.day == batch.day, permit.tenant == tenant else {
                throw BatchRules.fault("registration \(number) has no permit of this tenant in force on \(batch.day)")
            }
            guard claims.insert(permit.claim).inserted else {
                throw BatchRules.fault("claim \(permit.claim) is in the batch twice")
            }
            guard registration.amount.currency == currency, registration.amount.isPositive else {
                throw BatchRules.fault("the amount of registration \(number) is not over zero in \(currency)")
            }
            let (sum, overflow) = totals.sum.addingReportingOverflow(registration.amount.minorUnits)
            guard !overflow, sum < numberModulus else { throw BatchRules.fault("the batch's sum is too large") }
            totals.sum = sum
            guard CivilDate.years.contains(registration.dueOn.year) else {
                throw BatchRules.fault("the due day of registration \(number) is outside the calendar")
            }
            lines.append(line(registration))
        }
        for number in batch.registrations.map(\.number) + batch.deletions.map(\.number) {
            guard number > 0, numbers.insert(number).inserted else {
                throw BatchRules.fault("registration \(number) is in the batch twice, or not over zero")
            }
            totals.count(number)
        }
        return CheckedBatch(
            key: batch.idempotencyKey, tenant: tenant, day: batch.day, currency: currency, registrations: lines,
            deletions: batch.deletions, totals: totals)
    }

    private func line(_ registration: Registration) -> RegistrationLine {
        let debtor = registration.debtor
        return RegistrationLine(
            number: registration.number, kind: debtor.kind,
            nationalID: settings.sendsPersonNumbers || isCompany(debtor)
                ? BatchRules.singleLine(debtor.nationalID ?? "") : "",
            name: BatchRules.singleLine(debtor.name),
            addressLines: debtor.address.lines.map(BatchRules.singleLine).filter { !$0.isEmpty },
            postalCode: BatchRules.singleLine(debtor.address.postalCode),
            city: BatchRules.singleLine(debtor.address.city), country: debtor.address.country.code,
            creditor: BatchRules.singleLine(registration.creditor), amount: registration.amount,
            dueOn: registration.dueOn)
    }

    /// Whether the number is a company's: one in business may also be known by the number of the person.
    private func isCompany(_ debtor: Party) -> Bool {
        debtor.kind != .consumer && debtor.nationalID?.utf8.count == companyDigits
    }

    /// A text on one line, precomposed, without control signs, so that no name can end a record.
    static func singleLine(_ text: String) -> String {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator, .format:
                if !word.isEmpty { words.append(String(word)) }
                word = .init()
            default: word.append(scalar)
            }
        }
        if !word.isEmpty { words.append(String(word)) }
        return words.joined(separator: " ")
    }

    private static func fault(_ reason: String) -> DeliveryFailure {
        DeliveryFailure(.permanent, "The batch was not handed over: \(reason). Report it as a fault of the host.")
    }
}

/// The receipt of a batch.
struct BatchProof: Sendable {
    let reference: String
    let day: CivilDate
    let totals: BatchTotals
    let currency: Currency

    var receipt: DeliveryReceipt {
        DeliveryReceipt(
            reference: reference, sentOn: day,
            details: [
                "registrations": String(totals.registrations), "deletions": String(totals.deletions),
                "sum": Money(minorUnits: totals.sum, currency).description,
            ])
    }
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

/// Why the bureau took a registration not in, by its code.
///
/// Codes and no free text: what a bureau's clerk writes could be about a person.
enum RefusalCode {
    static func words(_ code: String) -> String {
        switch code {
        case "01": "the bureau does not find the debtor (01)"
        case "02": "the debtor is dead (02)"
        case "03": "the record has a fault (03)"
        case "04": "the bureau's own rules do not allow it (04)"
        case "05": "the claim stands in the register already (05)"
        default: "the bureau's reason has the code \(code)"
        }
    }
}
