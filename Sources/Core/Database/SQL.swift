package import FordringKit

/// A value as both engines store it.
///
/// Dates are day numbers, amounts minor units, flags 0 and 1.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}

/// What can be bound to a parameter of a statement.
package protocol SQLConvertible {
    var sqlValue: SQLValue { get }
}

extension SQLValue: SQLConvertible { package var sqlValue: SQLValue { self } }
extension Int64: SQLConvertible { package var sqlValue: SQLValue { .integer(self) } }
extension Int: SQLConvertible { package var sqlValue: SQLValue { .integer(Int64(self)) } }
extension Bool: SQLConvertible { package var sqlValue: SQLValue { .integer(self ? 1 : 0) } }
extension String: SQLConvertible { package var sqlValue: SQLValue { .text(self) } }
extension [UInt8]: SQLConvertible { package var sqlValue: SQLValue { .bytes(self) } }
extension CivilDate: SQLConvertible { package var sqlValue: SQLValue { .integer(Int64(day)) } }
extension CaseID: SQLConvertible { package var sqlValue: SQLValue { .integer(rawValue) } }
extension ClaimID: SQLConvertible { package var sqlValue: SQLValue { .integer(rawValue) } }
extension PartyID: SQLConvertible { package var sqlValue: SQLValue { .integer(rawValue) } }
extension LetterID: SQLConvertible { package var sqlValue: SQLValue { .integer(rawValue) } }
extension Timestamp: SQLConvertible { package var sqlValue: SQLValue { .integer(milliseconds) } }
extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    package var sqlValue: SQLValue { self?.sqlValue ?? .null }
}

/// An instant in UTC, in milliseconds since 1970-01-01.
///
/// For the audit trail and for jobs; the law uses ``CivilDate``.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// A day at an hour, UTC.
    package init(_ day: CivilDate, hour: Int64 = 0) {
        milliseconds = (Int64(day.day) * 24 + hour) * 3_600_000
    }

    package func adding(seconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds + seconds * 1000) }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// The day in UTC.
    package var day: CivilDate {
        let perDay: Int64 = 86_400_000
        return CivilDate(day: Int32(clamping: (milliseconds - (milliseconds % perDay + perDay) % perDay) / perDay))
    }

    /// RFC 3339 in UTC with milliseconds: `2026-01-05T06:00:00.000Z`.
    package var description: String {
        let rest = Int(milliseconds - Int64(day.day) * 86_400_000)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { padded($0, 2) }
        return "\(day)T\(time.joined(separator: ":")).\(padded(rest % 1000, 3))Z"
    }
}

/// A table of byte strings that may grow at their ends and change in no other way.
package struct GrowingTable: Sendable {
    package let name: String
    /// The columns of its primary key.
    package let key: [String]
    /// The column of the byte string, which is all that it has beside the key.
    package let bytes: String

    package init(_ name: String, key: [String], bytes: String) {
        self.name = name
        self.key = key
        self.bytes = bytes
    }

    /// The condition, in the words of both engines, under which an update is more than growth.
    package var refusal: String {
        let moved = key.map { "NEW.\($0) <> OLD.\($0)" }
        let changed = [
            "length(NEW.\(bytes)) < length(OLD.\(bytes))",
            "substr(NEW.\(bytes), 1, length(OLD.\(bytes))) <> OLD.\(bytes)",
        ]
        return (moved + changed).joined(separator: " OR ")
    }
}

/// The few words in which the engines differ.
///
/// Schema text names them in braces: `{integer}`, `{bytes}`, `{strict}`.
package struct SQLDialect: Sendable {
    /// The word for a 64-bit integer.
    package var integer: String
    /// The word for a byte string.
    package var bytes: String
    /// What follows the closing parenthesis of a table.
    package var strict: String
    /// What ends a `SELECT` whose rows another worker may hold: `FOR UPDATE SKIP LOCKED` where the engine has it.
    package var skipLocked: String
    /// A query with one parameter that has a row when the table of that name exists.
    package var tableExists: StaticString
    /// Statements that make the engine itself refuse to change or delete a table's rows.
    package var appendOnly: @Sendable (_ table: String) -> [String]
    /// Statements that make the engine refuse to delete a table's rows, and every change of one but that bytes are added
    /// at the end of its byte string.
    package var growOnly: @Sendable (_ table: GrowingTable) -> [String]

    package init(
        integer: String, bytes: String, strict: String, skipLocked: String, tableExists: StaticString,
        appendOnly: @escaping @Sendable (_ table: String) -> [String],
        growOnly: @escaping @Sendable (_ table: GrowingTable) -> [String]
    ) {
        self.integer = integer
        self.bytes = bytes
        self.strict = strict
        self.skipLocked = skipLocked
        self.tableExists = tableExists
        self.appendOnly = appendOnly
        self.growOnly = growOnly
    }

    package func text(_ sql: String) -> String {
        var result = ""
        var rest = sql[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            switch rest[rest.index(after: open)..<close] {
            case "integer": result += integer
            case "bytes": result += bytes
            case "strict": result += strict
            case "skipLocked": result += skipLocked
            case let other: preconditionFailure("no fragment {\(other)} in any dialect")
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}

/// Why the database did not do what it was asked.
package struct DatabaseFault: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The file or the server cannot be opened.
        case cannotOpen
        /// Another process holds the database for longer than we wait.
        case busy
        /// The disk is full.
        case full
        /// A row breaks a check, a key or an append-only guard of the schema.
        case constraint
        /// The file is damaged, or is not a database.
        case corrupt
        /// Reading or writing failed below the engine.
        case inputOutput
        /// The schema is newer than this program, or belongs to another tenant.
        case wrongSchema
        /// Anything else, with the engine's words.
        case other
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
