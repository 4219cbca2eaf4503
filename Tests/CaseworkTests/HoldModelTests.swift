import Casework
import CaseworkTesting
import Correspondence
import Database
import DatabaseTesting
import FordringKit
import Intake
import JobQueue
import Ledger
import Testing

/// What may not be touched, kept by other means than the books: for each hold the days on which it stands, and after it those
/// before things go on.
private struct HeldModel {
    struct Held {
        let caseID: CaseID
        let claim: ClaimID?
        /// Whether a part of the claim goes on.
        let isPart: Bool
        let until: CivilDate?
        /// From when things go on, once it was lifted.
        var resumesOn: CivilDate?
    }

    var held: [Int64: Held] = [:]

    /// Why a claim may not be touched on a day.
    func reason(_ caseID: CaseID, _ claim: ClaimID, on day: CivilDate, restGoesOn: Bool) -> String? {
        for (id, held) in held.sorted(by: { $0.key < $1.key })
        where held.caseID == caseID && (held.claim == nil || held.claim == claim) {
            if let resumesOn = held.resumesOn {
                if day < resumesOn { return "hold \(id) pauses until \(resumesOn)" }
            } else if !held.isPart || !restGoesOn {
                // Also after its last day: nothing goes on before a run has written that down, and then a pause follows.
                return "hold \(id) stands"
            }
        }
        return nil
    }
}

/// Goal: whatever happens, nothing is done about what stands still on the day.
///
/// Method: claims, payments, credits, disputes, decisions, holds, runs and letters in an order of chance; after each, every new
/// step, charge and letter, and what is foretold, is held against a model of what stood still.
@Suite struct `Whatever happens` {
    @Test(arguments: randomSeeds(11, 12, 13, 14))
    func `no step, charge or letter is for what stands still that day`(_ seed: UInt64) throws {
        print("holds seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let tenant = try TestTenant()
        tenant.law.restGoesOn = random.chance(50)
        let restGoesOn = tenant.law.restGoesOn
        var model = HeldModel()
        var day = monday
        var cases: [CaseID: [ClaimID]] = [:]
        var references: [String] = []
        var stepsSeen: Int64 = 0
        var transfersSeen: Int64 = 0
        var leaving: [Job] = []
        var counts: [String: Int] = [:]

        func openCases() throws -> [CaseID] {
            try cases.keys.sorted().filter { try !tenant.snapshot($0).isClosed }
        }
        /// Does what a rule may refuse.
        func attempt(_ what: String, _ body: () throws -> Void) throws {
            do {
                try body()
                counts[what, default: 0] += 1
            } catch is CaseworkRefusal {
                counts["\(what) refused", default: 0] += 1
            }
        }
        /// Brings the model up to what the books say about ends of holds: when they end is the product's, that nothing
        /// happens meanwhile is what is tested.
        func noteEnds() throws {
            for hold in try tenant.database.read({
                try Holds.list(caseID: nil, all: true, after: 0, limit: 10_000, $0)
            }) {
                if model.held[hold.id] == nil, hold.facts.kind == .dispute {
                    // It came in with its claim.
                    model.held[hold.id] = HeldModel.Held(
                        caseID: hold.caseID, claim: hold.facts.claim, isPart: false, until: nil)
                    counts["disputed claim", default: 0] += 1
                }
                guard let known = model.held[hold.id], known.resumesOn == nil, let liftedOn = hold.liftedOn else {
                    continue
                }
                if hold.liftedBy == .endDate {
                    #expect(known.until.map { $0 < liftedOn } == true, "hold \(hold.id) ended too early")
                }
                model.held[hold.id]?.resumesOn = hold.resumption?.value ?? liftedOn
                #expect(hold.resumption.map { $0.value > liftedOn } ?? true)
            }
        }

        for round in 0..<200 {
            let runsOn = day
            switch Int.random(in: 0..<14, using: &random) {
            case 0, 1:
                let dueOn = day.adding(days: Int.random(in: -30...5, using: &random))
                var claim = TestTenant.invoice(
                    "A\(round)", .random(in: 100...500_000, using: &random), issuedOn: min(day, dueOn), dueOn: dueOn,
                    debtor: TestTenant.debtor("Debtor \(Int.random(in: 0..<6, using: &random))"))
                if random.chance(20) { claim.disputed = .since(day) }
                let caseID = try #require(try tenant.register(claim, on: day).caseID)
                cases[caseID] = try tenant.record(caseID).claims.map(\.id)
                references.append("A\(round)")
                counts["claim", default: 0] += 1
            case 2:
                guard let caseID = try openCases().randomElement(using: &random) else { continue }
                let owed = try tenant.snapshot(caseID).facts.outstanding.minorUnits
                let amount = Int64.random(in: 1...max(1, owed), using: &random)
                try tenant.pay(
                    amount, caseID, paidOn: day.adding(days: -Int.random(in: 0...20, using: &random)), registeredOn: day
                )
                counts["payment", default: 0] += 1
            case 3:
                guard let reference = references.randomElement(using: &random) else { continue }
                _ = try tenant.register(
                    TestTenant.creditNote(
                        "C\(round)", .random(in: 1...5000, using: &random), against: reference, issuedOn: day),
                    on: day)
                counts["credit", default: 0] += 1
            case 4, 5:
                guard let caseID = try openCases().randomElement(using: &random) else { continue }
                let claim = random.chance(70) ? cases[caseID]?.randomElement(using: &random) : nil
                let rest = try tenant.snapshot(caseID).facts.claims.first { $0.id == claim }?.outstandingPrincipal
                let part = claim != nil && random.chance(50)
                try attempt("dispute") {
                    let opened = try tenant.dispute(
                        caseID, claim: claim, minorUnits: part ? max(1, (rest?.minorUnits ?? 2) / 2) : nil,
                        receivedOn: day.adding(days: -Int.random(in: 0...3, using: &random)), on: day)
                    model.held[opened.hold] = HeldModel.Held(caseID: caseID, claim: claim, isPart: part, until: nil)
                }
            case 6, 7:
                let open = try tenant.database.read {
                    try Disputes.list(caseID: nil, all: false, after: 0, limit: 100, $0)
                }
                guard let dispute = open.randomElement(using: &random) else { continue }
                let event = DisputeEvent.allCases.randomElement(using: &random) ?? .rejected
                try attempt("decision \(event)") {
                    try tenant.decide(
                        dispute.id, event,
                        minorUnits: event == .upheldInPart || (event == .settled && random.chance(50)) ? 7 : nil,
                        grounds: "Because.", on: day)
                }
            case 8:
                guard let caseID = try openCases().randomElement(using: &random),
                    let kind = HoldKind.allCases.randomElement(using: &random)
                else { continue }
                let claim = random.chance(50) ? cases[caseID]?.randomElement(using: &random) : nil
                let until = random.chance(60) ? day.adding(days: Int.random(in: 0...25, using: &random)) : nil
                try attempt("hold") {
                    let id = try tenant.hold(kind, caseID, claim: claim, until: until, on: day)
                    model.held[id] = HeldModel.Held(caseID: caseID, claim: claim, isPart: false, until: until)
                }
            case 9:
                guard
                    let hold = model.held.filter({ $0.value.resumesOn == nil }).keys.sorted().randomElement(
                        using: &random)
                else { continue }
                try attempt("lift") { try tenant.lift(hold, as: .administrator, on: day) }
            case 10:
                // A letter that is leaving while other things happen.
                tenant.temporary.clock.now = Timestamp(day, hour: 7)
                for job in try tenant.write(on: day, { try JobQueue.claim(ClaimRequest(1, owner: "post"), $0) }) {
                    let departure = try tenant.depart(job, on: day)
                    if departure == .gone {
                        leaving.append(job)
                        counts["leaving", default: 0] += 1
                    } else {
                        try tenant.write(on: day) { _ = try JobQueue.endAsCancelled(job, $0) }
                    }
                }
            default:
                day = day.adding(days: Int.random(in: 0...6, using: &random))
                try tenant.run(day, batchSize: Int.random(in: 1...4, using: &random))
                counts["run", default: 0] += 1
            }
            try noteEnds()
            // Steps of this round, whatever made them.
            let seen = stepsSeen
            let taken = try tenant.database.read { transaction in
                try transaction.all(
                    "SELECT id, case_id, kind, claims, decided_on FROM case_step WHERE id > $1 ORDER BY id", seen
                ) {
                    (
                        id: $0.integer(0), caseID: CaseID(rawValue: $0.integer(1)), kind: $0.text(2),
                        claims: $0.text(3),
                        on: $0.date(4)
                    )
                }
            }
            for step in taken {
                stepsSeen = step.id
                counts["step", default: 0] += 1
                for claim in step.claims.split(separator: ",").compactMap({ Int64($0) }).map({ ClaimID(rawValue: $0) })
                {
                    let reason = model.reason(step.caseID, claim, on: step.on, restGoesOn: restGoesOn)
                    #expect(
                        reason == nil, "seed \(seed), round \(round): \(step.kind) for claim \(claim): \(reason ?? "")")
                }
            }
            try expectNoChargeForHeld(tenant, model, from: &transfersSeen, restGoesOn, seed, round)
            if random.chance(50) {
                for job in leaving {
                    // Some never left: what they charged goes back, also where it was paid for meanwhile.
                    if random.chance(40) {
                        let kind: LetterFailure.Kind = random.chance(50) ? .permanent : .temporary
                        try tenant.write(on: day) {
                            try LetterDesk.recordFailure(
                                LetterFailure(kind, "no"), job, JobLimits(), today: day, tenant.rules, $0)
                        }
                        counts["never left", default: 0] += 1
                        continue
                    }
                    let letter = SentLetter(
                        step: job.subject, channel: "post",
                        receipt: DeliveryReceipt(reference: "r\(job.subject)", sentOn: day, details: [:]),
                        documentSHA256: "",
                        deadline: try tenant.law.deadline(for: .reminder, sentOn: day))
                    _ = try tenant.write(on: day) { try LetterDesk.recordSent(letter, job, tenant.rules, $0) }
                }
                leaving = []
                for letter in try tenant.send(on: day) {
                    counts["letter", default: 0] += 1
                    for claim in letter.content.facts?.claims.map(\.id) ?? [] {
                        let reason = model.reason(letter.content.caseID, claim, on: day, restGoesOn: restGoesOn)
                        #expect(
                            reason == nil, "seed \(seed), round \(round): letter for claim \(claim): \(reason ?? "")")
                    }
                }
            }
            if round % 8 == 0 {
                try expectNothingForetold(tenant, model, try openCases(), from: max(day, runsOn), restGoesOn, seed)
            }
            let balance = try tenant.database.read { try Ledger.trialBalance($0) }
            try #require(balance.values.reduce(0, +) == 0, "seed \(seed), round \(round)")
            for caseID in cases.keys.sorted() {
                let negative = try tenant.snapshot(caseID).balances.filter(\.amount.isNegative)
                try #require(negative.isEmpty, "seed \(seed), round \(round), case \(caseID): \(negative)")
            }
        }
        let wanted = [
            "claim", "disputed claim", "dispute", "hold", "lift", "step", "letter", "run", "decision rejected",
        ]
        // A seed that nobody has looked at may leave something out.
        for what in wanted where (11...14).contains(seed) {
            #expect(counts[what] ?? 0 > 0, "the play was too quiet: \(counts)")
        }
    }

    /// Charges are for steps; none of a claim that stood still on the day.
    private func expectNoChargeForHeld(
        _ tenant: TestTenant, _ model: HeldModel, from seen: inout Int64, _ restGoesOn: Bool, _ seed: UInt64,
        _ round: Int
    ) throws {
        let after = seen
        let charges = try tenant.database.read { transaction in
            try transaction.all(
                """
                SELECT t.id, t.case_id, t.claim_id, s.decided_on FROM ledger_transfer t
                JOIN case_step s ON s.id = t.cause_id
                WHERE t.id > $1 AND t.cause = 'step' AND t.reverses IS NULL AND t.claim_id IS NOT NULL ORDER BY t.id
                """,
                after
            ) { ($0.integer(0), CaseID(rawValue: $0.integer(1)), ClaimID(rawValue: $0.integer(2)), $0.date(3)) }
        }
        for (id, caseID, claim, day) in charges {
            seen = id
            let reason = model.reason(caseID, claim, on: day, restGoesOn: restGoesOn)
            #expect(reason == nil, "seed \(seed), round \(round): a charge on claim \(claim): \(reason ?? "")")
        }
    }

    /// What is foretold keeps to what is known to stand still.
    private func expectNothingForetold(
        _ tenant: TestTenant, _ model: HeldModel, _ cases: [CaseID], from day: CivilDate, _ restGoesOn: Bool,
        _ seed: UInt64
    ) throws {
        let forecast = Forecast(tenant.rules, from: day, through: day.adding(days: 40))
        for caseID in cases {
            for step in try forecast.forecast(try tenant.snapshot(caseID)).steps {
                for claim in step.claims {
                    for (id, held) in model.held where held.caseID == caseID && (held.claim ?? claim) == claim {
                        let isOver =
                            if let resumesOn = held.resumesOn {
                                resumesOn <= step.day
                            } else {
                                (held.isPart && restGoesOn) || held.until.map { $0 < step.day } ?? false
                            }
                        #expect(isOver, "seed \(seed): \(step.kind) of \(step.day) foretold in spite of hold \(id)")
                    }
                }
            }
        }
    }
}
