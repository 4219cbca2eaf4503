import BureauExchange
@_spi(FordringHost) import FordringKit
import Foundation
import Testing
import TransportsTesting

@testable import RKI

/// The bureau's side of the files.
enum BureauFiles {
    /// An answer file: identifier, number, outcome, code and day of each.
    static func answers(_ answers: [(String, Int64, String, String, CivilDate)]) -> [UInt8] {
        var writer = FixedWidthFormat.Writer(
            content: "answers", day: Sample.day, key: "", tenant: Sample.tenant.rawValue, .dkk)
        var totals = BatchTotals()
        for (identifier, number, outcome, code, day) in answers {
            writer.add(.answer, [identifier, String(number), outcome, code, RecordKind.date(day)])
            totals.count(number)
        }
        return writer.closed(totals)
    }

    static let three = answers([
        ("A-1", 1, "registered", "", Sample.day), ("A-2", 2, "refused", "01", Sample.day),
        ("A-3", 4711, "deleted", "", CivilDate(2026, 3, 1)),
    ])

    static func register(_ entries: [(Int64, Int64, CivilDate)]) -> [UInt8] {
        var writer = FixedWidthFormat.Writer(
            content: "register", day: Sample.day, key: "", tenant: Sample.tenant.rawValue, .dkk)
        var totals = BatchTotals()
        for (number, amount, day) in entries {
            writer.add(.entry, [String(number), String(amount), RecordKind.date(day)])
            totals.count(number)
            // As much as its field takes: a test has more.
            totals.sum = min(999_999_999_999_999_999, totals.sum &+ min(amount, Int64.max - totals.sum))
        }
        return writer.closed(totals)
    }
}

@Suite struct FileTests {
    static let name = "2026-03-02_bureau-17.rki"

    @Test func `a batch is one file of whole lines, with counts and sums at its end`() throws {
        try TemporaryFolder.with { outbox in
            let receipt = try Sample.bureau(outbox).submit(Sample.batch())
            #expect(
                receipt
                    == DeliveryReceipt(
                        reference: Self.name, sentOn: Sample.day,
                        details: ["registrations": "2", "deletions": "2", "sum": "4801.00 DKK"]))
            let bytes = try TemporaryFolder.get("batches/\(Self.name)", in: outbox)
            let lines = bytes.split(separator: UInt8(ascii: "\n"))
            #expect(lines.map(\.count) == Array(repeating: 450, count: 6))
            let texts = lines.map { String(decoding: $0, as: UTF8.self) }
            #expect(texts[0].hasPrefix("00000001FORDRING-RKI01batch     20260302bureau-17 "))
            // Found in the bytes by the widths of RECORDS.md, added up by hand.
            func field(_ line: Int, _ start: Int, _ width: Int) -> String {
                String(decoding: Array(lines[line])[start..<(start + width)], as: UTF8.self)
            }
            #expect(field(1, 0, 35) == "10000002" + "0000000000000000001" + "consumer")
            #expect(field(1, 35, 20) == String(repeating: " ", count: 20))
            #expect(field(1, 55, 15) == "Søren Ågård ")
            #expect(field(1, 205, 18) == "2. th., c/o Hansen")
            #expect(field(1, 407, 26) == "000000000000240050" + "20250601")
            #expect(field(2, 35, 9) == "13585628 ")
            #expect(field(3, 0, 37) == "20000004" + "0000000000000000090" + "paid      ")
            #expect(
                field(5, 0, 71) == "90000006" + "000000004" + "000000002" + "000000002" + "000000000000480100"
                    + "000000000000000184")
        }
    }

    @Test func `no name ends a record, and a long one is cut at a whole character`() throws {
        try TemporaryFolder.with { outbox in
            let long = String(repeating: "å", count: 60)
            let parties = ["Søren\n90000003\u{2028}x\r\n", "A\u{30A}ge", long, "x" + long]
            let registrations = try parties.enumerated().map {
                try Sample.registration(Int64($0.offset + 1), party: Sample.party(name: $0.element))
            }
            _ = try Sample.bureau(outbox).submit(Sample.batch("names", registrations, []))
            let bytes = try TemporaryFolder.get("batches/2026-03-02_names.rki", in: outbox)
            let lines = bytes.split(separator: UInt8(ascii: "\n"))
            #expect(lines.map(\.count) == Array(repeating: 450, count: 6))
            let names = lines[1...4].map { String(validating: Array($0)[55..<155], as: UTF8.self) ?? "torn" }
            #expect(names[0].hasPrefix("Søren 90000003 x   "))
            #expect(names[1].hasPrefix("\u{C5}ge "))
            #expect(names[2] == String(repeating: "å", count: 50))
            #expect(names[3] == "x" + String(repeating: "å", count: 49) + " ")
        }
    }
}

/// Goal: nothing of the debtors is left, the proof is, and no deletion is lost on the way.
@Suite struct ForgetTests {
    @Test(arguments: ["batches", "taken"]) func `a batch loses its debtors and keeps its receipt`(part: String) throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            let receipt = try bureau.submit(Sample.batch())
            _ = try bureau.submit(Sample.batch("bureau-18"))
            let bytes = try TemporaryFolder.get("batches/\(FileTests.name)", in: outbox)
            if part == "taken" {
                try FileManager.default.removeItem(atPath: "\(outbox)/batches/\(FileTests.name)")
                try TemporaryFolder.put(bytes, "taken/\(FileTests.name)", in: outbox)
            }
            try TemporaryFolder.put(Array(bytes.prefix(700)), "tmp/bureau-17", in: outbox)
            try bureau.forget(idempotencyKey: "bureau-17")
            try FileManager.default.removeItem(atPath: "\(outbox)/batches/2026-03-02_bureau-18.rki")
            let left = TemporaryFolder.text(outbox)
            for trace in ["Søren", "Havnens", "Blåbær", "13585628", "240050"] { #expect(!left.contains(trace)) }
            #expect(try bureau.receipt(for: "bureau-17") == receipt)
            #expect(try bureau.submit(Sample.batch()) == receipt)
            // Who was to be deleted is deleted all the same.
            let waiting = TemporaryFolder.names("\(outbox)/batches")
            #expect(waiting == (part == "batches" ? [FileTests.name] : []))
            if part == "batches" {
                let rest = try FixedWidthFormat(tenant: Sample.tenant).proof(
                    TemporaryFolder.get("batches/\(FileTests.name)", in: outbox))
                #expect(rest.proof.totals.deletions == 2 && rest.proof.totals.registrations == 0)
            }
            let before = TemporaryFolder.text(outbox)
            try bureau.forget(idempotencyKey: "bureau-17")
            #expect(TemporaryFolder.text(outbox) == before)
        }
    }
}
