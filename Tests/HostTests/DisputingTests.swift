import AuditTrail
import Casework
import Crypto
import Database
import FordringKit
import Foundation
import JobQueue
import Synchronization
import Testing

@testable import Host

@Suite struct DisputingTests {
    private let test: TestHome
    private let host: FordringHost
    private let tenant: OpenTenant

    init() throws {
        test = try TestHome()
        host = try test.open()
        tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(3), for: tenant)
    }

    private func dispute(_ number: Int64, documents: [NewDocument] = []) throws -> OpenedDispute {
        try host.openDispute(
            NewDispute(
                caseID: CaseID(rawValue: number), claim: nil, amount: nil, reason: .defective, channel: .email,
                receivedOn: TestHome.day, documents: documents),
            for: tenant, on: TestHome.day)
    }

    @Test func `a letter whose case is disputed between its claim and its departure stays in the house`() throws {
        _ = try host.decideDay(TestHome.day, for: tenant)
        // The worker has taken all three; before the second runs, its case is disputed.
        let begun = Mutex(0)
        let (host, tenant) = (host, tenant)
        let worker = Worker(
            host, Worker.Options(concurrency: 1, tenants: [tenant.id], drains: true, day: TestHome.day)
        ) { step, _ in
            guard step == .running,
                begun.withLock({
                    $0 += 1
                    return $0
                }) == 2
            else { return }
            _ = try? host.openDispute(
                NewDispute(
                    caseID: CaseID(rawValue: 2), claim: nil, amount: nil, reason: .defective, channel: .email,
                    receivedOn: TestHome.day), for: tenant, on: TestHome.day)
        }
        let result = try #require(worker.run()[tenant.id])
        #expect(result.sent == 2 && result.over == 1 && result.failed == 0)
        #expect(try test.flights(tenant.id) == ["aa-letter-1", "aa-letter-3"])
        let disputes = try host.disputes(of: tenant.id, caseID: nil, all: false, after: 0, limit: 9)
        #expect(disputes.map(\.caseID.rawValue) == [2])
        try host.close()
    }

    @Test func `a statement is proved by the entries that come with it`() throws {
        _ = try host.runDay(TestHome.day, for: tenant)
        _ = try dispute(2)
        let folder = test.root.appending(path: "statement")
        let entries = try host.makeStatement(of: CaseID(rawValue: 2), for: tenant, on: nil, to: folder.path)
        let json = try Data(contentsOf: folder.appending(path: "statement.json"))
        let statement = try JSONDecoder().decode(CaseStatement.self, from: json)
        #expect(statement.creditor == "Test A/S" && statement.debtor == "Debtor 2" && statement.caseNumber == 2)
        #expect(statement.claims.map(\.arisenOn) == ["2026-01-01"] && statement.claims.map(\.principal) == ["102.50"])
        // The fee of the letter that was gone is taken back, and both lines are shown.
        #expect(statement.entries.map(\.amount) == ["102.50", "10.00", "-10.00"] && statement.owed == "102.50")
        #expect(statement.entries[1].lines.map(\.text) == ["The fee."])
        #expect(statement.disputes.map(\.reason) == ["defective"] && statement.disputes.map(\.state) == ["open"])
        let text = try String(contentsOf: folder.appending(path: "statement.txt"), encoding: .utf8)
        #expect(text.contains("The fee. [§ 1, The law of the land"), "\(text)")

        let export = folder.appending(path: "audit.jsonl.gz").path
        let report = try FordringHost.verifyExport(export, key: try host.verifierKey(tenant.id))
        #expect(report.entries == entries)
        let named = try host.auditLog(tenant.id, last: 50, case: CaseID(rawValue: 2)).last {
            $0.json.contains("statement.made")
        }
        let digest = SHA256.hash(data: json).hex
        #expect(named?.json.contains(digest) == true)
        try host.close()
    }

    @Test func `documents are read by whom the log names, and destroyed with their debtor`() throws {
        let secret = "Anna Holm says that it never came"
        let opened = try dispute(1, documents: [NewDocument(.objection, text: secret)])
        let (_, documents) = try host.showDispute(opened.id, of: tenant.id)
        #expect(documents.map(\.name) == ["objection.txt"])
        #expect(String(decoding: try host.openDocument(documents[0].id, of: tenant.id), as: UTF8.self) == secret)
        _ = try host.decideDispute(
            opened.id, DisputeDecision(.upheld, answeredOn: TestHome.day), for: tenant, on: TestHome.day)
        for task in try host.tasks(tenant.id) {
            try host.finishTask(task.id, of: tenant.id, because: "done", on: TestHome.day)
        }
        #expect(
            try host.erase([PartyID(rawValue: 1)], reason: "test", of: tenant, on: CivilDate(2030, 1, 1)).count == 1)
        #expect(try hostError(from: { _ = try host.openDocument(documents[0].id, of: tenant.id) }).code == .refused)
        #expect(try host.showDispute(opened.id, of: tenant.id).documents.map(\.name) == [nil])
        try host.close()
    }

    @Test func `a file that is too large is not read as a document`() throws {
        let path = test.root.appending(path: "large.pdf")
        try Data().write(to: path)
        let file = try FileHandle(forWritingTo: path)
        try file.truncate(atOffset: UInt64(Documents.sizeMax) + 1)
        try file.close()
        #expect(try hostError(from: { _ = try FordringHost.document(.evidence, ofFile: path.path) }).code == .badInput)
        #expect(
            try hostError(from: { _ = try FordringHost.document(.evidence, ofFile: "/nowhere/at.all") }).code
                == .badInput)
        try host.close()
    }
}
