import FordringKit
import Foundation
import Testing
import TransportsTesting

@testable import Betalingsanmerkning

/// Replaces the first place of a text.
private func put(_ new: String, for old: String) -> @Sendable ([UInt8]) -> [UInt8] {
    { bytes in
        var text = String(decoding: bytes, as: UTF8.self)
        guard let range = text.range(of: old) else { preconditionFailure("the file has no \(old)") }
        text.replaceSubrange(range, with: new)
        return Array(text.utf8)
    }
}

@Suite struct AnswerFileTests {
    @Test func `the bureau's file is what the document says`() {
        #expect(
            String(decoding: BureauFiles.three, as: UTF8.self)
                == [
                    "header,fordring-betalingsanmerkning,1,answers,2026-03-02,,nordlys-energi,NOK",
                    "answer,A-1,1,registered,,2026-03-02", "answer,A-2,2,refused,01,2026-03-02",
                    "answer,A-3,4711,deleted,,2026-03-01", "control,3,0,0,0.00,4714", "",
                ].joined(separator: "\r\n"))
    }

    static let corruptions = [
        Corruption("empty", line: 1) { _ in [] },
        Corruption(
            "the header alone", line: 2,
            put(
                "",
                for: "answer,A-1,1,registered,,2026-03-02\r\n"
                    + "answer,A-2,2,refused,01,2026-03-02\r\nanswer,A-3,4711,deleted,,2026-03-01\r\ncontrol,3,0,0,0.00,4714\r\n"
            )),
        Corruption("without the control record", line: 5, put("", for: "control,3,0,0,0.00,4714\r\n")),
        Corruption("torn in the last line", line: 5) { Array($0.dropLast(1)) },
        Corruption("torn before the last line's end", line: 5) { Array($0.dropLast(2)) },
        Corruption("a byte after the control record", line: 6) { $0 + Array("x".utf8) },
        Corruption("an empty line at the end", line: 6) { $0 + Array("\r\n".utf8) },
        Corruption("twice the same file in one", line: 6) { $0 + $0 },
        Corruption("a line missing", line: 4, put("", for: "answer,A-2,2,refused,01,2026-03-02\r\n")),
        Corruption("a line twice", line: 6, put("answer,A-1,1,registered,,2026-03-02\r\nanswer,", for: "answer,")),
        Corruption("LF without CR", line: 2, put("registered,,2026-03-02\n", for: "registered,,2026-03-02\r\n")),
        Corruption("a byte-order mark", line: 1) { [0xEF, 0xBB, 0xBF] + $0 },
        Corruption("another layout", line: 1, put("fordring-another", for: "fordring-betalingsanmerkning")),
        Corruption("another version", line: 1, put(",2,answers", for: ",1,answers")),
        Corruption("a register in the answers", line: 1, put("register", for: "answers")),
        Corruption("another currency", line: 1, put("DKK", for: "NOK")),
        Corruption("another tenant's file", line: 1, put("another-tenant", for: "nordlys-energi")),
        Corruption("no day in the header", line: 1, put("2026-02-31", for: "2026-03-02")),
        Corruption("a record of no type", line: 3, put("reply,A-2", for: "answer,A-2")),
        Corruption(
            "a deletion among the answers", line: 3, put("deletion,2,paid", for: "answer,A-2,2,refused,01,2026-03-02")),
        Corruption("a field too many", line: 2, put("A-1,1,1,", for: "A-1,1,")),
        Corruption("a field too few", line: 2, put("A-1,", for: "A-1,1,")),
        Corruption("a letter in a number", line: 2, put("A-1,I,", for: "A-1,1,")),
        Corruption("a negative number", line: 2, put("A-1,-1,", for: "A-1,1,")),
        Corruption("a number of zero", line: 2, put("A-1,0,", for: "A-1,1,")),
        Corruption("a number over 64 bits", line: 2, put("A-1,9223372036854775808,", for: "A-1,1,")),
        Corruption("another number", line: 5, put("A-1,7,", for: "A-1,1,")),
        Corruption("no identifier", line: 2, put("answer,,1", for: "answer,A-1,1")),
        Corruption("no outcome", line: 2, put("1,,,", for: "1,registered,,")),
        Corruption("another outcome", line: 2, put("lost", for: "registered")),
        Corruption("a refusal without a code", line: 3, put("refused,,", for: "refused,01,")),
        Corruption("a refusal in words", line: 3, put("refused,unknown person,", for: "refused,01,")),
        Corruption("a registration with a code", line: 2, put("registered,01,", for: "registered,,")),
        Corruption("30 February", line: 4, put("2026-02-30", for: "2026-03-01")),
        Corruption("a quote that is not closed", line: 2, put("\"A-1", for: "A-1")),
        Corruption("a quote inside a field", line: 2, put("A\"1", for: "A-1")),
        Corruption("something after a closing quote", line: 2, put("\"A\"-1", for: "A-1")),
        Corruption("a name in ISO 8859-1", line: 2) { bytes in
            var bytes = bytes
            // æøå as one byte each.
            if let index = bytes.firstIndex(of: UInt8(ascii: "A")) {
                bytes.replaceSubrange(index...index, with: [0xE6, 0xF8, 0xE5])
            }
            return bytes
        },
        Corruption("a carriage return in a text", line: 2, put("A\r", for: "A-1")),
        Corruption(
            "a carriage return alone at the end", line: 2,
            put("registered,,2026-03-02\r", for: "registered,,2026-03-02\r\n")),
        Corruption("a sign before a number", line: 2, put("A-1,+1,", for: "A-1,1,")),
        Corruption("a number of twenty digits", line: 2, put("A-1,00000000000000000001,", for: "A-1,1,")),
        Corruption("a sum over 64 bits", line: 5, put("92233720368547758.08,4714", for: "0.00,4714")),
        Corruption("a zero byte in a text", line: 2, put("A\0", for: "A-1")),
        Corruption("not UTF-8", line: 2) { bytes in
            var bytes = bytes
            if let index = bytes.firstIndex(of: UInt8(ascii: "A")) { bytes[index] = 0xC3 }
            return bytes
        },
        Corruption("a wrong count", line: 5, put("control,4,", for: "control,3,")),
        Corruption("a wrong number total", line: 5, put("4715\r", for: "4714\r")),
        Corruption("a sum where there is none", line: 5, put("0.01", for: "0.00")),
        Corruption("a sum in øre", line: 5, put(",0,4714", for: ",0.00,4714")),
    ]

    @Test(arguments: corruptions) func `a file that went wrong is refused with name and line`(example: Corruption)
        throws
    {
        try TemporaryFolder.with { outbox in
            let good = BureauFiles.answers([("A-0", 9, "registered", "", Sample.day)])
            try TemporaryFolder.put(good, "answers/2026-03-01.csv", in: outbox)
            try TemporaryFolder.put(example.change(BureauFiles.three), "answers/2026-03-02.csv", in: outbox)
            let failure = #expect(throws: DeliveryFailure.self) { try Sample.bureau(outbox).answers() }
            #expect(failure?.kind == .permanent)
            #expect(failure?.message.contains("answers/2026-03-02.csv is refused at line \(example.line):") == true)
        }
    }

    @Test func `no bytes whatever bring the reading down`() throws {
        let format = CSVFormat(tenant: Sample.tenant)
        let answers = try format.answers(BureauFiles.three).map(\.answer)
        let register = BureauFiles.register([(1, 240_050, Sample.day), (9, 5, CivilDate(2024, 2, 29))])
        let entries = try format.register(register)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<1_000 {
            for file in [BureauFiles.three, register] {
                var bytes = file
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes[place] = Array("0123456789,.\"-\r\n".utf8).randomElement(using: &random) ?? 0
                    case 2: bytes.remove(at: place)
                    default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                    }
                }
                _ = try? format.proof(bytes)
                _ = try? format.forgotten(bytes)
                _ = try? format.deletionsOnly(bytes)
                // A sum of two numbers or amounts stays, whichever of them may be others.
                if let read = try? format.answers(bytes) { #expect(read.count == answers.count) }
                if let read = try? format.register(bytes) { #expect(read.count == entries.count) }
            }
        }
    }

    @Test func `a file torn at any byte is refused`() throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            for length in 0..<BureauFiles.three.count {
                try TemporaryFolder.put(Array(BureauFiles.three[..<length]), "answers/a.csv", in: outbox)
                #expect(throws: DeliveryFailure.self) { try bureau.answers() }
            }
        }
    }

    @Test func `answers come back by day, each once, also those of unknown numbers`() throws {
        try TemporaryFolder.with { outbox in
            let bureau = try Sample.bureau(outbox)
            #expect(try bureau.answers() == [])
            try TemporaryFolder.put(BureauFiles.three, "answers/a.csv", in: outbox)
            // The same file again, under another name, with one more; and what is not a file of answers.
            let more = BureauFiles.answers([
                ("A-1", 1, "registered", "", Sample.day), ("A-4", 2, "deleted", "", CivilDate(2026, 3, 5)),
                ("A-5", 3, "refused", "42", Sample.day),
            ])
            try TemporaryFolder.put(more, "answers/b.csv", in: outbox)
            try TemporaryFolder.put(BureauFiles.three, "answers/c.csv", in: outbox)
            try TemporaryFolder.put([1], "answers/d.csv.part", in: outbox)
            try TemporaryFolder.put([1], "answers/read/e.csv", in: outbox)
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
            try TemporaryFolder.put(bytes, "register.csv", in: outbox)
            #expect(
                try bureau.register() == [
                    RegisterEntry(number: 1, amount: Money(minorUnits: 240_050, .nok), registeredOn: Sample.day),
                    RegisterEntry(number: 9, amount: Money(minorUnits: 5, .nok), registeredOn: CivilDate(2024, 2, 29)),
                ])
            try TemporaryFolder.put(BureauFiles.register([]), "register.csv", in: outbox)
            #expect(try bureau.register() == [])
            let wrong = [
                (4, put("2400.51", for: "2400.50")(bytes)), (1, put("DKK", for: "NOK")(bytes)),
                (2, put("2400.5,", for: "2400.50,")(bytes)), (2, put("-1.00,", for: "2400.50,")(bytes)),
                (3, BureauFiles.register([(1, 5, Sample.day), (1, 5, Sample.day)])),
                (2, BureauFiles.register([(1, 0, Sample.day)])),
                (2, put("92233720368547758.08,", for: "2400.50,")(bytes)),
                (3, put("92233720368547758.07,", for: "2400.50,")(bytes)),
            ]
            for (line, bytes) in wrong {
                try TemporaryFolder.put(bytes, "register.csv", in: outbox)
                let failure = #expect(throws: DeliveryFailure.self) { try bureau.register() }
                #expect(failure?.message.contains("register.csv is refused at line \(line):") == true)
            }
        }
    }
}
