@_spi(FordringHost) import FordringKit
import Foundation
import Testing

@testable import RKI

/// The bureau's side of the files.
enum BureauFiles {
    static func put(_ bytes: [UInt8], _ place: String, in outbox: String) throws {
        let url = URL(filePath: outbox).appending(path: place)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    static func get(_ place: String, in outbox: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: outbox).appending(path: place)))
    }

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
            totals.sum += amount
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
            let bytes = try BureauFiles.get("batches/\(Self.name)", in: outbox)
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

    @Test func `a second attempt has no second effect, also on another day and after the courier`() throws {
        try TemporaryFolder.with { outbox in
            let first = try Sample.bureau(outbox).submit(Sample.batch())
            let bytes = try BureauFiles.get("batches/\(Self.name)", in: outbox)
            let again = try Sample.batch(on: CivilDate(2026, 3, 3), nil, [])
            #expect(try Sample.bureau(outbox).submit(again) == first)
            #expect(try BureauFiles.get("batches/\(Self.name)", in: outbox) == bytes)
            try BureauFiles.put(bytes, "taken/\(Self.name)", in: outbox)
            try FileManager.default.removeItem(atPath: "\(outbox)/batches/\(Self.name)")
            #expect(try Sample.bureau(outbox).receipt(for: "bureau-17") == first)
            #expect(try Sample.bureau(outbox).submit(again) == first)
            #expect(TemporaryFolder.names("\(outbox)/batches") == [])
            #expect(try Sample.bureau(outbox).receipt(for: "bureau-1") == nil)
            #expect(try Sample.bureau(outbox).receipt(for: "17") == nil)
        }
    }

    @Test func `wherever an attempt died, there is no batch or the whole one, and the next attempt makes it one`()
        throws
    {
        let whole = try TemporaryFolder.with { outbox in
            _ = try Sample.bureau(outbox).submit(Sample.batch())
            return try BureauFiles.get("batches/\(Self.name)", in: outbox)
        }
        // Before the folder; with a torn temporary file of any length; with a whole one that was not renamed.
        for length in [nil] + stride(from: 0, through: whole.count, by: 97).map(Optional.some) + [whole.count] {
            try TemporaryFolder.with { outbox in
                if let length { try BureauFiles.put(Array(whole[..<length]), "tmp/bureau-17", in: outbox) }
                let bureau = try Sample.bureau(outbox)
                #expect(try bureau.receipt(for: "bureau-17") == nil)
                _ = try bureau.submit(Sample.batch())
                #expect(try BureauFiles.get("batches/\(Self.name)", in: outbox) == whole)
                #expect(TemporaryFolder.names("\(outbox)/batches") == [Self.name])
                #expect(TemporaryFolder.names("\(outbox)/tmp") == [])
            }
        }
        // After the rename, before anybody heard of it.
        try TemporaryFolder.with { outbox in
            try BureauFiles.put(whole, "batches/\(Self.name)", in: outbox)
            let bureau = try Sample.bureau(outbox)
            #expect(try bureau.receipt(for: "bureau-17")?.details["deletions"] == "2")
            _ = try bureau.submit(Sample.batch())
            #expect(TemporaryFolder.names("\(outbox)/batches") == [Self.name])
        }
    }

    @Test func `two workers with one batch make one file`() async throws {
        let outbox = FileManager.default.temporaryDirectory.appending(path: "fordring-test-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: outbox) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let day = Sample.day.adding(days: number % 4)
                    _ = try Sample.bureau(outbox).submit(try Sample.batch("bureau-\(number / 8)", on: day))
                }
            }
            try await group.waitForAll()
        }
        #expect(TemporaryFolder.names("\(outbox)/batches").count == 2)
    }

    @Test func `a dead permit, one of another day or of another tenant gets nothing into a batch`() throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            let dead = Sample.permit(1)
            let registration = try Sample.registration(1, permit: dead)
            let batch = try Sample.batch("dead", [registration], [])
            Sample.authority.end(dead)
            #expect(throws: PermitError.self) { try Sample.registration(1, permit: dead) }
            #expect(throws: PermitError.self) { try Sample.batch("dead", [registration], []) }
            let tomorrow = try Sample.registration(1, permit: Sample.permit(1, on: CivilDate(2026, 3, 3)))
            #expect(throws: PermitError.self) { try Sample.batch("tomorrow", [tomorrow], []) }
            // A batch can be changed after it was made, and its permits can die: the last look is the bureau's.
            var smuggled = try Sample.batch("smuggled", [], [])
            smuggled.registrations = [tomorrow]
            guard let other = TenantID("another-tenant") else { return }
            let foreign = try Sample.batch(
                "foreign", [try Sample.registration(1, permit: Sample.permit(1, tenant: other))], [])
            for batch in [batch, smuggled, foreign] {
                let failure = #expect(throws: DeliveryFailure.self) { try bureau.submit(batch) }
                #expect(failure?.kind == .permanent)
                #expect(failure?.message.contains("no permit") == true)
                #expect(failure?.message.contains("Søren") == false)
                #expect(try bureau.receipt(for: batch.idempotencyKey) == nil)
            }
            #expect(TemporaryFolder.names("\(outbox)/batches") == [])
        }
    }

    @Test func `what cannot be in a batch is refused before anything is written`() throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            let permit = Sample.permit(1)
            let wrong = [
                try Sample.batch("a", [Sample.registration(1, amount: .zero(.dkk))], []),
                try Sample.batch("b", [Sample.registration(1, amount: .units(10, .eur))], []),
                try Sample.batch("c", [Sample.registration(1), Sample.registration(1)], []),
                try Sample.batch(
                    "d", [Sample.registration(1, permit: permit), Sample.registration(2, permit: permit)], []),
                try Sample.batch("e", [Sample.registration(90)]),
                try Sample.batch("f", [Sample.registration(0)], []),
                try Sample.batch("a b"), try Sample.batch("../x"), try Sample.batch(""),
                try Sample.batch(String(repeating: "k", count: 101)),
            ]
            for batch in wrong {
                let failure = #expect(throws: DeliveryFailure.self) { try bureau.submit(batch) }
                #expect(failure?.kind == .permanent)
            }
            #expect(TemporaryFolder.names("\(outbox)/batches") == [])
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
            let bytes = try BureauFiles.get("batches/2026-03-02_names.rki", in: outbox)
            let lines = bytes.split(separator: UInt8(ascii: "\n"))
            #expect(lines.map(\.count) == Array(repeating: 450, count: 6))
            let names = lines[1...4].map { String(validating: Array($0)[55..<155], as: UTF8.self) ?? "torn" }
            #expect(names[0].hasPrefix("Søren 90000003 x   "))
            #expect(names[1].hasPrefix("\u{C5}ge "))
            #expect(names[2] == String(repeating: "å", count: 50))
            #expect(names[3] == "x" + String(repeating: "å", count: 49) + " ")
        }
    }

    @Test func `numbers of persons go along only where the settings say so`() throws {
        for (setting, isSent) in [("omit", false), ("send", true)] {
            try TemporaryFolder.with { outbox in
                _ = try Sample.bureau(outbox, ["personNumbers": setting]).submit(
                    Sample.batch(
                        "ids", [Sample.registration(1), Sample.registration(2, party: Sample.party(kind: .business))],
                        []))
                let text = String(
                    decoding: try BureauFiles.get("batches/2026-03-02_ids.rki", in: outbox), as: UTF8.self)
                #expect(text.contains("2110625629") == isSent)
            }
        }
    }

    @Test func `an outbox that cannot be written is a temporary failure`() throws {
        let failure = #expect(throws: DeliveryFailure.self) {
            try Sample.bureau("/proc/fordring/outbox").submit(Sample.batch())
        }
        #expect(failure?.kind == .temporary)
        #expect(try Sample.bureau("/nonexistent").receipt(for: "bureau-17") == nil)
        #expect(try Sample.bureau("/nonexistent").answers() == [])
        #expect(try Sample.bureau("/nonexistent").register() == nil)
        try Sample.bureau("/nonexistent").forget(idempotencyKey: "bureau-17")
    }
}

/// Goal: nothing of the debtors is left, the proof is, and no deletion is lost on the way.
@Suite struct ForgetTests {
    private func all(_ outbox: String) throws -> String {
        let files = FileManager.default.enumerator(atPath: outbox)
        var text = ""
        while let name = files?.nextObject() as? String {
            if let data = FileManager.default.contents(atPath: "\(outbox)/\(name)") {
                text += String(decoding: data, as: UTF8.self)
            }
        }
        return text
    }

    @Test(arguments: ["batches", "taken"]) func `a batch loses its debtors and keeps its receipt`(part: String) throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            let receipt = try bureau.submit(Sample.batch())
            _ = try bureau.submit(Sample.batch("bureau-18"))
            let bytes = try BureauFiles.get("batches/\(FileTests.name)", in: outbox)
            if part == "taken" {
                try FileManager.default.removeItem(atPath: "\(outbox)/batches/\(FileTests.name)")
                try BureauFiles.put(bytes, "taken/\(FileTests.name)", in: outbox)
            }
            try BureauFiles.put(Array(bytes.prefix(700)), "tmp/bureau-17", in: outbox)
            try bureau.forget(idempotencyKey: "bureau-17")
            try FileManager.default.removeItem(atPath: "\(outbox)/batches/2026-03-02_bureau-18.rki")
            let left = try all(outbox)
            for trace in ["Søren", "Havnens", "Blåbær", "13585628", "240050"] { #expect(!left.contains(trace)) }
            #expect(try bureau.receipt(for: "bureau-17") == receipt)
            #expect(try bureau.submit(Sample.batch()) == receipt)
            // Who was to be deleted is deleted all the same.
            let waiting = TemporaryFolder.names("\(outbox)/batches")
            #expect(waiting == (part == "batches" ? [FileTests.name] : []))
            if part == "batches" {
                let rest = try FixedWidthFormat(tenant: Sample.tenant).proof(
                    BureauFiles.get("batches/\(FileTests.name)", in: outbox))
                #expect(rest.proof.totals.deletions == 2 && rest.proof.totals.registrations == 0)
            }
            let before = try all(outbox)
            try bureau.forget(idempotencyKey: "bureau-17")
            #expect(try all(outbox) == before)
        }
    }

    @Test func `forgetting that broke off is ended by the next attempt`() throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            let receipt = try bureau.submit(Sample.batch())
            let bytes = try BureauFiles.get("batches/\(FileTests.name)", in: outbox)
            try BureauFiles.put(
                FixedWidthFormat(tenant: Sample.tenant).forgotten(bytes), "forgotten/\(FileTests.name)", in: outbox)
            #expect(try bureau.receipt(for: "bureau-17") == receipt)
            try bureau.forget(idempotencyKey: "bureau-17")
            #expect(try !all(outbox).contains("Søren"))
            #expect(try bureau.receipt(for: "bureau-17") == receipt)
        }
    }
}
