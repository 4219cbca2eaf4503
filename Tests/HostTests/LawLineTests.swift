import Casework
import Database
import FordringKit
import Foundation
import Tenancy
import Testing

@testable import Host

/// Goal: a line that is added to a table holds for every tenant of the country, nothing is decided by it before the
/// tenant's own log says so, and no line is ever changed.
@Suite struct LawLineTests {
    private static let past = CivilDate(2031, 1, 6)

    private static func request(_ change: (inout LawLineRequest) -> Void = { _ in }) throws -> LawLineRequest {
        var request = LawLineRequest(
            country: try #require(CountryCode("XA")), rule: "fee", from: CivilDate(2031, 1, 1),
            through: CivilDate(2031, 6, 30), value: "12.50", source: "The land's gazette 7/2030")
        change(&request)
        return request
    }

    private func log(_ id: TenantID, of action: String, in host: FordringHost) throws -> [String] {
        try host.auditLog(id, last: 1000, case: nil).map(\.json).filter { $0.contains(#""action":"\#(action)""#) }
    }

    private func copies(_ id: TenantID, in host: FordringHost) throws -> [LawLine] {
        try host.database(of: id).read { try LawLines.all($0) }
    }

    // MARK: Refusals

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: HostError.Code
        let says: [String]
        let change: @Sendable (inout LawLineRequest) -> Void

        init(
            _ name: String, _ code: HostError.Code, says: [String],
            _ change: @escaping @Sendable (inout LawLineRequest) -> Void
        ) {
            testDescription = name
            self.code = code
            self.says = says
            self.change = change
        }
    }

    static let refusals: [Refusal] = [
        Refusal("a country that nobody brings", .badInput, says: ["NO", "XA"]) { $0.country = .norway },
        Refusal("a rule that is not there", .badInput, says: ["'fees'", "did you mean 'fee'", "fee, deaf"]) {
            $0.rule = "fees"
        },
        Refusal("a rule of words", .refused, says: ["'words'", "fee, deaf"]) { $0.rule = "words" },
        Refusal("a percentage for an amount", .badInput, says: ["--value", "'1.75 %'", "750.00"]) {
            $0.value = "1.75 %"
        },
        Refusal("an amount below zero", .badInput, says: ["--value", "'-1.00'"]) { $0.value = "-1.00" },
        Refusal("days the wrong way round", .badInput, says: ["--through", "2030-12-31", "2031-01-01"]) {
            $0.through = CivilDate(2030, 12, 31)
        },
        Refusal("no source", .badInput, says: ["--source"]) { $0.source = " " },
        Refusal("no doubt where one is promised", .badInput, says: ["--unverified"]) { $0.doubt = "" },
        Refusal("no reason for a correction", .badInput, says: ["--correct"]) { $0.correction = "" },
        Refusal(
            "a line that is there", .refused,
            says: ["10.00 DKK", "--from 2030-07-01 --through 2030-12-31 --correct REASON"]
        ) { $0.from = CivilDate(2030, 7, 1) },
        Refusal("the end of a line that is there", .refused, says: ["--from 2030-07-01", "--correct"]) {
            $0.from = CivilDate(2030, 12, 31)
        },
        Refusal("before the table", .refused, says: ["2020-01-01"]) {
            $0.from = CivilDate(2019, 1, 1)
            $0.through = CivilDate(2019, 12, 31)
        },
        Refusal("a correction of nothing", .refused, says: ["no line", "--correct"]) { $0.correction = "wrong" },
        Refusal("a correction of some days of a line", .refused, says: ["--from 2020-01-01 --through 2030-06-30"]) {
            $0.from = CivilDate(2021, 1, 1)
            $0.through = CivilDate(2021, 12, 31)
            $0.correction = "wrong"
        },
        Refusal("a correction that is longer than its line", .refused, says: ["--through 2030-06-30"]) {
            $0.from = CivilDate(2020, 1, 1)
            $0.through = CivilDate(2030, 7, 30)
            $0.correction = "wrong"
        },
        Refusal("a plug-in that does not listen", .refused, says: ["land 1.0.0", "'deaf'", "author"]) {
            $0.rule = "deaf"
            $0.value = "1.75"
        },
    ]

    @Test(arguments: refusals) func `What cannot be added is refused, and nothing is written`(
        _ refusal: Refusal
    ) throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        let error = try hostError { try host.addLawLine(try Self.request(refusal.change)) }
        #expect(error.code == refusal.code, "\(error)")
        for text in refusal.says { #expect(error.message.contains(text), "'\(text)' in: \(error.message)") }
        #expect(try host.lawLines().isEmpty)
        #expect(try copies(tenant.id, in: host).isEmpty)
        try host.close()
    }

    // MARK: What an added line does

    @Test func `A case that waits for a figure goes on when it is added, and the log says so first`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard("aa", times: 1, in: host).id
        _ = try host.importClaims(try test.claims(2), for: try host.openForWork(id))
        let waiting = try host.runDay(Self.past, for: try host.openForWork(id)).run
        #expect(waiting.gaps == 2)
        #expect(waiting.steps == 0)
        let receipt = try host.addLawLine(try Self.request())
        #expect(receipt.tenants == [id])
        #expect(!receipt.wasKnown)
        let after = try host.runDay(Self.past.adding(days: 1), for: try host.openForWork(id)).run
        #expect(after.gaps == 0)
        #expect(after.steps == 2)

        let entries = try host.auditLog(id, last: 1000, case: nil).map(\.json)
        let extended = try #require(entries.firstIndex { $0.contains(#""action":"law.extended""#) })
        let decided = try #require(entries.firstIndex { $0.contains(#""action":"step.decided""#) })
        #expect(extended < decided)
        #expect(entries[extended].contains(#""basis":["§ 1, The land's gazette 7/2030"]"#))
        #expect(
            entries[extended].contains(
                #""subject":{"country":"XA","line":1,"rule":"fee"}"#))
        #expect(entries[extended].contains(#""addedBy":"test","from":"2031-01-01","through":"2031-06-30","#))
        #expect(entries[decided].contains("12.50"))
        #expect(entries[decided].contains("§ 1, The land's gazette 7/2030"))
        try host.close()
    }

    @Test func `Repeating it adds nothing`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard("aa", in: host).id
        _ = try host.addLawLine(try Self.request())
        let again = try host.addLawLine(try Self.request())
        #expect(again.wasKnown)
        #expect(again.line.number == 1)
        #expect(try host.lawLines().count == 1)
        #expect(try log(id, of: "law.extended", in: host).count == 1)
        try host.close()
    }

    @Test func `A line that was added is as firm as the plug-in's`() throws {
        let test = try TestHome()
        let host = try test.open()
        _ = try host.addLawLine(try Self.request())
        let error = try hostError { try host.addLawLine(try Self.request { $0.value = "13.00" }) }
        #expect(error.code == .refused)
        #expect(error.message.contains("12.50 DKK"))
        #expect(error.message.contains("--from 2031-01-01 --through 2031-06-30 --correct REASON"))
        try host.close()
    }

    @Test func `Days that nobody has looked up stay a gap, and can be filled`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard("aa", in: host).id
        let receipt = try host.addLawLine(
            try Self.request {
                $0.from = CivilDate(2031, 7, 1)
                $0.through = CivilDate(2031, 12, 31)
            })
        #expect(receipt.gap == CivilDate(2031, 1, 1)...CivilDate(2031, 6, 30))
        func fee(on day: CivilDate) throws -> String? {
            let books = try host.plugins.lawBooks(named: "land", on: day, try host.lawLines())
            let rule = books[0].acts[0].rules.first { $0.identifier == "fee" }
            return rule?.standing == .inForce ? rule?.line?.figures.first?.text : nil
        }
        #expect(try fee(on: CivilDate(2030, 12, 31)) == "10.00 DKK")
        #expect(try fee(on: CivilDate(2031, 1, 1)) == nil)
        #expect(try fee(on: CivilDate(2031, 7, 1)) == "12.50 DKK")
        // Half of the hole is filled; the other half stays one.
        _ = try host.addLawLine(
            try Self.request {
                $0.through = CivilDate(2031, 3, 31)
                $0.value = "11.00"
            })
        #expect(try fee(on: CivilDate(2031, 3, 31)) == "11.00 DKK")
        #expect(try fee(on: CivilDate(2031, 4, 1)) == nil)
        #expect(try fee(on: CivilDate(2031, 12, 31)) == "12.50 DKK")
        #expect(try fee(on: CivilDate(2032, 1, 1)) == nil)
        #expect(try copies(id, in: host).count == 2)
        try host.close()
    }

    @Test func `A correction names what held and why, and what was decided stays`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard("aa", times: 2, in: host).id
        _ = try host.importClaims(try test.claims(1), for: try host.openForWork(id))
        _ = try host.addLawLine(try Self.request())
        _ = try host.runDay(Self.past, for: try host.openForWork(id))
        let receipt = try host.addLawLine(
            try Self.request {
                $0.value = "11.00"
                $0.correction = "The gazette was misread."
                $0.doubt = "Ask the ministry."
            })
        #expect(
            receipt.line.corrected == "12.50 DKK from 2031-01-01 through 2031-06-30 (§ 1, The land's gazette 7/2030)")
        _ = try host.runDay(Self.past.adding(days: 1), for: try host.openForWork(id))
        let corrected = try #require(try log(id, of: "law.corrected", in: host).first)
        #expect(corrected.contains(#""before":"12.50 DKK from 2031-01-01"#))
        #expect(corrected.contains(#""reason":"The gazette was misread.""#))
        #expect(corrected.contains("[unverified: Ask the ministry.]"))
        let steps = try log(id, of: "step.decided", in: host)
        #expect(steps.map { $0.contains("12.50") } == [true, false])
        #expect(steps.map { $0.contains("11.00") } == [false, true])
        // Both lines are there, in the host and in the books.
        #expect(try host.lawLines().map(\.line.value.description) == ["12.50 DKK", "11.00 DKK"])
        #expect(try copies(id, in: host) == host.lawLines())
        // A line of the plug-in's own can be corrected too, with exactly its days.
        _ = try host.addLawLine(
            try Self.request {
                $0.from = CivilDate(2020, 1, 1)
                $0.through = CivilDate(2030, 6, 30)
                $0.value = "9.00"
                $0.correction = "The plug-in is wrong."
            })
        #expect(try host.lawLines().last?.corrected?.hasPrefix("10.00 DKK from 2020-01-01") == true)
        try host.close()
    }

    @Test func `Every tenant of the country gets it, whoever cannot gets it later`() throws {
        let test = try TestHome()
        let host = try test.open()
        let first = try test.onboard("aa", in: host).id
        let second = try test.onboard("bb", in: host).id
        let third = try test.onboard("cc", in: host).id
        try host.suspend(second, reason: "test")
        try FileManager.default.moveItem(
            at: test.home.tenant(third), to: test.root.appending(path: "away"))
        try host.close()

        let reopened = try test.open()
        let receipt = try reopened.addLawLine(try Self.request())
        #expect(receipt.tenants == [first])
        #expect(receipt.later.map(\.tenant) == [third])
        #expect(try copies(second, in: reopened).isEmpty)
        // Looking does not write.
        _ = try reopened.openForReading(second)
        #expect(try copies(second, in: reopened).isEmpty)
        try reopened.resume(second, reason: "test")
        _ = try reopened.openForWork(second)
        #expect(try copies(second, in: reopened) == reopened.lawLines())
        try FileManager.default.moveItem(
            at: test.root.appending(path: "away"), to: test.home.tenant(third))
        _ = try reopened.openForWork(third)
        #expect(try log(third, of: "law.extended", in: reopened).count == 1)
        try reopened.close()
    }

    @Test func `A crash between the host's row and a tenant's copy is made up for before anything is decided`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard("aa", times: 1, in: host).id
        _ = try host.importClaims(try test.claims(1), for: try host.openForWork(id))
        let request = try Self.request()
        // What `addLawLine` commits before it goes to the tenants.
        try host.store.engine.write(host.provenance) { transaction in
            let line = LawExtension(
                country: request.country, rule: request.rule, from: request.from, through: request.through,
                value: .amount(Money(minorUnits: 1250, .dkk)), citation: Citation("A gazette", "§ 1"))
            try LawLines.insert(
                LawLine(
                    number: 1, line: line, corrected: nil, reason: nil, addedBy: "somebody",
                    addedAt: transaction.provenance.time), transaction)
        }
        try host.close()
        let reopened = try test.open()
        #expect(try copies(id, in: reopened).isEmpty)
        #expect(try reopened.runDay(Self.past, for: try reopened.openForWork(id)).run.steps == 1)
        #expect(try copies(id, in: reopened) == reopened.lawLines())
        #expect(try log(id, of: "law.extended", in: reopened).first?.contains(#""addedBy":"somebody""#) == true)
        try reopened.close()
    }

    @Test func `A host that is open while another adds a line takes it at the next opening`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard("aa", times: 1, in: host).id
        _ = try host.importClaims(try test.claims(1), for: try host.openForWork(id))
        let other = try test.open()
        _ = try other.addLawLine(try Self.request())
        try other.close()
        #expect(try host.runDay(Self.past, for: try host.openForWork(id)).run.steps == 1)
        #expect(try log(id, of: "law.extended", in: host).count == 1)
        try host.close()
    }

    @Test func `Neither the host nor a tenant's books let a line be changed or go`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard("aa", in: host).id
        _ = try host.addLawLine(try Self.request())
        #expect(throws: DatabaseFault.self) {
            try host.store.engine.write(host.provenance) { try $0.execute("UPDATE law_extension SET value = 1") }
        }
        #expect(throws: DatabaseFault.self) {
            try host.database(of: id).write(host.provenance) { try $0.execute("DELETE FROM law_extension") }
        }
        try host.close()
    }

    @Test func `Books with a line that the host does not know are not worked with`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard("aa", in: host).id
        try host.close()
        let backup = test.root.appending(path: "host.backup")
        try FileManager.default.copyItem(at: test.home.hostDatabase, to: backup)
        let later = try test.open()
        _ = try later.addLawLine(try Self.request())
        try later.close()
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: test.home.hostDatabase.path + suffix)
        }
        try FileManager.default.copyItem(at: backup, to: test.home.hostDatabase)
        let restored = try test.open()
        let error = try hostError { try restored.openForWork(id) }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("line 1"))
        #expect(error.message.contains("host.sqlite"))
        try restored.close()
    }

    @Test func `The list shows tables, lines, and what the plug-in has by now`() throws {
        let test = try TestHome()
        let host = try test.open()
        _ = try host.addLawLine(try Self.request())
        let tables = try host.rateTables()
        #expect(tables.map(\.rule.identifier) == ["fee", "deaf"])
        let fee = try #require(tables.first)
        #expect(fee.rule.checkedThrough == CivilDate(2031, 6, 30))
        #expect(fee.added.map(\.number) == [1])
        #expect(fee.overtaken.isEmpty)
        #expect(try host.rateTables(of: .norway).isEmpty)
        try host.close()
    }
}
