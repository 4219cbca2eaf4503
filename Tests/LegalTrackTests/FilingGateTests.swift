import Casework
import CaseworkTesting
import Database
import DatabaseTesting
import FordringKit
import LegalTesting
import LegalTrack
import Testing

@Suite struct `The chart of a case's life` {
    /// Goal: what the chart does not draw is not filed, also where no precondition says so.
    ///
    /// Method: the hand-off stands as prepared in the books while something stops its case; whoever follows changes is not told.
    @Test func `keeps a hand-off back of a case that stands still, and lets one go that has a dispute decided`() throws
    {
        let books = try HandoffBooks()
        let caseID = try books.ripeCase()
        let handoff = try books.write { try books.prepare(caseID, $0) }
        func obstacle(_ handoff: Handoff) throws -> String? {
            try books.database.read { try books.desk.obstacle(toFiling: handoff, $0) }
        }
        #expect(try obstacle(handoff) == nil)
        try books.write { transaction in
            try transaction.execute(
                """
                INSERT INTO case_hold (id, case_id, kind, since, reason) VALUES (900, $1, 'estate', $2, 'a test')
                """, caseID, HandoffBooks.day)
        }
        #expect(try obstacle(handoff)?.contains("is held (readyForCourt)") == true)
        let refusal = try #require(throws: LegalRefusal.self) { try books.record(.filed, handoff.id) }
        #expect(refusal.code == .stepNotAllowed && refusal.message.contains("fordring case states"))
        #expect(try books.handoff(handoff.id).state == .prepared)
        try books.write { try $0.execute("DELETE FROM case_hold WHERE id = 900") }
        try books.record(.filed, handoff.id)
        #expect(try books.handoff(handoff.id).state == .filed)

        _ = try books.dispute(caseID)
        #expect(try obstacle(books.handoff(handoff.id)) != nil, "its procedure takes nothing that is disputed")
        try books.write {
            try $0.execute(
                "UPDATE legal_handoff SET procedure = $1 WHERE id = $2", FakeForum.lawyer.rawValue, handoff.id)
        }
        #expect(try obstacle(books.handoff(handoff.id)) == nil)
    }
}
