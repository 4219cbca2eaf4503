public import FordringKit

/// What stands at the end of a batch, so that nobody takes half of it for all.
public struct BatchTotals: Hashable, Sendable {
    /// How many registrations there are.
    public var registrations: Int
    /// How many deletions there are.
    public var deletions: Int
    /// The amounts of the registrations, in the currency's minor unit.
    public var sum: Int64
    /// The numbers of all records, added; only the last 18 digits.
    public var numberTotal: Int64

    /// Number totals and sums have 18 digits.
    static let modulus: Int64 = 1_000_000_000_000_000_000

    /// Nothing counted yet, unless it is stated.
    public init(registrations: Int = 0, deletions: Int = 0, sum: Int64 = 0, numberTotal: Int64 = 0) {
        self.registrations = registrations
        self.deletions = deletions
        self.sum = sum
        self.numberTotal = numberTotal
    }

    /// Adds the number of a record.
    public mutating func count(_ number: Int64) {
        numberTotal = (numberTotal + number % BatchTotals.modulus) % BatchTotals.modulus
    }
}

/// A registration as the bureau gets it: texts on one line each, and no permit.
public struct RegistrationLine: Sendable {
    /// Our number of the registration.
    public let number: Int64
    /// Whether the debtor is a person or in business.
    public let kind: PartyKind
    /// The debtor's national number; empty where there is none or it is not sent.
    public let nationalID: String
    /// The debtor's name.
    public let name: String
    /// Street and what else stands above the city; none of them empty.
    public let addressLines: [String]
    /// The postal code.
    public let postalCode: String
    /// The city.
    public let city: String
    /// The country by two letters.
    public let country: String
    /// The creditor's name.
    public let creditor: String
    /// What is owed.
    public let amount: Money
    /// The day on which it was due.
    public let dueOn: CivilDate
}

/// A batch that was seen to be in order.
public struct CheckedBatch: Sendable {
    /// The key under which the batch has an effect once.
    public let key: String
    /// Whose batch it is.
    public let tenant: TenantID
    /// The day of the batch.
    public let day: CivilDate
    /// The currency of all amounts.
    public let currency: Currency
    /// Who is registered, in the order of the batch.
    public let registrations: [RegistrationLine]
    /// What is deleted, in the order of the batch.
    public let deletions: [RegistrationDeletion]
    /// What stands at its end.
    public let totals: BatchTotals
}

/// What is known of a batch that was handed over.
public struct BatchProof: Sendable {
    /// What bureau and agency call it.
    public let reference: String
    /// The day on which it was handed over.
    public let day: CivilDate
    /// What stood at its end.
    public let totals: BatchTotals
    /// The currency of its sum.
    public let currency: Currency

    /// Puts together what is known.
    public init(reference: String, day: CivilDate, totals: BatchTotals, currency: Currency) {
        self.reference = reference
        self.day = day
        self.totals = totals
        self.currency = currency
    }

    /// The receipt of the batch.
    public var receipt: DeliveryReceipt {
        DeliveryReceipt(
            reference: reference, sentOn: day,
            details: [
                "registrations": String(totals.registrations), "deletions": String(totals.deletions),
                "sum": Money(minorUnits: totals.sum, currency).description,
            ])
    }
}
