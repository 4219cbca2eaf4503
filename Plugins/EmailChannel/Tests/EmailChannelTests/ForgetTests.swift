import FordringKit
import Glibc
import SpoolFiles
import Testing
import TransportsTesting

@testable import EmailChannel

/// Goal: nothing of the message is left, wherever a mail server has put it; the proof is.
@Suite struct ForgetTests {
    @Test(arguments: ["new/email-17", "cur/email-17", "cur/email-17:2,S"])
    func `a message leaves the head that its receipt is read from`(_ place: String) throws {
        try TemporaryFolder.with { folder in
            let channel = try Sample.channel(folder)
            let receipt = try channel.deliver(Sample.delivery())
            let maildir = "\(folder)/Maildir"
            #expect(rename("\(maildir)/new/email-17", "\(maildir)/\(place)") == 0)
            try channel.forget(idempotencyKey: "email-17")
            for name in ["new", "cur", "tmp"] { #expect(TemporaryFolder.names("\(maildir)/\(name)").isEmpty) }
            let left = try SpoolFolder(path: maildir).read("forgotten/email-17") ?? []
            #expect(
                String(decoding: left, as: UTF8.self)
                    == "Date: Wed, 19 Nov 2025 08:00:00 +0000\r\nMessage-ID: <email-17@nordlys.example>\r\n\r\n")
            #expect(try channel.receipt(for: "email-17") == receipt)
            #expect(try channel.deliver(Sample.delivery()) == receipt)
            try channel.forget(idempotencyKey: "email-17")
            #expect(try SpoolFolder(path: maildir).read("forgotten/email-17") == left)
        }
    }

    @Test func `a message that was never whole goes without a trace`() throws {
        try TemporaryFolder.with { folder in
            let channel = try Sample.channel(folder)
            try channel.forget(idempotencyKey: "email-17")
            #expect(TemporaryFolder.names(folder).isEmpty)
            _ = try channel.deliver(Sample.delivery("email-18"))
            let maildir = "\(folder)/Maildir"
            #expect(rename("\(maildir)/new/email-18", "\(maildir)/tmp/email-17") == 0)
            try channel.forget(idempotencyKey: "email-17")
            #expect(TemporaryFolder.names("\(maildir)/tmp").isEmpty)
            #expect(try channel.receipt(for: "email-17") == nil)
        }
    }
}
