import AuditTrail
import Casework
import Database
import FordringKit
import Foundation
import JobQueue
import LegalTrack
import Testing

@testable import Host

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Goal: nothing goes to a court on another day than today's, nor past what a court has said.
@Suite struct `The rules of a hand-off` {
    private let test: TestHome
    private let host: FordringHost
    private let day = TestHome.ripe
    private let caseID = CaseID(rawValue: 1)

    init() throws {
        test = try TestHome()
        host = try test.openWithCourts()
    }

    private func tenant(cases: Int = 1, filing: String = "hand") throws -> OpenTenant {
        try test.courtTenant(cases: cases, filing: filing, in: host)
    }

    private func handOff(_ tenant: OpenTenant, on day: CivilDate? = nil, to folder: String = "out") throws
        -> HandoffResult
    {
        var request = HandoffRequest.order(1)
        request.day = day
        return try host.handOff(request, to: test.folder(folder), of: tenant)
    }

    private func say(_ lines: [String], _ tenant: OpenTenant) throws {
        try FileManager.default.createDirectory(
            at: test.courtFolder(tenant.id), withIntermediateDirectories: true)
        try (lines.joined(separator: "\n") + "\n").write(
            to: test.courtFolder(tenant.id).appending(path: "answers.txt"), atomically: true, encoding: .utf8)
    }

    private func kinds(_ tenant: OpenTenant) throws -> [String] { try host.tasks(tenant.id).map(\.kind) }

    // MARK: Days

    @Test(arguments: [-5, -1, 1, 30])
    func `it is made today`(offset: Int) throws {
        let tenant = try tenant()
        if offset > 0 { test.clock.set(Timestamp(TestHome.day.adding(days: 3), hour: 6)) }
        let today = offset > 0 ? TestHome.day.adding(days: 3) : day
        let refused = try hostError { try handOff(tenant, on: today.adding(days: offset)) }
        #expect(refused.code == .refused)
        #expect(refused.message.contains("'fordring legal check --date"))
        #expect(try host.handoffs(of: tenant.id, onlyOpen: false).isEmpty)
        // Looking ahead is allowed.
        var request = HandoffRequest.order(1)
        request.day = today.adding(days: max(offset, 0))
        _ = try host.legalCheck(request, of: tenant)
        try host.close()
    }

    @Test func `it is written again on its own day, and made anew on another`() throws {
        let tenant = try tenant()
        let first = try handOff(tenant, on: day)
        #expect(try handOff(tenant).isAgain)
        test.clock.set(Timestamp(day.adding(days: 1), hour: 6))
        let refused = try hostError { try handOff(tenant) }
        #expect(refused.message.contains("Recall it and make it anew"))
        try host.recallHandoff(first.handoff.id, reason: "test", of: tenant)
        #expect(try !handOff(tenant).isAgain)
        try host.close()
    }

    @Test func `an event of tomorrow is refused, and an answer of tomorrow waits`() throws {
        let tenant = try tenant(filing: "folder")
        _ = try handOff(tenant)
        _ = try host.drain(tenant, on: nil)
        for mistyped in [day.adding(days: 1), CivilDate(2062, 3, 20)] {
            let refused = try hostError {
                try host.recordLegal(NewLegalEvent(.served, on: mistyped), of: 1, for: tenant)
            }
            #expect(refused.message.contains("still to come"))
        }
        try say(["a1;1;served;2026-03-21;Served"], tenant)
        #expect(try host.readCourtAnswers(of: tenant).taken == 0)
        #expect(try kinds(tenant) == ["legalAnswer"])
        #expect(try host.showHandoff(1, of: tenant).handoff.state == .filed)
        test.clock.set(Timestamp(day.adding(days: 1), hour: 6))
        #expect(try host.readCourtAnswers(of: tenant).taken == 1)
        #expect(try kinds(tenant).isEmpty)
        try host.close()
    }

    @Test func `it waits after a decision, and a moment is no wait`() throws {
        let tenant = try tenant()
        let dispute = try host.openDispute(
            NewDispute(
                caseID: caseID, claim: nil, amount: nil, reason: .other, channel: .letter, receivedOn: day),
            for: tenant, on: day)
        _ = try host.decideDispute(
            dispute.id, DisputeDecision(.rejected, grounds: "It is owed.", hasNoDocument: true, answeredOn: day),
            for: tenant, on: day)
        test.clock.set(test.clock.now().adding(seconds: 60))
        #expect(try hostError { try handOff(tenant) }.message.contains("notPaused"))
        #expect(try host.handoffs(of: tenant.id, onlyOpen: false).isEmpty)
        try host.close()
    }

    // MARK: Answers

    @Test func `answers count in the order in which they happened, whatever order they lie in`() throws {
        let tenant = try tenant(filing: "folder")
        _ = try handOff(tenant)
        _ = try host.drain(tenant, on: nil)
        test.clock.set(Timestamp(day.adding(days: 9), hour: 6))
        try say(
            [
                "A-10;1;closed;2026-03-25;Over", "A-9;1;decided;2026-03-25;Decided;creditor",
                "A-8;1;objected;2026-03-25;No",
                "A-7;1;served;2026-03-24;Served",
            ], tenant)
        let read = try host.readCourtAnswers(of: tenant)
        #expect(read.taken == 4 && read.faults.isEmpty)
        #expect(
            try host.showHandoff(1, of: tenant).events.map(\.state) == [
                .prepared, .filed, .served, .objected, .decided, .closed,
            ])
        try host.close()
    }

    @Test func `an answer that cannot be recorded keeps no other back, and waits until it applies or is dismissed`()
        throws
    {
        let tenant = try tenant(cases: 2, filing: "folder")
        for number in [1, 2] as [Int64] { _ = try host.handOff(.order(number), to: test.folder("out"), of: tenant) }
        _ = try host.drain(tenant, on: nil)
        try say(
            [
                "b1;1;decided;2026-03-20;Decided;creditor", "torn", "b2;2;served;2026-03-20;Served",
                "b3;77;served;2026-03-20;?",
            ],
            tenant)
        let read = try host.readCourtAnswers(of: tenant)
        #expect(read.taken == 1 && read.faults.count == 3)
        #expect(try host.showHandoff(2, of: tenant).handoff.state == .served)
        #expect(try host.tasks(tenant.id).filter { $0.kind == "legalAnswer" }.map(\.caseID).count == 2)
        // What must come before it comes.
        try say(
            ["b1;1;decided;2026-03-20;Decided;creditor", "b0;1;served;2026-03-20;S", "b3;77;served;2026-03-20;?"],
            tenant)
        #expect(try host.readCourtAnswers(of: tenant).taken == 2)
        #expect(try host.showHandoff(1, of: tenant).handoff.state == .decided)
        #expect(try host.tasks(tenant.id).filter { $0.kind == "legalAnswer" }.count == 1)
        #expect(
            try hostError { try host.dismissAnswer("b9", reason: "?", of: tenant) }.message.contains("There are: b3."))
        try host.dismissAnswer("b3", reason: "another agency's", of: tenant)
        #expect(try host.tasks(tenant.id).filter { $0.kind == "legalAnswer" }.isEmpty)
        let entry = try host.auditLog(tenant.id, last: 20, case: nil).map(\.json).last {
            $0.contains("legal.dismissed")
        }
        #expect(entry?.contains("another agency's") == true)
        try host.close()
    }

    @Test func `an answer that says only that it was decided is asked about, and is read once a person has said it`()
        throws
    {
        let tenant = try tenant(filing: "folder")
        _ = try handOff(tenant)
        _ = try host.drain(tenant, on: nil)
        try say(["c1;1;served;2026-03-20;S", "c2;1;decided;2026-03-20;D"], tenant)
        #expect(try host.readCourtAnswers(of: tenant).faults.count == 1)
        _ = try host.recordLegal(NewLegalEvent(.decided, on: day, outcome: .forDebtor), of: 1, for: tenant)
        #expect(try host.readCourtAnswers(of: tenant).faults.isEmpty)
        #expect(try !kinds(tenant).contains("legalAnswer"))
        let shown = try host.showCase(caseID, of: tenant, on: day).record
        #expect(shown.closeCode == CloseCode.upheld.rawValue && shown.snapshot.facts.outstanding.isZero)
        try host.close()
    }

    // MARK: Filing

    private func departing(_ tenant: OpenTenant, mood: String) throws -> (job: Job, filing: any JobHandler) {
        _ = try handOff(tenant)
        try mood.write(
            to: test.courtFolder(tenant.id).appending(path: "mood.txt"), atomically: true, encoding: .utf8)
        let job = try #require(
            try tenant.database.write(host.provenance) {
                try JobQueue.claim(ClaimRequest(1, owner: "dead"), $0)
            }.first { $0.kind == .fileHandoff })
        return (job, try #require(host.jobHandlers.first { $0.kind == .fileHandoff }))
    }

    @Test(arguments: ["lost", "unknown"])
    func `a recall while it is being filed waits until it is known`(mood: String) throws {
        let tenant = try tenant(filing: "folder")
        let (job, filing) = try departing(tenant, mood: mood)
        _ = try filing.run(job, for: tenant, JobContext(day: nil))
        #expect(try !host.recallHandoff(1, reason: "second thoughts", of: tenant))
        #expect(try host.showHandoff(1, of: tenant).handoff.state == .prepared)
        try "".write(to: test.courtFolder(tenant.id).appending(path: "mood.txt"), atomically: true, encoding: .utf8)
        test.clock.set(test.clock.now().adding(seconds: 3600))
        _ = try host.drain(tenant, on: nil)
        let isThere = mood == "lost"
        #expect(try host.showHandoff(1, of: tenant).handoff.state == (isThere ? .filed : .recalled))
        #expect(try kinds(tenant) == [isThere ? "legalStop" : "legalRecalled"])
        try host.close()
    }

    @Test func `a receipt of what was recalled is recorded, and the court is told`() throws {
        let tenant = try tenant(filing: "folder")
        let (job, filing) = try departing(tenant, mood: "")
        let report = try filing.run(job, for: tenant, JobContext(day: nil))
        // Nobody is at it by the books, and whoever asked the court was told that it has nothing.
        try tenant.database.write(host.provenance) { transaction in
            try transaction.execute("UPDATE legal_handoff SET is_departing = 0")
            try LegalDesk.recall(1, because: "asked the court", on: day, transaction)
        }
        let isRecorded = try tenant.database.write(host.provenance) { try report.record($0) }
        #expect(isRecorded)
        #expect(try host.showHandoff(1, of: tenant).handoff.state == .filed)
        #expect(try kinds(tenant) == ["legalStop"])
        try host.close()
    }

    @Test func `a filing that takes too long has no leave any more, and no receipt proves nothing`() throws {
        let tenant = try tenant(filing: "folder")
        let (job, filing) = try departing(tenant, mood: "")
        let underWay = host.batchesUnderWay
        // A thread that is stuck in the court's plug-in.
        underWay.begin(job)
        let permit = underWay.mint(job, caseID, LegalProcedureKind("paymentOrder"), day)
        let hasLeft = try tenant.database.write(host.provenance) {
            try LegalDesk.depart(1, permit, owner: WorkerIdentity.current, $0)
        }
        #expect(hasLeft)
        underWay.handOver(job, HandoffFiling.key(tenant.id, 1))
        #expect(permit.isLive)
        let report = filing.uncertain(job, because: "it took too long", for: tenant, JobContext(day: nil))
        #expect(!permit.isLive)
        #expect(!underWay.mint(job, caseID, LegalProcedureKind("paymentOrder"), day).isLive)
        _ = try tenant.database.write(host.provenance) { try report.record($0) }
        test.clock.set(test.clock.now().adding(seconds: 5000))
        _ = try host.drain(tenant, on: nil)
        // It may still arrive.
        #expect(try host.showHandoff(1, of: tenant).handoff.isDeparting)
        underWay.end(job)
        for _ in 0..<8 {
            test.clock.set(test.clock.now().adding(seconds: 5000))
            _ = try host.drain(tenant, on: nil)
        }
        #expect(try host.showHandoff(1, of: tenant).handoff.state == .filed)
        try host.close()
    }

    // MARK: Output

    @Test func `it is not made where it cannot be written`() throws {
        let tenant = try tenant()
        let blocked = try test.write("", to: "blocked")
        for folder in [blocked, "/proc/nowhere"] {
            let refused = try hostError { try host.handOff(.order(1), to: folder, of: tenant) }
            #expect(refused.code == .unavailable, "\(folder)")
        }
        // Root may write anywhere.
        if geteuid() != 0 {
            let folder = test.folder("locked")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            chmod(folder, 0o500)
            #expect(try hostError { try host.handOff(.order(1), to: folder, of: tenant) }.code == .unavailable)
            chmod(folder, 0o700)
        }
        #expect(try host.handoffs(of: tenant.id, onlyOpen: false).isEmpty)
        // What lies there under its name from before is replaced; a folder of its name is a fault, and changes nothing.
        let name = "\(test.folder("out"))/handoff-aa-1-case-1-paymentOrder.zip"
        try FileManager.default.createDirectory(atPath: test.folder("out"), withIntermediateDirectories: true)
        try Data("old".utf8).write(to: URL(filePath: name))
        let made = try handOff(tenant)
        #expect(made.path == name)
        #expect(Digest.sha256(Array(try Data(contentsOf: URL(filePath: name)))) == made.handoff.packageSHA256)
        try host.close()
    }

    private func shell(_ line: String) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "\(line) >/dev/null 2>&1"]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// Goal: a full disk leaves no half of a package, and no hand-off that has none.
    ///
    /// Method: a file system in memory with two pages; only root may have one.
    @Test(.enabled(if: geteuid() == 0))
    func `it is not made where the disk is full`() throws {
        let tenant = try tenant()
        let folder = test.folder("full")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // A container may refuse it even to root.
        guard try shell("mount -t tmpfs -o size=8k none '\(folder)'") else { return try host.close() }
        defer { _ = try? shell("umount '\(folder)'") }
        let refused = try hostError { try host.handOff(.order(1), to: folder, of: tenant) }
        #expect(refused.code == .unavailable)
        #expect(try host.handoffs(of: tenant.id, onlyOpen: false).isEmpty)
        #expect(try test.files(in: folder).isEmpty)
        #expect(try !handOff(tenant).isAgain)
        try host.close()
    }

    // MARK: Claims

    @Test func `a claim that comes in recalls a package, and one that is disputed stays behind`() throws {
        let tenant = try tenant()
        _ = try handOff(tenant)
        let again = try String(contentsOfFile: try test.claims(1), encoding: .utf8).replacing("R-1;", with: "R-9;")
        _ = try host.importClaims(try test.write(again, to: "more.csv"), for: tenant)
        let claims = try host.showCase(caseID, of: tenant, on: day).record.claims
        guard claims.count == 2 else { return try host.close() }
        #expect(try host.handoffs(of: tenant.id, onlyOpen: false).map(\.state) == [.recalled])
        #expect(try kinds(tenant) == ["legalRecalled"])
        _ = try host.openDispute(
            NewDispute(
                caseID: caseID, claim: claims[1].id, amount: nil, reason: .other, channel: .letter, receivedOn: day),
            for: tenant, on: day)
        let made = try handOff(tenant)
        #expect(made.leftOut.map(\.reference) == ["R-9"])
        #expect(made.handoff.owed.minorUnits < 20_000)
        let unpacked = test.folder("unpacked")
        try FileManager.default.createDirectory(atPath: unpacked, withIntermediateDirectories: true)
        #expect(try shell("unzip -q '\(made.path)' -d '\(unpacked)'"))
        let statement = try String(contentsOfFile: "\(unpacked)/statement.json", encoding: .utf8)
        #expect(statement.contains("R-1") && !statement.contains("R-9"))
        try host.close()
    }
}
