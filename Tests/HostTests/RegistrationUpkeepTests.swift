import Casework
import CaseworkTesting
import Database
import FordringKit
import JobQueue
import Registrations
import Testing

@testable import Host

/// What stands with a bureau is looked at for as long as it stands, and what the bureau says is not simply believed.
@Suite struct RegistrationUpkeepTests {
    private let first = TestBureau.firstDay
    private let leaves = TestBureau.mayLeaveOn

    private func ready() throws -> TestBureau {
        let test = try TestBureau()
        try test.request(1)
        test.home.clock.set(Timestamp(leaves, hour: 6))
        try test.enqueue(.submitRegistrations)
        return test
    }

    // MARK: Failures that are not certain

    @Test(arguments: [DeliveryFailure.Kind.temporary, .permanent, .unknown])
    func `What a bureau took before it failed is deleted when the debtor pays`(_ kind: DeliveryFailure.Kind) throws {
        let test = try ready()
        test.bureau.next(.takesAndFails(DeliveryFailure(kind, "status 500")))
        _ = try test.host.drain(try test.tenant, on: leaves)
        try test.pay(1, on: leaves)
        try test.workLater(on: leaves)
        #expect(test.bureau.taken.map(\.key) == ["aa-bureau-1", "aa-bureau-2"])
        #expect(test.bureau.taken.last?.deletions.map(\.number) == [1])
        #expect(try test.state(1) == .deletionSubmitted)
        #expect(test.bureau.standing.isEmpty)
        try test.expectSound()
    }

    @Test func `A batch of which nothing is known leaves again under its key while it is true`() throws {
        let test = try ready()
        test.bureau.next(.fails(DeliveryFailure(.unknown, "status 502")))
        _ = try test.host.drain(try test.tenant, on: leaves)
        #expect(try test.state(1) == .leaving)
        try test.workLater(on: leaves)
        #expect(test.bureau.taken.map(\.key) == ["aa-bureau-1"])
        #expect(try test.state(1) == .submitted)
        try test.expectSound()
    }

    @Test func `One whose receipt comes late, when it counted as never sent, is deleted`() throws {
        let test = try ready()
        test.bureau.next(.takesAndFails(DeliveryFailure(.unknown, "status 502")))
        test.bureau.hideReceipts()
        _ = try test.host.drain(try test.tenant, on: leaves)
        try test.pay(1, on: leaves)
        try test.workLater(on: leaves)
        #expect(try test.state(1) == .withdrawn)
        #expect(test.bureau.standing == [1], "nobody knows of it yet")
        test.bureau.dropAnswers()
        test.bureau.hideReceipts(false)
        try test.play(from: leaves.adding(days: 1), through: leaves.adding(days: 2))
        #expect(test.bureau.standing.isEmpty)
        #expect(try test.state(1) == .deleted)
        #expect(try test.record(1).amount.map { $0.minorUnits > 100_00 } == true, "what it was told is known again")
        #expect(
            try test.tasks(.bureauAnswer).map(\.message) == [
                "Batch 1, which counted as never sent, is with fake, and so registration 1: it is ordered deleted"
            ])
        try test.expectSound()
    }

    @Test func `The same where the bureau's answer comes first`() throws {
        let test = try ready()
        test.bureau.next(.takesAndFails(DeliveryFailure(.unknown, "status 502")))
        test.bureau.hideReceipts()
        _ = try test.host.drain(try test.tenant, on: leaves)
        try test.pay(1, on: leaves)
        try test.workLater(on: leaves)
        try test.play(leaves.adding(days: 1))
        #expect(test.bureau.standing.isEmpty)
        #expect(test.bureau.taken.last?.deletions.map(\.number) == [1])
        try test.expectSound()
    }

    // MARK: A person's word about a batch

    @Test func `A batch that the bureau has, or that may be on its way, is not settled as never sent`() throws {
        let test = try ready()
        test.bureau.next(.breaksAfter)
        let job = try test.beginAndDie(.submitRegistrations, on: leaves)
        let tenant = try test.tenant
        func settle() throws -> HostError {
            try hostError { try test.host.settleBatch(1, sent: nil, reason: "they said so", for: tenant) }
        }
        #expect(try settle().message.contains("fake has batch 1, since \(leaves) as fake-aa-bureau-1"))
        test.bureau.cannotTell()
        test.host.batchesUnderWay.begin(job)
        test.host.batchesUnderWay.handOver(job, "aa-bureau-1")
        #expect(try settle().message.contains("may still be being handed over"))
        test.host.batchesUnderWay.end(job)
        try tenant.database.write(test.host.provenance) {
            _ = try $0.execute("UPDATE bureau_batch SET owner = '1-other' WHERE id = 1")
        }
        #expect(try settle().message.contains("may still be being handed over"))
        #expect(try test.state(1) == .leaving)
    }

    // MARK: One bad registration

    @Test func `Deletions leave first, in a batch of their own, and one bad registration keeps nothing back`() throws {
        let test = try TestBureau()
        try test.makeLive()
        try test.importClaims(4, from: 2)
        let warned = leaves.adding(days: 1)
        try test.play(warned)
        for claim in 2...5 { try test.request(claim: Int64(claim), on: warned) }
        let day = warned.adding(days: 10)
        try test.play(from: warned.adding(days: 1), through: day.adding(days: -1))
        test.bureau.refuse(4)
        try test.pay(1, on: day.adding(days: -1))
        let before = test.bureau.taken.count
        try test.play(day)
        let taken = test.bureau.taken.dropFirst(before)
        #expect(taken.first?.deletions.map(\.number) == [1])
        #expect(taken.first?.registrations == [])
        #expect(Set(taken.flatMap(\.registrations)) == [2, 3, 5])
        #expect(try test.state(4) == .requested)
        #expect(
            try test.tasks(.registrationRefused).map(\.message) == [
                "Registration 4 cannot be handed to fake: a record has a fault"
            ])
        // Cured, it leaves the next day, and did not cost the others another try.
        test.bureau.refuse()
        try test.play(day.adding(days: 1))
        #expect(try test.state(4) == .submitted)
        try test.expectSound()
    }

    @Test(arguments: [[1], [1, 2, 3], [200], [1, 60, 110, 160]] as [[Int64]])
    func `A few bad ones of two hundred, wherever they lie, keep no other back for a day`(_ bad: [Int64]) throws {
        let test = try TestBureau()
        try test.request(200)
        let tenant = try test.tenant
        let refused = bad + Array(repeating: bad[0], count: 4 - bad.count)
        test.bureau.refuse(refused[0], refused[1], refused[2], refused[3])
        test.home.clock.set(Timestamp(leaves, hour: 6))
        try test.enqueue(.submitRegistrations)
        _ = try test.host.drain(tenant, on: leaves)
        #expect(try test.host.registrations(test.id, limit: 300, state: .submitted).count == 200 - bad.count)
        #expect(try test.host.registrations(test.id, limit: 300, state: .requested).map(\.id) == bad)
        #expect(try test.tasks(.registrationRefused).compactMap(\.about).sorted() == bad)
        #expect(try test.tasks(.bureauFailed).isEmpty)
        try test.expectSound()
    }

    @Test func `A bureau that refuses everything is told from a bad registration`() throws {
        let test = try TestBureau()
        try test.request(20)
        for _ in 0..<60 { test.bureau.next(.fails(DeliveryFailure(.permanent, "the folder is read-only"))) }
        try test.play(from: first.adding(days: 1), through: leaves)
        #expect(try test.tasks(.registrationRefused).isEmpty)
        #expect(
            try test.tasks(.bureauFailed).map(\.message) == [
                "Nothing could be handed to fake: the folder is read-only"
            ])
        #expect(try test.host.registrations(test.id, limit: 30, state: .requested).count == 20)
        try test.expectSound()
    }

    @Test func `A case that cannot be read is a task, and the others leave`() throws {
        let test = try TestBureau()
        try test.request(2)
        try test.tenant.database.write(test.host.provenance) {
            _ = try $0.execute("UPDATE party SET country = '?' WHERE id = 1")
        }
        try test.play(from: first.adding(days: 1), through: leaves)
        #expect(try test.state(2) == .submitted)
        #expect(try test.state(1) == .requested)
        #expect(try test.tasks(.registrationGap).map(\.caseID) == [CaseID(rawValue: 1)])
    }

    @Test func `A gap in the rules about one claim is a task until it is closed, whatever the case's other claim does`()
        throws
    {
        let test = try TestBureau()
        try test.importClaims(1)
        let tenant = try test.tenant
        let row =
            "R-9;2026-01-01;2026-01-15;100,00;EUR;Goods;consumer;Debtor 1;;C1;Road 1;;1000;Testby;ZZ;;;en;invoice;"
        let header =
            "reference;issued_on;due_on;amount;currency;text;debtor_kind;debtor_name;debtor_id;customer_number;street;"
            + "street2;postal_code;city;country;email;phone;language;kind;credits"
        let path = try test.home.write("\(header)\n\(row)\n", to: "second.csv")
        _ = try test.host.importClaims(path, for: tenant)
        try test.play(first)
        for claim in 1...2 {
            _ = try test.host.requestRegistration(
                of: ClaimID(rawValue: Int64(claim)), in: CaseID(rawValue: 1), bureau: nil, noKeptPlan: true,
                reason: "test", for: tenant,
                on: first)
        }
        // The second is looked at after the first, and has an answer.
        test.bureau.knowNothing(of: ClaimID(rawValue: 1))
        try test.play(first.adding(days: 1))
        #expect(try test.tasks(.registrationGap).count == 1)
        test.bureau.knowNothing()
        try test.play(first.adding(days: 2))
        #expect(try test.tasks(.registrationGap).isEmpty)
    }

    // MARK: The day

    @Test func `Nothing is registered on a day that is not today, and deletions go on`() throws {
        let test = try TestBureau()
        try test.request(2)
        test.home.clock.set(Timestamp(leaves.adding(days: -1), hour: 6))
        _ = try test.host.runDay(leaves, for: try test.tenant)
        #expect(test.bureau.taken.isEmpty, "a day to come")
        test.home.clock.set(Timestamp(leaves.adding(days: 1), hour: 6))
        _ = try test.host.runDay(leaves.adding(days: 0), for: try test.tenant)
        try test.enqueue(.submitRegistrations)
        _ = try test.host.drain(try test.tenant, on: leaves)
        #expect(test.bureau.taken.isEmpty, "a day that has passed")
        try test.play(leaves.adding(days: 1))
        #expect(test.bureau.registered == [1, 2])
        try test.pay(1, on: leaves.adding(days: 1))
        try test.enqueue(.submitRegistrations)
        _ = try test.host.drain(try test.tenant, on: leaves.adding(days: 40))
        #expect(test.bureau.taken.last?.deletions.map(\.number) == [1])
        #expect(test.bureau.taken.last?.day == leaves.adding(days: 1))
        #expect(try test.state(2) == .submitted, "nothing expires by a day that is only played")
        try test.expectSound()
    }

    @Test func `A day to come is refused where a registration is asked for or taken back`() throws {
        let test = try TestBureau()
        try test.request(1)
        let later = first.adding(days: 1)
        let taken = try hostError {
            _ = try test.host.withdrawRegistration(1, reason: "test", for: try test.tenant, on: later)
        }
        #expect(taken.message == "\(later) is still to come; give today or an earlier day.")
        let asked = try hostError { try test.request(claim: 1, on: later) }
        #expect(asked.message == "\(later) is still to come; give today or an earlier day.")
    }

    // MARK: What holds a case

    @Test(arguments: [
        (HoldKind.debtRelief, RegistrationDeletion.Reason.debtRelief), (.minor, .wrong), (.identityTheft, .wrong),
    ])
    func `Debt relief, a minor and a stolen identity have what stands deleted`(
        _ kind: HoldKind, _ reason: RegistrationDeletion.Reason
    ) throws {
        let test = try TestBureau()
        try test.makeLive()
        try test.announce(.held(kind, claim: nil), on: leaves.adding(days: 1))
        #expect(try test.record(1).deletion?.reason == reason)
    }

    @Test(arguments: [HoldKind.estate, .insolvency])
    func `An estate or an insolvency withdraws what waits, and asks a person about what stands`(
        _ kind: HoldKind
    ) throws {
        let test = try TestBureau()
        try test.makeLive()
        try test.announce(.held(kind, claim: nil), on: leaves.adding(days: 1))
        #expect(try test.state(1) == .live)
        #expect(try test.tasks(.registrationStands).map(\.caseID) == [CaseID(rawValue: 1)])
        let other = try TestBureau()
        try other.request(1)
        try other.announce(.held(kind, claim: nil), on: first)
        #expect(try other.state(1) == .withdrawn)
        #expect(try other.tasks(.registrationStands).isEmpty)
    }

    // MARK: While it stands

    @Test func `What must hold is asked every night: the amount undoes it, without the age of letters`() throws {
        let test = try TestBureau()
        try test.makeLive()
        // The warning would be too old by now for a registration.
        try test.play(leaves.adding(days: 95))
        #expect(try test.state(1) == .live)
        #expect(try test.tasks(.registrationStands).isEmpty)
        _ = try test.host.addPayment(
            Money(minorUnits: 95_00, .eur), paidOn: leaves.adding(days: 95), reference: nil, to: CaseID(rawValue: 1),
            for: try test.tenant, on: leaves.adding(days: 95))
        #expect(try test.state(1) == .live, "something is owed still")
        try test.play(leaves.adding(days: 96))
        let owed = try #require(try test.record(1).deletion)
        #expect(owed.reason == .unmet)
        try test.expectSound()
    }

    @Test func `A smaller debt is told to a bureau that takes changes, and shown to a person where it does not`() throws
    {
        for takes in [true, false] {
            let test = try TestBureau()
            test.bureau.takeChanges(takes)
            try test.makeLive()
            let day = leaves.adding(days: 2)
            let told = try #require(try test.record(1).amount)
            _ = try test.host.addPayment(
                Money(minorUnits: 20_00, .eur), paidOn: leaves.adding(days: 1), reference: nil,
                to: CaseID(rawValue: 1), for: try test.tenant, on: leaves.adding(days: 1))
            try test.play(day)
            let now = try #require(try test.record(1).amount)
            if takes {
                #expect(now.minorUnits < told.minorUnits)
                #expect(test.bureau.taken.last?.changes == [RegistrationChange(number: 1, amount: now)])
                #expect(test.bureau.taken.last?.registrations == [])
                #expect(try test.tasks(.registerAmount).isEmpty)
            } else {
                #expect(now == told)
                #expect(try test.tasks(.registerAmount).map(\.caseID) == [CaseID(rawValue: 1)])
                // Also where it gives no list.
                test.bureau.giveNoList()
                try test.play(day.adding(days: 1))
                #expect(try test.tasks(.registerAmount).count == 1)
                _ = try test.host.recordRegisteredAmount(
                    1, Money(minorUnits: 80_00, .eur), reason: "called them", for: try test.tenant)
                try test.play(day.adding(days: 2))
                #expect(try test.tasks(.registerAmount).isEmpty)
            }
            try test.expectSound()
        }
    }

    // MARK: What the bureau says

    @Test func `An answer of a day that cannot be changes nothing and is a task`() throws {
        let test = try TestBureau()
        test.bureau.loseAnswers()
        try test.request(2)
        test.bureau.giveNoList()
        try test.play(from: first, through: leaves)
        test.bureau.dropAnswers()
        test.bureau.loseAnswers(false)
        test.bureau.say(
            BureauAnswer(identifier: "x1", number: 1, outcome: .registered, on: CivilDate(2035, 1, 1)),
            BureauAnswer(identifier: "x2", number: 2, outcome: .deleted, on: leaves.adding(days: -1)))
        try test.play(leaves.adding(days: 1))
        #expect(try test.state(1) == .submitted)
        #expect(try test.state(2) == .submitted)
        #expect(try test.tasks(.bureauAnswer).count == 2)
    }

    @Test func `After an outage an answer is read as of today, whatever day is played`() throws {
        let test = try TestBureau()
        try test.request(1)
        try test.play(from: first, through: leaves)
        test.bureau.dropAnswers()
        let today = leaves.adding(days: 5)
        test.bureau.say(
            BureauAnswer(identifier: "y1", number: 1, outcome: .registered, on: today.adding(days: -1)),
            BureauAnswer(identifier: "y2", number: 1, outcome: .deleted, on: today.adding(days: 1)))
        test.home.clock.set(Timestamp(today, hour: 6))
        _ = try test.host.runDay(leaves.adding(days: 1), for: try test.tenant)
        #expect(try test.state(1) == .live)
        #expect(try test.record(1).liveOn == today.adding(days: -1))
        #expect(try test.tasks(.bureauAnswer).map(\.about) == [1], "one is of a day to come")
        // It is read when its day has come.
        try test.play(today.adding(days: 1))
        #expect(try test.state(1) == .deleted)
        try test.expectSound()
    }

    @Test func `What stands is looked at in parts, none of which is passed over`() throws {
        let test = try TestBureau()
        try test.request(3)
        try test.play(from: first.adding(days: 1), through: leaves.adding(days: 1))
        let tenant = try test.tenant
        var seen: [Int64?] = []
        var after: CaseID? = CaseID(rawValue: 0)
        while let last = after {
            after = try tenant.database.write(test.host.provenance) { transaction in
                try test.host.desk("fake", test.bureau, tenant, transaction)
                    .keepUp(after: last, limit: 2, on: leaves.adding(days: 1), transaction)
            }
            seen.append(after?.rawValue)
        }
        #expect(seen == [2, 3, nil])
    }

    @Test func `An answer's name that is used again for another is a task, once`() throws {
        let test = try TestBureau()
        try test.makeLive()
        let known = try #require(try test.bureau.answers().first)
        test.bureau.say(
            BureauAnswer(identifier: known.identifier, number: 1, outcome: .deleted, on: leaves.adding(days: 1)))
        try test.play(leaves.adding(days: 2))
        #expect(try test.state(1) == .live)
        let task = try #require(try test.tasks(.bureauAnswer).first)
        #expect(task.message.contains(known.identifier))
        try test.host.finishTask(task.id, of: test.id, because: "asked", on: leaves.adding(days: 2))
        try test.play(leaves.adding(days: 3))
        #expect(try test.tasks(.bureauAnswer).isEmpty)
    }

    @Test func `What cannot be read of the answers keeps the others not back`() throws {
        let test = try TestBureau()
        test.bureau.garble("answers-7.csv line 3")
        try test.request(1)
        try test.play(from: first, through: leaves.adding(days: 1))
        #expect(try test.state(1) == .live)
        #expect(
            try test.tasks(.bureauFailed).map(\.message) == [
                "Something from fake cannot be read: answers-7.csv line 3"
            ])
    }

    @Test func `A list shows that an unanswered registration stands; silence is a task after three nights`() throws {
        let test = try TestBureau()
        test.bureau.loseAnswers()
        test.bureau.giveNoList()
        try test.request(1)
        try test.play(from: first, through: leaves.adding(days: 2))
        #expect(try test.tasks(.bureauSilent).isEmpty)
        try test.play(leaves.adding(days: 3))
        #expect(try test.tasks(.bureauSilent).map(\.message) == ["fake has given no list since \(leaves)"])
        try test.play(from: leaves.adding(days: 4), through: leaves.adding(days: 8))
        #expect(
            try test.tasks(.bureauSilent).map(\.message) == [
                "fake has given no list since \(leaves), and has not answered within 7 days about registration 1"
            ])
        test.bureau.giveNoList(false)
        try test.play(leaves.adding(days: 9))
        #expect(try test.state(1) == .live)
        #expect(try test.record(1).liveOn == leaves)
        #expect(try test.tasks(.bureauSilent).isEmpty)
    }

    @Test func `A list of an earlier day than yesterday, or of a day to come, is not compared`() throws {
        let test = try TestBureau()
        try test.makeLive()
        test.bureau.set(nil, 1)
        for (day, isCompared) in [(-2, false), (1, false), (-1, true), (0, true)] {
            let today = leaves.adding(days: 10 + 4 * day + 2 * (isCompared ? 10 : 0))
            test.bureau.dateList(today.adding(days: day))
            try test.play(today)
            #expect(try test.tasks(.registerMissing).count == (isCompared ? 1 : 0), "\(day)")
            #expect(try test.tasks(.bureauSilent).count == (isCompared ? 0 : 1), "\(day)")
        }
        // And none that is older than the one before.
        test.bureau.dateList(leaves.adding(days: 29))
        try test.enqueue(.compareRegister)
        _ = try test.host.drain(try test.tenant, on: leaves.adding(days: 30))
        #expect(try test.tasks(.bureauSilent).count == 1)
    }

    @Test func `A deletion is told again once its deadline has passed, and a person can end it`() throws {
        let test = try TestBureau()
        try test.makeLive()
        let paid = leaves.adding(days: 1)
        test.bureau.loseAnswers()
        test.bureau.giveNoList()
        try test.pay(1, on: paid)
        try test.play(from: paid, through: paid.adding(days: 4))
        #expect(test.bureau.taken.map { $0.deletions.count } == [0, 1, 1])
        #expect(try test.tasks(.deletionOverdue).count == 1)
        try test.play(paid.adding(days: 5))
        #expect(test.bureau.taken.count == 3, "not every day")
        _ = try test.host.deleteAgain(1, reason: "called them", for: try test.tenant)
        try test.play(paid.adding(days: 6))
        #expect(test.bureau.taken.count == 4)
        let tenant = try test.tenant
        let later = try hostError {
            _ = try test.host.confirmDeletion(1, on: paid.adding(days: 7), reason: "called", for: tenant)
        }
        #expect(later.message.contains("is still to come"))
        let record = try test.host.confirmDeletion(1, on: paid.adding(days: 6), reason: "called", for: tenant)
        #expect(record.state == .deleted)
        #expect(try test.tasks(.deletionOverdue).isEmpty)
        let again = try hostError {
            _ = try test.host.confirmDeletion(1, on: paid.adding(days: 6), reason: "called", for: tenant)
        }
        #expect(again.message.contains("no deletion of it waits"))
        try test.expectSound()
    }
}

extension TestBureau {
    /// Tells all who follow case 1 of a change.
    func announce(_ change: CaseChange, on day: CivilDate) throws {
        let tenant = try tenant
        try tenant.database.write(host.provenance) { transaction in
            try tenant.rules.announce(change, in: CaseID(rawValue: 1), on: day, transaction)
        }
    }
}
