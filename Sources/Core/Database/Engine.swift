/// One row of a result, valid until the closure that received it returns.
///
/// Columns count from 0.
///
/// For Core only through ``Row``; a driver implements it.
package protocol EngineRow: AnyObject {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) -> Int64
    func text(_ column: Int) -> String
    func bytes(_ column: Int) -> [UInt8]
    /// The same without a copy; valid until the closure returns.
    func withBytes(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws
}

/// A connection inside one transaction.
///
/// Used by one thread at a time; a driver implements it.
package protocol EngineConnection: AnyObject {
    /// Runs a statement and returns the number of rows that it changed.
    func execute(_ sql: StaticString, _ values: [SQLValue]) throws -> Int
    /// Runs a query, row by row.
    func query(_ sql: StaticString, _ values: [SQLValue], _ each: (any EngineRow) throws -> Void) throws
    /// Runs schema text, which has no parameters.
    func runSchema(_ sql: String) throws
}

/// A database opened for one tenant or for the host.
///
/// A driver implements it; Core goes through ``TenantDatabase``.
package protocol Engine: Sendable {
    var dialect: SQLDialect { get }
    /// A consistent view of the last commit; any number at a time.
    func read<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result
    /// The same for passing over whole tables, which keeps little of what it has read.
    func scan<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result
    /// One transaction that commits when the body returns and leaves no trace when it throws; one at a time.
    func write<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result
    /// The time that leases and due times are compared with: one clock for all who share the database.
    ///
    /// For an engine in the process, the host's clock; for a server, the server's.
    func now(_ connection: any EngineConnection) throws -> Timestamp
    /// Makes sure that no file of the database holds bytes of what was deleted; an engine whose files nobody can read may
    /// do nothing.
    func scrub() throws
    /// Gives back memory that is kept for the next statements only; for a database that nobody works with for a while.
    func shrink()
    /// Writes what is in the log to the main file and closes; nothing may be called afterwards.
    func close() throws
}

extension Engine {
    /// As any other reading, where the engine has no other way.
    package func scan<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result { try read(body) }
}
