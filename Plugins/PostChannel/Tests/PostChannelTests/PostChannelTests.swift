import FordringKit
import Glibc
import SpoolFiles
import Testing
import TransportsTesting

@testable import PostChannel

@Suite struct PostChannelTests {
    static let document = Array(
        "%PDF-1.4\n1 0 obj\n<< /Type /Pages\n   /Kids [ 2 0 R ]\n   /Count 2\n>>\nendobj\n".utf8)

    func delivery(
        _ key: String = "post-17", to party: Party = Sample.party(), document: [UInt8] = document,
        day: CivilDate = CivilDate(2025, 11, 19)
    ) -> Delivery {
        var letter = Sample.letter()
        letter.recipient = party
        return Delivery(idempotencyKey: key, letter: letter, document: document, day: day)
    }

    @Test func `a delivery is a PDF and a manifest without the name`() throws {
        try TemporaryFolder.with { folder in
            let outbox = "\(folder)/a/post"
            let receipt = try PostChannel(outbox: outbox).deliver(delivery())
            #expect(receipt.reference == "post-17.pdf")
            #expect(receipt.sentOn == CivilDate(2025, 11, 19))
            #expect(receipt.details == ["bytes": "\(Self.document.count)", "pages": "2"])
            #expect(TemporaryFolder.names(outbox) == ["post-17.json", "post-17.pdf"])
            #expect(try SpoolFolder(path: outbox).read("post-17.pdf") == Self.document)
            let manifest = String(decoding: try SpoolFolder(path: outbox).read("post-17.json") ?? [], as: UTF8.self)
            #expect(
                manifest == """
                    {"bytes":\(Self.document.count),"case":1042,"country":"DK","datedOn":"2025-11-18","key":"post-17",\
                    "letter":17,"pages":2,"postalCode":"8000","sentOn":"2025-11-19","step":"collectionNotice",\
                    "tenant":"nordlys-energi"}

                    """)
        }
    }

    @Test func `the manifest has the document's digest when the host gives it`() throws {
        try TemporaryFolder.with { folder in
            var delivery = delivery()
            delivery.documentSHA256 = "00ff"
            _ = try PostChannel(outbox: folder).deliver(delivery)
            let manifest = String(decoding: try SpoolFolder(path: folder).read("post-17.json") ?? [], as: UTF8.self)
            #expect(manifest.contains("\"sentOn\":\"2025-11-19\",\"sha256\":\"00ff\",\"step\""))
        }
    }

    @Test func `a retry has no second effect and gives the first receipt`() throws {
        try TemporaryFolder.with { folder in
            let first = try PostChannel(outbox: folder).deliver(delivery())
            let manifest = try SpoolFolder(path: folder).read("post-17.json")
            let later = delivery(document: Array("%PDF-another".utf8), day: CivilDate(2025, 12, 24))
            #expect(try PostChannel(outbox: folder).deliver(later) == first)
            #expect(try PostChannel(outbox: folder).receipt(for: "post-17") == first)
            #expect(try SpoolFolder(path: folder).read("post-17.pdf") == Self.document)
            #expect(try SpoolFolder(path: folder).read("post-17.json") == manifest)
        }
    }

    @Test func `what a crash left behind does not count as a delivery and is replaced`() throws {
        try TemporaryFolder.with { folder in
            let spool = SpoolFolder(path: folder)
            for name in ["post-17.pdf", ".tmp-post-17.pdf", ".tmp-post-17.json"] {
                try spool.write(Array("half a".utf8), to: name, through: ".other")
            }
            #expect(try PostChannel(outbox: folder).receipt(for: "post-17") == nil)
            _ = try PostChannel(outbox: folder).deliver(delivery())
            #expect(TemporaryFolder.names(folder) == ["post-17.json", "post-17.pdf"])
            #expect(try spool.read("post-17.pdf") == Self.document)
        }
    }

    @Test func `a delivery that was never made has no receipt, also without a folder`() throws {
        #expect(try PostChannel(outbox: "/nonexistent/outbox").receipt(for: "post-17") == nil)
    }

    @Test func `an outbox that cannot be written is a temporary failure that names it`() throws {
        try TemporaryFolder.with { folder in
            try SpoolFolder(path: folder).write([], to: "file", through: ".tmp")
            for outbox in ["\(folder)/file/outbox", "/proc/fordring/outbox"] {
                let failure = try #require(throws: DeliveryFailure.self) {
                    try PostChannel(outbox: outbox).deliver(delivery())
                }
                #expect(failure.kind == .temporary)
                #expect(failure.message.contains(outbox))
            }
        }
    }

    @Test func `a full disk is a temporary failure, leaves nothing, and the next attempt succeeds`() throws {
        try TemporaryFolder.with { folder in
            // Writing to /dev/full fails as on a full disk.
            symlink("/dev/full", "\(folder)/.tmp-post-17.json")
            let failure = try #require(throws: DeliveryFailure.self) {
                try PostChannel(outbox: folder).deliver(delivery())
            }
            #expect(failure.kind == .temporary)
            #expect(failure.message.contains("free space"))
            #expect(TemporaryFolder.names(folder) == ["post-17.pdf"])
            #expect(try PostChannel(outbox: folder).receipt(for: "post-17") == nil)
            #expect(try PostChannel(outbox: folder).deliver(delivery()).reference == "post-17.pdf")
        }
    }

    @Test(arguments: ["", "../post", "a/b", "a b", "å", "a\u{0}", String(repeating: "k", count: 201)])
    func `a key that could name another file is refused`(key: String) {
        let failure = #expect(throws: DeliveryFailure.self) {
            try PostChannel(outbox: "/nonexistent").deliver(delivery(key))
        }
        #expect(failure?.kind == .permanent)
    }

    @Test(arguments: ["", "{", "{\"sentOn\":\"2025-11-19\"}", "[]"])
    func `a manifest that cannot be read needs a person`(text: String) throws {
        try TemporaryFolder.with { folder in
            try SpoolFolder(path: folder).write(Array(text.utf8), to: "post-17.json", through: ".tmp")
            let failure = #expect(throws: DeliveryFailure.self) {
                try PostChannel(outbox: folder).deliver(delivery())
            }
            #expect(failure?.kind == .permanent)
        }
    }

    @Test func `a letter without a PDF is not posted`() throws {
        try TemporaryFolder.with { folder in
            let failure = #expect(throws: DeliveryFailure.self) {
                try PostChannel(outbox: folder).deliver(delivery(document: []))
            }
            #expect(failure?.kind == .permanent)
            #expect(TemporaryFolder.names(folder).isEmpty)
        }
    }

    @Test func `an address needs a street, a postal code and a city`() {
        let channel = PostChannel(outbox: "")
        #expect(channel.canReach(Sample.party()) == .reachable)
        #expect(channel.canReach(Sample.party(lines: [])) == .unreachable("the address has no street"))
        #expect(channel.canReach(Sample.party(lines: [" "])) == .unreachable("the address has no street"))
        #expect(channel.canReach(Sample.party(postalCode: "")) == .unreachable("the address has no postal code"))
        #expect(channel.canReach(Sample.party(city: "\t")) == .unreachable("the address has no city"))
    }

    @Test func `the plug-in offers what its manifest says`() {
        var registry = PluginRegistry()
        PostChannelPlugin().register(in: &registry)
        #expect(registry.offers == ["channel:post", "renderer:application/pdf"])
        #expect(PluginEntry.open(fordringPlugin()).plugin is PostChannelPlugin)
    }
}
