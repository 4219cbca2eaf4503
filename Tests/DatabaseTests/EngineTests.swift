import CSQLite
import Database
import DatabaseTesting
import FordringKit
import Foundation
import SQLiteDriver
import Synchronization
import Testing

extension EngineRule: CustomTestStringConvertible {
    /// The rule as a sentence.
    public var testDescription: String { description }
}

@Suite struct `Every engine` {
    @Test(arguments: EngineRule.rules)
    func `keeps the rule`(_ rule: EngineRule) throws {
        let folder = try TemporaryFolder()
        try rule.check { try SQLiteEngine(path: folder.file("tenant.sqlite"), create: true) }
    }
}

@Suite struct `A SQLite engine` {
    private let folder: TemporaryFolder
    private var path: String { folder.file("tenant.sqlite") }

    init() throws { folder = try TemporaryFolder() }

    private func engine() throws -> SQLiteEngine { try SQLiteEngine(path: path, create: true) }

    @Test func `syncs every commit to the disk on the connection that writes`() throws {
        let engine = try engine()
        // 2 is FULL.
        #expect(try engine.write { try integer($0, "PRAGMA synchronous") } == 2)
        try engine.close()
        // Also where the file was there before.
        let again = try SQLiteEngine(path: path, create: false)
        #expect(try again.write { try integer($0, "PRAGMA synchronous") } == 2)
    }

    @Test func `writes ahead, keeps foreign keys, and has a SQLite that knows STRICT tables`() throws {
        let engine = try engine()
        #expect(try engine.write { try text($0, "PRAGMA journal_mode") } == "wal")
        #expect(try engine.write { try integer($0, "PRAGMA foreign_keys") } == 1)
        #expect(try engine.read { try integer($0, "PRAGMA foreign_keys") } == 1)
        let version = try #require(try engine.read { try text($0, "SELECT sqlite_version()") })
        let parts = version.split(separator: ".").compactMap { Int($0) }
        #expect(parts.count >= 2 && (parts[0], parts[1]) >= (3, 40), "SQLite \(version)")
    }

    @Test func `refuses a missing file unless it may make one`() throws {
        let fault = try #require(try fault { try SQLiteEngine(path: path, create: false) })
        #expect(fault.code == .cannotOpen)
        #expect(fault.message == "The database \(path) is missing. Restore it from a backup; nothing was changed.")
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `says that a file which is no database is damaged`() throws {
        try Data("This is a letter, not a database. ".utf8 + Array(repeating: 0x41, count: 8192)).write(
            to: URL(filePath: path))
        let found = try fault {
            let engine = try SQLiteEngine(path: path, create: false)
            _ = try engine.read { try integer($0, "SELECT count(*) FROM sqlite_master") }
        }
        let fault = try #require(found)
        #expect(fault.code == .corrupt)
        #expect(fault.message.contains(path) && fault.message.contains("Restore it from a backup"))
    }

    @Test func `says that a damaged page is damage`() throws {
        let engine = try engine()
        try engine.write { connection in
            try connection.runSchema("CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY, s TEXT) STRICT")
            for a in 0..<2000 {
                _ = try connection.execute(
                    "INSERT INTO t (a, s) VALUES ($1, $2)", [.integer(Int64(a)), .text("row number \(a)")])
            }
        }
        try engine.close()
        var bytes = try Data(contentsOf: URL(filePath: path))
        for index in 4096..<bytes.count { bytes[index] = 0x5A }
        try bytes.write(to: URL(filePath: path))
        let fault = try #require(
            try fault {
                let engine = try SQLiteEngine(path: path, create: false)
                _ = try engine.read { try integer($0, "SELECT sum(length(s)) FROM t") }
            })
        #expect(fault.code == .corrupt)
    }

    /// As root every folder can be written, so the folder is one where even root cannot make a file.
    @Test(arguments: ["/proc/fordring.sqlite", "/nowhere/at/all/fordring.sqlite"])
    func `cannot open in a folder that takes no file, and says so`(_ path: String) throws {
        let fault = try #require(try fault { try SQLiteEngine(path: path, create: true) })
        #expect(fault.code == .cannotOpen)
        #expect(fault.message.contains(path) && fault.message.contains("Check the folder"))
    }

    @Test func `waits while another engine writes to the same file`() throws {
        let first = try engine()
        let second = try engine()
        try first.write { try $0.runSchema("CREATE TABLE t (a INTEGER NOT NULL) STRICT") }
        let begun = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        let outcome = Mutex<Result<[Int64], any Error>?>(nil)
        let order = Mutex<[String]>([])
        try first.write { connection in
            Thread {
                begun.signal()
                let result = Result {
                    try second.write { connection in
                        order.withLock { $0.append("second") }
                        let seen = try integers(connection, "SELECT a FROM t")
                        _ = try connection.execute("INSERT INTO t (a) VALUES (2)", [])
                        return seen
                    }
                }
                outcome.withLock { $0 = result }
                done.signal()
            }.start()
            begun.wait()
            _ = try connection.execute("INSERT INTO t (a) VALUES (1)", [])
            order.withLock { $0.append("first") }
        }
        done.wait()
        #expect(try outcome.withLock { $0 }?.get() == [1], "the second writer sees what the first has committed")
        #expect(order.withLock { $0 } == ["first", "second"])
        #expect(try first.read { try integers($0, "SELECT a FROM t ORDER BY a") } == [1, 2])
    }

    @Test func `shares a file with another engine without losing a count`() throws {
        let engines = [try engine(), try engine(), try engine(), try engine()]
        try engines[0].write { connection in
            try connection.runSchema("CREATE TABLE t (a INTEGER NOT NULL) STRICT")
            try connection.runSchema("INSERT INTO t (a) VALUES (0)")
        }
        let faults = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { index in
            for _ in 0..<25 {
                do {
                    try engines[index].write { connection in
                        let value = try integer(connection, "SELECT a FROM t") ?? 0
                        _ = try connection.execute("UPDATE t SET a = $1", [.integer(value + 1)])
                    }
                } catch {
                    faults.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(faults.withLock { $0 } == [])
        #expect(try engines[1].read { try integer($0, "SELECT a FROM t") } == 100)
    }

    @Test func `keeps what it committed after it is closed and opened`() throws {
        let first = try engine()
        try first.write { connection in
            try connection.runSchema("CREATE TABLE t (a INTEGER NOT NULL) STRICT")
            _ = try connection.execute("INSERT INTO t (a) VALUES (42)", [])
        }
        try first.close()
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"), "closing writes the log to the main file")
        #expect(try SQLiteEngine(path: path, create: false).read { try integers($0, "SELECT a FROM t") } == [42])
    }

    @Test func `closes by itself when nobody refers to it`() throws {
        func use() throws {
            let engine = try engine()
            try engine.write { try $0.runSchema("CREATE TABLE t (a INTEGER NOT NULL) STRICT") }
            try engine.read { outer in
                _ = try integers(outer, "SELECT a FROM t")
                #expect(try engine.read { try integers($0, "SELECT a FROM t") } == [])
            }
            #expect(try openFiles() >= 2)
        }
        try use()
        #expect(try openFiles() == 0)
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"), "closing writes the log to the main file")
    }

    @Test func `opens the file once for whoever works alone`() throws {
        let engine = try engine()
        for _ in 0..<3 {
            _ = try engine.read { try integers($0, "SELECT count(*) FROM sqlite_master") }
            try engine.write { try $0.runSchema("CREATE TABLE IF NOT EXISTS t (a INTEGER NOT NULL) STRICT") }
        }
        #expect(try openFiles() == 1)
        try engine.close()
        #expect(try openFiles() == 0)
    }

    @Test func `can be written to by whoever reads, and read by whoever writes`() throws {
        let engine = try engine()
        try engine.write { try $0.runSchema("CREATE TABLE t (a INTEGER NOT NULL) STRICT") }
        try engine.read { reader in
            #expect(try integers(reader, "SELECT a FROM t") == [])
            try engine.write { writer in
                _ = try writer.execute("INSERT INTO t (a) VALUES (1)", [])
                #expect(try engine.read { try integers($0, "SELECT a FROM t") } == [])
            }
            #expect(try integers(reader, "SELECT a FROM t") == [], "the view of who reads stays")
        }
        #expect(try engine.read { try integers($0, "SELECT a FROM t") } == [1])
    }

    @Test func `says that it is closed`() throws {
        let engine = try engine()
        try engine.close()
        try engine.close()
        let calls: [() throws -> Void] = [
            { try engine.read { _ in } }, { try engine.write { _ in } }, { try engine.scrub() },
        ]
        for call in calls {
            let fault = try #require(try fault(call))
            #expect(fault.code == .cannotOpen && fault.message == "The database \(path) is closed.")
        }
    }

    @Test func `keeps no count of SQLite's memory, which would cost a lock for each piece of it`() throws {
        let engine = try engine()
        #expect(try engine.read { try integers($0, "SELECT count(*) FROM sqlite_master") } == [0])
        #expect(sqlite3_memory_used() == 0)
    }

    /// How often the process has the file open.
    private func openFiles() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { name in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")) == path
        }.count
    }
}

func integers(_ connection: any EngineConnection, _ sql: StaticString) throws -> [Int64] {
    var result: [Int64] = []
    try connection.query(sql, []) { result.append($0.integer(0)) }
    return result
}

func integer(_ connection: any EngineConnection, _ sql: StaticString) throws -> Int64? {
    try integers(connection, sql).first
}

func text(_ connection: any EngineConnection, _ sql: StaticString) throws -> String? {
    var result: String?
    try connection.query(sql, []) { result = $0.text(0) }
    return result
}
