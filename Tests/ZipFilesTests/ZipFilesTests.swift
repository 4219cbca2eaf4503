import Foundation
import Testing
import ZipFiles

@Suite struct `A zip archive` {
    private static let day = (year: 2026, month: 3, day: 2)

    private func archive() throws -> ZipArchive {
        var archive = ZipArchive(dated: Self.day)
        try archive.add("README.txt", Array("Read me.\n".utf8))
        try archive.add("letters/0001 rykker æøå.txt", Array("Kære Anna\n".utf8))
        try archive.add("empty", [])
        try archive.add("bytes.bin", (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        return archive
    }

    @Test func `is the same for the same files, in every time zone`() throws {
        let first = try archive().bytes()
        let zone = ProcessInfo.processInfo.environment["TZ"]
        setenv("TZ", "Pacific/Kiritimati", 1)
        tzset()
        defer {
            if let zone { setenv("TZ", zone, 1) } else { unsetenv("TZ") }
            tzset()
        }
        #expect(try archive().bytes() == first)
    }

    @Test func `is read by unzip, and has the files in their order`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "fordring-\(UUID().uuidString).zip")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data(archive().bytes()).write(to: path)
        #expect(try run(["unzip", "-tq", path.path]).contains("No errors"))
        #expect(
            try run(["unzip", "-Z1", path.path]).split(separator: "\n").map(String.init)
                == ["README.txt", "letters/0001 rykker æøå.txt", "empty", "bytes.bin"])
        #expect(try run(["unzip", "-p", path.path, "README.txt"]) == "Read me.\n")
        #expect(try run(["unzip", "-l", path.path]).contains("2026-03-02 00:00"))
    }

    @Test(arguments: ["", "/etc/passwd", "../up", "a//b", "a/./b", "a\\b", "c:x", "line\nbreak"])
    func `refuses a name that leads elsewhere`(name: String) {
        var archive = ZipArchive(dated: Self.day)
        #expect(throws: ZipFault.self) { try archive.add(name, []) }
    }

    @Test func `has no name twice`() throws {
        var archive = try archive()
        #expect(throws: ZipFault.self) { try archive.add("empty", []) }
    }

    @Test func `is read again byte for byte, and can be cut down`() throws {
        let bytes = try archive().bytes()
        var again = try ZipArchive(bytes)
        #expect(again.day == Self.day)
        #expect(again.files.map(\.name) == (try archive().files.map(\.name)))
        #expect(try again.bytes() == bytes)
        again.keep(["README.txt", "not there"])
        #expect(try ZipArchive(again.bytes()).files.map(\.name) == ["README.txt"])
    }

    @Test(arguments: [0, 1, 2])
    func `that is damaged is not read`(place: Int) throws {
        var bytes = try archive().bytes()
        switch place {
        case 0: bytes[bytes.count / 2] ^= 1
        case 1: bytes.removeLast(30)
        default: bytes = []
        }
        #expect(throws: ZipFault.self) { try ZipArchive(bytes) }
    }

    private func run(_ command: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return output
    }
}
