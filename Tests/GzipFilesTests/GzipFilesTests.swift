import Foundation
import GzipFiles
import Testing

/// A folder of its own for one test, gone at its end.
private final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "gzip-files-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8]) throws -> String {
        let file = path + "/file.gz"
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }
}

private func lines(_ path: String, maximumLineLength: Int = 1 << 20) throws -> [String] {
    let reader = try GzipLineReader(path: path, maximumLineLength: maximumLineLength)
    var lines: [String] = []
    while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    #expect(try reader.next() == nil)
    #expect(reader.lineNumber == lines.count)
    return lines
}

/// What a file with these bytes is refused with.
private func fault(_ bytes: [UInt8]) throws -> GzipFault {
    let folder = try Folder()
    let error = #expect(throws: GzipFault.self) { _ = try lines(folder.write(bytes)) }
    return try #require(error)
}

/// Runs a program and gives its exit status.
private func run(_ arguments: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
}

private func peakMemory() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
        return (Int(line.filter(\.isNumber)) ?? 0) * 1024
    }
    return 0
}

struct GzipFilesTests {
    @Test func `lines come back as they were written`() throws {
        let folder = try Folder()
        let path = folder.path + "/a.gz"
        // Small chunks, so that there are many members; random, so that they are not all alike.
        let writer = try GzipWriter(path: path, chunkSize: 1000)
        let expected = (0..<5000).map { "{\"line\":\($0),\"text\":\"\(UInt64.random(in: 0...UInt64.max)) ø\"}" }
        for line in expected { try writer.write(line: line) }
        #expect(!FileManager.default.fileExists(atPath: path))
        try writer.close()
        #expect(try lines(path) == expected)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.gz"])
    }

    @Test func `the same text gives the same bytes, without name and time`() throws {
        let folder = try Folder()
        var files: [Data] = []
        for name in ["a.gz", "b.gz"] {
            let writer = try GzipWriter(path: folder.path + "/" + name)
            try writer.write(Array("hello\n".utf8))
            try writer.close()
            files.append(try Data(contentsOf: URL(filePath: folder.path + "/" + name)))
        }
        #expect(files[0] == files[1])
        // RFC 1952: magic, deflate, no flags, no time, no extra flags, system unknown.
        #expect(Array(files[0].prefix(10)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    }

    @Test func `a member holds whole writes, and each can be read without the others`() throws {
        let folder = try Folder()
        let path = folder.path + "/a.gz"
        let writer = try GzipWriter(path: path, chunkSize: 1000)
        let expected = (0..<500).map { "line \($0 * 7919) of a text" }
        for line in expected { try writer.write(line: line) }
        try writer.close()
        let bytes = Array(try Data(contentsOf: URL(filePath: path)))
        // Members begin as RFC 1952 and this writer begin them; those bytes come by chance once in 2^80.
        let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        let starts = bytes.indices.filter { bytes[$0...].starts(with: header) }
        #expect(starts.count > 5)
        var found: [String] = []
        for (start, end) in zip(starts, starts.dropFirst() + [bytes.count]) {
            let part = try lines(folder.write(Array(bytes[start..<end])))
            #expect(part.allSatisfy { $0.hasSuffix("text") })
            found += part
        }
        #expect(found == expected)
    }

    @Test func `the bytes are the same however many threads compress`() throws {
        let folder = try Folder()
        var files: Set<Data> = []
        for threads in [1, 2, 3, 8, 100] {
            let path = folder.path + "/\(threads).gz"
            let writer = try GzipWriter(path: path, chunkSize: 5000, threads: threads)
            for number in 0..<20_000 { try writer.write(line: "line \(number &* 2_654_435_761)") }
            try writer.close()
            files.insert(try Data(contentsOf: URL(filePath: path)))
        }
        #expect(files.count == 1)
    }

    @Test func `what a process that no longer lives has left is cleared away, and nothing else`() throws {
        let folder = try Folder()
        let path = folder.path + "/a.gz"
        let others = ["a.gz.old.partial", "a.gz.partial", "b.gz.1-0.partial", "a.gz.7-0"]
        for name in others + ["a.gz.999999-0.partial", "a.gz.1-3.partial"] {
            try Data("x".utf8).write(to: URL(filePath: folder.path + "/" + name))
        }
        let living = try GzipWriter(path: path)
        let second = try GzipWriter(path: path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == others.count + 2)
        try second.write(line: "second")
        try second.close()
        try living.write(line: "living")
        try living.close()
        #expect(try lines(path) == ["living"])
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder.path)) == Set(others + ["a.gz"]))
    }

    @Test func `a full disk is said, with what to do, and nothing is left`() throws {
        guard getuid() == 0 else {
            print("SKIPPED: only the superuser can mount a small disk")
            return
        }
        let folder = try Folder()
        guard try run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder.path) == 0 else {
            print("SKIPPED: no small disk can be mounted here")
            return
        }
        defer { _ = try? run("umount", folder.path) }
        let error = #expect(throws: GzipFault.self) {
            let writer = try GzipWriter(path: folder.path + "/a.gz", chunkSize: 50_000)
            for _ in 0..<100_000 { try writer.write(line: String(UInt64.random(in: 0...UInt64.max))) }
            try writer.close()
        }
        #expect(error?.code == .system)
        #expect(error?.message.contains("No space left on device: free space there, or choose another place") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test(arguments: [0, 1, 6, 9])
    func `every level can be read`(level: Int) throws {
        let folder = try Folder()
        let member = try compressMember(Array(repeating: UInt8(ascii: "a"), count: 3_000_000) + [10], level: level)
        #expect(try lines(folder.write(member), maximumLineLength: 3_000_000).map(\.count) == [3_000_000])
    }

    @Test func `there is no level 10`() {
        #expect(throws: GzipFault.self) { try compressMember([], level: 10) }
    }

    @Test func `an empty text is a file without lines, and empty lines are lines`() throws {
        let folder = try Folder()
        let writer = try GzipWriter(path: folder.path + "/a.gz")
        try writer.close()
        #expect(try lines(folder.path + "/a.gz").isEmpty)
        #expect(try lines(folder.write(compressMember(Array("\n\na".utf8)))) == ["", "", "a"])
        #expect(try lines(folder.write(compressMember([]) + compressMember([10]) + compressMember([]))) == [""])
    }

    @Test func `gunzip reads what is written`() throws {
        let folder = try Folder()
        let path = folder.path + "/a.gz"
        let writer = try GzipWriter(path: path, chunkSize: 10)
        for number in 0..<100 { try writer.write(line: "line \(number)") }
        try writer.close()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "gunzip -c \"$1\" | cksum", "sh", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let size = (0..<100).map { "line \($0)\n".utf8.count }.reduce(0, +)
        #expect(output.split(separator: " ").last.map { $0.filter(\.isNumber) } == "\(size)")
    }

    // MARK: - Faults

    @Test func `a file that is not gzip says so`() throws {
        #expect(try fault([]).code == .notGzip)
        #expect(try fault([]).message.contains("is empty"))
        #expect(try fault(Array("{\"a\":1}\n".utf8)).code == .notGzip)
        #expect(try fault([0x1F, 0x8C, 8, 0]).code == .notGzip)
        #expect(try fault(compressMember([65]) + Array("rest".utf8)).code == .notGzip)
    }

    @Test func `a file that was cut off says so, wherever it was cut`() throws {
        let text = (0..<200).map { "line \($0 * 7919)\n" }.joined()
        let bytes = try compressMember(Array(text.utf8))
        for length in 1..<bytes.count {
            #expect(try fault(Array(bytes[..<length])).code == .truncated, "\(length) bytes")
        }
        let second = try compressMember([65]) + [0x1F]
        #expect(try fault(second).code == .truncated)
    }

    @Test func `a wrong checksum or length says so`() throws {
        let bytes = try compressMember(Array("hello\n".utf8))
        for place in bytes.count - 8..<bytes.count {
            var damaged = bytes
            damaged[place] ^= 1
            #expect(try fault(damaged).code == .corrupt)
        }
    }

    @Test func `a line over the limit says which`() throws {
        let folder = try Folder()
        let path = try folder.write(compressMember(Array("ab\nabcd\nabc\n".utf8)))
        #expect(try lines(path, maximumLineLength: 4) == ["ab", "abcd", "abc"])
        let error = #expect(throws: GzipFault.self) { _ = try lines(path, maximumLineLength: 3) }
        #expect(error?.code == .lineTooLong)
        #expect(error?.message.contains("line 2") == true)
    }

    @Test func `what the system refuses is a fault`() throws {
        let folder = try Folder()
        #expect(throws: GzipFault.self) { try GzipLineReader(path: folder.path + "/none") }
        #expect(throws: GzipFault.self) { try GzipWriter(path: folder.path + "/none/a.gz") }
        #expect(throws: GzipFault.self) { try GzipLineReader(path: folder.path).next() }
    }

    @Test func `a writer that is dropped or discarded leaves nothing`() throws {
        let folder = try Folder()
        do {
            let writer = try GzipWriter(path: folder.path + "/a.gz")
            try writer.write(line: "x")
        }
        let discarded = try GzipWriter(path: folder.path + "/b.gz")
        discarded.discard()
        #expect(throws: GzipFault.self) { try discarded.write(line: "x") }
        #expect(throws: GzipFault.self) { try discarded.close() }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func `damaged bytes never crash and always end`() throws {
        let given = ProcessInfo.processInfo.environment["FORDRING_SEED"].flatMap { UInt64($0) }
        let seed = given ?? .random(in: 0...UInt64.max)
        print("gzip fuzz: FORDRING_SEED=\(seed)")
        var state = seed
        func random(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        let text = (0..<200).map { "line \($0 * 7919)\n" }.joined()
        let good = try compressMember(Array(text.utf8)) + compressMember(Array(text.utf8))
        let folder = try Folder()
        for round in 0..<2000 {
            var bytes = round % 4 == 0 ? [0x1F, 0x8B, 8, 0] + (0..<100).map { _ in UInt8(random(256)) } : good
            for _ in 0...random(4) { bytes[random(bytes.count)] = UInt8(random(256)) }
            do {
                _ = try lines(folder.write(bytes))
            } catch is GzipFault {
            }
        }
    }

    @Test func `200 MB of lines go out and in through memory that does not grow`() async {
        await #expect(processExitsWith: .success) {
            let folder = try Folder()
            let path = folder.path + "/a.gz"
            let before = peakMemory()
            let writer = try GzipWriter(path: path, level: 1)
            let block = (0..<1000).flatMap { Array("line \($0) of a block that is repeated\n".utf8) }
            let times = 200_000_000 / block.count
            for _ in 0..<times { try writer.write(block) }
            try writer.close()
            let reader = try GzipLineReader(path: path)
            var count = 0
            while try reader.next() != nil { count += 1 }
            try #require(count == times * 1000)
            let growth = peakMemory() - before
            try #require(before > 0 && growth < 40 << 20, "memory grew by \(growth) bytes")
        }
    }
}
