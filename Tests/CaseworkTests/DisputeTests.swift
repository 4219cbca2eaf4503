import AuditTrail
import Casework
import CaseworkTesting
import Correspondence
import Database
import DatabaseTesting
import FordringKit
import Foundation
import Ledger
import Testing

@Suite struct `A dispute` {
    private let tenant: TestTenant
    private let id: CaseID
    private let claim = ClaimID(rawValue: 1)

    init() throws {
        tenant = try TestTenant()
        id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
    }

    private func balanced() throws {
        let sum = try tenant.database.read { try Ledger.trialBalance($0) }.values.reduce(0, +)
        #expect(sum == 0)
        #expect(try tenant.snapshot(id).balances.filter { $0.amount.isNegative }.isEmpty)
    }

    private func task(_ kind: TaskKind) throws -> CaseTask? { try tenant.tasks().first { $0.kind == kind.rawValue } }

    private func record(_ dispute: Int64) throws -> DisputeRecord {
        try #require(try tenant.database.read { try Disputes.record(dispute, $0) })
    }

    // MARK: The chart

    @Test func `has the states that the module's documentation draws`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Core/Casework/Casework.docc/Disputes.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let block = try #require(text.components(separatedBy: "```mermaid\n").dropFirst().first)
        #expect(
            block.components(separatedBy: "```").first == DisputeState.chart,
            "write it anew: fordring dispute states > the block of Disputes.md")
        for state in DisputeState.allCases { #expect(text.contains("| `\(state.rawValue)` |"), "\(state)") }
        for reason in DisputeReason.allCases {
            #expect(text.contains("| `\(reason.rawValue)` | \(reason.meaning) |"), "\(reason)")
        }
        for rule in HoldRule.all {
            #expect(text.contains("| `\(rule.kind.rawValue)` | \(rule.meaning) |"), "\(rule.kind)")
        }
    }

    @Test func `is decided once`() {
        for state in DisputeState.allCases {
            for event in DisputeEvent.allCases { #expect((state.after(event) != nil) == (state == .open)) }
        }
        #expect(Set(DisputeEvent.allCases.compactMap { DisputeState.open.after($0) }).count == 5)
    }

    @Test(arguments: [DisputeEvent.upheld, .upheldInPart, .rejected, .settled])
    func `cannot be decided again`(_ event: DisputeEvent) throws {
        let opened = try tenant.dispute(id, claim: claim, minorUnits: 50_000, on: monday)
        try tenant.decide(
            opened.id, event, minorUnits: event == .upheldInPart ? 100 : nil, grounds: "So it is.", on: monday)
        let before = try tenant.dump()
        for other in DisputeEvent.allCases {
            #expect(throws: CaseworkRefusal.self) {
                try tenant.decide(opened.id, other, minorUnits: 1, grounds: "Again.", on: monday)
            }
        }
        #expect(try tenant.dump() == before)
    }

    // MARK: Opening

    @Test func `says in its entry what it stopped`() throws {
        try tenant.run(monday)
        let size = try tenant.auditSize()
        let opened = try tenant.dispute(id, on: monday)
        #expect(
            try tenant.audited(from: size) == [
                "step.withdrawn", "hold.placed", "dispute.opened", "task.raised", "task.raised",
            ])
        #expect(opened.withdrawn == [1])
        #expect(try record(opened.id).creditorWaits)
        #expect(try tenant.record(id).nextOn == nil, "nothing but the decision makes it go on")
    }

    @Test func `wants an answer by the day that the country says, or in ten days`() throws {
        let first = try tenant.dispute(id, on: monday)
        #expect(first.answerBy.value == monday.adding(days: 10))
        #expect(first.answerBy.lines.first?.citation.verification == .unverified)
        let task = try #require(try task(.answerDispute))
        #expect(task.dueOn == monday.adding(days: 10) && !task.isOverdue(on: monday.adding(days: 10)))
        #expect(task.isOverdue(on: monday.adding(days: 11)))
        tenant.law.disputeAnswerDays = 7
        let other = try tenant.open("B1", 5000, dueOn: CivilDate(2025, 12, 1), on: monday)
        #expect(try tenant.dispute(other, on: monday).answerBy.value == monday.adding(days: 7))
        let pressing = try tenant.database.read { try Tasks.open(pressingOn: monday.adding(days: 8), $0) }
        #expect(pressing.map(\.dueOn) == [monday.adding(days: 7), monday.adding(days: 10), nil, nil])
        try tenant.decide(first.id, .rejected, grounds: "It came.", on: monday)
        #expect(try tenant.tasks().filter { $0.kind == "answerDispute" }.map(\.caseID) == [other])
    }

    @Test func `keeps one date for the disputes of a case, the nearest`() throws {
        let debtor = TestTenant.debtor("Debtor of A1")
        _ = try tenant.open("A2", 5000, dueOn: CivilDate(2025, 12, 1), debtor: debtor, on: monday)
        let first = try tenant.dispute(id, claim: claim, on: monday)
        try tenant.dispute(id, claim: ClaimID(rawValue: 2), on: monday.adding(days: 3))
        #expect(try task(.answerDispute)?.dueOn == monday.adding(days: 10))
        try tenant.decide(first.id, .rejected, grounds: "It came.", on: monday.adding(days: 4))
        #expect(try task(.answerDispute)?.dueOn == monday.adding(days: 13))
    }

    @Test func `is refused where it says what cannot be`() throws {
        func refused(claim: Int64? = nil, _ minorUnits: Int64? = nil, receivedOn: CivilDate = monday) throws {
            let before = try tenant.dump()
            #expect(throws: CaseworkRefusal.self) {
                try tenant.dispute(
                    id, claim: claim.map { ClaimID(rawValue: $0) }, minorUnits: minorUnits, receivedOn: receivedOn,
                    on: monday)
            }
            #expect(try tenant.dump() == before)
        }
        try refused(claim: 9)
        try refused(500)
        try refused(claim: 1, 100_000)
        try refused(claim: 1, 0)
        try refused(claim: 1, -5)
        try refused(receivedOn: monday.adding(days: 1))
        try tenant.dispute(id, claim: claim, on: monday)
        try refused(claim: 1)
        try tenant.dispute(id, on: monday)
        try refused()
    }

    @Test func `tells those who follow the case`() throws {
        let heard = HeardChanges()
        let rules = CaseRules(
            jurisdiction: tenant.law, creditor: tenant.creditor, plugin: tenant.rules.plugin, followers: [heard])
        let opened = try tenant.write(on: monday) {
            try Disputes.open(
                NewDispute(
                    caseID: id, claim: claim, amount: nil, reason: .defective, channel: .letter, receivedOn: monday),
                on: monday, rules, tenant.sealer, $0)
        }
        #expect(heard.changes == [.held(.dispute, claim: claim)])
        try tenant.write(on: monday) {
            _ = try Disputes.decide(
                opened.id, DisputeDecision(.upheldInPart, amount: Money.units(1, .eur), answeredOn: monday), on: monday,
                rules,
                tenant.sealer,
                $0)
        }
        #expect(
            heard.changes.suffix(3) == [.balance, .upheld(claim: claim), .released(.dispute, claim: claim)])
    }

    @Test func `of a part lets the rest go on where the country does`() throws {
        tenant.law.restGoesOn = true
        try tenant.dispute(id, claim: claim, minorUnits: 30_000, on: monday)
        #expect(try tenant.record(id).nextOn == monday)
        try tenant.run(monday)
        let letter = try #require(try tenant.send(on: monday).first)
        // Only what nobody disputes is demanded.
        #expect(letter.content.claims.map(\.principal.minorUnits) == [70_000])
        #expect(letter.content.claims.map(\.paid.minorUnits) == [0])
        #expect(letter.content.facts?.outstanding.minorUnits == 70_100)
        // Interest of the disputed part does not run for the rules from the day of the dispute.
        try tenant.work(from: monday, through: monday.adding(days: 30))
        let interest = try tenant.balances(id)[.interest] ?? 0
        #expect(interest > 0 && interest < 100_000 * 30 / 3650)
        try balanced()
    }

    @Test func `of a part stops all of the claim where the country says nothing`() throws {
        try tenant.dispute(id, claim: claim, minorUnits: 30_000, on: monday)
        try tenant.work(from: monday, through: monday.adding(days: 30))
        #expect(try tenant.record(id).steps.isEmpty)
    }

    // MARK: Deciding

    @Test func `upheld in full leaves nothing of the claim, of its interest and of its costs`() throws {
        try tenant.work(from: monday, through: monday.adding(days: 40))
        #expect(try tenant.balances(id).count == 4, "reminders, interest, costs and principal")
        let day = monday.adding(days: 41)
        let opened = try tenant.dispute(id, claim: claim, on: day)
        let decided = try tenant.decide(opened.id, .upheld, on: day)
        #expect(decided.state == .upheld && decided.closed && decided.outstanding.isZero && decided.resumption == nil)
        #expect(try tenant.balances(id).isEmpty)
        let record = try tenant.record(id)
        #expect(record.closeCode == "upheld" && record.nextOn == nil)
        #expect(try tenant.tasks().map(\.kind) == ["tellCreditor"])
        try balanced()
    }

    @Test func `upheld after a payment gives back what was paid for fees`() throws {
        try tenant.work(from: monday, through: monday)
        try tenant.pay(100, id, paidOn: monday.adding(days: 1))
        #expect(try tenant.balances(id) == [.principal: 100_000])
        let opened = try tenant.dispute(id, receivedOn: monday.adding(days: 2), on: monday.adding(days: 2))
        let decided = try tenant.decide(opened.id, .upheld, on: monday.adding(days: 2))
        #expect(decided.closed)
        let balance = try tenant.database.read { try Ledger.trialBalance($0) }
        #expect(balance[.overpayment] == -100)
        #expect(try tenant.tasks().map(\.kind).contains("overpaid"))
        try balanced()
    }

    @Test func `upheld about one claim of two leaves the other, without what letters about both cost`() throws {
        try openSecond()
        try tenant.work(from: monday, through: monday.adding(days: 40))
        let day = monday.adding(days: 41)
        let opened = try tenant.dispute(id, claim: claim, on: day)
        let decided = try tenant.decide(opened.id, .upheld, on: day)
        #expect(!decided.closed && decided.reversed.reduce(0) { $0 + $1.minorUnits } == 5200)
        let balances = try tenant.snapshot(id).balances
        #expect(
            Set(balances.map(\.component)) == [.principal, .interest] && balances.allSatisfy { $0.claim == second })
        #expect(try tenant.balances(id)[.principal] == 5000)
        #expect(try task(.feesToReview)?.message.contains("52.00") == true)
        try balanced()
    }

    @Test func `upheld in part credits the part, from the day on which it was due`() throws {
        try tenant.work(from: monday, through: monday.adding(days: 40))
        let before = try #require(try tenant.balances(id)[.interest])
        let day = monday.adding(days: 41)
        let opened = try tenant.dispute(id, claim: claim, minorUnits: 60_000, on: day)
        let decided = try tenant.decide(opened.id, .upheldInPart, minorUnits: 40_000, on: day)
        #expect(decided.credited.map(\.amount.minorUnits) == [40_000] && !decided.closed)
        #expect(try tenant.balances(id)[.principal] == 60_000)
        let after = try #require(try tenant.balances(id)[.interest])
        #expect(after == (before * 6 + 5) / 10, "the interest on what was never owed is taken back")
        let resumption = try #require(decided.resumption)
        #expect(
            try tenant.record(id).nextOn == resumption.value
                && record(opened.id).hold?.resumption?.value == resumption.value)
        #expect(try record(opened.id).state == .upheldInPart && record(opened.id).credited.minorUnits == 40_000)
        try balanced()
    }

    @Test func `rejected needs grounds, and the debtor has time before it goes on`() throws {
        try tenant.work(from: monday, through: monday)
        let opened = try tenant.dispute(id, on: monday.adding(days: 4))
        #expect(throws: CaseworkRefusal.self) { try tenant.decide(opened.id, .rejected, on: monday.adding(days: 6)) }
        #expect(throws: CaseworkRefusal.self) {
            try tenant.decide(opened.id, .rejected, minorUnits: 5, grounds: "No.", on: monday.adding(days: 6))
        }
        let decided = try tenant.decide(opened.id, .rejected, grounds: "The goods came.", on: monday.adding(days: 6))
        let resumption = try #require(decided.resumption)
        #expect(resumption.value > monday.adding(days: 16) && !resumption.lines.isEmpty)
        #expect(decided.credited.isEmpty && decided.reversed.isEmpty)
        try tenant.work(from: monday.adding(days: 6), through: resumption.value.adding(days: -1))
        #expect(try tenant.record(id).steps.count == 1)
        try tenant.work(from: resumption.value, through: resumption.value)
        #expect(try tenant.record(id).steps.count == 2)
        let documents = try tenant.database.read {
            try Documents.list(of: opened.id, party: PartyID(rawValue: 1), tenant.sealer, $0)
        }
        #expect(documents.map(\.role) == ["grounds", "decision"] && documents[0].name == "grounds.txt")
    }

    @Test func `rejected needs what shows that the claim is owed, or a word that there is none`() throws {
        let opened = try tenant.dispute(id, on: monday)
        #expect(throws: CaseworkRefusal.self) {
            try tenant.decide(opened.id, .rejected, grounds: "No.", documents: [], on: monday)
        }
        let decision = DisputeDecision(.rejected, grounds: "No.", hasNoDocument: true, answeredOn: monday)
        let decided = try tenant.write(on: monday) {
            try Disputes.decide(opened.id, decision, on: monday, tenant.rules, tenant.sealer, $0)
        }
        #expect(decided.state == .rejected)
    }

    @Test(arguments: [DisputeEvent.rejected, .settled, .upheldInPart])
    func `decided stands still until the debtor was told, and the time counts from then`(_ event: DisputeEvent) throws {
        try tenant.work(from: monday, through: monday)
        let day = monday.adding(days: 4)
        let opened = try tenant.dispute(id, claim: claim, on: day)
        let decided = try tenant.decide(
            opened.id, event, minorUnits: event == .rejected ? nil : 7, grounds: "So it is.", isAnswered: false, on: day
        )
        #expect(decided.resumption == nil && decided.answerBy == opened.answerBy.value)
        #expect(try record(opened.id).hold?.liftedOn == nil && record(opened.id).answeredOn == nil)
        #expect(try task(.answerDispute)?.dueOn == opened.answerBy.value)
        let told = day.adding(days: 30)
        try tenant.work(from: day, through: told)
        #expect(try tenant.record(id).steps.count == 1, "nothing is done before the debtor knows")
        func refused(_ sentOn: CivilDate) {
            #expect(throws: CaseworkRefusal.self) { try tenant.answer(opened.id, sentOn: sentOn, on: told) }
        }
        refused(day.adding(days: -1))
        refused(told.adding(days: 1))
        let resumption = try #require(try tenant.answer(opened.id, sentOn: told.adding(days: -1), on: told))
        #expect(try resumption.value > told.adding(days: 9) && tenant.record(id).nextOn == resumption.value)
        #expect(try task(.answerDispute) == nil && record(opened.id).answeredOn == told.adding(days: -1))
        refused(told)
        let other = try tenant.open("B1", 5000, dueOn: CivilDate(2025, 12, 1), on: told)
        let open = try tenant.dispute(other, on: told)
        #expect(throws: CaseworkRefusal.self, "what is open has no answer") { try tenant.answer(open.id, on: told) }
    }

    @Test func `upheld closes the case, and the debtor is still to be told`() throws {
        let opened = try tenant.dispute(id, on: monday)
        #expect(try tenant.decide(opened.id, .upheld, isAnswered: false, on: monday).closed)
        #expect(try task(.answerDispute)?.message.contains("(upheld)") == true)
        try tenant.answer(opened.id, on: monday)
        #expect(try task(.answerDispute) == nil)
    }

    // MARK: Money

    private var second: ClaimID { ClaimID(rawValue: 2) }

    /// Another claim of the same debtor, older than the first.
    private func openSecond() throws {
        let debtor = TestTenant.debtor("Debtor of A1")
        _ = try tenant.open("A2", 5000, dueOn: CivilDate(2025, 12, 1), debtor: debtor, on: monday)
    }

    private func owed(_ claim: ClaimID?) throws -> Int64 {
        try tenant.snapshot(id).balances.filter { $0.claim == claim }.reduce(0) { $0 + $1.amount.minorUnits }
    }

    @Test func `is paid last, unless the payer names it`() throws {
        try openSecond()
        try tenant.dispute(id, claim: second, on: monday)
        try tenant.pay(3000, id, paidOn: monday)
        #expect(try owed(claim) == 97_000 && owed(second) == 5000, "the older one is disputed")
        try tenant.pay(1000, id, claim: second, paidOn: monday)
        #expect(try owed(claim) == 97_000 && owed(second) == 4000)
        #expect(throws: CaseworkRefusal.self) { try tenant.pay(1, id, claim: ClaimID(rawValue: 9), paidOn: monday) }
        try tenant.pay(98_000, id, paidOn: monday)
        #expect(try owed(claim) == 0 && owed(second) == 3000, "what nobody else gets")
        try balanced()
    }

    @Test func `in part is paid last with that part only`() throws {
        try openSecond()
        try tenant.dispute(id, claim: second, minorUnits: 2000, on: monday)
        try tenant.pay(4000, id, paidOn: monday)
        #expect(try owed(claim) == 99_000 && owed(second) == 2000)
    }

    @Test func `leaves out of the case's costs what its letters cost`() throws {
        try openSecond()
        try tenant.work(from: monday, through: monday.adding(days: 40))
        #expect(try owed(nil) == 5000, "the letter about both")
        let day = monday.adding(days: 41)
        try tenant.dispute(id, claim: claim, on: day)
        guard case .facts(let facts, _) = try tenant.snapshot(id).view(tenant.rules, on: day) else {
            return #expect(Bool(false))
        }
        #expect(try facts.outstanding.minorUnits == owed(second))
        try tenant.pay(try owed(second), id, paidOn: day)
        #expect(try owed(second) == 0 && owed(nil) == 5000, "nor is it paid before what goes on")
    }

    @Test func `upheld has what was paid for what was never owed cover what is owed, and gives back the rest`() throws {
        try openSecond()
        try tenant.work(from: monday, through: monday)
        try tenant.pay(30_000, id, claim: claim, paidOn: monday.adding(days: 1))
        let opened = try tenant.dispute(id, claim: claim, on: monday.adding(days: 2))
        let decided = try tenant.decide(opened.id, .upheld, on: monday.adding(days: 2))
        #expect(decided.credited.map(\.amount.minorUnits) == [100_000] && decided.closed)
        #expect(try owed(claim) == 0 && owed(second) == 0, "else the house would keep money and ask for more")
        let balance = try tenant.database.read { try Ledger.trialBalance($0) }
        #expect(balance[.overpayment] == -25_000)
        #expect(try task(.overpaid) != nil)
        try balanced()
    }

    @Test func `before a court waits for the court's answer, not for the house's`() throws {
        try tenant.dispute(id, channel: .court, on: monday)
        #expect(try task(.answerDispute) == nil)
        try openSecond()
        try tenant.dispute(id, claim: second, on: monday)
        #expect(try task(.answerDispute)?.about == 2)
    }

    @Test func `upheld in part has the fee that falls back cover the rest of the claim`() throws {
        try tenant.work(from: monday, through: monday)
        try tenant.pay(30_100, id, paidOn: monday.adding(days: 1))
        #expect(try tenant.balances(id) == [.principal: 70_000], "the fee of 100 first")
        let opened = try tenant.dispute(id, receivedOn: monday.adding(days: 2), on: monday.adding(days: 2))
        try tenant.decide(opened.id, .upheldInPart, minorUnits: 20_000, on: monday.adding(days: 2))
        #expect(try tenant.balances(id) == [.principal: 49_900])
        #expect(try tenant.database.read { try Ledger.trialBalance($0) }[.overpayment] ?? 0 == 0)
        #expect(try task(.overpaid) == nil)
        try balanced()
    }

    @Test func `upheld takes back charges also where no principal was left`() throws {
        try tenant.work(from: monday, through: monday.adding(days: 40))
        let day = monday.adding(days: 41)
        _ = try tenant.register(TestTenant.creditNote("C1", 100_000, against: "A1", issuedOn: day), on: day)
        #expect(try tenant.balances(id)[.principal] == nil && tenant.balances(id)[.collectionCost] == 5000)
        let opened = try tenant.dispute(id, claim: claim, on: day)
        let decided = try tenant.decide(opened.id, .upheld, on: day)
        #expect(decided.credited.isEmpty && decided.reversed.reduce(0) { $0 + $1.minorUnits } == 5200)
        #expect(try tenant.balances(id)[.collectionCost] == nil && tenant.balances(id)[.reminderFee] == nil)
    }

    @Test(arguments: [DisputeEvent.upheld, .upheldInPart])
    func `of a part, where the debtor was right, takes back costs that were worked out on too much`(
        _ event: DisputeEvent
    ) throws {
        try tenant.work(from: monday, through: monday.adding(days: 40))
        let day = monday.adding(days: 41)
        let opened = try tenant.dispute(id, claim: claim, minorUnits: 99_000, on: day)
        let decided = try tenant.decide(opened.id, event, minorUnits: event == .upheld ? nil : 98_000, on: day)
        #expect(!decided.closed && decided.reversed.reduce(0) { $0 + $1.minorUnits } == 5200)
        let balances = try tenant.balances(id)
        #expect(balances[.collectionCost] == nil && balances[.reminderFee] == nil)
        #expect(balances[.principal] == (event == .upheld ? 1000 : 2000))
        #expect(try task(.feesToReview) != nil)
        try balanced()
    }

    // MARK: More than before

    @Test func `of more than before is heard, of the same or less is refused`() throws {
        func refused(claim: ClaimID? = nil, _ minorUnits: Int64? = nil) {
            #expect(throws: CaseworkRefusal.self) {
                try tenant.dispute(id, claim: claim, minorUnits: minorUnits, on: monday)
            }
        }
        try tenant.dispute(id, claim: claim, minorUnits: 40_000, on: monday)
        refused(claim: claim, 40_000)
        refused(claim: claim, 100)
        try tenant.dispute(id, claim: claim, minorUnits: 50_000, on: monday)
        try tenant.dispute(id, claim: claim, on: monday)
        refused(claim: claim, 50_001)
        refused(claim: claim)
        try tenant.dispute(id, on: monday)
        refused()
        try openSecond()
        refused(claim: claim)
        try tenant.dispute(id, claim: second, on: monday)
        try tenant.dispute(id, on: monday)
        refused()
    }

    // MARK: What was done although it was disputed

    @Test func `that came in before a step makes it count no more, and rejected it is taken anew`() throws {
        try tenant.work(from: monday, through: monday.adding(days: 60))
        let ready = try #require(try tenant.record(id).steps.last)
        #expect(ready.kind == "readyForCourt" && ready.state == "done")
        let day = ready.decidedOn.adding(days: 3)
        let opened = try tenant.dispute(id, receivedOn: ready.decidedOn, on: day)
        #expect(opened.gone.isEmpty, "no letter was")
        let snapshot = try tenant.snapshot(id)
        #expect(!snapshot.facts.steps.contains { $0.kind == .readyForCourt } && snapshot.stage == "collectionLetter")
        #expect(snapshot.life().reach == .inCollection)
        let resumption = try #require(try tenant.decide(opened.id, .rejected, grounds: "It came.", on: day).resumption)
        try tenant.work(from: day, through: resumption.value)
        #expect(try tenant.record(id).steps.filter { $0.kind == "readyForCourt" }.count == 2)
        #expect(try tenant.snapshot(id).stage == "readyForCourt")
    }

    @Test func `of a letter that left all the same has it sent anew when it is rejected`() throws {
        try tenant.work(from: monday, through: monday)
        let opened = try tenant.dispute(id, on: monday)
        #expect(try opened.gone == [1] && tenant.snapshot(id).facts.steps.isEmpty)
        let resumption = try #require(
            try tenant.decide(opened.id, .rejected, grounds: "It came.", on: monday).resumption)
        try tenant.work(from: monday, through: resumption.value)
        #expect(try tenant.record(id).steps.map(\.kind) == ["reminder", "reminder"])
        #expect(try tenant.snapshot(id).facts.steps.count == 1 && tenant.balances(id)[.reminderFee] == 100)
    }

    @Test func `settled credits what was agreed from the day of the agreement, or nothing`() throws {
        let opened = try tenant.dispute(id, on: monday)
        #expect(throws: CaseworkRefusal.self) {
            try tenant.decide(opened.id, .settled, minorUnits: 100_001, on: monday)
        }
        #expect(throws: CaseworkRefusal.self, "without the agreement") {
            try tenant.decide(opened.id, .settled, minorUnits: 100_000, documents: [], on: monday)
        }
        let decided = try tenant.decide(opened.id, .settled, minorUnits: 100_000, on: monday)
        #expect(decided.closed && decided.state == .settled)
        let other = try tenant.open("B1", 5000, dueOn: CivilDate(2025, 12, 1), on: monday)
        let second = try tenant.dispute(other, on: monday).id
        for amount in [nil, 0] as [Int64?] {
            #expect(throws: CaseworkRefusal.self, "a rejection in disguise") {
                try tenant.decide(second, .settled, minorUnits: amount, on: monday)
            }
        }
        let nothing = try tenant.decide(second, .settled, grounds: "All is paid by May.", on: monday)
        #expect(nothing.credited.isEmpty && nothing.resumption != nil)
        #expect(try tenant.balances(other) == [.principal: 5000])
        try balanced()
    }

    @Test(arguments: [nil, 0, -1, 60_000, 60_001] as [Int64?])
    func `upheld in part needs a part`(_ minorUnits: Int64?) throws {
        let opened = try tenant.dispute(id, claim: claim, minorUnits: 60_000, on: monday)
        #expect(throws: CaseworkRefusal.self) {
            try tenant.decide(opened.id, .upheldInPart, minorUnits: minorUnits, on: monday)
        }
    }

    @Test func `lapses when the case is closed`() throws {
        let opened = try tenant.dispute(id, on: monday)
        try tenant.pay(100_000, id, paidOn: monday)
        #expect(try record(opened.id).state == .lapsed && record(opened.id).hold?.liftedBy == .caseClosed)
        #expect(try task(.answerDispute)?.message.contains("\(opened.id) (lapsed)") == true, "nobody has answered")
        #expect(try task(.tellCreditor)?.message.contains("undecided") == true)
        #expect(try tenant.answer(opened.id, on: monday) == nil)
        #expect(try task(.answerDispute) == nil)
    }

    // MARK: Documents

    @Test func `keeps documents that only the debtor's key opens, until the debtor is erased`() throws {
        let paper = NewDocument(.evidence, name: "Anna Æbles brev.pdf", bytes: Array("Anna Æble skriver".utf8))
        let opened = try tenant.dispute(
            id, documents: [NewDocument(.objection, text: "It never came, says Anna."), paper], on: monday)
        let (documents, bytes) = try tenant.database.read { transaction in
            (
                try Documents.list(of: opened.id, party: PartyID(rawValue: 1), tenant.sealer, transaction),
                try Documents.open(2, tenant.sealer, transaction).bytes
            )
        }
        #expect(bytes == paper.bytes && documents.map(\.mediaType) == ["text/plain", "application/pdf"])
        #expect(documents.map(\.name) == ["objection.txt", "Anna Æbles brev.pdf"])
        #expect(documents[1].sha256.count == 64)
        func dumped() throws -> String { try tenant.dump().filter { $0.key != "party" }.values.joined().joined() }
        #expect(try !dumped().contains("Anna Æble"))
        try tenant.pay(100_000, id, paidOn: monday)
        let last = monday.adding(days: 400)
        for task in try tenant.tasks() {
            try tenant.write(on: monday) { try Tasks.done(task.id, on: monday, because: "done", $0) }
        }
        #expect(
            try tenant.write(on: last) {
                try Parties.erase(PartyID(rawValue: 1), reason: "time", on: last, tenant.rules, $0)
            })
        let after = try tenant.database.read {
            try Documents.list(of: opened.id, party: PartyID(rawValue: 1), tenant.sealer, $0)
        }
        #expect(after.map(\.name) == [nil, nil] && after.map(\.sha256) == documents.map(\.sha256))
        #expect(throws: CaseworkRefusal.self) {
            try tenant.database.read { _ = try Documents.open(2, tenant.sealer, $0) }
        }
    }

    @Test func `refuses documents that are empty or too large, with everything else`() throws {
        let before = try tenant.dump()
        for count in [0, Documents.sizeMax + 1] {
            let bytes = [UInt8](repeating: 1, count: count)
            #expect(throws: CaseworkRefusal.self) {
                try tenant.dispute(id, documents: [NewDocument(.evidence, name: "x.pdf", bytes: bytes)], on: monday)
            }
        }
        #expect(try tenant.dump() == before)
    }
}

/// Remembers what it was told.
private final class HeardChanges: CaseFollower, @unchecked Sendable {
    // One thread tells.
    var changes: [CaseChange] = []

    func follow(_ change: CaseChange, in caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction) throws {
        changes.append(change)
    }
}
