public import FordringKit

/// Every promise of `Jurisdiction` put to the test, over many days and random facts.
///
/// A country's tests call it once and expect no findings; `fordring plugin check` runs the same:
///
/// ```swift
/// @Test func `the law keeps every promise of the kit`() {
///     #expect(JurisdictionConformance(Denmark(dayCount: .actual365)).findings() == [])
/// }
/// ```
///
/// What is random comes from the seed, which every finding names: the same seed asks the same questions. A trap of the
/// law ends the process, as it would end the host.
public struct JurisdictionConformance: Sendable {
    /// A promise that was not kept.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// The promise, in a few words: `exactly one answer each day`.
        public var promise: String
        /// What was seen, with the seed that repeats it.
        public var detail: String

        /// States a finding.
        public init(_ promise: String, _ detail: String) {
            self.promise = promise
            self.detail = detail
        }

        /// Both on one line.
        public var description: String { "\(promise): \(detail)" }
    }

    /// How much is asked.
    public struct Extent: Sendable, Hashable {
        /// The first day that is asked about.
        public var first = CivilDate(2000, 1, 1)
        /// The last day that is asked about.
        public var last = CivilDate(2032, 12, 31)
        /// How many days are passed over between two that are asked about.
        public var stride = 1
        /// How many cases are played from their first claim to their end.
        public var walks = 400

        /// Every day of a third of a century, and 400 cases.
        public static let full = Extent()
        /// Every sixth day, so that each weekday has its turn, and 20 cases: a second's work.
        public static let quick: Extent = {
            var extent = Extent()
            extent.stride = 6
            extent.walks = 20
            return extent
        }()
    }

    let law: any Jurisdiction
    let seed: UInt64
    let extent: Extent
    /// Makes the law again with lines that were added to its tables.
    let extending: (@Sendable ([LawExtension]) throws -> any Jurisdiction)?

    /// Prepares the suite for a country's law.
    ///
    /// - Parameters:
    ///   - seed: what the random facts come from; the number in a finding repeats it.
    ///   - extending: makes the law with lines added at run time; without it, tables that can be extended are not.
    public init(
        _ law: any Jurisdiction, seed: UInt64 = 1, extent: Extent = .full,
        extending: (@Sendable ([LawExtension]) throws -> any Jurisdiction)? = nil
    ) {
        self.law = law
        self.seed = seed
        self.extent = extent
        self.extending = extending
    }

    /// Prepares the suite for a law as the host makes it.
    ///
    /// - Parameters:
    ///   - context: what the law is made with; for an offer of a plug-in, with its standard settings.
    ///   - make: makes the law; called again with lines added to the tables.
    /// - Throws: what `make` throws.
    public init(
        _ context: PluginContext, seed: UInt64 = 1, extent: Extent = .full,
        making make: @escaping @Sendable (PluginContext) throws -> any Jurisdiction
    ) throws {
        self.init(try make(context), seed: seed, extent: extent) { extensions in
            var context = context
            context.lawExtensions += extensions
            return try make(context)
        }
    }

    /// What the law has not kept, by promise; empty for a law that is in order.
    ///
    /// Of one promise at most five findings are told.
    public func findings(of promises: [Promise] = Promise.allCases) -> [Finding] {
        var findings = Findings(seed: seed, wanted: promises)
        checkDescriptions(&findings)
        checkCalendar(&findings)
        checkTables(&findings)
        checkTexts(&findings)
        checkIdentifiers(&findings)
        checkPaymentReferences(&findings)
        checkAllocation(&findings)
        checkRetention(&findings)
        checkLimitation(&findings)
        let window = answerableDays(&findings)
        checkEveryDay(&findings)
        checkBatches(window, &findings)
        checkHorizons(&findings)
        checkExtensions(&findings)
        walk(window, &findings)
        return findings.all
    }
}

/// What a law promises, each in a few words.
public enum Promise: String, Sendable, CaseIterable {
    /// Steps and languages are there and have names.
    case described = "steps and languages are described"
    /// Every day has one answer: a decision, or a `RuleGap`.
    case oneAnswer = "exactly one answer each day"
    /// Asked twice, the law says the same.
    case deterministic = "the same question gets the same answer"
    /// A batch is answered as its cases one by one.
    case batches = "many cases are answered as each alone"
    /// Holidays and contact hours are known for every day.
    case calendar = "the calendar answers every day"
    /// The day of the next look is later, and before it nothing changes by itself.
    case review = "nothing changes before the day of the next look"
    /// A step covers claims of the case, and charges what may be charged.
    case ownClaims = "a step keeps to its case"
    /// No step for a claim that is not overdue, and none where nothing is owed.
    case overdue = "no step before the due date has passed"
    /// No step that a safeguard forbids.
    case limits = "no step beyond its limits"
    /// No more steps of a kind than the country's description says.
    case times = "no step more often than described"
    /// A letter's last day to pay lies ahead, on a working day, and leaves the least time.
    case deadlines = "a last day to pay leaves the time that it must"
    /// The lines of an amount sum to it, and each has its source.
    case explanations = "explanations add up and name their sources"
    /// Whoever gets no step is told why.
    case reasons = "whoever waits is told why"
    /// What is pending from a day on is taken on that day.
    case pending = "what is pending is taken on its day"
    /// The tables of the law book are in order, and each line has its source.
    case tables = "the tables of the law are in order"
    /// No figure for a day that its table does not cover.
    case horizons = "no figure outside its table"
    /// A table that can be extended answers for the days that were added.
    case extensions = "an extended table answers"
    /// Every letter has its text in every language.
    case texts = "letters have their texts in each language"
    /// What a letter must say is in its text.
    case items = "letters carry what they must say"
    /// The country's own texts keep its own rules of wording.
    case wording = "the texts keep the rules of wording"
    /// Examples of identifiers hold, and a normal form is its own.
    case identifiers = "identifiers are checked as their examples say"
    /// A case has one reference, and no two share one.
    case references = "payment references are well formed"
    /// Each component stands once in the order, and the principal is one.
    case allocation = "a payment has one order to follow"
    /// Data are kept until the last event at least.
    case retention = "data are kept until the last event at least"
    /// No claim is time-barred before it was due.
    case limitation = "no claim ends before its due date"
}
