import AuditTrail
import Casework
import CaseworkTesting
import Database
import FordringKit
import Foundation
import JobQueue
import Registrations
import Testing

@testable import Host

@Suite struct RegistrationTests {
    private let first = TestBureau.firstDay
    private let leaves = TestBureau.mayLeaveOn

    // MARK: The way there

    @Test func `A registration waits for its day, leaves on it, and stands when the bureau says so`() throws {
        let test = try TestBureau()
        try test.request(1)
        try test.play(from: first, through: leaves.adding(days: -1))
        #expect(try test.state(1) == .requested)
        #expect(test.bureau.registered.isEmpty)
        try test.play(leaves)
        #expect(try test.state(1) == .submitted)
        #expect(test.bureau.registered == [1])
        try test.play(leaves.adding(days: 1))
        let record = try test.record(1)
        #expect(record.state == .live)
        #expect(record.liveOn == leaves)
        #expect(record.expiresOn == leaves.adding(days: 100))
        // Interest was stated with the notice and is owed with the claim.
        #expect(try #require(record.amount).minorUnits > 100_00)
        try test.expectSound()
    }

    @Test func `The debtor is told by a letter of its own, and what waits after it counts from its day`() throws {
        let test = try TestBureau(tellsDebtor: true)
        try test.importClaims(1)
        try test.play(first)
        let asked = leaves.adding(days: 2)
        try test.play(from: first.adding(days: 1), through: asked)
        try test.request(claim: 1, on: asked)
        #expect(test.channel.sent.count == 1)
        try test.play(asked.adding(days: 1))
        #expect(test.channel.sent.count == 2, "the notice leaves with the next work")
        let told = try #require(test.channel.sent.last?.receipt.sentOn)
        try test.play(from: asked.adding(days: 2), through: told.adding(days: 4))
        #expect(try test.state(1) == .requested)
        try test.play(told.adding(days: 5))
        #expect(try test.state(1) == .submitted)
        #expect(test.channel.sent.count == 2)
        try test.expectSound()
    }

    @Test func `A registration that is taken back takes back the letter that would tell of it`() throws {
        let test = try TestBureau(tellsDebtor: true)
        try test.importClaims(1)
        try test.play(first)
        try test.request(claim: 1, on: first)
        _ = try test.host.withdrawRegistration(1, reason: "test", for: try test.tenant, on: first)
        try test.play(from: first, through: leaves)
        #expect(test.channel.sent.count == 1)
        // Asked for anew, the debtor is told anew.
        try test.request(claim: 1, on: leaves)
        try test.play(leaves)
        #expect(test.channel.sent.count == 2)
        let left = try hostError { try test.host.offboard(test.id, reason: "test") }
        #expect(left.message.contains("open cases"))
        try test.play(from: leaves.adding(days: 1), through: leaves.adding(days: 5))
        #expect(try test.state(2) == .submitted)
        _ = try test.host.closeCase(
            CaseID(rawValue: 1), reason: "test", for: try test.tenant, on: leaves.adding(days: 5))
        #expect(try test.record(2).deletion?.reason == .withdrawn)
        let stands = try hostError { try test.host.offboard(test.id, reason: "test") }
        #expect(stands.message.contains("has 1 registrations with credit bureaus"))
        try test.play(from: leaves.adding(days: 5), through: leaves.adding(days: 6))
        try test.host.offboard(test.id, reason: "test")
    }

    @Test func `A notice that has become too old is sent anew`() throws {
        let test = try TestBureau(tellsDebtor: true)
        try test.importClaims(1)
        try test.play(first)
        try test.request(claim: 1, on: first)
        // The bureau takes nothing until the notice of the next day is a month old.
        for _ in 0..<22 { test.bureau.next(.fails(DeliveryFailure(.permanent, "it is closed"))) }
        try test.play(from: first.adding(days: 1), through: first.adding(days: 31))
        #expect(test.channel.sent.count == 2)
        try test.play(first.adding(days: 32))
        #expect(test.channel.sent.count == 3)
        try test.play(from: first.adding(days: 33), through: first.adding(days: 36))
        #expect(try test.state(1) == .requested)
        try test.play(first.adding(days: 37))
        #expect(try test.state(1) == .submitted)
        try test.expectSound()
    }

    @Test func `A claim is asked for once, and only where something of it is owed`() throws {
        let test = try TestBureau()
        try test.request(1)
        let again = try hostError { try test.request(claim: 1, on: first) }
        #expect(again.message == "Claim 1 has registration 1 with fake already, which is requested.")
        try test.importClaims(1, from: 2)
        try test.pay(2, on: first)
        let paid = try hostError { try test.request(claim: 2, on: first) }
        #expect(paid.message == "Claim 2 cannot be registered: the case is closed.")
        let strange = try hostError {
            _ = try test.host.requestRegistration(
                of: ClaimID(rawValue: 2), in: CaseID(rawValue: 1), bureau: nil, noKeptPlan: true, reason: "test",
                for: try test.tenant,
                on: first)
        }
        #expect(strange.message == "Case 1 has no claim 2; its claims are 1.")
        let unknown = try hostError { _ = try test.host.bureau("rki", of: try test.tenant) }
        #expect(unknown.message == "The tenant 'aa' has no credit bureau 'rki'; there is fake.")
    }

    @Test func `A check lists what is met and what is not yet, from when and by what`() throws {
        let test = try TestBureau()
        try test.request(1)
        func check(on day: CivilDate) throws -> RegistrationCheck {
            let checks = try test.host.checkRegistration(
                of: CaseID(rawValue: 1), claim: nil, bureau: nil, for: try test.tenant, on: day)
            return try #require(checks.first).check.get()
        }
        let early = try check(on: first)
        #expect(early.earliest == leaves)
        #expect(early.preconditions.filter { !$0.isMet }.map(\.identifier) == ["warned"])
        #expect(try check(on: leaves.adding(days: -1)).isMet == false)
        #expect(try check(on: leaves).isMet)
        #expect(try check(on: first.adding(days: 100)).isMet)
        let late = try check(on: first.adding(days: 101))
        #expect(late.preconditions.filter { !$0.isMet }.map(\.identifier) == ["warnedLately"])
        #expect(late.earliest == nil)
    }

    @Test func `A bureau is looked at every night while something is there, and weekly long after`() throws {
        let test = try TestBureau()
        #expect(
            try test.tenant.database.read { try Registrations.nextDay($0) } == nil, "nothing was ever with a bureau")
        try test.makeLive()
        try test.pay(1, on: leaves.adding(days: 2))
        try test.play(from: leaves.adding(days: 2), through: leaves.adding(days: 3))
        #expect(try test.state(1) == .deleted)
        func next(after day: CivilDate) throws -> CivilDate? {
            try test.play(day)
            return try test.tenant.database.read { try Registrations.nextDay($0) }
        }
        let ended = leaves.adding(days: 2)
        #expect(try next(after: ended.adding(days: 2)) == ended.adding(days: 3))
        try test.play(from: ended.adding(days: 3), through: ended.adding(days: 28))
        #expect(try next(after: ended.adding(days: 29)) == ended.adding(days: 30))
        #expect(try next(after: ended.adding(days: 30)) == ended.adding(days: 37))
        #expect(try test.host.calendar.entry(test.id)?.due.casesOn == ended.adding(days: 37))
        // An entry that should not be is found, however long nothing was open.
        test.bureau.set(
            RegisterEntry(number: 1, amount: Money(minorUnits: 10_000, .eur), registeredOn: leaves), 1)
        try test.play(ended.adding(days: 37))
        #expect(try test.tasks(.registerUnknown).map(\.caseID) == [CaseID(rawValue: 1)])
        #expect(try next(after: ended.adding(days: 38)) == ended.adding(days: 39), "nightly while they differ")
        // A person has it deleted by its number.
        _ = try test.host.deleteAgain(1, reason: "it stands there", for: try test.tenant)
        try test.play(from: ended.adding(days: 39), through: ended.adding(days: 41))
        #expect(try test.state(1) == .deleted)
        #expect(test.bureau.standing.isEmpty)
        #expect(try test.tasks(.registerUnknown).isEmpty)
        try test.expectSound()
    }

    // MARK: Stops

    @Test(arguments: ["payment", "dispute", "withdrawal"])
    func `What stops a registration before it leaves withdraws it`(_ stop: String) throws {
        let test = try TestBureau()
        try test.request(1)
        switch stop {
        case "payment": try test.pay(1, on: first)
        case "dispute": try test.dispute(1, on: first)
        default:
            _ = try test.host.withdrawRegistration(1, reason: "test", for: try test.tenant, on: first)
        }
        #expect(try test.state(1) == .withdrawn)
        try test.play(from: first, through: leaves.adding(days: 1))
        #expect(test.bureau.taken.isEmpty)
        try test.expectSound()
    }

    @Test(arguments: zip(["payment", "dispute", "withdrawal"], ["paid", "disputed", "wrong"]))
    func `What stops a registration that stands orders its deletion, which leaves at once`(
        _ stop: String, _ reason: String
    ) throws {
        let test = try TestBureau()
        try test.makeLive()
        let day = leaves.adding(days: 1)
        switch stop {
        case "payment": try test.pay(1, on: day)
        case "dispute": try test.dispute(1, on: day)
        default: _ = try test.host.withdrawRegistration(1, reason: "test", for: try test.tenant, on: day)
        }
        let ordered = try #require(try test.record(1).deletion)
        #expect(try test.state(1) == .deletionOrdered)
        #expect(ordered.reason.rawValue == reason)
        #expect(ordered.dueOn == day.adding(days: 3))
        #expect(ordered.explanation.map(\.text) == ["Three days."])
        _ = try test.host.drain(try test.tenant, on: day)
        #expect(try test.state(1) == .deletionSubmitted)
        #expect(test.bureau.standing.isEmpty)
        try test.play(day.adding(days: 1))
        #expect(try test.state(1) == .deleted)
        #expect(try test.record(1).deletion?.confirmedOn == day)
        try test.expectSound()
    }

    @Test func `A part of the debt paid changes nothing; a dispute of another claim neither`() throws {
        let test = try TestBureau()
        try test.makeLive()
        let tenant = try test.tenant
        _ = try test.host.addPayment(
            Money(minorUnits: 1000, .eur), paidOn: leaves, reference: nil, to: CaseID(rawValue: 1), for: tenant,
            on: leaves.adding(days: 1))
        try tenant.database.write(test.host.provenance) { transaction in
            for change in [
                CaseChange.held(.dispute, claim: ClaimID(rawValue: 77)), .held(.creditorWait, claim: nil),
                .released(.dispute, claim: nil), .upheld(claim: ClaimID(rawValue: 77)),
            ] { try tenant.rules.announce(change, in: CaseID(rawValue: 1), on: leaves, transaction) }
        }
        #expect(try test.state(1) == .live)
    }

    @Test func `A payment while the batch is on its way has it deleted by the next batch, the same day`() throws {
        let test = try TestBureau()
        try test.request(1)
        test.bureau.onSubmit { batch in
            guard !batch.registrations.isEmpty else { return }
            #expect(throws: Never.self) {
                #expect(try test.state(1) == .leaving)
                try test.pay(1, on: batch.day)
                #expect(try test.state(1) == .deletionOrdered)
            }
        }
        try test.play(from: first, through: leaves)
        #expect(test.bureau.taken.map(\.registrations) == [[1], []])
        #expect(test.bureau.taken.last?.deletions == [RegistrationDeletion(number: 1, reason: .paid)])
        #expect(try test.state(1) == .deletionSubmitted)
        test.bureau.onSubmit(nil)
        try test.play(leaves.adding(days: 1))
        #expect(try test.state(1) == .deleted)
        try test.expectSound()
    }

    @Test func `What grows too old is deleted in time for the bureau to confirm it by its last day`() throws {
        let test = try TestBureau()
        try test.makeLive()
        // A registration may stand for a hundred days, and the bureau has three for a deletion.
        let last = leaves.adding(days: 100)
        try test.play(from: leaves.adding(days: 2), through: last.adding(days: -4))
        #expect(try test.state(1) == .live)
        test.bureau.loseAnswers()
        try test.play(last.adding(days: -3))
        #expect(try test.state(1) == .deletionSubmitted)
        let deletion = try #require(try test.record(1).deletion)
        #expect(deletion.reason == .expired)
        #expect(deletion.dueOn == last)
        try test.play(from: last.adding(days: -2), through: last)
        #expect(try test.tasks(.deletionOverdue).isEmpty)
        try test.play(last.adding(days: 1))
        #expect(try test.tasks(.deletionOverdue).count == 1)
        try test.expectSound()
    }

    // MARK: Answers

    @Test func `Answers that come twice count once; refusals are told to a person without the bureau's words`() throws {
        let test = try TestBureau()
        test.bureau.answerTwice()
        test.bureau.reject(2)
        try test.request(2)
        try test.play(from: first, through: leaves.adding(days: 3))
        #expect(try test.state(1) == .live)
        #expect(try test.state(2) == .refused)
        #expect(try test.record(2).refusal == "the debtor is not known")
        #expect(try test.tasks(.registrationRefused).map(\.message) == ["fake refused registration 2"])
        let log = try test.host.auditLog(test.id, last: 1000, case: nil).map(\.json)
        #expect(log.count { $0.contains(#""action":"registration.live""#) } == 1)
        #expect(!log.contains { $0.contains("the debtor is not known") })
        // The claim may be asked for again, from the beginning.
        try test.request(claim: 2, on: leaves.adding(days: 3))
        try test.expectSound()
    }

    @Test func `A deletion that is not confirmed in time is an alarm every day until it is`() throws {
        let test = try TestBureau()
        try test.makeLive()
        let paid = leaves.adding(days: 1)
        test.bureau.loseAnswers()
        try test.pay(1, on: paid)
        try test.play(from: paid, through: paid.adding(days: 3))
        #expect(try test.tasks(.deletionOverdue).isEmpty)
        try test.play(paid.adding(days: 4))
        let alarm = try #require(try test.tasks(.deletionOverdue).first)
        #expect(
            alarm.message
                == "fake has not confirmed the deletion of registration 1 (since \(paid.adding(days: 4)))")
        let refused = try hostError {
            try test.host.finishTask(alarm.id, of: test.id, because: "called them", on: paid.adding(days: 4))
        }
        #expect(refused.message.contains("ends by itself when the deletion is confirmed"))
        try test.play(paid.adding(days: 5))
        #expect(try test.tasks(.deletionOverdue).map(\.id) == [alarm.id])
        // Also where the answers cannot be read at all.
        test.bureau.failAnswers(DeliveryFailure(.temporary, "the line is down"))
        try test.play(paid.adding(days: 6))
        #expect(try test.tasks(.deletionOverdue).count == 1)
        test.bureau.failAnswers(nil)
        test.bureau.loseAnswers(false)
        try test.workLater(on: paid.adding(days: 7))
        #expect(try test.state(1) == .deleted)
        #expect(try test.tasks(.deletionOverdue).isEmpty)
        try test.expectSound()
    }

    // MARK: Comparing

    @Test func `What the registers differ in is a task each, which ends with the difference`() throws {
        let test = try TestBureau()
        try test.request(3)
        try test.play(from: first, through: leaves.adding(days: 1))
        #expect(try test.host.tasks(test.id).isEmpty)
        let amount = try #require(try test.record(2).amount)
        test.bureau.set(nil, 1)
        test.bureau.set(
            RegisterEntry(number: 2, amount: Money(minorUnits: 1, .eur), registeredOn: leaves), 2)
        test.bureau.set(RegisterEntry(number: 99, amount: amount, registeredOn: leaves), 99)
        try test.play(leaves.adding(days: 2))
        #expect(try test.tasks(.registerMissing).map(\.caseID) == [CaseID(rawValue: 1)])
        #expect(try test.tasks(.registerAmount).map(\.caseID) == [CaseID(rawValue: 2)])
        #expect(try test.tasks(.registerUnknown).map(\.caseID) == [nil])
        try test.play(leaves.adding(days: 3))
        #expect(try test.host.tasks(test.id).count == 3, "not twice")
        test.bureau.set(RegisterEntry(number: 1, amount: amount, registeredOn: leaves), 1)
        test.bureau.set(nil, 99)
        try test.play(leaves.adding(days: 4))
        #expect(try test.host.tasks(test.id).map(\.kind) == ["registerAmount"])
    }

    // MARK: Erasing

    @Test func `An erased party is forgotten by the bureau; before that, nothing of it may stand there`() throws {
        let test = try TestBureau()
        try test.makeLive()
        let day = leaves.adding(days: 1)
        try test.pay(1, on: day)
        let later = day.adding(days: 500)
        let party = PartyID(rawValue: 1)
        let early = try hostError {
            _ = try test.host.erase([party], reason: "test", of: try test.tenant, on: later)
        }
        #expect(early.message.contains("registration 1 with fake is deletionOrdered"))
        try test.play(from: day, through: day.adding(days: 1))
        for task in try test.host.tasks(test.id) {
            try test.host.finishTask(task.id, of: test.id, because: "done", on: day)
        }
        _ = try test.host.erase([party], reason: "test", of: try test.tenant, on: later)
        #expect(test.bureau.forgotten == test.bureau.taken.map(\.key))
        #expect(test.bureau.forgotten.count == 2)
    }

    // MARK: Around it

    @Test func `A bureau whose plug-in is gone keeps no payment out, and its deletions are due at once`() throws {
        let test = try TestBureau()
        try test.makeLive()
        try test.host.close()
        let host = try test.openWithoutBureau()
        defer { try? host.close() }
        let day = leaves.adding(days: 1)
        let tenant = try host.openForWork(test.id)
        _ = try host.addPayment(
            Money(minorUnits: 200_00, .eur), paidOn: day, reference: nil, to: CaseID(rawValue: 1), for: tenant, on: day)
        #expect(try host.registration(1, of: test.id).deletion?.dueOn == day)
        test.home.clock.set(Timestamp(day.adding(days: 1), hour: 6))
        _ = try host.runDay(day.adding(days: 1), for: tenant)
        let tasks = try host.tasks(test.id).map(\.kind)
        #expect(tasks.contains("deletionOverdue") && tasks.contains("bureauFailed"), "\(tasks)")
    }

    @Test func `The nightly work is scheduled every day, and fires where something is with a bureau`() throws {
        let test = try TestBureau()
        #expect(try test.host.fireSchedules() == 0)
        try test.request(1)
        test.home.clock.set(Timestamp(first.adding(days: 1), hour: 4))
        #expect(try test.host.fireSchedules() == 1)
        #expect(try test.host.fireSchedules() == 0, "once")
        _ = try test.host.drain(try test.tenant, on: nil)
        let kinds = try test.host.jobs(of: test.id, states: [.done], kind: nil, before: nil, limit: 4).map(\.kind)
        #expect(Set(kinds) == [.bureauDay, .readBureauAnswers, .submitRegistrations, .compareRegister])
        // The daily run of the same day finds them there.
        try test.play(first.adding(days: 1))
        #expect(
            try test.host.jobs(of: test.id, states: nil, kind: .submitRegistrations, before: nil, limit: 9).count == 1)
    }

    @Test func `A bureau of a country in which the tenant has no cases is a fault of its file`() throws {
        let test = try TestBureau()
        let file = try TestBureau.file("bb", in: test.home, country: "XA")
        let error = try hostError { try test.host.onboard(file: file, isTrial: true) }
        #expect(
            error.message.contains(
                "plugins.fake-bureau: its credit bureau 'fake' registers debtors of ZZ, where the tenant has none"),
            "\(error.message)")
    }

    @Test func `The entries have the members that the catalogue names`() throws {
        let test = try TestBureau()
        test.bureau.reject(2)
        try test.request(4)
        try test.dispute(3, on: first)
        test.bureau.next(.fails(DeliveryFailure(.temporary, "busy")))
        try test.play(from: first, through: leaves)
        try test.workLater(on: leaves)
        try test.play(leaves.adding(days: 1))
        try test.pay(1, on: leaves.adding(days: 1))
        try test.play(from: leaves.adding(days: 1), through: leaves.adding(days: 2))
        // Less is owed; and one that counts as gone turns up, and its deletion is given twice.
        test.bureau.takeChanges()
        let tenant = try test.tenant
        _ = try test.host.addPayment(
            Money(minorUnits: 1000, .eur), paidOn: leaves.adding(days: 2), reference: nil, to: CaseID(rawValue: 4),
            for: tenant, on: leaves.adding(days: 2))
        test.bureau.loseAnswers()
        for day in 3...4 {
            _ = try test.host.deleteAgain(1, reason: "it stands there", for: tenant)
            try test.play(leaves.adding(days: day))
        }
        _ = try test.host.confirmDeletion(1, on: leaves.adding(days: 4), reason: "their letter", for: tenant)
        var seen: Set<AuditAction> = []
        for line in try test.host.auditLog(test.id, last: 1000, case: nil) {
            let entry = try #require(try JSONSerialization.jsonObject(with: Data(line.json.utf8)) as? [String: Any])
            let action = try #require((entry["action"] as? String).flatMap { AuditAction(rawValue: $0) })
            seen.insert(action)
            for (part, members) in [("subject", action.catalogue.subject), ("change", action.catalogue.change)] {
                let found = Set(try #require(entry[part] as? [String: Any]).keys)
                #expect(found.isSubset(of: members.map(\.name)), "\(part) of \(action): \(found.sorted())")
                let promised = Set(members.filter { !$0.isOptional }.map(\.name))
                #expect(promised.isSubset(of: found), "\(part) of \(action): \(found.sorted())")
            }
            if action.catalogue.basis.isEmpty { #expect((entry["basis"] as? [String])?.isEmpty == true, "\(action)") }
        }
        let ours = AuditAction.allCases.filter {
            ["registration", "deletion", "register"].contains($0.rawValue.prefix { $0 != "." })
        }
        #expect(Set(ours).subtracting(seen) == [], "they did not happen")
    }

    /// Method: the sources are read, since a second statement would go unnoticed by any other test.
    @Test func `One statement changes the state of a registration`() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        var found: [String] = []
        for case let name as String in FileManager.default.enumerator(atPath: sources.path) ?? .init()
        where name.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
            for statement in text.components(separatedBy: "UPDATE bureau_registration").dropFirst() {
                let assignments = statement.components(separatedBy: "WHERE")[0]
                if assignments.contains("state =") { found.append(name) }
            }
        }
        #expect(found == ["Core/Registrations/Registrations.swift"])
    }
}
