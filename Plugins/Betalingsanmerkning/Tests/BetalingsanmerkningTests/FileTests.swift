import BureauExchange
@_spi(FordringHost) import FordringKit
import Foundation
import Testing
import TransportsTesting

@testable import Betalingsanmerkning

/// The bureau's side of the files.
enum BureauFiles {
    /// An answer file: identifier, number, outcome, code and day of each.
    static func answers(_ answers: [(String, Int64, String, String, CivilDate)]) -> [UInt8] {
        var writer = CSVFormat.Writer(
            content: "answers", day: Sample.day, key: "", tenant: Sample.tenant.rawValue, .nok)
        var totals = BatchTotals()
        for (identifier, number, outcome, code, day) in answers {
            writer.add(.answer, [identifier, String(number), outcome, code, day.description])
            totals.count(number)
        }
        return writer.closed(totals)
    }

    static let three = answers([
        ("A-1", 1, "registered", "", Sample.day), ("A-2", 2, "refused", "01", Sample.day),
        ("A-3", 4711, "deleted", "", CivilDate(2026, 3, 1)),
    ])

    static func register(_ entries: [(Int64, Int64, CivilDate)]) -> [UInt8] {
        var writer = CSVFormat.Writer(
            content: "register", day: Sample.day, key: "", tenant: Sample.tenant.rawValue, .nok)
        var totals = BatchTotals()
        for (number, amount, day) in entries {
            writer.add(
                .entry, [String(number), Money(minorUnits: amount, .nok).decimalText, day.description])
            totals.count(number)
            totals.sum += amount
        }
        return writer.closed(totals)
    }
}

@Suite struct FileTests {
    static let name = "2026-03-02_bureau-17.csv"

    @Test func `a batch is one file of whole lines, with counts and sums at its end`() throws {
        try TemporaryFolder.with { outbox in
            let receipt = try Sample.bureau(outbox).submit(Sample.batch())
            #expect(
                receipt
                    == DeliveryReceipt(
                        reference: Self.name, sentOn: Sample.day,
                        details: ["registrations": "2", "deletions": "2", "sum": "4801.00 NOK"]))
            let bytes = try TemporaryFolder.get("batches/\(Self.name)", in: outbox)
            #expect(
                String(decoding: bytes, as: UTF8.self)
                    == [
                        "header,fordring-betalingsanmerkning,1,batch,2026-03-02,bureau-17,nordlys-energi,NOK",
                        "registration,1,consumer,,Søren Ågård,Blåbærvænget 14,\"2. th., c/o Hansen\",0150,Oslo,NO,"
                            + "Nordlys Energi AS,2400.50,2025-06-01",
                        "registration,2,business,988077917,Havnens Vinduer AS,Blåbærvænget 14,\"2. th., c/o Hansen\",0150,"
                            + "Oslo,NO,Nordlys Energi AS,2400.50,2025-06-01",
                        "deletion,90,paid", "deletion,91,disputed", "control,4,2,2,4801.00,184", "",
                    ].joined(separator: "\r\n"))
        }
    }

    @Test func `no name ends a record or a field, whatever stands in it`() throws {
        try TemporaryFolder.with { outbox in
            let parties = [
                ("Søren\n\"control\"\u{2028}x\r\n", #""Søren ""control"" x""#, #"Søren "control" x"#),
                ("A\u{30A}ge", "\u{C5}ge", "\u{C5}ge"), ("a,b", "\"a,b\"", "a,b"), ("\"", "\"\"\"\"", "\""),
            ]
            let registrations = try parties.enumerated().map {
                try Sample.registration(Int64($0.offset + 1), party: Sample.party(name: $0.element.0))
            }
            _ = try Sample.bureau(outbox).submit(Sample.batch("names", registrations, []))
            let bytes = try TemporaryFolder.get("batches/2026-03-02_names.csv", in: outbox)
            let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
            #expect(lines.count == 7 && lines[6].isEmpty)
            for (index, (_, written, read)) in parties.enumerated() {
                #expect(
                    Array(lines[index + 1].utf8).starts(with: "registration,\(index + 1),consumer,,\(written),B".utf8))
                let fields = try CSV.fields(Array(lines[index + 1].utf8)[...], 1)
                #expect(fields[4] == read)
            }
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
            try FileManager.default.removeItem(atPath: "\(outbox)/batches/2026-03-02_bureau-18.csv")
            let left = TemporaryFolder.text(outbox)
            for trace in ["Søren", "Havnens", "Blåbær", "988077917", "2400.50"] { #expect(!left.contains(trace)) }
            #expect(try bureau.receipt(for: "bureau-17") == receipt)
            #expect(try bureau.submit(Sample.batch()) == receipt)
            // Who was to be deleted is deleted all the same.
            let waiting = TemporaryFolder.names("\(outbox)/batches")
            #expect(waiting == (part == "batches" ? [FileTests.name] : []))
            if part == "batches" {
                let rest = try CSVFormat(tenant: Sample.tenant).proof(
                    TemporaryFolder.get("batches/\(FileTests.name)", in: outbox))
                #expect(rest.proof.totals.deletions == 2 && rest.proof.totals.registrations == 0)
            }
            let before = TemporaryFolder.text(outbox)
            try bureau.forget(idempotencyKey: "bureau-17")
            #expect(TemporaryFolder.text(outbox) == before)
        }
    }
}
