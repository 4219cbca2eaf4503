import FordringKit
import Testing
import TransportsTesting

@testable import RKI

private func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: 451).map { Array(bytes[$0..<min($0 + 451, bytes.count)]) }
}

/// Puts a text at a place of a line, the first being 1 and 0.
private func put(_ text: String, _ line: Int, _ column: Int) -> @Sendable ([UInt8]) -> [UInt8] {
    { bytes in
        var bytes = bytes
        let start = (line - 1) * 451 + column
        bytes.replaceSubrange(start..<(start + text.utf8.count), with: Array(text.utf8))
        return bytes
    }
}

@Suite struct AnswerFileTests {
    static let corruptions = [
        Corruption("empty", line: 1) { _ in [] },
        Corruption("the header alone", line: 2) { Array($0.prefix(451)) },
        Corruption("without the control record", line: 5) { Array($0.dropLast(451)) },
        Corruption("torn in the last line", line: 5) { Array($0.dropLast(1)) },
        Corruption("a byte too many in line 3", line: 3) { Array($0[..<1000]) + Array("x".utf8) + Array($0[1000...]) },
        Corruption("a byte missing in line 3", line: 3) { Array($0[..<1000]) + Array($0[1001...]) },
        Corruption("a byte after the control record", line: 6) { $0 + [UInt8(ascii: "x")] },
        Corruption("twice the same file in one", line: 6) { $0 + $0 },
        Corruption("a line missing", line: 3) { bytes in
            let lines = lines(bytes)
            return lines[0] + lines[1] + lines[3] + lines[4]
        },
        Corruption("a line twice", line: 4) { bytes in
            let lines = lines(bytes)
            return lines[0] + lines[1] + lines[2] + lines[2] + lines[3] + lines[4]
        },
        Corruption("two lines changed places", line: 2) { bytes in
            let lines = lines(bytes)
            return lines[0] + lines[2] + lines[1] + lines[3] + lines[4]
        },
        Corruption("CR LF at the ends", line: 1) { bytes in
            lines(bytes).flatMap { $0.dropLast() + Array("\r\n".utf8) }
        },
        Corruption("another layout", line: 1, put("FORDRING-XYZ", 1, 8)),
        Corruption("another version", line: 1, put("02", 1, 20)),
        Corruption("a register in the answers", line: 1, put("register", 1, 22)),
        Corruption("another tenant's file", line: 1, put("another-tenant", 1, 140)),
        Corruption("no day in the header", line: 1, put("20260231", 1, 32)),
        Corruption("a sign in the running number", line: 3, put("+00003", 3, 2)),
        Corruption("a record of no type", line: 3, put("77", 3, 0)),
        Corruption("a deletion among the answers", line: 3, put("20", 3, 0)),
        Corruption("a letter in a number", line: 2, put("O", 2, 70)),
        Corruption("a number of zero", line: 2, put("0000000000000000000", 2, 68)),
        Corruption("a number over 64 bits", line: 2, put("9999999999999999999", 2, 68)),
        Corruption("another number", line: 5, put("7", 2, 86)),
        Corruption("no identifier", line: 2, put("   ", 2, 8)),
        Corruption("no outcome", line: 2, put("          ", 2, 87)),
        Corruption("another outcome", line: 2, put("lost      ", 2, 87)),
        Corruption("a refusal without a code", line: 3, put("  ", 3, 97)),
        Corruption("a registration with a code", line: 2, put("01", 2, 97)),
        Corruption("30 February", line: 4, put("20260230", 4, 99)),
        Corruption("not UTF-8", line: 2) { bytes in
            var bytes = bytes
            bytes[460] = 0xC3
            return bytes
        },
        Corruption("a name in ISO 8859-1", line: 2) { bytes in
            var bytes = bytes
            // æøå as one byte each.
            bytes.replaceSubrange(460..<463, with: [0xE6, 0xF8, 0xE5])
            return bytes
        },
        Corruption("a byte-order mark", line: 1) { [0xEF, 0xBB, 0xBF] + $0 },
        Corruption("a carriage return in a text", line: 2, put("\r", 2, 10)),
        Corruption("a negative number", line: 2, put("-000000000000000001", 2, 68)),
        Corruption("a zero byte in a text", line: 2, put("\0", 2, 9)),
        Corruption("something after the last field", line: 2, put("x", 2, 449)),
        Corruption("a wrong count", line: 5, put("4", 5, 16)),
        Corruption("a wrong number total", line: 5, put("1", 5, 70)),
        Corruption("a sum where there is none", line: 5, put("1", 5, 52)),
    ]

    @Test(arguments: corruptions) func `a file that went wrong is refused with name and line`(example: Corruption)
        throws
    {
        try TemporaryFolder.with { outbox in
            let good = BureauFiles.answers([("A-0", 9, "registered", "", Sample.day)])
            try TemporaryFolder.put(good, "answers/2026-03-01.rki", in: outbox)
            try TemporaryFolder.put(example.change(BureauFiles.three), "answers/2026-03-02.rki", in: outbox)
            let failure = #expect(throws: DeliveryFailure.self) { try Sample.bureau(outbox).answers() }
            #expect(failure?.kind == .permanent)
            #expect(failure?.message.contains("answers/2026-03-02.rki is refused at line \(example.line):") == true)
        }
    }

    @Test func `no bytes whatever bring the reading down`() throws {
        let format = FixedWidthFormat(tenant: Sample.tenant)
        let answers = try format.answers(BureauFiles.three).map(\.answer)
        let register = BureauFiles.register([(1, 240_050, Sample.day), (9, 5, CivilDate(2024, 2, 29))])
        let entries = try format.register(register)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            for file in [BureauFiles.three, register] {
                var bytes = file
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes[place] = Array("0123456789 -\n".utf8).randomElement(using: &random) ?? 0
                    case 2: bytes.remove(at: place)
                    default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                    }
                }
                // A text or a day may be another; the counts may not.
                if let read = try? format.answers(bytes) { #expect(read.count == answers.count) }
                if let read = try? format.register(bytes) { #expect(read.count == entries.count) }
                _ = try? format.proof(bytes)
                _ = try? format.forgotten(bytes)
                _ = try? format.deletionsOnly(bytes)
            }
        }
    }

    @Test func `a file torn at any byte is refused`() throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            for length in stride(from: 0, to: BureauFiles.three.count, by: 13) {
                try TemporaryFolder.put(Array(BureauFiles.three[..<length]), "answers/a.rki", in: outbox)
                #expect(throws: DeliveryFailure.self) { try bureau.answers() }
            }
        }
    }

    @Test func `answers come back by day, each once, also those of unknown numbers`() throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            #expect(try bureau.answers() == [])
            try TemporaryFolder.put(BureauFiles.three, "answers/a.rki", in: outbox)
            // The same file again, under another name, with one more; and what is not a file of answers.
            let more = BureauFiles.answers([
                ("A-1", 1, "registered", "", Sample.day), ("A-4", 2, "deleted", "", CivilDate(2026, 3, 5)),
                ("A-5", 3, "refused", "42", Sample.day),
            ])
            try TemporaryFolder.put(more, "answers/b.rki", in: outbox)
            try TemporaryFolder.put(BureauFiles.three, "answers/c.rki", in: outbox)
            try TemporaryFolder.put([1], "answers/d.rki.part", in: outbox)
            try TemporaryFolder.put([1], "answers/read/e.rki", in: outbox)
            let expected = [
                BureauAnswer(identifier: "A-3", number: 4711, outcome: .deleted, on: CivilDate(2026, 3, 1)),
                BureauAnswer(identifier: "A-1", number: 1, outcome: .registered, on: Sample.day),
                BureauAnswer(
                    identifier: "A-2", number: 2, outcome: .refused("the bureau does not find the debtor (01)"),
                    on: Sample.day),
                BureauAnswer(
                    identifier: "A-5", number: 3, outcome: .refused("the bureau's reason has the code 42"),
                    on: Sample.day),
                BureauAnswer(identifier: "A-4", number: 2, outcome: .deleted, on: CivilDate(2026, 3, 5)),
            ]
            #expect(try bureau.answers() == expected)
            #expect(try Sample.bureau(outbox).answers() == expected)
        }
    }

    @Test func `the register is read whole or not at all`() throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            #expect(try bureau.register() == nil)
            let bytes = BureauFiles.register([(1, 240_050, Sample.day), (9, 5, CivilDate(2024, 2, 29))])
            try TemporaryFolder.put(bytes, "register.rki", in: outbox)
            #expect(
                try bureau.register() == [
                    RegisterEntry(number: 1, amount: Money(minorUnits: 240_050, .dkk), registeredOn: Sample.day),
                    RegisterEntry(number: 9, amount: Money(minorUnits: 5, .dkk), registeredOn: CivilDate(2024, 2, 29)),
                ])
            try TemporaryFolder.put(BureauFiles.register([]), "register.rki", in: outbox)
            #expect(try bureau.register() == [])
            let wrong = [
                (4, put("1", 2, 44)(bytes)), (1, put("NOK", 1, 180)(bytes)), (4, Array(bytes.dropLast(451))),
                (3, BureauFiles.register([(1, 5, Sample.day), (1, 5, Sample.day)])),
                (2, BureauFiles.register([(1, 0, Sample.day)])),
                (2, put("-00000000000240050", 2, 27)(bytes)), (2, put(" ", 2, 27)(bytes)),
                // The tenth amount of 18 digits is over what a sum can be.
                (11, BureauFiles.register((1...10).map { ($0, 999_999_999_999_999_999, Sample.day) })),
            ]
            for (line, bytes) in wrong {
                try TemporaryFolder.put(bytes, "register.rki", in: outbox)
                let failure = #expect(throws: DeliveryFailure.self) { try bureau.register() }
                #expect(failure?.message.contains("register.rki is refused at line \(line):") == true)
            }
        }
    }
}
