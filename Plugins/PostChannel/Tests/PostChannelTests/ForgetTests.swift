import FordringKit
import SpoolFiles
import Testing
import TransportsTesting

@testable import PostChannel

/// Goal: the letter is gone, and with it where it went; that it was posted stays.
@Suite struct ForgetTests {
    private func delivery() -> Delivery {
        Delivery(
            idempotencyKey: "post-17", letter: Sample.letter(), document: PostChannelTests.document,
            day: CivilDate(2025, 11, 19))
    }

    @Test func `a letter goes, and its manifest keeps no postal code`() throws {
        try TemporaryFolder.with { folder in
            let channel = PostChannel(outbox: folder)
            let receipt = try channel.deliver(delivery())
            try channel.forget(idempotencyKey: "post-17")
            #expect(TemporaryFolder.names(folder) == ["post-17.json"])
            let manifest = String(decoding: try SpoolFolder(path: folder).read("post-17.json") ?? [], as: UTF8.self)
            #expect(manifest.contains(#""postalCode":"""#))
            #expect(try channel.receipt(for: "post-17") == receipt)
            #expect(try channel.deliver(delivery()) == receipt)
            try channel.forget(idempotencyKey: "post-17")
            #expect(TemporaryFolder.names(folder) == ["post-17.json"])
        }
    }

    @Test func `a letter without a manifest goes without a trace`() throws {
        try TemporaryFolder.with { folder in
            let spool = SpoolFolder(path: folder)
            for name in ["post-17.pdf", ".tmp-post-17.pdf", ".tmp-post-17.json"] {
                try spool.write(PostChannelTests.document, to: name, through: ".new")
            }
            try PostChannel(outbox: folder).forget(idempotencyKey: "post-17")
            #expect(TemporaryFolder.names(folder).isEmpty)
            #expect(try PostChannel(outbox: folder).receipt(for: "post-17") == nil)
            try PostChannel(outbox: "\(folder)/none").forget(idempotencyKey: "post-17")
            #expect(TemporaryFolder.names(folder).isEmpty)
        }
    }
}
