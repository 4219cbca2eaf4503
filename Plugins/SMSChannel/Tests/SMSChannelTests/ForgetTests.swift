import FordringKit
import Glibc
import SpoolFiles
import Testing
import TransportsTesting

@testable import SMSChannel

/// Goal: nothing of the person is left, the proof is, and the gateway's place in the file stays right.
@Suite struct ForgetTests {
    private func bytes(_ folder: String) throws -> [UInt8] {
        try SpoolFolder(path: folder).read("outbox.jsonl") ?? []
    }

    @Test func `a line loses number and text and keeps its length and its receipt`() throws {
        try TemporaryFolder.with { folder in
            let channel = SMSChannel(outbox: folder)
            let keys = ["sms-1", "sms-2", "sms-3"]
            for (key, phone) in zip(keys, ["+4520000001", "+4520000002", "+4520000003"]) {
                _ = try channel.deliver(Sample.delivery(key, phone: phone))
            }
            let before = try bytes(folder)
            let receipts = try keys.map { try channel.receipt(for: $0) }
            try channel.forget(idempotencyKey: "sms-2")
            let after = try bytes(folder)
            #expect(after.count == before.count)
            let lines = String(decoding: after, as: UTF8.self).split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines[0].contains("+4520000001") && lines[2].contains("+4520000003"))
            #expect(lines[1].hasPrefix(#"{"day":"2025-11-19","encoding":"gsm7","key":"sms-2","segments":1} "#))
            // Who had the file open, and who opens it now.
            for reader in [channel, SMSChannel(outbox: folder)] {
                #expect(try keys.map { try reader.receipt(for: $0) } == receipts)
                #expect(try reader.deliver(Sample.delivery("sms-2")) == receipts[1])
            }
            try channel.forget(idempotencyKey: "sms-2")
            #expect(try bytes(folder) == after)
            _ = try channel.deliver(Sample.delivery("sms-4"))
            #expect(try bytes(folder).starts(with: after))
            #expect(TemporaryFolder.names(folder) == ["outbox.jsonl"])
        }
    }

    @Test func `where there is nothing, nothing is made`() throws {
        try TemporaryFolder.with { folder in
            try SMSChannel(outbox: "\(folder)/sms").forget(idempotencyKey: "sms-1")
            #expect(TemporaryFolder.names(folder).isEmpty)
        }
    }

    @Test func `no message is lost while another process forgets`() async throws {
        try await TemporaryFolder.withAsync { folder in
            let first = SMSChannel(outbox: folder)
            for number in 0..<40 { _ = try first.deliver(Sample.delivery("old-\(number)")) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let forgetter = SMSChannel(outbox: folder)
                    for number in 0..<40 { try forgetter.forget(idempotencyKey: "old-\(number)") }
                }
                group.addTask {
                    let sender = SMSChannel(outbox: folder)
                    for number in 0..<40 { _ = try sender.deliver(Sample.delivery("new-\(number)")) }
                }
                try await group.waitForAll()
            }
            let lines = String(decoding: try bytes(folder), as: UTF8.self).split(separator: "\n")
            #expect(lines.count == 80)
            #expect(lines.filter { $0.contains("+4520123456") }.count == 40)
        }
    }
}
