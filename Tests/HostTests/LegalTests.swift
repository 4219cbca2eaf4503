import AuditTrail
import Casework
import Database
import FordringKit
import Foundation
import JobQueue
import LegalTrack
import Testing

@testable import Host

@Suite struct `Handing over` {
    private struct Broken: Error {}

    @Test(arguments: HandoffStep.allCases)
    func `broken off leaves nothing, or a package that is written again byte for byte`(step: HandoffStep) throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(in: host)
        let out = test.folder("out")
        #expect(throws: Broken.self) {
            try host.handOff(.order(1), to: out, of: tenant) { if $0 == step { throw Broken() } }
        }
        let known = try host.handoffs(of: tenant.id, onlyOpen: true)
        let files = try test.files(in: out)
        #expect(known.count == (step == .beforeCommit ? 0 : 1))
        #expect(files.count == (step == .named ? 1 : 0))
        let result = try host.handOff(.order(1), to: out, of: tenant)
        #expect(result.isAgain == (step != .beforeCommit))
        #expect(Digest.sha256(Array(try Data(contentsOf: URL(filePath: result.path)))) == result.handoff.packageSHA256)
        #expect(try test.files(in: out).count == 1)
        #expect(try host.handoffs(of: tenant.id, onlyOpen: false).count == 1)
        // What was asked for otherwise is not what was made.
        var other = HandoffRequest.order(1)
        other.answers = [:]
        #expect(try hostError { try host.handOff(other, to: out, of: tenant) }.message.contains("Recall it first"))
        try host.close()
    }

    @Test func `is refused with every gap, and leaves nothing`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(in: host)
        test.clock.set(Timestamp(TestHome.day.adding(days: 3), hour: 6))
        let early = try hostError { try host.handOff(.order(1), to: test.folder("out"), of: tenant) }
        #expect(early.code == .refused)
        #expect(early.message.contains("waited: the passing of ten days after 2026-03-03 (from 2026-03-13) [§ 4"))
        #expect(try test.files(in: test.folder("out")).isEmpty)
        #expect(try host.handoffs(of: tenant.id, onlyOpen: false).isEmpty)
        let check = try host.legalCheck(.order(1), of: tenant)
        #expect(check.gaps.map(\.identifier) == ["waited"])
        #expect(try hostError { try host.legalChart(LegalProcedureKind("duel"), of: tenant) }.code == .badInput)
        try host.close()
    }

    @Test func `is told in the audit trail as the catalogue says, without a name`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(cases: 2, filing: "folder", in: host)
        _ = try host.handOff(.order(1), to: test.folder("out"), of: tenant)
        _ = try host.drain(tenant, on: nil)
        _ = try host.recordLegal(
            NewLegalEvent(
                .served, on: TestHome.ripe, text: "Debtor 1 was at home", document: ("s.txt", [65]),
                fee: Money.units(3, .dkk)), of: 1, for: tenant)
        _ = try host.handOff(.order(2), to: test.folder("out"), of: tenant)
        try host.recallHandoff(2, reason: "test", of: tenant)
        _ = try host.handoffs(of: tenant.id, onlyOpen: false)
        var seen: Set<String> = []
        for line in try host.auditLog(tenant.id, last: 1000, case: nil) where line.json.contains(#""action":"legal."#) {
            let entry = try #require(
                try JSONSerialization.jsonObject(with: Data(line.json.utf8)) as? [String: Any], "\(line.json)")
            let name = try #require(entry["action"] as? String)
            let action = try #require(AuditAction(rawValue: name))
            seen.insert(action.rawValue)
            for (part, members) in [("subject", action.catalogue.subject), ("change", action.catalogue.change)] {
                let found = Set(try #require(entry[part] as? [String: Any]).keys)
                #expect(found.isSubset(of: members.map(\.name)), "\(part) of \(action): \(found.sorted())")
                let promised = Set(members.filter { !$0.isOptional }.map(\.name))
                #expect(promised.isSubset(of: found), "\(part) of \(action): \(found.sorted())")
            }
            #expect(!line.json.contains("Debtor"))
        }
        #expect(
            seen == [
                "legal.packed", "legal.prepared", "legal.recalled", "legal.departed", "legal.recorded", "legal.listed",
            ])
        try host.close()
    }

    @Test func `stops when money comes in`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(in: host)
        _ = try host.handOff(.order(1), to: test.folder("out"), of: tenant)
        _ = try host.addPayment(
            Money.units(10, .dkk), paidOn: TestHome.ripe, reference: nil, to: CaseID(rawValue: 1), for: tenant)
        let handoffs = try host.handoffs(of: tenant.id, onlyOpen: false)
        #expect(handoffs.map(\.state) == [.recalled])
        try host.close()
    }
}

@Suite struct `Filing by wire` {
    private func prepared(_ test: TestHome, mood: String, in host: FordringHost) throws -> OpenTenant {
        let tenant = try test.courtTenant(filing: "folder", in: host)
        _ = try host.handOff(.order(1), to: test.folder("out"), of: tenant)
        try mood.write(
            to: test.courtFolder(tenant.id).appending(path: "mood.txt"), atomically: true, encoding: .utf8)
        return tenant
    }

    private func filed(_ test: TestHome, _ tenant: OpenTenant) throws -> [Substring] {
        let file = test.courtFolder(tenant.id).appending(path: "filed.txt")
        return (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    }

    private func work(_ test: TestHome, _ tenant: OpenTenant, in host: FordringHost, times: Int) throws {
        for _ in 0..<times {
            _ = try host.drain(tenant, on: nil)
            test.clock.set(test.clock.now().adding(seconds: 5000))
        }
    }

    @Test(arguments: ["", "lost"])
    func `files once, and books the fee`(mood: String) throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try prepared(test, mood: mood, in: host)
        try work(test, tenant, in: host, times: 4)
        #expect(try filed(test, tenant).count == 1)
        let handoff = try #require(try host.handoffs(of: tenant.id, onlyOpen: true).first)
        #expect(handoff.state == .filed)
        let package = try Data(
            contentsOf: test.courtFolder(tenant.id).appending(path: "aa-handoff-\(handoff.id).zip"))
        #expect(Digest.sha256(Array(package)) == handoff.packageSHA256)
        let owed = try host.showCase(CaseID(rawValue: 1), of: tenant, on: TestHome.ripe).record.snapshot.balances
        #expect(owed.first { $0.component == .courtFee }?.amount == Money(minorUnits: 2500, .dkk))
        // Answers come by the daily job, each once; a permit that lives still would be told here.
        let answers = "a1;1;served;2026-03-21;Served\na1;1;served;2026-03-21;Served\n"
        try answers.write(
            to: test.courtFolder(tenant.id).appending(path: "answers.txt"), atomically: true, encoding: .utf8)
        test.clock.set(Timestamp(TestHome.ripe.adding(days: 2), hour: 6))
        try work(test, tenant, in: host, times: 2)
        let record = try host.showHandoff(1, of: tenant)
        #expect(record.events.map(\.state) == [.prepared, .filed, .served])
        #expect(try host.tasks(tenant.id).isEmpty)
        try host.close()
    }

    @Test func `that fails for good is a task, and can be recorded by hand`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try prepared(test, mood: "permanent", in: host)
        try work(test, tenant, in: host, times: 1)
        #expect(try host.tasks(tenant.id).map(\.kind) == ["filingFailed"])
        let handoff = try #require(try host.handoffs(of: tenant.id, onlyOpen: true).first)
        #expect(handoff.state == .prepared)
        #expect(!handoff.isDeparting)
        _ = try host.recordLegal(NewLegalEvent(.filed, on: TestHome.ripe), of: 1, for: tenant)
        #expect(try host.tasks(tenant.id).isEmpty)
        try host.close()
    }

    @Test func `of which nothing is known is a task, and stays marked as leaving`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try prepared(test, mood: "silent", in: host)
        try work(test, tenant, in: host, times: 12)
        #expect(try filed(test, tenant).count == 1)
        #expect(try host.tasks(tenant.id).map(\.kind) == ["filingUnknown"])
        let handoff = try #require(try host.handoffs(of: tenant.id, onlyOpen: true).first)
        #expect(handoff.isDeparting)
        try host.recallHandoff(1, reason: "asked the court", of: tenant)
        #expect(try host.tasks(tenant.id).isEmpty)
        try host.close()
    }

    /// Goal: a court counts today, whatever day is run.
    @Test func `is by today, also where an earlier day is run, and so are the answers`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try prepared(test, mood: "", in: host)
        // On that day the time after the last deadline was not over.
        _ = try host.drain(tenant, on: TestHome.day.adding(days: 3))
        #expect(try host.handoffs(of: tenant.id, onlyOpen: false).map(\.state) == [.filed])
        test.clock.set(Timestamp(TestHome.ripe.adding(days: 1), hour: 7))
        try "a1;1;served;\(TestHome.ripe.adding(days: 1));Served\n".write(
            to: test.courtFolder(tenant.id).appending(path: "answers.txt"), atomically: true, encoding: .utf8)
        _ = try host.drain(tenant, on: TestHome.ripe)
        #expect(try host.handoffs(of: tenant.id, onlyOpen: true).map(\.state) == [.served])
        #expect(try host.tasks(tenant.id).isEmpty)
        try host.close()
    }

    @Test func `is left to a person where the forum does not file`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try prepared(test, mood: "hand", in: host)
        try work(test, tenant, in: host, times: 1)
        let handoff = try #require(try host.handoffs(of: tenant.id, onlyOpen: true).first)
        #expect(handoff.state == .prepared)
        #expect(!handoff.isDeparting)
        try host.close()
    }

    @Test(arguments: ["lost", "unknown"])
    func `broken off while it left is settled by the court, and a stop meanwhile holds`(mood: String) throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try prepared(test, mood: mood, in: host)
        let job = try #require(
            try tenant.database.write(host.provenance) {
                try JobQueue.claim(ClaimRequest(1, owner: "dead"), $0)
            }.first)
        let filing = try #require(host.jobHandlers.first { $0.kind == .fileHandoff })
        // The worker ends before it can record what it did.
        _ = try filing.run(job, for: tenant, JobContext(day: nil))
        try tenant.database.write(host.provenance) {
            try tenant.rules.announce(
                .held(.dispute, claim: nil), in: CaseID(rawValue: 1), on: TestHome.ripe, $0)
        }
        #expect(try host.handoffs(of: tenant.id, onlyOpen: true).map(\.isDeparting) == [true])
        try "".write(
            to: test.courtFolder(tenant.id).appending(path: "mood.txt"), atomically: true, encoding: .utf8)
        test.clock.set(test.clock.now().adding(seconds: 3600))
        try work(test, tenant, in: host, times: 2)
        let isThere = mood == "lost"
        #expect(try filed(test, tenant).count == (isThere ? 1 : 0))
        #expect(try host.handoffs(of: tenant.id, onlyOpen: false).map(\.state) == [isThere ? .filed : .recalled])
        #expect(try host.tasks(tenant.id).map(\.kind) == (isThere ? ["legalStop"] : ["legalRecalled"]))
        try host.close()
    }

    /// Goal: nothing is filed whose stop had committed before.
    ///
    /// Method: four workers file while disputes are announced; in the audit trail, the order of commits, no departure may
    /// follow the stop of its case, and what had not departed is recalled.
    @Test func `does not begin after a stop`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let names = ["aa", "bb", "cc", "dd"]
        var tenants: [OpenTenant] = []
        for name in names {
            test.clock.set(Timestamp(TestHome.day, hour: 6))
            let tenant = try test.courtTenant(name, cases: 12, filing: "folder", in: host)
            for number in 1...12 {
                _ = try host.handOff(.order(Int64(number)), to: test.folder("out"), of: tenant)
            }
            tenants.append(tenant)
        }
        let open = tenants
        let faults = Journal<String>()
        DispatchQueue.concurrentPerform(iterations: 5) { index in
            if index == 4 {
                _ = Worker(host, Worker.Options(concurrency: 4, drains: true)).run()
                return
            }
            let tenant = open[index]
            for number in (1...12).reversed() {
                do {
                    try tenant.database.write(host.provenance(as: .host("stop"))) { transaction in
                        let caseID = CaseID(rawValue: Int64(number))
                        try tenant.rules.announce(
                            .held(.dispute, claim: nil), in: caseID, on: TestHome.ripe, transaction)
                        try transaction.audit(.caseRead, subject: ["case": .integer(caseID.rawValue)], change: [:])
                    }
                } catch { faults.add("\(error)") }
            }
        }
        #expect(faults.entries.isEmpty)
        for tenant in tenants {
            var stopped: Set<Int64> = []
            var departed: Set<Int64> = []
            for line in try host.auditLog(tenant.id, last: 10_000, case: nil) {
                let head = Array(line.json.utf8).withUnsafeBytes { EntryHead($0) }
                guard let number = head?.caseNumber else { continue }
                if line.json.contains(#""actor":{"host":"stop"}"#) && line.json.contains("case.read") {
                    stopped.insert(number)
                }
                if line.json.contains("legal.departed") {
                    #expect(!stopped.contains(number), "case \(number) of \(tenant.id) left after its stop")
                    departed.insert(number)
                }
            }
            #expect(stopped.count == 12)
            let filed = try filed(test, tenant)
            #expect(filed.count == departed.count)
            for handoff in try host.handoffs(of: tenant.id, onlyOpen: false) {
                #expect(handoff.state == (departed.contains(handoff.caseID.rawValue) ? .filed : .recalled))
            }
        }
        try host.close()
    }
}

@Suite struct `The archive of letters` {
    private func copies(_ host: FordringHost, _ tenant: OpenTenant, _ caseID: Int64 = 1) throws -> [LetterCopy] {
        let sealer = try host.sealer(of: tenant.database)
        return try tenant.database.read { try LetterArchive.copies(of: CaseID(rawValue: caseID), sealer, $0) }
    }

    @Test func `keeps what was sent, sealed, with the hash that the trail names`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(2, debtor: "Unmistakable"), for: tenant)
        _ = try host.runDay(TestHome.day, for: tenant)
        let copy = try #require(try copies(host, tenant).first)
        let words = String(decoding: copy.bytes, as: UTF8.self)
        #expect(words.contains("Unmistakable 1"))
        #expect(!copy.isRemade)
        let sent = try host.auditLog(tenant.id, last: 100, case: nil).map(\.json).filter { $0.contains("letter.sent") }
        #expect(sent.contains { $0.contains(copy.sha256) })
        // A letter says more than the books do; none of its own words lies open in them.
        let stored = try tenant.database.read { try $0.all("SELECT sealed FROM letter_copy") { $0.bytes(0) } }
        #expect(stored.allSatisfy { Data($0).range(of: Data("please pay".utf8)) == nil })
        try host.close()
    }

    @Test func `forgets with the person`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(2), for: tenant)
        _ = try host.runDay(TestHome.day, for: tenant)
        try host.closeCase(CaseID(rawValue: 1), reason: "test", for: tenant, on: TestHome.day)
        _ = try host.erase([PartyID(rawValue: 1)], reason: "asked", of: tenant, on: CivilDate(2030, 1, 1))
        #expect(try copies(host, tenant).isEmpty)
        #expect(try tenant.database.read { try $0.all("SELECT party_id FROM letter_copy") { $0.integer(0) } } == [2])
        try host.close()
    }

    @Test func `has a letter too that left at an attempt which was not recorded, marked as made again`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(1), for: tenant)
        _ = try host.decideDay(TestHome.day, for: tenant)
        let job = try #require(
            try tenant.database.write(host.provenance) {
                try JobQueue.claim(ClaimRequest(1, owner: "dead"), $0)
            }.first)
        // It leaves, and the worker ends before that is recorded.
        let delivery = try #require(host.jobHandlers.first { $0.kind == .deliverLetter })
        _ = try delivery.run(job, for: tenant, JobContext(day: TestHome.day))
        test.clock.set(test.clock.now().adding(seconds: 3600))
        _ = try host.drain(tenant, on: TestHome.day)
        #expect(try test.flights(tenant.id).count == 1)
        #expect(try copies(host, tenant).map(\.isRemade) == [true])
        try host.close()
    }
}
