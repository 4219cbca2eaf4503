import Casework
import CaseworkTesting
import Database
import DatabaseTesting
import Testing

@Suite struct `The migration of step states` {
    private let old = Schema(TestTenant.schema.migrations.filter { $0.name < CaseworkSchema.stepStates.name })

    private func steps(_ database: TemporaryDatabase) throws -> [String] {
        try database.read { transaction in
            try transaction.all(
                """
                SELECT id || '|' || case_id || '|' || kind || '|' || claims || '|' || state || '|' || decided_on || '|'
                    || coalesce(sent_on, '-') || '|' || coalesce(deadline_on, '-') || '|' || reasons || '|'
                    || coalesce(channel, '-') || '|' || coalesce(receipt, '-')
                FROM case_step ORDER BY id
                """
            ) { $0.text(0) }
        }
    }

    @Test func `keeps every step, its index and its checks`() throws {
        let database = try TemporaryDatabase(old)
        try database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO party (id, kind, name, address_lines, postal_code, city, country, language)
                VALUES (1, 'consumer', 'Anna', 'Testgade 1', '1000', 'Testby', 'TL', 'en')
                """)
            try transaction.execute(
                "INSERT INTO debt_case (id, party_id, currency, opened_on, stage) VALUES (7, 1, 'EUR', 1, 'opened')")
            try transaction.execute(
                """
                INSERT INTO case_step (id, case_id, kind, claims, state, decided_on, sent_on, deadline_on, reasons,
                    channel, receipt)
                VALUES (1, 7, 'reminder', '1,2', 'sent', 10, 11, 21, '[]', 'post', '{}'),
                    (2, 7, 'reminder', '1', 'queued', 30, NULL, NULL, '[]', NULL, NULL),
                    (5, 7, 'readyForCourt', '1', 'done', 40, 40, NULL, '["x"]', NULL, NULL)
                """)
        }
        let before = try steps(database)
        let migrated = try database.tenant.migrate(TestTenant.schema, with: .test)
        #expect(
            migrated.prefix(3) == [
                CaseworkSchema.stepStates.name, CaseworkSchema.claimFacts.name, CaseworkSchema.holds.name,
            ])
        #expect(try steps(database) == before && before.count == 3)
        let indexes = try database.read { transaction in
            try transaction.all("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'case_step'") {
                $0.text(0)
            }
        }
        #expect(indexes == ["CREATE INDEX case_step_case ON case_step (case_id)"])
        for state in ["queued", "leaving", "done", "failed", "withdrawn"] {
            try database.write { try $0.execute("UPDATE case_step SET state = $1 WHERE id = 2", state) }
        }
        for state in ["", "opened", "sent", "Queued"] {
            let refusal = try fault {
                try database.write { try $0.execute("UPDATE case_step SET state = $1 WHERE id = 2", state) }
            }
            #expect(refusal?.code == .constraint, "'\(state)'")
        }
        let orphan = try fault {
            try database.write { try $0.execute("UPDATE case_step SET case_id = 8 WHERE id = 2") }
        }
        #expect(orphan?.code == .constraint)
    }
}
