import FordringKit

/// Makes facts that a host could hand over: complete, in order, and in the law's currency.
struct RandomCases {
    let law: any Jurisdiction
    var random: SeededGenerator

    init(_ law: any Jurisdiction, seed: UInt64) {
        self.law = law
        random = SeededGenerator(seed: seed)
    }

    /// One overdue claim of 1,250.00 and a creditor who wants every step, in the plainest form.
    static func plain(
        _ law: any Jurisdiction, dueOn: CivilDate, debtor: PartyKind = .consumer, claims count: Int64 = 1
    ) -> CaseFacts {
        let principal = Money(minorUnits: 1_250_00, law.currency)
        let claims = (1...count).map { number in
            ClaimFacts(
                id: ClaimID(rawValue: number), principal: principal, arisenOn: dueOn.adding(days: -14), dueOn: dueOn,
                reductions: [], outstandingPrincipal: principal)
        }
        return CaseFacts(
            id: CaseID(rawValue: 1), currency: law.currency, openedOn: dueOn.adding(days: 1), debtorKind: debtor,
            creditor: CreditorFacts(
                deductsVAT: true,
                policy: law.steps.map {
                    StepPolicy(kind: $0.kind, times: $0.timesMax, waitingDays: 0, charge: true)
                }),
            claims: claims, steps: [], charges: [],
            outstanding: Money(minorUnits: 1_250_00 * count, law.currency))
    }

    /// A case that begins about a day, with its first claims.
    mutating func newCase(about day: CivilDate) -> CaseFacts {
        var creditor = CreditorFacts(deductsVAT: .random(using: &random), policy: policy())
        creditor.collectsItself = random.once(in: 4)
        var facts = CaseFacts(
            id: CaseID(rawValue: .random(in: 1...9_999_999_999, using: &random)), currency: law.currency, openedOn: day,
            debtorKind: PartyKind.allCases.randomElement(using: &random) ?? .consumer, creditor: creditor, claims: [],
            steps: [], charges: [], outstanding: .zero(law.currency))
        for _ in 0..<Int.random(in: 1...3, using: &random) { addClaim(to: &facts, on: day) }
        return facts
    }

    /// One more claim, due some days before or after.
    mutating func addClaim(to facts: inout CaseFacts, on day: CivilDate) {
        let dueOn = day.adding(days: Int.random(in: -60...15, using: &random))
        let most: Int64 = [500_00, 3_000_00, 60_000_00, 2_000_000_00].randomElement(using: &random) ?? 500_00
        let principal = Money(minorUnits: .random(in: 1...most, using: &random), law.currency)
        var claim = ClaimFacts(
            id: ClaimID(rawValue: Int64(facts.claims.count + 1)), principal: principal,
            arisenOn: dueOn.adding(days: -Int.random(in: 0...45, using: &random)), dueOn: dueOn, reductions: [],
            outstandingPrincipal: principal)
        if random.once(in: 4) {
            claim.earlierReminders = EarlierReminders(
                count: .random(in: 1...4, using: &random),
                latestOn: dueOn.adding(days: .random(in: 1...20, using: &random)))
        }
        if random.once(in: 8) { claim.basis = ClaimBasis.allCases.randomElement(using: &random) ?? .ordinary }
        facts.claims.append(claim)
        facts.outstanding = Money(minorUnits: facts.outstanding.minorUnits + principal.minorUnits, law.currency)
    }

    /// Wishes for the steps: some left out, some more often than the law lets them, in the law's order.
    private mutating func policy() -> [StepPolicy] {
        var policy: [StepPolicy] = []
        for step in law.steps where !random.once(in: 6) {
            policy.append(
                StepPolicy(
                    kind: step.kind, times: .random(in: 0...(step.timesMax + 1), using: &random),
                    waitingDays: .random(in: 0...8, using: &random), charge: !random.once(in: 4)))
        }
        return policy
    }

    /// Something that befalls a case on a day: a claim more, a payment, a credit of an earlier day.
    mutating func befall(_ facts: inout CaseFacts, on day: CivilDate) {
        if facts.claims.count < 5, random.once(in: 3) { return addClaim(to: &facts, on: day) }
        let principals = facts.claims.reduce(0) { $0 + $1.outstandingPrincipal.minorUnits }
        if random.once(in: 3) {
            // A payment that covers fees and interest first.
            let beyond = facts.outstanding.minorUnits - principals
            guard beyond > 0 else { return }
            let rest = facts.outstanding.minorUnits - .random(in: 1...beyond, using: &random)
            facts.outstanding = Money(minorUnits: rest, law.currency)
            return
        }
        let open = facts.claims.indices.filter { facts.claims[$0].outstandingPrincipal.isPositive }
        guard let index = open.randomElement(using: &random) else { return }
        let left = facts.claims[index].outstandingPrincipal.minorUnits
        let part = random.once(in: 2) ? left : Int64.random(in: 1...left, using: &random)
        // It may count from an earlier day than today, but reductions come in their order.
        let earliest = facts.claims[index].reductions.last?.on ?? facts.claims[index].arisenOn
        let on = max(earliest, day.adding(days: -Int.random(in: 0...20, using: &random)))
        facts.claims[index].reductions.append(
            Reduction(on: min(on, day), amount: Money(minorUnits: part, law.currency)))
        facts.claims[index].outstandingPrincipal = Money(minorUnits: left - part, law.currency)
        let rest = max(facts.outstanding.minorUnits - part, principals - part)
        facts.outstanding = Money(minorUnits: rest, law.currency)
    }

    /// A day between two, both included.
    mutating func day(_ first: CivilDate, _ last: CivilDate) -> CivilDate {
        first.adding(days: .random(in: 0...max(0, first.days(to: last)), using: &random))
    }
}
