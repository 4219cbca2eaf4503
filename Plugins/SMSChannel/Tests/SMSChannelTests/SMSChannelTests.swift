import FordringKit
import Glibc
import SpoolFiles
import Testing
import TransportsTesting

@testable import SMSChannel

@Suite struct SMSChannelTests {
    static let line = """
        {"day":"2025-11-19","encoding":"gsm7","key":"sms-17","segments":1,\
        "text":"Du har fået et brev fra Nordlys Energi A/S. Ring til os på 70 12 34 56.","to":"+4520123456"}

        """

    func content(_ folder: String) throws -> String {
        String(decoding: try SpoolFolder(path: folder).read("outbox.jsonl") ?? [], as: UTF8.self)
    }

    func write(_ text: String, in folder: String) throws {
        try SpoolFolder(path: folder).write(Array(text.utf8), to: "outbox.jsonl", through: ".tmp")
    }

    @Test func `a text message reaches its person at once, as the host sees the channel`() {
        let channel: any LetterChannel = SMSChannel(outbox: "")
        #expect(channel.reachesAtOnce)
        #expect(!channel.needsDocument)
    }

    @Test func `a delivery is one line`() throws {
        try TemporaryFolder.with { folder in
            let receipt = try SMSChannel(outbox: "\(folder)/sms").deliver(Sample.delivery())
            #expect(
                receipt
                    == DeliveryReceipt(
                        reference: "sms-17", sentOn: CivilDate(2025, 11, 19),
                        details: ["encoding": "gsm7", "segments": "1"]))
            #expect(try content("\(folder)/sms") == Self.line)
        }
    }

    @Test func `a retry adds no line and gives the first receipt, also after a restart`() throws {
        try TemporaryFolder.with { folder in
            let channel = SMSChannel(outbox: folder)
            let first = try channel.deliver(Sample.delivery())
            let later = Sample.delivery(text: "En anden tekst 😀", phone: nil, day: CivilDate(2025, 12, 24))
            #expect(try channel.deliver(later) == first)
            #expect(try SMSChannel(outbox: folder).deliver(later) == first)
            #expect(try SMSChannel(outbox: folder).receipt(for: "sms-17") == first)
            #expect(try content(folder) == Self.line)
        }
    }

    @Test func `a line torn at any place is no delivery, and the next attempt writes it whole`() throws {
        let line = Array(Self.line.utf8)
        for length in 0..<line.count {
            try TemporaryFolder.with { folder in
                let earlier = Self.line.replacing("sms-17", with: "sms-16")
                let torn = Array(earlier.utf8) + line[..<length]
                try SpoolFolder(path: folder).write(torn, to: "outbox.jsonl", through: ".tmp")
                let channel = SMSChannel(outbox: folder)
                #expect(try channel.receipt(for: "sms-17") == nil)
                #expect(try channel.receipt(for: "sms-16") != nil)
                _ = try channel.deliver(Sample.delivery())
                #expect(try content(folder) == earlier + Self.line)
            }
        }
    }

    @Test func `two channels on one file see each other's lines`() throws {
        try TemporaryFolder.with { folder in
            let one = SMSChannel(outbox: folder)
            let two = SMSChannel(outbox: folder)
            for number in 0..<10 {
                _ = try (number % 2 == 0 ? one : two).deliver(Sample.delivery("sms-\(number)"))
            }
            for number in 0..<10 {
                _ = try (number % 2 == 1 ? one : two).deliver(Sample.delivery("sms-\(number)"))
            }
            #expect(try content(folder).split(separator: "\n").count == 10)
        }
    }

    @Test func `many at once lose no line and write none twice`() async throws {
        try await TemporaryFolder.withAsync { folder in
            let channels = (0..<4).map { _ in SMSChannel(outbox: folder) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<80 {
                    group.addTask { _ = try channels[number % 4].deliver(Sample.delivery("sms-\(number / 2)")) }
                }
                try await group.waitForAll()
            }
            #expect(try content(folder).split(separator: "\n").count == 40)
        }
    }

    @Test func `a file that was put away begins anew`() throws {
        try TemporaryFolder.with { folder in
            let channel = SMSChannel(outbox: folder)
            _ = try channel.deliver(Sample.delivery("sms-16"))
            rename("\(folder)/outbox.jsonl", "\(folder)/sent.jsonl")
            _ = try channel.deliver(Sample.delivery())
            #expect(try content(folder) == Self.line)
        }
    }

    @Test func `a line that is no message needs a person`() throws {
        try TemporaryFolder.with { folder in
            try write("{\"key\":\"sms-1\n\(Self.line)", in: folder)
            let failure = #expect(throws: DeliveryFailure.self) {
                try SMSChannel(outbox: folder).deliver(Sample.delivery())
            }
            #expect(failure?.kind == .permanent)
        }
    }

    @Test func `an outbox that cannot be written is a temporary failure that names it`() throws {
        try TemporaryFolder.with { folder in
            try write("", in: folder)
            for outbox in ["\(folder)/outbox.jsonl/sms", "/proc/fordring/outbox"] {
                let failure = try #require(throws: DeliveryFailure.self) {
                    try SMSChannel(outbox: outbox).deliver(Sample.delivery())
                }
                #expect(failure.kind == .temporary)
                #expect(failure.message.contains(outbox))
            }
        }
    }

    @Test func `a full disk is a temporary failure`() throws {
        try TemporaryFolder.with { folder in
            symlink("/dev/full", "\(folder)/outbox.jsonl")
            let failure = try #require(throws: DeliveryFailure.self) {
                try SMSChannel(outbox: folder).deliver(Sample.delivery())
            }
            #expect(failure.kind == .temporary)
            #expect(failure.message.contains("free space"))
        }
    }

    @Test func `a delivery that was never made has no receipt, also without a file`() throws {
        #expect(try SMSChannel(outbox: "/nonexistent").receipt(for: "sms-17") == nil)
    }

    @Test(arguments: ["", "a b", "../x", "a\nb"]) func `a key with other signs is refused`(key: String) {
        let failure = #expect(throws: DeliveryFailure.self) {
            try SMSChannel(outbox: "/nonexistent").deliver(Sample.delivery(key))
        }
        #expect(failure?.kind == .permanent)
    }

    @Test(arguments: ["+4520123456", "+12345678", "+123456789012345"])
    func `a number in international form can be reached`(phone: String) {
        #expect(SMSChannel(outbox: "").canReach(Sample.party(phone: phone)) == .reachable)
    }

    @Test(arguments: [
        nil, "", "20123456", "004520123456", "+1234567", "+1234567890123456", "+45 20123456", "+45２０１２３４",
        "+0123456789",
    ])
    func `any other number cannot, and nothing is sent to it`(phone: String?) throws {
        if case .reachable = SMSChannel(outbox: "").canReach(Sample.party(phone: phone)) {
            Issue.record("\(phone ?? "nil") counts as reachable")
        }
        try TemporaryFolder.with { folder in
            let failure = #expect(throws: DeliveryFailure.self) {
                try SMSChannel(outbox: folder).deliver(Sample.delivery(phone: phone))
            }
            #expect(failure?.kind == .permanent)
            let written = try content(folder)
            #expect(written.isEmpty)
        }
    }

    @Test func `a letter without a short text is not sent`() throws {
        try TemporaryFolder.with { folder in
            let failure = #expect(throws: DeliveryFailure.self) {
                try SMSChannel(outbox: folder).deliver(Sample.delivery(text: " \n"))
            }
            #expect(failure?.kind == .permanent)
        }
    }

    @Test func `the plug-in offers what its manifest says`() {
        var registry = PluginRegistry()
        SMSChannelPlugin().register(in: &registry)
        #expect(registry.offers == ["channel:sms"])
        #expect(!SMSChannel(outbox: "").needsDocument)
        #expect(PluginEntry.open(fordringPlugin()).plugin is SMSChannelPlugin)
    }
}
