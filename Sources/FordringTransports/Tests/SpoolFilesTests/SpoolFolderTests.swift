import FordringKit
import Glibc
import Testing
import TransportsTesting

@testable import SpoolFiles

@Suite struct SpoolFolderTests {
    @Test func `a file is whole under its name, and what an earlier attempt left is replaced`() throws {
        try TemporaryFolder.with { path in
            let folder = SpoolFolder(path: "\(path)/a/b")
            try folder.create("new")
            try TemporaryFolder.put([9, 9, 9, 9], "a/b/.tmp", in: path)
            try folder.write([1, 2, 3], to: "new/x", through: ".tmp")
            #expect(try folder.read("new/x") == [1, 2, 3])
            #expect(try folder.read("new/x", atMost: 2) == [1, 2])
            try folder.write([4], to: "new/x", through: ".tmp")
            #expect(try folder.read("new/x") == [4])
            #expect(TemporaryFolder.names(folder.path) == ["new"])
            let large = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
            try folder.write(large, to: "large", through: ".tmp")
            #expect(try folder.read("large") == large)
        }
    }

    @Test func `what is not there is nothing, and can be removed`() throws {
        try TemporaryFolder.with { path in
            let folder = SpoolFolder(path: path)
            #expect(try folder.read("x") == nil)
            #expect(try folder.names("inside") == [])
            #expect(try folder.firstName(in: "inside") { _ in true } == nil)
            try folder.create("inside")
            for name in ["b", "a", ".c"] { try folder.write([1], to: "inside/\(name)", through: "t") }
            #expect(try folder.names("inside") == [".c", "a", "b"])
            #expect(try folder.firstName(in: "inside") { $0.hasPrefix("b") } == "b")
            try folder.remove("inside/a", "inside/none", "inside/b")
            #expect(try folder.names("inside") == [".c"])
        }
    }

    @Test func `what the system refuses can pass, and says which folder and what to do`() throws {
        for (code, cure) in [
            (ENOSPC, "free space on its disk"), (EACCES, "give the account that runs Fordring the right to it"),
            (EROFS, "mount its disk for writing"), (ENOTDIR, "move the file that stands where a folder should be"),
            (EIO, "look at the folder and its disk"),
        ] {
            let failure = SpoolFolder(path: "/spool").failure(code)
            #expect(failure.kind == .temporary)
            #expect(
                failure.message
                    == "The outbox /spool cannot be written (\(String(cString: strerror(code)))): \(cure), "
                    + "and it is tried again.")
        }
        #expect(SpoolFolder(path: "/spool").failure(EIO, "read").message.contains("/spool cannot be read ("))
        #expect(throws: DeliveryFailure.self) { try SpoolFolder(path: "/proc/fordring/outbox").create() }
        try TemporaryFolder.with { path in
            try TemporaryFolder.put([1], "file", in: path)
            let failure = #expect(throws: DeliveryFailure.self) { try SpoolFolder(path: "\(path)/file").read("x") }
            #expect(failure?.message.contains("move the file") == true)
        }
    }

    @Test(arguments: [true, false]) func `a name that may not last is not the same as no name`(isFolder: Bool) throws {
        try TemporaryFolder.with { path in
            let folder = SpoolFolder(path: path) { file in
                var status = stat()
                fstat(file, &status)
                guard (status.st_mode & S_IFMT == S_IFDIR) == isFolder else { return fsync(file) }
                errno = EIO
                return -1
            }
            let failure = #expect(throws: DeliveryFailure.self) { try folder.write([1], to: "a", through: ".a") }
            #expect(failure?.kind == (isFolder ? .unknown : .temporary))
            #expect(failure?.message.contains("look at the folder and its disk") == true)
            #expect(TemporaryFolder.names(path) == (isFolder ? ["a"] : []))
        }
    }

    @Test func `who holds the folder's lock is alone`() async throws {
        try await TemporaryFolder.withAsync { path in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<20 {
                            try SpoolFolder(path: path).locked {
                                let folder = SpoolFolder(path: path)
                                let count = try folder.read("count")?.first ?? 0
                                try folder.write([count + 1], to: "count", through: "tmp")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try SpoolFolder(path: path).read("count") == [160])
        }
    }

    @Test(arguments: ["", "../post", "a/b", "a b", "å", "a\u{0}", "a\nb", ".", String(repeating: "k", count: 201)])
    func `a key that could name another file is refused, by what it belongs to`(key: String) {
        let failure = #expect(throws: DeliveryFailure.self) { try SpoolKey.check(key, of: "filing") }
        #expect(failure?.kind == .permanent)
        #expect(failure?.message.hasPrefix("The filing's key has other signs") == true)
    }

    @Test func `a key has so many bytes at the most`() throws {
        let key = "Az-09" + String(repeating: "k", count: 195)
        try SpoolKey.check(key, of: "delivery")
        #expect(!SpoolKey.isSafe(key, atMost: 199))
        #expect(SpoolKey.isSafe("k", atMost: 1))
    }
}
