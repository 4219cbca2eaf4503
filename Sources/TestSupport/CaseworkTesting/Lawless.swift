import DatabaseTesting
package import FordringKit

/// The law of Testland in the hands of a plug-in that is not to be trusted.
///
/// Its limits (``safeguards(for:on:)``) are true. What it decides is what Testland would, or chance: steps of any kind, for
/// any claims, at any time, with any charges; and its letters give any time to pay. The same question gets the same answer.
package struct Lawless: Jurisdiction {
    package let seed: UInt64
    /// How many decisions of a hundred are left to chance.
    package var perCent = 60

    package init(seed: UInt64) { self.seed = seed }

    // What the limits are, for whoever looks whether the books keep them.
    package static let feeMax: Int64 = 100
    package static let feesMaxOfClaim: Int64 = 300
    package static let feeCountMax = 3
    package static let feeSpacingDays = 8
    package static let costsMax: Int64 = 5000
    package static let feesAndCostsMax: Int64 = 5200
    package static let deadlineDaysMin = 8
    /// From the sending of a notice to a letter about the same claim.
    package static let noticeDays = 10

    private func random(_ words: Int64...) -> SeededGenerator {
        var mixed = seed
        for word in words {
            var generator = SeededGenerator(seed: mixed ^ UInt64(bitPattern: word))
            mixed = generator.next()
        }
        return SeededGenerator(seed: mixed)
    }

    package func safeguards(for facts: CaseFacts, on day: CivilDate) throws -> [Safeguard] {
        var random = random(1, facts.id.rawValue, Int64(day.day))
        if random.chance(2) { throw RuleGap(rule: "Testland's limits", day: day, reason: "of chance", cure: "Wait.") }
        if random.chance(1) { throw Fault() }
        func money(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, facts.currency) }
        var limits = [
            Safeguard(.single(of: .reminderFee, amountMax: money(Lawless.feeMax)), Testland.act("§ 2")),
            Safeguard(
                .count(of: .reminderFee, since: facts.openedOn, countMax: Lawless.feeCountMax), Testland.act("§ 2 (2)")),
            Safeguard(.spacing(of: .reminderFee, daysMin: Lawless.feeSpacingDays), Testland.act("§ 2 (3)")),
            Safeguard(
                .total(of: [.collectionCost], claim: nil, amountMax: money(Lawless.costsMax)), Testland.act("§ 4")),
            Safeguard(
                .total(of: [.reminderFee, .collectionCost], claim: nil, amountMax: money(Lawless.feesAndCostsMax)),
                Testland.act("§ 4 (2)")),
        ]
        for claim in facts.claims {
            limits.append(
                Safeguard(
                    .total(of: [.reminderFee], claim: claim.id, amountMax: money(Lawless.feesMaxOfClaim)),
                    Testland.act("§ 2 (4)")))
            let noticed = facts.steps.filter { $0.kind == .collectionNotice && $0.claims.contains(claim.id) }
                .compactMap(\.sentOn).min()
            limits.append(
                Safeguard(
                    .notBefore(.collectionLetter, claim: claim.id, day: noticed?.adding(days: Lawless.noticeDays)),
                    Testland.act("§ 5")))
        }
        for step in steps where step.sendsLetter {
            limits.append(Safeguard(.deadline(step.kind, daysMin: Lawless.deadlineDaysMin), Testland.act("§ 5")))
        }
        return limits
    }

    package func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        var random = random(2, facts.id.rawValue, Int64(day.day), Int64(facts.steps.count), Int64(facts.charges.count))
        var decision = try Testland().decide(facts, on: day)
        guard random.chance(perCent) else { return decision }
        decision.steps = (0..<Int.random(in: 1...2, using: &random)).map { _ in step(facts, &random) }
        decision.reviewOn = random.chance(5) ? day : day.adding(days: Int.random(in: 1...9, using: &random))
        return decision
    }

    private func step(_ facts: CaseFacts, _ random: inout SeededGenerator) -> DecidedStep {
        let kinds: [StepKind] = [
            .reminder, .reminder, .reminder, .collectionNotice, .collectionNotice, .collectionLetter, .readyForCourt,
        ]
        let kind = random.chance(3) ? StepKind("visit") : kinds.randomElement(using: &random) ?? .reminder
        var claims = facts.claims.map(\.id).filter { _ in random.chance(70) }
        if random.chance(3) { claims.append(ClaimID(rawValue: 987_654)) }
        let charges = (0..<Int.random(in: 0...2, using: &random)).map { _ in
            let component =
                [.reminderFee, .reminderFee, .collectionCost, .interest, .compensation]
                .randomElement(using: &random) ?? DebtComponent.reminderFee
            let usual: Int64 = component == .collectionCost ? Lawless.costsMax : Lawless.feeMax
            let amount =
                random.chance(70)
                ? usual / .random(in: 1...2, using: &random) : .random(in: -9...(usual * 2), using: &random)
            return DecidedCharge(
                component: component, claim: random.chance(80) ? claims.first : nil,
                amount: Explained(
                    Money(minorUnits: amount, facts.currency), [ExplanationLine("Chance.", Testland.act("§ 0"))]))
        }
        return DecidedStep(
            kind: kind, claims: claims, charges: charges, reasons: [ExplanationLine("Chance.", Testland.act("§ 0"))])
    }

    package func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? {
        guard steps.contains(where: { $0.kind == step && $0.sendsLetter }) else { return nil }
        var random = random(3, Int64(step.rawValue.utf8.count), Int64(day.day))
        let days = random.chance(60) ? Int.random(in: 0...20, using: &random) : Testland.deadlineDays
        return Explained(day.adding(days: days), [ExplanationLine("Chance.", Testland.act("§ 5"))])
    }

    private struct Fault: Error {}

    // MARK: As in Testland

    package let country: CountryCode = Testland.country
    package var currency: Currency { Testland().currency }
    package var languages: [Language] { Testland().languages }
    package var steps: [StepDescription] { Testland().steps }
    package var allocationOrder: Explained<[DebtComponent]> { Testland().allocationOrder }
    package func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] {
        try Testland().interest(on: facts, through: day)
    }
    package func holiday(on day: CivilDate) -> Holiday? { nil }
    package func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict {
        Testland().check(text, as: kind)
    }
    package func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? { nil }
    package func letterTemplate(for step: StepKind, in language: Language) -> String? {
        Testland().letterTemplate(for: step, in: language)
    }
    package func name(of component: DebtComponent, in language: Language) -> String { component.rawValue }
}
