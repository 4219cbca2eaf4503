@_spi(FordringHost) import FordringKit
import Testing

@testable import DanishCourts

/// A small generator (SplitMix64), so that a failing seed can be played again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &self) == 0 }
}

@Suite struct RandomFactsTests {
    /// Goal: no form leaves the plug-in while something is missing, whatever the facts and the permit.
    ///
    /// Method: spoil a case in order by a seed in none to three ways, ask for the gaps, then for the form. The form
    /// must come exactly where there is no gap; a dead permit must never make one.
    @Test(arguments: UInt64(1)...300)
    func `a form comes exactly where nothing is missing`(_ seed: UInt64) throws {
        let courts = DanishCourts()
        var random = SeededGenerator(state: seed)
        let procedure = try #require(DanishProcedure.allCases.randomElement(using: &random))
        var facts = Cases.ready(for: procedure)
        let ways = (Spoiled.common + Spoiled.own).filter { $0.procedure == procedure && $0.identifier != "currency" }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            try #require(ways.randomElement(using: &random)).spoil(&facts)
        }
        if random.chance(4) { facts.hold(try #require(HoldKind.allCases.randomElement(using: &random))) }
        if random.chance(4) { facts.legalSteps.append(try randomStep(using: &random)) }
        let on = CivilDate(2025, 12, 20).adding(days: Int.random(in: 0...330, using: &random))

        let dead = try Host.withPermit(procedure, on: on) { $0 }
        #expect(throws: PermitError.self) { try courts.form(facts, on: on, permit: dead) }
        let unmet = try courts.unmet(procedure, facts, on: on)
        try Host.withPermit(procedure, on: on) { permit in
            if unmet.isEmpty {
                let form = try courts.form(facts, on: on, permit: permit)
                let fields = form.sections.flatMap(\.fields)
                #expect(Set(fields.map(\.key)).count == fields.count)
                #expect(fields.allSatisfy { !$0.text.isEmpty })
            } else {
                _ = #expect(throws: PermitError.self) { try courts.form(facts, on: on, permit: permit) }
            }
        }
        // A day that is promised is later, and what waits for time alone is met on it.
        for precondition in unmet {
            guard case .notYet(let from?, _) = precondition.status, facts.holds.isEmpty else { continue }
            #expect(from > on)
            guard from <= DenmarkOnly.checkedThrough else { continue }
            let then = try courts.unmet(procedure, facts, on: from).map(\.identifier)
            #expect(!then.contains(precondition.identifier))
        }
    }

    private func randomStep(using random: inout SeededGenerator) throws -> LegalStepFacts {
        LegalStepFacts(
            try #require(DanishProcedure.allCases.randomElement(using: &random)).kind,
            try #require(LegalState.allCases.randomElement(using: &random)), on: day("2025-12-15"))
    }
}
