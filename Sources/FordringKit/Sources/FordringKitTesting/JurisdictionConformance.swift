public import FordringKit

/// Every promise of ``Jurisdiction`` put to the test, over many days and random facts.
///
/// A country's tests call it once and expect no findings; `fordring plugin check` runs the same.
public struct JurisdictionConformance: Sendable {
    /// A promise that was not kept.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// The promise, in a few words: `exactly one answer each day`.
        public var promise: String
        /// What was seen, with the seed or the facts that repeat it.
        public var detail: String

        /// States a finding.
        public init(_ promise: String, _ detail: String) {
            self.promise = promise
            self.detail = detail
        }

        /// Both on one line.
        public var description: String { "\(promise): \(detail)" }
    }

    private let law: any Jurisdiction

    /// Prepares the suite for a country's law.
    public init(_ law: any Jurisdiction) { self.law = law }
}
