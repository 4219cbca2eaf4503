@_spi(FordringHost) import FordringKit
import Foundation
import Synchronization
import TestAuthority
import Testing
import TransportsTesting

@testable import BureauExchange
@testable import SpoolFiles

/// Batches and answers as files, whatever their records look like.
@Suite struct FileTests {
    static let name = "2026-03-02_bureau-17.txt"

    @Test func `a second attempt has no second effect, also on another day and after the courier`() throws {
        try TemporaryFolder.with { outbox in
            let first = try Sample.bureau(outbox).submit(Sample.batch())
            let bytes = try TemporaryFolder.get("batches/\(Self.name)", in: outbox)
            let again = try Sample.batch(on: CivilDate(2026, 3, 3), nil, [])
            #expect(try Sample.bureau(outbox).submit(again) == first)
            #expect(try TemporaryFolder.get("batches/\(Self.name)", in: outbox) == bytes)
            try TemporaryFolder.put(bytes, "taken/\(Self.name)", in: outbox)
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
            return try TemporaryFolder.get("batches/\(Self.name)", in: outbox)
        }
        // Before the folder; with a torn temporary file of any length; with a whole one that was not renamed.
        for length in [nil] + stride(from: 0, through: whole.count, by: 13).map(Optional.some) + [whole.count] {
            try TemporaryFolder.with { outbox in
                if let length { try TemporaryFolder.put(Array(whole[..<length]), "tmp/bureau-17", in: outbox) }
                let bureau = try Sample.bureau(outbox)
                #expect(try bureau.receipt(for: "bureau-17") == nil)
                _ = try bureau.submit(Sample.batch())
                #expect(try TemporaryFolder.get("batches/\(Self.name)", in: outbox) == whole)
                #expect(TemporaryFolder.names("\(outbox)/batches") == [Self.name])
                #expect(TemporaryFolder.names("\(outbox)/tmp") == [])
            }
        }
        // After the rename, before anybody heard of it.
        try TemporaryFolder.with { outbox in
            try TemporaryFolder.put(whole, "batches/\(Self.name)", in: outbox)
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
            TestAuthority.shared.end(dead)
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

    @Test func `a permit is good for one registration`() throws {
        let permit = Sample.permit(1)
        _ = try Sample.registration(1, permit: permit)
        #expect(permit.isLive)
        for number: Int64 in [1, 2] {
            let error = #expect(throws: PermitError.self) { try Sample.registration(number, permit: permit) }
            #expect(error?.message.contains("its registration already") == true)
        }
    }

    @Test func `a permit whose claim, tenant or day was written over is dead`() throws {
        let other = Sample.permit(2, on: CivilDate(2026, 3, 3))
        for offset in stride(from: 0, to: MemoryLayout<RegistrationPermit>.size, by: 4) {
            let made = Sample.permit(1)
            var forged = made
            let foreign = withUnsafeBytes(of: other) { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
            withUnsafeMutableBytes(of: &forged) { $0.storeBytes(of: foreign, toByteOffset: offset, as: UInt32.self) }
            if "\(forged)" == "\(made)" { continue }
            #expect(!forged.isLive, "byte \(offset)")
            #expect(throws: PermitError.self) { try Sample.registration(1, permit: forged) }
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
                    "d", [Sample.registration(1, permit: permit), Sample.registration(2, permit: Sample.permit(1))], []),
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

    @Test func `a batch that has its name may be on its way, whatever becomes of the flush`() throws {
        try TemporaryFolder.with { (outbox) throws in
            let fails = Mutex(true)
            let folder = SpoolFolder(path: outbox) { file in
                var status = stat()
                fstat(file, &status)
                guard status.st_mode & S_IFMT == S_IFDIR, fails.withLock({ $0 }) else { return fsync(file) }
                errno = EIO
                return -1
            }
            let transport = FileTransport(
                folder: folder,
                rules: BatchRules(tenant: Sample.tenant, currency: .dkk, companyDigits: 8, sendsPersonNumbers: false),
                format: LineFormat(tenant: Sample.tenant))
            // The second attempt finds the file, and cannot tell either.
            for _ in 1...2 {
                let failure = #expect(throws: DeliveryFailure.self) { try transport.submit(Sample.batch()) }
                #expect(failure?.kind == .unknown)
                #expect(TemporaryFolder.names("\(outbox)/batches") == [Self.name])
            }
            #expect(throws: DeliveryFailure.self) { try transport.receipt(for: "bureau-17") }
            fails.withLock { $0 = false }
            #expect(try transport.receipt(for: "bureau-17")?.reference == Self.name)
        }
    }

    @Test func `numbers of persons go along only where the settings say so`() throws {
        for (setting, isSent) in [("omit", false), ("send", true)] {
            try TemporaryFolder.with { outbox in
                _ = try Sample.bureau(outbox, ["personNumbers": setting]).submit(
                    Sample.batch(
                        "ids", [Sample.registration(1), Sample.registration(2, party: Sample.party(kind: .business))],
                        []))
                #expect(TemporaryFolder.text(outbox).contains("2110625629") == isSent)
            }
        }
    }

    static func answers(_ identifiers: [String], on day: CivilDate = Sample.day) -> [UInt8] {
        LineFormat.file("answers", identifiers.map { [$0, "7", day.description] }, BatchTotals())
    }

    @Test func `answers come back by day, each once, from all files that are whole`() throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            try TemporaryFolder.put(Self.answers(["A-1", "A-2"]), "answers/a.txt", in: outbox)
            try TemporaryFolder.put(
                Self.answers(["A-3"], on: CivilDate(2026, 3, 1)), "answers/b.txt", in: outbox)
            try TemporaryFolder.put(Self.answers(["A-2", "A-4"]), "answers/c.txt", in: outbox)
            for name in ["d.txt.part", "read/e.txt", ".f.txt"] {
                try TemporaryFolder.put([1], "answers/\(name)", in: outbox)
            }
            for _ in 1...2 {
                #expect(try bureau.answers().map(\.identifier) == ["A-3", "A-1", "A-2", "A-4"])
            }
        }
    }

    @Test func `one identifier for two answers is refused, with the file's name and the line`() throws {
        try TemporaryFolder.with { outbox in
            try TemporaryFolder.put(Self.answers(["A-1", "A-2"]), "answers/a.txt", in: outbox)
            try TemporaryFolder.put(
                Self.answers(["B-1", "A-1"], on: CivilDate(2026, 3, 5)), "answers/b.txt", in: outbox)
            let failure = #expect(throws: DeliveryFailure.self) { try Sample.bureau(outbox).answers() }
            #expect(failure?.kind == .permanent)
            #expect(failure?.message.contains("answers/b.txt is refused at line 3") == true)
        }
    }

    @Test func `the register is read whole or not at all`() throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            #expect(try bureau.register() == nil)
            let bytes = LineFormat.file("register", [["1", "500"]], BatchTotals())
            try TemporaryFolder.put(bytes, "register.txt", in: outbox)
            #expect(try bureau.register()?.map(\.number) == [1])
            try TemporaryFolder.put(bytes.dropLast(), "register.txt", in: outbox)
            let failure = #expect(throws: DeliveryFailure.self) { try bureau.register() }
            #expect(failure?.message.contains("register.txt is refused at line 1:") == true)
        }
    }

    @Test func `a proof that cannot be read is no proof, and none is written beside it`() throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            try TemporaryFolder.put(Array("batch".utf8), "taken/\(Self.name)", in: outbox)
            let attempts: [(DeliveryFailure.Kind, () throws -> Void)] = [
                (.permanent, { _ = try bureau.receipt(for: "bureau-17") }),
                // Something of that key has been handed over.
                (.unknown, { _ = try bureau.submit(Sample.batch()) }),
            ]
            for (kind, attempt) in attempts {
                let failure = #expect(throws: DeliveryFailure.self) { try attempt() }
                #expect(failure?.kind == kind)
                #expect(failure?.message.contains("taken/\(Self.name) is refused at line 1") == true)
            }
            #expect(TemporaryFolder.names("\(outbox)/batches") == [])
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
            try TemporaryFolder.put(Array(bytes.prefix(150)), "tmp/bureau-17", in: outbox)
            try bureau.forget(idempotencyKey: "bureau-17")
            try FileManager.default.removeItem(atPath: "\(outbox)/batches/2026-03-02_bureau-18.txt")
            let left = TemporaryFolder.text(outbox)
            for trace in ["Søren", "Havnens", "Blåbær", "13585628", "240050"] { #expect(!left.contains(trace)) }
            #expect(try bureau.receipt(for: "bureau-17") == receipt)
            #expect(try bureau.submit(Sample.batch()) == receipt)
            // Who was to be deleted is deleted all the same.
            let waiting = TemporaryFolder.names("\(outbox)/batches")
            #expect(waiting == (part == "batches" ? [FileTests.name] : []))
            if part == "batches" {
                let rest = try LineFormat(tenant: Sample.tenant).proof(
                    TemporaryFolder.get("batches/\(FileTests.name)", in: outbox))
                #expect(rest.proof.totals.deletions == 2 && rest.proof.totals.registrations == 0)
            }
            let before = TemporaryFolder.text(outbox)
            try bureau.forget(idempotencyKey: "bureau-17")
            #expect(TemporaryFolder.text(outbox) == before)
        }
    }

    @Test func `forgetting that broke off is ended by the next attempt`() throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            let receipt = try bureau.submit(Sample.batch())
            let bytes = try TemporaryFolder.get("batches/\(FileTests.name)", in: outbox)
            try TemporaryFolder.put(
                LineFormat(tenant: Sample.tenant).forgotten(bytes), "forgotten/\(FileTests.name)", in: outbox)
            #expect(try bureau.receipt(for: "bureau-17") == receipt)
            try bureau.forget(idempotencyKey: "bureau-17")
            #expect(!TemporaryFolder.text(outbox).contains("Søren"))
            #expect(try bureau.receipt(for: "bureau-17") == receipt)
        }
    }
}
