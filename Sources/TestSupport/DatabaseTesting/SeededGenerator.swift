import Foundation

/// Random numbers that can be had again from their seed (SplitMix64).
///
/// A random test prints its seed; `FORDRING_SEED` in the environment runs it again from there.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Whether an event with a chance in per cent takes place.
    package mutating func chance(_ perCent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < perCent }
}

/// The seeds of a random test: the one that `FORDRING_SEED` names, or some that were good once and a new one.
package func randomSeeds(_ known: UInt64...) -> [UInt64] {
    if let text = environmentSeed(), let seed = UInt64(text) { return [seed] }
    return known + [UInt64.random(in: 0..<1_000_000_000)]
}

private func environmentSeed() -> String? { ProcessInfo.processInfo.environment["FORDRING_SEED"] }
