import FordringKit
import Testing

private let act = Citation("the Caps Act", "§ 1")
private let day = CivilDate(2026, 3, 10)
private let claim = ClaimID(rawValue: 1)
private let other = ClaimID(rawValue: 2)

private func dkk(_ units: Int64) -> Money { .units(units, .dkk) }

private func charge(_ component: DebtComponent, _ units: Int64, on claim: ClaimID? = claim) -> DecidedCharge {
    DecidedCharge(component: component, claim: claim, amount: Explained(dkk(units), []))
}

private func step(
    _ kind: StepKind = .reminder, _ charges: DecidedCharge..., claims: [ClaimID] = [claim]
) -> DecidedStep {
    DecidedStep(kind: kind, claims: claims, charges: charges, reasons: [])
}

private func facts(_ charges: [(DebtComponent, Int64, CivilDate)] = [], steps: [StepFacts] = []) -> CaseFacts {
    CaseFacts(
        id: CaseID(rawValue: 1), currency: .dkk, openedOn: day, debtorKind: .consumer,
        creditor: CreditorFacts(deductsVAT: true, policy: []), claims: [], steps: steps,
        charges: charges.map { ChargeFacts(component: $0.0, claim: claim, chargedOn: $0.2, amount: dkk($0.1)) },
        outstanding: dkk(1000))
}

@Suite struct `A safeguard` {
    @Test(arguments: [(100, true), (101, false), (99, true)])
    func `holds a single charge to its cap`(_ units: Int64, _ isKept: Bool) {
        let guarded = Safeguard(.single(of: .reminderFee, amountMax: dkk(100)), act)
        #expect(
            (guarded.breach(by: step(.reminder, charge(.reminderFee, units)), in: facts(), on: day) == nil) == isKept)
        #expect(guarded.breach(by: step(.reminder, charge(.interest, 900)), in: facts(), on: day) == nil)
    }

    @Test func `holds the sum to its cap, with what was charged and what the same decision charges`() {
        let guarded = Safeguard(.total(of: [.reminderFee, .collectionFee], claim: claim, amountMax: dkk(300)), act)
        let earlier = facts([(.reminderFee, 100, day), (.interest, 500, day)])
        #expect(guarded.breach(by: step(.reminder, charge(.reminderFee, 200)), in: earlier, on: day) == nil)
        #expect(
            guarded.breach(by: step(.reminder, charge(.reminderFee, 201)), in: earlier, on: day)
                == "reminderFee and collectionFee would come to 301.00 DKK, and the most is 300.00 DKK")
        let before = step(.reminder, charge(.collectionFee, 150))
        #expect(
            guarded.breach(by: step(.reminder, charge(.reminderFee, 100)), after: [before], in: earlier, on: day) != nil
        )
        // Of another claim, and what was taken back.
        #expect(
            guarded.breach(by: step(.reminder, charge(.reminderFee, 300, on: other)), in: earlier, on: day) == nil)
        let reversed = facts([(.reminderFee, 100, day), (.reminderFee, -100, day)])
        #expect(guarded.breach(by: step(.reminder, charge(.reminderFee, 300)), in: reversed, on: day) == nil)
        // A step that adds nothing is no breach, whatever was charged before.
        let over = facts([(.reminderFee, 400, day)])
        #expect(guarded.breach(by: step(.collectionNotice), in: over, on: day) == nil)
    }

    @Test func `counts charges from a day on, also those that were taken back`() {
        let guarded = Safeguard(.count(of: .reminderFee, since: day.adding(days: -30), countMax: 3), act)
        let fee = step(.reminder, charge(.reminderFee, 1))
        let two: [(DebtComponent, Int64, CivilDate)] = [
            (.reminderFee, 100, day.adding(days: -20)), (.reminderFee, 100, day.adding(days: -10)),
        ]
        #expect(guarded.breach(by: fee, in: facts(two), on: day) == nil)
        let three = two + [(.reminderFee, 100, day.adding(days: -5)), (.reminderFee, -100, day.adding(days: -4))]
        #expect(
            guarded.breach(by: fee, in: facts(three), on: day)
                == "it would be charge 4 as reminderFee since 2026-02-08, and 3 are allowed")
        let old = two + [(.reminderFee, 100, day.adding(days: -31))]
        #expect(guarded.breach(by: fee, in: facts(old), on: day) == nil)
        #expect(guarded.breach(by: step(.reminder), in: facts(three), on: day) == nil)
    }

    @Test(arguments: [(9, false), (10, true), (11, true)])
    func `keeps days between two charges, from the sending of the first`(_ days: Int, _ isKept: Bool) {
        let guarded = Safeguard(.spacing(of: .reminderFee, daysMin: 10), act)
        let decided = day.adding(days: -days - 3)
        let sent = StepFacts(
            kind: .reminder, claims: [claim], decidedOn: decided, sentOn: day.adding(days: -days), deadlineOn: nil)
        let earlier = facts([(.reminderFee, 100, decided)], steps: [sent])
        let fee = step(.reminder, charge(.reminderFee, 100))
        #expect((guarded.breach(by: fee, in: earlier, on: day) == nil) == isKept)
        #expect(guarded.breach(by: step(.reminder), in: earlier, on: day) == nil)
    }

    /// Which step of the fee's day is the one that counts: a reminder was sent on the day itself, and another letter of that
    /// day five days later.
    struct TwoLetters: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let otherKind: StepKind
        let otherClaim: ClaimID
        let feeClaim: ClaimID?
        let feeStep: StepKind?
        /// How many days after the decision the next fee may be charged.
        let days: Int
    }

    static let twoLetters = [
        TwoLetters(
            testDescription: "the fee is of another claim", otherKind: .collectionNotice, otherClaim: other,
            feeClaim: claim, feeStep: nil, days: 10),
        TwoLetters(
            testDescription: "the other letter carries no such fee", otherKind: .collectionLetter, otherClaim: claim,
            feeClaim: nil, feeStep: nil, days: 10),
        TwoLetters(
            testDescription: "the books say that it was the reminder", otherKind: .collectionNotice,
            otherClaim: other, feeClaim: nil, feeStep: .reminder, days: 10),
        TwoLetters(
            testDescription: "the books say that it was the other", otherKind: .collectionNotice, otherClaim: other,
            feeClaim: nil, feeStep: .collectionNotice, days: 15),
        TwoLetters(
            testDescription: "nobody knows, so the later counts", otherKind: .collectionNotice, otherClaim: other,
            feeClaim: nil, feeStep: nil, days: 15),
    ]

    @Test(arguments: twoLetters)
    func `counts the days from the letter that carried the charge, not from another of its day`(
        _ letters: TwoLetters
    ) {
        let guarded = Safeguard(.spacing(of: .reminderFee, daysMin: 10), act)
        var charged = ChargeFacts(component: .reminderFee, claim: letters.feeClaim, chargedOn: day, amount: dkk(100))
        charged.step = letters.feeStep
        var facts = facts(steps: [
            StepFacts(kind: .reminder, claims: [claim], decidedOn: day, sentOn: day, deadlineOn: nil),
            StepFacts(
                kind: letters.otherKind, claims: [letters.otherClaim], decidedOn: day, sentOn: day.adding(days: 5),
                deadlineOn: nil),
        ])
        facts.charges = [charged]
        let fee = step(.reminder, charge(.reminderFee, 100))
        #expect(guarded.breach(by: fee, in: facts, on: day.adding(days: letters.days - 1)) != nil)
        #expect(guarded.breach(by: fee, in: facts, on: day.adding(days: letters.days)) == nil)
    }

    @Test func `knows the step of a charge once it is taken`() throws {
        var facts = facts()
        try facts.take(step(.reminder, charge(.reminderFee, 100)), on: day, sentOn: day, deadlineOn: nil)
        #expect(facts.charges.map(\.step) == [.reminder])
    }

    @Test func `keeps days between two charges of one day, also of one decision`() {
        let guarded = Safeguard(.spacing(of: .reminderFee, daysMin: 10), act)
        let one = step(.reminder, charge(.reminderFee, 100))
        let both = step(.reminder, charge(.reminderFee, 50), charge(.reminderFee, 50, on: other))
        #expect(guarded.breach(by: both, in: facts(), on: day) != nil)
        #expect(
            guarded.breach(by: one, after: [one], in: facts(), on: day)
                == "reminderFee would be charged 2 times on 2026-03-10")
        #expect(guarded.breach(by: step(.collectionNotice), after: [one], in: facts(), on: day) == nil)
    }

    @Test func `lets no step be taken before its day`() {
        let guarded = Safeguard(.notBefore(.collectionLetter, claim: claim, day: day), act)
        let letter = step(.collectionLetter)
        #expect(
            guarded.breach(by: letter, in: facts(), on: day.adding(days: -1)) == "it may not be taken before 2026-03-10"
        )
        #expect(guarded.breach(by: letter, in: facts(), on: day) == nil)
        #expect(guarded.breach(by: step(.reminder), in: facts(), on: day.adding(days: -1)) == nil)
        #expect(
            guarded.breach(by: step(.collectionLetter, claims: [other]), in: facts(), on: day.adding(days: -1)) == nil)
        let never = Safeguard(.notBefore(.collectionLetter, claim: nil, day: nil), act)
        #expect(never.breach(by: letter, in: facts(), on: day) != nil)
    }

    @Test func `holds a letter to the least deadline`() {
        let guarded = Safeguard(.deadline(.collectionNotice, daysMin: 10), act)
        func breach(_ days: Int, _ kind: StepKind = .collectionNotice) -> String? {
            guarded.breach(byDeadline: day.adding(days: days), of: kind, sentOn: day)
        }
        #expect(breach(10) == nil && breach(11) == nil && breach(1, .reminder) == nil)
        #expect(
            breach(9) == "the letter of 2026-03-10 would state 2026-03-19 as the last day, and 10 days must be given")
    }
}

@Suite struct `Facts after a step` {
    @Test func `hold the step, its charges and what is owed`() throws {
        var after = facts([(.reminderFee, 100, day)])
        let taken = step(.collectionNotice, charge(.interest, 12), charge(.collectionFee, 0))
        try after.take(taken, on: day, sentOn: day.adding(days: 1), deadlineOn: day.adding(days: 11))
        #expect(after.steps.count == 1 && after.steps[0].kind == .collectionNotice)
        #expect(after.steps[0].sentOn == day.adding(days: 1) && after.steps[0].deadlineOn == day.adding(days: 11))
        #expect(after.charges.map(\.component) == [.reminderFee, .interest])
        #expect(after.outstanding == dkk(1012))
    }
}

@Suite struct `A rule about words` {
    private let rule = WordingRule(.anywhere, in: .danish, ["fogeden", "ring til din chef"], "no pressure", act)

    @Test(
        arguments: [
            ("Vi sender FOGEDEN!", "fogeden"), ("Vi kan ringe, eller ring  til\ndin chef.", "ring til din chef"),
            ("fogedens", nil), ("", nil), ("ring til chefen", nil), ("fogeden", "fogeden"),
        ])
    func `finds a phrase whole, whatever its case and spacing`(_ text: String, _ phrase: String?) {
        #expect(rule.found(in: text) == phrase)
    }
}
