import Foundation

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What a shared library has the loader open beside it, read from its file without opening it.
///
/// The loader goes by program headers and the dynamic segment, and so does this: sections can say anything.
struct LibraryNeeds: Equatable {
    /// The names of libraries, as the library writes them.
    var names: [String] = []
    /// The folders that it has them looked for in, before the system's.
    var folders: [String] = []

    /// Nothing.
    static let none = LibraryNeeds()

    private init() {}

    /// What is no library that the loader would take.
    struct Unreadable: Error {}

    /// Reads a library; `nil` for a file that is none.
    ///
    /// - Throws: ``Unreadable`` for a library whose needs cannot be told.
    init?(_ library: Data) throws(Unreadable) {
        let file = Bytes(library)
        guard file.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { return nil }
        // 64 bits, and the byte order of all machines that we build for.
        guard file.byte(4) == 2, file.byte(5) == 1 else { throw Unreadable() }
        let (headers, size, count) = (try file.word(32), try file.half(54), try file.half(56))
        guard size == 56 else { throw Unreadable() }
        var loads: [(address: Int, offset: Int, size: Int)] = []
        var dynamic: (address: Int, size: Int)?
        for index in 0..<count {
            let header = try file.sum(headers, index * size)
            let (offset, address) = (try file.word(file.sum(header, 8)), try file.word(file.sum(header, 16)))
            switch try file.integer(header) {
            case 1: loads.append((address, offset, try file.word(file.sum(header, 32))))
            case 2: dynamic = (address, try file.word(file.sum(header, 40)))
            default: break
            }
        }
        guard let dynamic else { throw Unreadable() }
        /// Where the loader finds an address: the segment that it maps last lies over the others.
        func place(_ address: Int) throws(Unreadable) -> Int {
            guard let load = loads.last(where: { address >= $0.address && address - $0.address < $0.size }) else {
                throw Unreadable()
            }
            return try file.sum(load.offset, address - load.address)
        }
        var needed: [Int] = []
        var searched: [Int] = []
        var texts: Int?
        let start = try place(dynamic.address)
        entries: for index in 0..<(dynamic.size / 16) {
            let entry = try file.sum(start, index * 16)
            let value = try file.word(file.sum(entry, 8))
            switch try file.tag(entry) {
            case 0: break entries
            // Needed, an auxiliary filter, an auditor, another library's auditor, a filter: all are opened.
            case 1, 0x7FFF_FFFD, 0x6FFF_FEFC, 0x6FFF_FEFB, 0x7FFF_FFFF: needed.append(value)
            case 5: texts = try place(value)
            case 15, 29: searched.append(value)
            default: break
            }
        }
        guard needed.isEmpty && searched.isEmpty || texts != nil else { throw Unreadable() }
        for name in needed { names.append(try file.text(file.sum(texts ?? 0, name))) }
        for list in searched {
            folders += try file.text(file.sum(texts ?? 0, list)).split(separator: ":", omittingEmptySubsequences: false)
                .map { String($0) }
        }
    }

    /// A file whose every number is looked at before it is believed.
    private struct Bytes {
        private let data: Data

        init(_ data: Data) { self.data = data }

        func starts(with bytes: [UInt8]) -> Bool { data.starts(with: bytes) }

        func byte(_ place: Int) -> UInt8? { place < data.count ? data[data.startIndex + place] : nil }

        func sum(_ left: Int, _ right: Int) throws(Unreadable) -> Int {
            let (sum, overflow) = left.addingReportingOverflow(right)
            if overflow || sum < 0 { throw Unreadable() }
            return sum
        }

        private func read<Number: FixedWidthInteger>(_ place: Int, _: Number.Type) throws(Unreadable) -> Number {
            let size = MemoryLayout<Number>.size
            guard place >= 0, data.count >= size, place <= data.count - size else { throw Unreadable() }
            return data.withUnsafeBytes {
                Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self))
            }
        }

        func half(_ place: Int) throws(Unreadable) -> Int { Int(try read(place, UInt16.self)) }
        func integer(_ place: Int) throws(Unreadable) -> Int { Int(try read(place, UInt32.self)) }
        func tag(_ place: Int) throws(Unreadable) -> Int64 { try read(place, Int64.self) }

        func word(_ place: Int) throws(Unreadable) -> Int {
            guard let word = Int(exactly: try read(place, UInt64.self)) else { throw Unreadable() }
            return word
        }

        func text(_ place: Int) throws(Unreadable) -> String {
            guard place >= 0, place < data.count,
                let end = data[(data.startIndex + place)...].prefix(4096).firstIndex(of: 0),
                let text = String(validating: data[(data.startIndex + place)..<end], as: UTF8.self)
            else { throw Unreadable() }
            return text
        }
    }
}

/// The libraries that a plug-in may rest on: the kit, Swift's, and the system's.
///
/// The manifest's digest and the look for guarded symbols are of one file. So nothing else of the plug-in's own may be
/// opened with it: what it brings is linked into the one library.
enum PlatformLibraries {
    /// What speaks against a library's needs, as the end of a sentence; `nil` where nothing does.
    static func objection(to needs: LibraryNeeds) -> String? {
        for name in needs.names {
            guard !name.contains("/"), name == kit || folders.contains(where: { exists(name, in: $0) }) else {
                return "needs '\(name)', which is neither FordringKit nor a library of Swift or of the system"
            }
        }
        for folder in needs.folders where folder != "$ORIGIN" && folder != "${ORIGIN}" {
            guard folder.hasPrefix("/"), !folder.contains("$") else {
                return "has libraries looked for in '\(folder)'"
            }
            // Its folders come before the system's: one of another make under a system library's name would be taken.
            guard !isPlatform(folder) else { continue }
            if let name = needs.names.first(where: { exists($0, in: folder) && !isSwift($0) }) {
                return "has '\(name)' looked for in '\(folder)'"
            }
        }
        return nil
    }

    /// What else lies in a plug-in's folder and could be opened: a library by name or by content.
    static func stranger(in folder: URL, beside library: String) -> String? {
        let files = FileManager.default
        guard let names = files.enumerator(atPath: folder.path) else { return nil }
        while let name = names.nextObject() as? String {
            if name == library || name == PluginManifest.fileName { continue }
            let last = name.split(separator: "/").last ?? ""
            if last.hasSuffix(".so") || last.contains(".so.") { return name }
            guard let file = FileHandle(forReadingAtPath: folder.appending(path: name).path) else { continue }
            defer { try? file.close() }
            if (try? file.read(upToCount: 4)) == Data([0x7F, 0x45, 0x4C, 0x46]) { return name }
        }
        return nil
    }

    private static let kit = "libFordringKit.so"

    /// Those of Swift's libraries lie together, wherever the toolchain of the plug-in's author does.
    private static func isSwift(_ name: String) -> Bool { swiftFolder.map { exists(name, in: $0) } ?? false }

    private static func isPlatform(_ folder: String) -> Bool {
        let path = URL(filePath: folder).resolvingSymlinksInPath().path
        return folders.contains { URL(filePath: $0).resolvingSymlinksInPath().path == path }
    }

    private static func exists(_ name: String, in folder: String) -> Bool { access("\(folder)/\(name)", F_OK) == 0 }

    /// The folder of the Swift that this process runs with.
    private static let swiftFolder: String? = {
        // Piece by piece: the system gives a page at a time, which is not the end of it.
        guard let file = FileHandle(forReadingAtPath: "/proc/self/maps") else { return nil }
        defer { try? file.close() }
        var bytes = Data()
        while let piece = try? file.read(upToCount: 65_536), !piece.isEmpty { bytes += piece }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .first { $0.hasSuffix("/libswiftCore.so") }
        return line.flatMap { line in line.firstIndex(of: "/").map { String(line[$0...]) } }
            .map { URL(filePath: $0).deletingLastPathComponent().path }
    }()

    /// The folders of Swift's and of the system's libraries, the latter also as the administrator has set them.
    private static let folders: [String] = {
        #if arch(arm64)
        let machine = "aarch64-linux-gnu"
        #else
        let machine = "x86_64-linux-gnu"
        #endif
        var folders = ["/lib", "/usr/lib", "/usr/local/lib"].flatMap { ["\($0)/\(machine)", "\($0)64", $0] }
        let settings = "/etc/ld.so.conf.d"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: settings)) ?? [] where name.hasSuffix(".conf")
        {
            let text = (try? String(contentsOfFile: "\(settings)/\(name)", encoding: .utf8)) ?? ""
            folders += text.split(separator: "\n").map { String($0) }.filter { $0.hasPrefix("/") }
        }
        return (swiftFolder.map { [$0] } ?? []) + folders
    }()
}
