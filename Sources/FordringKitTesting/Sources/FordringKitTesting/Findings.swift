import FordringKit

/// Collects what was found, a few of each promise.
struct Findings {
    private static let perPromise = 5

    private let seed: UInt64
    private let wanted: Set<Promise>
    private var details: [Promise: [String]] = [:]

    init(seed: UInt64, wanted: [Promise]) {
        self.seed = seed
        self.wanted = Set(wanted)
    }

    /// Notes that a promise was not kept.
    ///
    /// - Parameter seed: the seed that repeats it, where it is not the suite's own.
    mutating func add(_ promise: Promise, seed: UInt64? = nil, _ detail: @autoclosure () -> String) {
        guard wanted.contains(promise), details[promise, default: []].count < Findings.perPromise else { return }
        let text = "\(detail()) (seed \(seed ?? self.seed))"
        if details[promise, default: []].contains(text) { return }
        details[promise, default: []].append(text)
    }

    /// Whether a promise is still worth asking about.
    func asks(_ promise: Promise) -> Bool {
        wanted.contains(promise) && details[promise, default: []].count < Findings.perPromise
    }

    /// Everything, in the order of the promises.
    var all: [JurisdictionConformance.Finding] {
        Promise.allCases.flatMap { promise in
            details[promise, default: []].map { JurisdictionConformance.Finding(promise.rawValue, $0) }
        }
    }
}

/// A small generator (SplitMix64), so that what a seed showed can be shown again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Once in so many times.
    mutating func once(in times: Int) -> Bool { Int.random(in: 0..<times, using: &self) == 0 }
}
