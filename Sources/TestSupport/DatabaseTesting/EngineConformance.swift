package import Database
import FordringKit
import Foundation
import Synchronization

/// A rule that an engine did not keep.
package struct RuleBroken: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// One thing that Core relies on from every engine.
///
/// A driver's tests run all of ``rules`` with a factory of their own, so that SQLite and PostgreSQL are held to the same.
package struct EngineRule: Sendable, CustomStringConvertible {
    /// The rule as a sentence.
    package let description: String
    private let body: @Sendable (any Engine) throws -> Void

    init(_ description: String, _ body: @escaping @Sendable (any Engine) throws -> Void) {
        self.description = description
        self.body = body
    }

    /// Checks the rule on a fresh, empty database.
    ///
    /// - Throws: ``RuleBroken``, or what the engine threw where it should not have.
    package func check(_ makeEngine: () throws -> any Engine) throws {
        let engine = try makeEngine()
        do {
            try body(engine)
        } catch {
            try? engine.close()
            throw error
        }
        try engine.close()
    }

    /// All rules.
    package static let rules: [EngineRule] =
        transactions + groups + values + statements + guards + migrations + attachments
}

struct Stop: Error {}

func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    if !condition { throw RuleBroken(message()) }
}

func expectEqual<Value: Equatable>(_ found: Value, _ wanted: Value, _ what: String) throws {
    if found != wanted { throw RuleBroken("\(what): \(found), and \(wanted) was wanted") }
}

/// Runs a closure that must throw a ``DatabaseFault``, of a code where one is given.
func expectFault<Result>(
    _ code: DatabaseFault.Code?, _ what: String, _ body: () throws -> Result
) throws {
    guard let fault = try fault(body) else { throw RuleBroken("\(what) was not refused") }
    if let code { try expect(fault.code == code, "\(what) gave \(fault.code) (\(fault)), and \(code) was wanted") }
}

extension EngineConnection {
    func integers(_ sql: StaticString, _ values: [SQLValue] = []) throws -> [Int64] {
        var result: [Int64] = []
        try query(sql, values) { result.append($0.integer(0)) }
        return result
    }
}

extension Engine {
    /// Makes a table for a rule.
    func prepare(_ statements: String...) throws {
        try write { connection in
            for statement in statements { try connection.runSchema(dialect.text(statement)) }
        }
    }
}

/// Runs a closure on several threads at once and throws what the first that failed threw.
package func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    let failure = Mutex<(any Error)?>(nil)
    let done = DispatchSemaphore(value: 0)
    for index in 0..<count {
        // Threads of their own: a queue would run no more of them at once than there are processors.
        Thread {
            do {
                try body(index)
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
            done.signal()
        }.start()
    }
    for _ in 0..<count { done.wait() }
    if let error = failure.withLock({ $0 }) { throw error }
}

/// Runs a closure on another thread and waits for it.
func elsewhere(_ body: @escaping @Sendable () throws -> Void) throws {
    let failure = Mutex<(any Error)?>(nil)
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
        do {
            try body()
        } catch {
            failure.withLock { $0 = error }
        }
        done.signal()
    }
    thread.start()
    done.wait()
    if let error = failure.withLock({ $0 }) { throw error }
}
