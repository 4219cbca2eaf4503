/// One change of a schema, run once per database in a transaction of its own.
///
/// A name is never used again.
package struct Migration: Sendable {
    /// `0001 audit trail`: the number orders migrations, the words are for people.
    package let name: String
    /// Statements with fragments of ``SQLDialect`` in braces.
    package let statements: [String]
    /// Tables whose rows the engine must refuse to change or delete.
    package let appendOnlyTables: [String]
    /// Tables of byte strings that the engine must let grow at their ends only.
    package let growOnlyTables: [GrowingTable]

    package init(
        _ name: String, appendOnly appendOnlyTables: [String] = [], growOnly growOnlyTables: [GrowingTable] = [],
        _ statements: String...
    ) {
        self.name = name
        self.statements = statements
        self.appendOnlyTables = appendOnlyTables
        self.growOnlyTables = growOnlyTables
    }
}

/// The schema of a kind of database: its migrations in order.
package struct Schema: Sendable {
    package let migrations: [Migration]

    /// Sorts the modules' migrations by name; two of one name are a programmer's error.
    package init(_ migrations: [Migration]) {
        let sorted = migrations.sorted { $0.name < $1.name }
        for (left, right) in zip(sorted, sorted.dropFirst()) {
            precondition(left.name != right.name, "two migrations are called \(left.name)")
        }
        self.migrations = sorted
    }

    /// The migrations that a database still needs, by name.
    ///
    /// - Throws: ``DatabaseFault`` `wrongSchema` when it has one that this program does not know.
    package func pending(in engine: any Engine) throws -> [String] {
        let applied = try engine.read { try Schema.applied($0, engine.dialect) }
        let known = Set(migrations.map(\.name))
        if let unknown = applied.first(where: { !known.contains($0) }) {
            throw DatabaseFault(
                .wrongSchema,
                "The database has the migration '\(unknown)', which this version of fordring does not know. "
                    + "Use the newer version that made it.")
        }
        return migrations.map(\.name).filter { !applied.contains($0) }
    }

    /// Runs what is pending, each migration in its own transaction, so that a broken run goes on where it stopped.
    ///
    /// - Returns: the names of those that were run.
    @discardableResult
    package func migrate(_ engine: any Engine, with provenance: Provenance) throws -> [String] {
        let names = try pending(in: engine)
        for migration in migrations where names.contains(migration.name) {
            do {
                try engine.write { connection in
                    // Another process may have been faster.
                    guard try !Schema.applied(connection, engine.dialect).contains(migration.name) else { return }
                    try connection.runSchema(Schema.bookkeeping(engine.dialect))
                    for statement in migration.statements {
                        try connection.runSchema(engine.dialect.text(statement))
                    }
                    let guards =
                        migration.appendOnlyTables.flatMap(engine.dialect.appendOnly)
                        + migration.growOnlyTables.flatMap(engine.dialect.growOnly)
                    for statement in guards { try connection.runSchema(statement) }
                    _ = try connection.execute(
                        "INSERT INTO schema_migration (name, applied_at) VALUES ($1, $2)",
                        [.text(migration.name), provenance.time.sqlValue])
                }
            } catch let fault as DatabaseFault {
                throw DatabaseFault(
                    fault.code, "The migration '\(migration.name)' failed and left no trace: \(fault.message)")
            }
        }
        return names
    }

    private static func bookkeeping(_ dialect: SQLDialect) -> String {
        dialect.text(
            """
            CREATE TABLE IF NOT EXISTS schema_migration (
                name TEXT NOT NULL PRIMARY KEY, applied_at {integer} NOT NULL
            ) {strict}
            """)
    }

    private static func applied(_ connection: any EngineConnection, _ dialect: SQLDialect) throws -> Set<String> {
        var exists = false
        try connection.query(dialect.tableExists, [.text("schema_migration")]) { _ in exists = true }
        guard exists else { return [] }
        var names: Set<String> = []
        try connection.query("SELECT name FROM schema_migration", []) { names.insert($0.text(0)) }
        return names
    }
}

extension Migration {
    /// What every database has: the counters that number its rows.
    package static let counters = Migration(
        "0000 counters",
        """
        CREATE TABLE id_counter (
            name TEXT NOT NULL PRIMARY KEY, next {integer} NOT NULL CHECK (next >= 1)
        ) {strict}
        """)
}
