import Foundation
import Testing

@testable import Host

/// Goal: what a library has opened beside it is read as the loader reads it, and nothing that is broken brings the host down.
@Suite struct LibraryNeedsTests {
    private func library(_ of: (FixturePlugins) -> FixturePlugins.Library) throws -> Data {
        try Data(contentsOf: of(try FixturePlugins.compiled()).url)
    }

    @Test func `The names and folders of a library are those that it was linked with`() throws {
        let pigeon = try #require(try LibraryNeeds(library(\.pigeon)))
        #expect(pigeon.names.contains("libFordringKit.so") && pigeon.names.contains("libswiftCore.so"))
        #expect(!pigeon.names.contains("libInsider.so") && !pigeon.folders.contains("$ORIGIN"))
        #expect(PlatformLibraries.objection(to: pigeon) == nil)
        let front = try #require(try LibraryNeeds(library(\.front)))
        #expect(front.names.contains("libInsider.so") && front.folders.contains("$ORIGIN"))
        #expect(PlatformLibraries.objection(to: front)?.contains("libInsider.so") == true)
    }

    @Test func `A system library must be the system's`() throws {
        let test = try TestHome()
        let other = test.root.appending(path: "other").path
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        func objection(_ names: [String], _ folders: String...) -> String? {
            var needs = LibraryNeeds.none
            needs.names = names
            needs.folders = folders
            return PlatformLibraries.objection(to: needs)
        }
        #expect(objection(["libc.so.6", "libFordringKit.so"], "$ORIGIN", other) == nil)
        #expect(objection(["libnone.so.7"])?.contains("'libnone.so.7'") == true)
        #expect(objection(["../libc.so.6"])?.contains("'../libc.so.6'") == true)
        for folder in ["$ORIGIN/more", "${ORIGIN}/..", "", ".", "lib", "/opt/$LIB"] {
            #expect(objection(["libc.so.6"], folder)?.contains("'\(folder)'") == true)
        }
        for name in ["libc.so.6", "libFordringKit.so"] {
            try Data().write(to: URL(filePath: other).appending(path: name))
            #expect(objection(["libm.so.6", name], other)?.contains("has '\(name)' looked for") == true)
        }
    }

    @Test func `A broken library is refused and breaks nothing`() throws {
        let whole = try library(\.unwilling)
        #expect(try LibraryNeeds(Data("no library".utf8)) == nil)
        #expect(try LibraryNeeds(Data()) == nil)
        for length in 4..<64 {
            #expect(throws: LibraryNeeds.Unreadable.self) { try LibraryNeeds(whole.prefix(length)) }
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            var bytes = whole.prefix(4096)
            // Headers and program headers, where all places come from.
            for _ in 0..<3 {
                bytes[Int.random(in: 4..<1024, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? LibraryNeeds(bytes)
            var file = whole
            file.replaceSubrange(0..<4096, with: bytes)
            _ = try? LibraryNeeds(file)
        }
    }
}
