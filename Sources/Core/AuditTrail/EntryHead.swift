package import Database

/// What an entry says about itself, read from its bytes in one pass without decoding the rest.
package struct EntryHead: Sendable, Hashable {
    package private(set) var seq: Int64
    /// RFC 3339 in UTC with milliseconds, so that the order of the texts is that of the times.
    package private(set) var time: String
    /// The case that the entry is about.
    package private(set) var caseNumber: Int64?

    /// The members that are looked for.
    private enum Member {
        case seq
        case time
        case subject
        case caseNumber
    }

    /// Reads an entry.
    ///
    /// - Returns: `nil` where the bytes have no whole number `seq` or no `time`, or are no object.
    package init?(_ entry: UnsafeRawBufferPointer) {
        guard entry.first == UInt8(ascii: "{"), entry.last == UInt8(ascii: "}") else { return nil }
        var (seq, time, caseNumber): (Int64?, String?, Int64?) = (nil, nil, nil)
        var depth = 0
        var isInSubject = false
        var member: Member?
        var index = 0
        while index < entry.count {
            switch entry[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth == 2 { isInSubject = member == .subject }
                member = nil
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                member = nil
            case UInt8(ascii: "\""):
                let start = index + 1
                index = start
                while index < entry.count, entry[index] != UInt8(ascii: "\"") {
                    index += entry[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard index < entry.count else { return nil }
                if member == .time, depth == 1 {
                    time = String(decoding: entry[start..<index], as: UTF8.self)
                } else if index + 1 < entry.count, entry[index + 1] == UInt8(ascii: ":") {
                    member = EntryHead.member(entry[start..<index], depth, isInSubject)
                    index += 1
                }
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                var number: Int64 = 0
                while index < entry.count, case let digit = Int64(entry[index]) - 48, 0...9 ~= digit {
                    guard number < 1 << 53 else { return nil }
                    number = number * 10 + digit
                    index += 1
                }
                if member == .seq { seq = number }
                if member == .caseNumber { caseNumber = number }
                member = nil
                continue
            case UInt8(ascii: ","): member = nil
            default: break
            }
            index += 1
        }
        guard depth == 0, let seq, let time else { return nil }
        self.seq = seq
        self.time = time
        self.caseNumber = caseNumber
    }

    private static func member(
        _ key: Slice<UnsafeRawBufferPointer>, _ depth: Int, _ isInSubject: Bool
    ) -> Member? {
        switch (depth, key.count) {
        case (1, 3) where key.elementsEqual("seq".utf8): .seq
        case (1, 4) where key.elementsEqual("time".utf8): .time
        case (1, 7) where key.elementsEqual("subject".utf8): .subject
        case (2, 4) where isInSubject && key.elementsEqual("case".utf8): .caseNumber
        default: nil
        }
    }
}

extension AuditLog {
    /// Calls a closure with each entry of a range in order, without copying it.
    ///
    /// The bytes are valid until the closure returns.
    package static func readEntries(
        _ range: Range<Int64>, _ transaction: ReadTransaction,
        _ each: (Int64, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try transaction.query(
            "SELECT seq, entry FROM audit_entry WHERE seq >= $1 AND seq < $2 ORDER BY seq", range.lowerBound,
            range.upperBound
        ) { row in
            try row.withBytes(1) { try each(row.integer(0), $0) }
        }
    }
}
