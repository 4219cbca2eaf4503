import FordringKit
import Foundation
import SpoolFiles

/// What a batch must be before it leaves the house.
///
/// The batch's parts can be changed after it was made, so every permit is looked at again here, at the last moment.
struct BatchRules: Sendable {
    let tenant: TenantID
    let currency: Currency
    /// How many digits a company's number has; a number of that length names no person.
    let companyDigits: Int
    /// Whether the numbers of persons go along; those of companies always do.
    let sendsPersonNumbers: Bool

    /// The most records in one batch; more would not fit the sequence numbers of the files.
    static let recordsMax = 900_000

    /// Refuses a key that could name something outside the outbox or that does not fit its field.
    ///
    /// - Throws: `DeliveryFailure`, `permanent`.
    static func checkKey(_ key: String) throws(DeliveryFailure) {
        if !SpoolKey.isSafe(key, atMost: 100) {
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
            guard !overflow, sum < BatchTotals.modulus else { throw BatchRules.fault("the batch's sum is too large") }
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
            nationalID: sendsPersonNumbers || isCompany(debtor)
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
