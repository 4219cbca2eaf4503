import CaseworkTesting
import Database
import FordringKit
import Intake
import Testing

@testable import Casework

/// Goal: no two matters share a task, no live duty is done by saying so, and the log knows what a person was told.
@Suite struct `A task` {
    private let tenant: TestTenant
    private let id: CaseID

    init() throws {
        tenant = try TestTenant()
        let claim = TestTenant.invoice("A1", 100_000, issuedOn: monday, dueOn: monday)
        id = try #require(try tenant.register(claim, on: monday).caseID)
    }

    @discardableResult
    private func raise(
        _ kind: TaskKind, about: Int64? = nil, _ message: String = "m", dueOn: CivilDate? = nil
    ) throws -> Bool {
        try tenant.write(on: monday) {
            try Tasks.raise(kind, id, about: about, on: monday, message: message, cure: "Do it.", dueOn: dueOn, $0)
        }
    }

    private func done(_ task: Int64, _ reason: String = "did it") throws {
        try tenant.write(on: monday) { try Tasks.doneByPerson(task, on: monday, because: reason, $0) }
    }

    private func actions() throws -> [String] {
        let entries = try tenant.database.read { transaction in
            try transaction.all("SELECT entry FROM audit_entry ORDER BY seq") {
                String(decoding: $0.bytes(0), as: UTF8.self)
            }
        }
        return entries.compactMap { entry in
            entry.firstMatch(of: /"action":"(task\.[a-z]+)"/).map { String($0.1) }
        }
    }

    @Test func `is one for each matter, and the same matter gets the newer words`() throws {
        #expect(try raise(.tellCreditor, about: 1, "first"))
        #expect(try raise(.tellCreditor, about: 2, "second"))
        #expect(try !raise(.tellCreditor, about: 1, "first, newer"))
        #expect(try raise(.tellCreditor))
        let open = try tenant.tasks()
        #expect(open.map(\.message) == ["first, newer", "second", "m"] && open.map(\.about) == [1, 2, nil])
        try tenant.write(on: monday) { try Tasks.end(.tellCreditor, id, about: 2, on: monday, because: "told", $0) }
        #expect(try tenant.tasks().map(\.about) == [1, nil])
    }

    @Test func `leaves an entry for every change of its words and its owner, and none where nothing changed`() throws {
        try raise(.tellCreditor, "a")
        try raise(.tellCreditor, "a")
        try raise(.tellCreditor, "b")
        try raise(.tellCreditor, "b", dueOn: monday)
        let task = try #require(try tenant.tasks().first)
        try tenant.write(on: monday) { try Tasks.assign(task.id, to: "Ida", $0) }
        #expect(try actions() == ["task.raised", "task.changed", "task.changed", "task.assigned"])
    }

    @Test(arguments: TaskKind.allCases) func `of a duty that goes on is not done by saying so`(_ kind: TaskKind) throws
    {
        try raise(kind)
        let task = try #require(try tenant.tasks().first)
        guard let way = kind.endsOnlyBy else {
            try done(task.id)
            #expect(try tenant.tasks().isEmpty)
            return
        }
        let refusal = #expect(throws: CaseworkRefusal.self) { try done(task.id) }
        #expect(
            refusal?.message
                == "Task 1 (\(kind.rawValue)) stands for a duty that goes on, and ends by itself when \(way). Do it.")
        #expect(try tenant.tasks().count == 1)
    }

    @Test(arguments: ["", " ", "\n"]) func `needs a word on what was done`(_ reason: String) throws {
        try raise(.tellCreditor)
        #expect(throws: CaseworkRefusal.self) { try done(1, reason) }
        #expect(try tenant.tasks().count == 1)
    }

    @Test func `of what is moot ends with its case, any other stays`() throws {
        for kind in TaskKind.allCases { try raise(kind) }
        try tenant.close(id, on: monday)
        let left = Set(try tenant.tasks().map(\.kind))
        for kind in TaskKind.allCases {
            let ends = [TaskKind.ruleGap, .limitationNear, .undelivered, .registrationGap, .legalNext].contains(kind)
            // Closing looks at the disputes of the case itself, of which there is none.
            if kind != .answerDispute { #expect(left.contains(kind.rawValue) == !ends, "\(kind)") }
        }
    }
}
