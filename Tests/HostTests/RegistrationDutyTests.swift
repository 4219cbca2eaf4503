import Casework
import CaseworkTesting
import Database
import FordringKit
import Registrations
import Testing

@testable import Host

/// What must go at a bureau goes whatever becomes of the tenant, and nothing is registered that nobody has answered for.
@Suite struct RegistrationDutyTests {
    private let first = TestBureau.firstDay
    private let leaves = TestBureau.mayLeaveOn

    // MARK: Suspended tenants

    /// Works as `fordring work` does: no tenant is named.
    private func workForAll(_ test: TestBureau) throws {
        let worker = Worker(test.host, Worker.Options(concurrency: 1, drains: true, obeysSchedules: false))
        let results = worker.run()
        #expect(results.values.allSatisfy { $0.failure == nil } && worker.failure == nil)
    }

    @Test func `The deletions of a suspended tenant leave, its answers are read, and nothing else is done`() throws {
        let test = try TestBureau()
        try test.makeLive()
        try test.importClaims(2, from: 2)
        let day = leaves.adding(days: 2)
        // A letter and a registration wait, and so does the deletion.
        test.home.clock.set(Timestamp(day, hour: 6))
        _ = try test.host.decideDay(day, for: try test.tenant)
        try test.pay(1, on: day)
        try test.request(claim: 2, on: day)
        let sent = test.channel.sent.count
        try test.host.suspend(test.id, reason: "unpaid")
        try workForAll(test)
        #expect(try test.state(1) == .deletionSubmitted)
        #expect(test.bureau.standing.isEmpty)

        // The schedule reads the answer of the next nights, and raises the alarm of what is not answered.
        for days in 1...20 {
            test.home.clock.set(Timestamp(day.adding(days: days), hour: 6))
            #expect(try test.host.fireSchedules() <= 1)
            try workForAll(test)
        }
        #expect(try test.state(1) == .deleted)
        #expect(test.channel.sent.count == sent, "no letter leaves")
        #expect(try test.state(2) == .requested, "nothing is registered")
        #expect(test.bureau.registered == [1])
        #expect(try test.host.tenantsWithDueJobs().isEmpty, "what waits for the tenant keeps nobody busy")

        try test.host.resume(test.id, reason: "paid")
        try workForAll(test)
        #expect(test.channel.sent.count == sent + 2, "what waited goes on")
        try test.expectSound()
    }

    @Test func `A run raises the alarm over a suspended tenant's deletion, and a person can end it`() throws {
        let test = try TestBureau()
        try test.makeLive()
        let day = leaves.adding(days: 2)
        test.home.clock.set(Timestamp(day, hour: 6))
        try test.pay(1, on: day)
        try test.host.suspend(test.id, reason: "unpaid")
        test.bureau.loseAnswers()
        test.bureau.giveNoList()
        for days in 0...4 {
            test.home.clock.set(Timestamp(day.adding(days: days), hour: 6))
            let results = try test.host.keepBureausRight(on: day.adding(days: days))
            #expect(results.map(\.tenant) == [test.id] && results.allSatisfy { $0.failure == nil })
        }
        #expect(try test.tasks(.deletionOverdue).map(\.about) == [1])
        let refused = try hostError { try test.host.offboard(test.id, reason: "left") }
        #expect(refused.message.contains("1 registrations with credit bureaus that have not ended"))
        _ = try test.host.confirmDeletion(
            1, on: day.adding(days: 4), reason: "by telephone", for: try test.host.openForJobs(test.id))
        #expect(try test.tasks(.deletionOverdue).isEmpty)
        #expect(try test.state(1) == .deleted)
        try test.expectSound()
    }

    @Test func `A tenant does not leave while a bureau lists what counts as gone`() throws {
        let test = try TestBureau()
        try test.makeLive()
        let day = leaves.adding(days: 2)
        test.home.clock.set(Timestamp(day, hour: 6))
        try test.pay(1, on: day)
        try test.play(from: day, through: day.adding(days: 1))
        try #require(try test.state(1) == .deleted)
        test.bureau.set(RegisterEntry(number: 1, amount: .units(100, .eur), registeredOn: leaves), 1)
        try test.play(from: day.adding(days: 2), through: day.adding(days: 4))
        #expect(try test.tasks(.registerUnknown).map(\.about) == [1])
        let refused = try hostError { try test.host.offboard(test.id, reason: "left") }
        #expect(refused.message.contains("fordring bureau delete-again"))
        _ = try test.host.deleteAgain(1, reason: "it stands", for: try test.tenant)
        try test.play(from: day.adding(days: 5), through: day.adding(days: 8))
        #expect(try test.tasks(.registerUnknown).isEmpty)
        try test.host.offboard(test.id, reason: "left")
    }

    // MARK: The kept plan

    @Test func `Without a word on a kept plan nothing leaves, by name`() throws {
        let test = try TestBureau()
        try test.importClaims(1)
        try test.play(first)
        try test.request(claim: 1, noKeptPlan: false, on: first)
        func unmet(noKeptPlan: Bool) throws -> [String] {
            let checks = try test.host.checkRegistration(
                of: CaseID(rawValue: 1), claim: nil, bureau: nil, noKeptPlan: noKeptPlan, for: try test.tenant,
                on: leaves)
            return try #require(checks.first).check.get().preconditions.filter { !$0.isMet }.map(\.identifier)
        }
        #expect(try unmet(noKeptPlan: false) == ["noPlan", "hostKeptPlan"])
        #expect(try unmet(noKeptPlan: true) == [])
        try test.play(from: first.adding(days: 1), through: leaves.adding(days: 1))
        #expect(try test.state(1) == .requested)
        #expect(test.bureau.taken.isEmpty)
        _ = try test.host.withdrawRegistration(
            1, reason: "asked for without the answer", for: try test.tenant, on: leaves.adding(days: 1))
        test.home.clock.set(Timestamp(leaves.adding(days: 2), hour: 6))
        try test.request(claim: 1, on: leaves.adding(days: 2))
        try test.play(leaves.adding(days: 2))
        #expect(test.bureau.registered == [2])
        try test.expectSound()
    }

    // MARK: The notice

    @Test func `The letter names the bureau, and a letter about another does not serve`() throws {
        let test = try TestBureau(tellsDebtor: true)
        try test.request(1)
        try test.play(from: first.adding(days: 1), through: leaves)
        let letters = test.channel.sent.map(\.letter).filter { $0.step == Testland.noticeOfRegistration }
        #expect(letters.count == 1)
        #expect("\(letters.map(\.blocks))".contains("It will stand with fake."))
        func toldOn(_ bureau: String) throws -> CivilDate? {
            let tenant = try test.tenant
            return try tenant.database.read {
                try RegistrationCase.load(
                    ClaimID(rawValue: 1), of: CaseID(rawValue: 1), with: bureau, on: leaves, noKeptPlan: true,
                    tenant.rules, test.host.registrationSources, $0
                ).facts.toldOn
            }
        }
        #expect(try toldOn("fake") != nil)
        #expect(try toldOn("another") == nil)
    }

    // MARK: Tasks

    @Test func `Two registrations of a case are two tasks, and each ends by itself`() throws {
        let test = try TestBureau()
        try test.request(2)
        try test.play(from: first.adding(days: 1), through: leaves.adding(days: 1))
        test.bureau.loseAnswers()
        test.bureau.giveNoList()
        let day = leaves.adding(days: 2)
        test.home.clock.set(Timestamp(day, hour: 6))
        // Both in one case for the list of tasks.
        let tenant = try test.tenant
        try tenant.database.write(test.host.provenance) {
            _ = try $0.execute("UPDATE bureau_registration SET case_id = 1")
        }
        for number in Int64(1)...2 {
            _ = try test.host.withdrawRegistration(number, reason: "wrong", for: tenant, on: day)
        }
        try test.play(from: day, through: day.adding(days: 5))
        #expect(try test.tasks(.deletionOverdue).map(\.about) == [1, 2])
        #expect(try test.tasks(.deletionOverdue).map(\.caseID) == [CaseID(rawValue: 1), CaseID(rawValue: 1)])
        _ = try test.host.confirmDeletion(2, on: day.adding(days: 5), reason: "by telephone", for: tenant)
        #expect(try test.tasks(.deletionOverdue).map(\.about) == [1])
        _ = try test.host.confirmDeletion(1, on: day.adding(days: 5), reason: "by telephone", for: tenant)
        #expect(try test.tasks(.deletionOverdue).isEmpty)
    }

    // MARK: A server that fails while it answers

    @Test func `What was taken with status 504 and could not be asked after is deleted after the payment`() throws {
        let test = try TestBureau()
        try test.request(1)
        test.home.clock.set(Timestamp(leaves, hour: 6))
        try test.enqueue(.submitRegistrations)
        test.bureau.next(.takesAndFails(DeliveryFailure(.unknown, "the bureau answered with status 504")))
        test.bureau.cannotTell()
        _ = try test.host.drain(try test.tenant, on: leaves)
        #expect(try test.state(1) == .leaving)
        try test.pay(1, on: leaves)
        #expect(try test.state(1) == .deletionOrdered, "it may be there")
        test.bureau.cannotTell(false)
        try test.workLater(on: leaves)
        try test.workLater(on: leaves)
        #expect(test.bureau.taken.map { $0.deletions.map(\.number) } == [[], [1]])
        #expect(try test.state(1) == .deletionSubmitted)
        #expect(test.bureau.standing.isEmpty)
        try test.expectSound()
    }
}
