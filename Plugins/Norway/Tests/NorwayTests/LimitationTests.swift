import FordringKit
import Testing

@testable import Norway

@Suite struct LimitationTests {
    private func last(
        _ due: String, _ basis: ClaimBasis = .ordinary, _ events: [(ClaimEvent.Kind, String)] = []
    ) throws -> CivilDate {
        var claim = Cases.claim(kr(1_000), dueOn: try day(due))
        claim.basis = basis
        claim.events = try events.map { ClaimEvent($0.0, on: try day($0.1)) }
        let explained = try #require(try Norway().limitation(of: claim))
        #expect(explained.value == LimitationAct.lastDay(of: claim))
        #expect(!explained.lines.isEmpty)
        return explained.value
    }

    @Test(arguments: [
        (ClaimBasis.ordinary, "2026-03-16"), (.employment, "2026-03-16"), (.debtInstrument, "2033-03-16"),
        (.moneyLoan, "2033-03-16"),
    ])
    func `a claim lapses after three years, a debt instrument and a loan after ten`(
        _ basis: ClaimBasis, _ iso: String
    ) throws {
        #expect(try last("2023-03-16", basis) == day(iso))
    }

    @Test func `a claim due on 29 February lapses on the 28th`() throws {
        #expect(try last("2024-02-29") == CivilDate(2027, 2, 28))
    }

    @Test(arguments: [
        ClaimEvent.Kind.acknowledgement, .writtenAcknowledgement, .proceedingsFiled, .boardComplaint, .insolvencyClaim,
        .enforcementRequested,
    ])
    func `an interruption begins the claim's own period again`(_ kind: ClaimEvent.Kind) throws {
        // Due 2022-05-02, event 2024-08-12: three years from then, ten for an instrument.
        #expect(try last("2022-05-02", .ordinary, [(kind, "2024-08-12")]) == CivilDate(2027, 8, 12))
        #expect(try last("2022-05-02", .debtInstrument, [(kind, "2024-08-12")]) == CivilDate(2034, 8, 12))
    }

    @Test func `an event counts on the last day and not after it`() throws {
        #expect(try last("2022-05-02", .ordinary, [(.acknowledgement, "2025-05-02")]) == CivilDate(2028, 5, 2))
        #expect(try last("2022-05-02", .ordinary, [(.acknowledgement, "2025-05-03")]) == CivilDate(2025, 5, 2))
    }

    @Test func `a judgment gives ten years`() throws {
        #expect(
            try last("2022-05-02", .ordinary, [(.proceedingsFiled, "2024-08-12"), (.judgment, "2025-01-20")])
                == CivilDate(2035, 1, 20))
        // A later request for enforcement takes nothing away.
        #expect(
            try last("2022-05-02", .ordinary, [(.judgment, "2025-01-20"), (.enforcementRequested, "2025-06-02")])
                == CivilDate(2035, 1, 20))
    }

    @Test func `a judgment revives nothing that has lapsed, unless proceedings were begun in time`() throws {
        // Due 2022-05-02, so lapsed after 2025-05-02.
        #expect(try last("2022-05-02", .ordinary, [(.judgment, "2025-05-02")]) == CivilDate(2035, 5, 2))
        #expect(try last("2022-05-02", .ordinary, [(.judgment, "2025-05-03")]) == CivilDate(2025, 5, 2))
        // A petition that came too late does not help, and neither does a request for enforcement.
        #expect(
            try last("2022-05-02", .ordinary, [(.proceedingsFiled, "2025-05-03"), (.judgment, "2025-09-01")])
                == CivilDate(2025, 5, 2))
        #expect(
            try last("2022-05-02", .ordinary, [(.enforcementRequested, "2024-08-12"), (.judgment, "2027-08-13")])
                == CivilDate(2027, 8, 12))
        // Filed in time, and the court took longer than three years: through 2027-08-12, judged after it.
        #expect(
            try last("2022-05-02", .ordinary, [(.proceedingsFiled, "2024-08-12"), (.judgment, "2027-10-04")])
                == CivilDate(2037, 10, 4))
        // Not when they had ended: through 2025-12-02.
        #expect(
            try last(
                "2022-05-02", .ordinary,
                [(.proceedingsFiled, "2024-08-12"), (.proceedingsEnded, "2024-12-02"), (.judgment, "2025-12-03")])
                == CivilDate(2025, 12, 2))
    }

    @Test func `a judgment that is challenged gives no ten years`() throws {
        // Due 2022-05-02. Filed 2024-08-12: 2027-08-12 while it runs; judged 2025-01-20 and challenged 2025-02-10.
        let challenged: [(ClaimEvent.Kind, String)] = [
            (.proceedingsFiled, "2024-08-12"), (.judgment, "2025-01-20"), (.judgmentSetAside, "2025-02-10"),
        ]
        #expect(try last("2022-05-02", .ordinary, challenged) == CivilDate(2027, 8, 12))
        // Ended without a decision on 2025-06-02: a year from then, which is after the old last day 2025-05-02.
        #expect(
            try last("2022-05-02", .ordinary, challenged + [(.proceedingsEnded, "2025-06-02")])
                == CivilDate(2026, 6, 2))
        #expect(
            try last("2022-05-02", .ordinary, challenged + [(.judgment, "2025-09-01")]) == CivilDate(2035, 9, 1))
        #expect(try last("2022-05-02", .ordinary, [(.judgmentSetAside, "2024-06-02")]) == CivilDate(2025, 5, 2))
    }

    @Test func `a chosen end leaves no year, and a request that came to nothing leaves one`() throws {
        #expect(
            try last("2022-05-02", .ordinary, [(.proceedingsFiled, "2024-08-12"), (.proceedingsDropped, "2025-01-20")])
                == CivilDate(2025, 5, 2))
        // Judged 2015-06-01: 2025-06-01. Asked 2025-05-05 and rejected 2025-05-20: a year from then.
        let judged: [(ClaimEvent.Kind, String)] = [(.proceedingsFiled, "2015-01-05"), (.judgment, "2015-06-01")]
        let rejected: [(ClaimEvent.Kind, String)] = [
            (.enforcementRequested, "2025-05-05"), (.proceedingsEnded, "2025-05-20"),
        ]
        #expect(try last("2014-05-02", .ordinary, judged + rejected) == CivilDate(2026, 5, 20))
        // An earlier request that was carried out on 2024-02-05 stands: three years from then, 2027-02-05.
        #expect(
            try last("2014-05-02", .ordinary, judged + [(.enforcementRequested, "2024-02-05")] + rejected)
                == CivilDate(2027, 2, 5))
    }

    @Test func `an acknowledgement stands when proceedings fail`() throws {
        // Acknowledged 2024-09-02 while they ran: three years from then; a year from their end is less.
        #expect(
            try last(
                "2022-05-02", .ordinary,
                [
                    (.proceedingsFiled, "2024-08-12"), (.acknowledgement, "2024-09-02"),
                    (.proceedingsEnded, "2024-12-02"),
                ])
                == CivilDate(2027, 9, 2))
    }

    // § 5: ten years are for the principal of a loan. § 21 (5): later interest on a judgment has three.
    @Test(arguments: [
        (ClaimBasis.moneyLoan, "2023-02-02", nil as String?, "2026-02-02", false),
        (.moneyLoan, "2023-02-02", nil, "2026-02-03", true),
        (.debtInstrument, "2023-02-02", nil, "2026-02-03", true),
        (.ordinary, "2022-02-02", "2023-02-02", "2026-02-02", false),
        (.ordinary, "2022-02-02", "2023-02-02", "2026-02-03", true),
    ])
    func `nothing that asks for interest is sent where some of it may have lapsed`(
        _ basis: ClaimBasis, _ due: String, _ judged: String?, _ iso: String, _ isHeld: Bool
    ) throws {
        let policy = Cases.free.filter { $0.kind != .reminder }
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day(due))], policy: policy)
        facts.claims[0].basis = basis
        if let judged { facts.claims[0].events = [ClaimEvent(.judgment, on: try day(judged))] }
        let law = Norway()
        let today = try day(iso)
        let decision = try law.decide(facts, on: today)
        #expect(decision.steps.isEmpty == isHeld)
        if isHeld {
            #expect(decision.pending.first?.obstacles.first?.citation == LimitationAct.interestOnItsOwn)
            #expect(decision.pending.first?.notBefore == nil)
        }
        let notice = DecidedStep(
            kind: .collectionNotice, claims: [facts.claims[0].id], charges: [],
            reasons: decision.pending.first?.obstacles ?? [])
        let breaches = try law.safeguards(for: facts, on: today).filter {
            $0.breach(by: notice, in: facts, on: today) != nil
        }
        #expect(breaches.isEmpty != isHeld)
    }

    @Test func `the lines name the old period and at least a year`() throws {
        // Due 2022-05-02, so 2025-05-02. Ended 2024-12-02: a year from then is 2025-12-02, which is later.
        #expect(
            try last("2022-05-02", .ordinary, [(.proceedingsFiled, "2024-08-12"), (.proceedingsEnded, "2024-12-02")])
                == CivilDate(2025, 12, 2))
        // Ended 2023-03-01: a year from then is 2024-03-01, and the old period is later.
        #expect(
            try last("2022-05-02", .ordinary, [(.proceedingsFiled, "2022-12-12"), (.proceedingsEnded, "2023-03-01")])
                == CivilDate(2025, 5, 2))
        // An end without a beginning changes nothing.
        #expect(try last("2022-05-02", .ordinary, [(.proceedingsEnded, "2024-12-02")]) == CivilDate(2025, 5, 2))
    }

    @Test func `the lines name the events, and what is a reading is marked`() throws {
        var claim = Cases.claim(kr(1_000), dueOn: try day("2022-05-02"))
        claim.events = [ClaimEvent(.acknowledgement, on: try day("2024-08-12"))]
        let lines = LimitationAct.limitation(of: claim).lines
        #expect(lines.map(\.citation.section) == ["§ 2", "§ 3", "§ 14", "§ 21"])
        #expect(lines.map(\.citation.verification) == [.verified, .unverified, .verified, .unverified])
    }
}
