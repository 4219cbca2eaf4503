import Crypto
import Foundation
import Testing

@testable import Host

/// Plug-ins for the tests, compiled once a run against the kit that the tests themselves are linked with.
///
/// They are separately compiled shared libraries, loaded as a partner's would be; their sources lie in `Fixtures`.
struct FixturePlugins: Sendable {
    /// A library and what a manifest must say of it.
    struct Library: Sendable {
        let url: URL
        let offers: [String]

        /// A manifest that the host accepts.
        func manifest(_ identifier: String) throws -> PluginManifest {
            PluginManifest(
                identifier: identifier, name: identifier, version: "1.0.0", kitVersion: "1.0", compiler: "6.3.1",
                library: url.lastPathComponent, sha256: SHA256.hash(data: try Data(contentsOf: url)).hex, offers: offers
            )
        }
    }

    /// The law of XA, and a channel that does nothing.
    let land: Library
    /// The same module in another version, whose fee is twenty.
    let landSecond: Library
    /// The same, with a setting that the host keeps for itself.
    let landReserved: Library
    /// A channel that leaves files.
    let pigeon: Library
    /// One that refuses to start.
    let unwilling: Library
    /// One that is no plug-in.
    let mute: Library
    /// One that uses what only the host may.
    let insider: Library
    /// One that looks for it by a name that it puts together.
    let conjurer: Library
    /// The pigeon, which has the insider opened beside it.
    let front: Library
    /// A folder with `land` and `pigeon`, in order.
    let folder: URL
    /// The folder of all of them, removed when the process of the tests ends.
    let root: URL

    static func compiled() throws -> FixturePlugins { try result.get() }

    private static let result = Result { try FixturePlugins() }

    private init() throws {
        let root = try FixturePlugins.newFolder()
        let sources = FixturePlugins.sources
        let binaries = try FixturePlugins.binaries()
        func library(_ name: String) -> URL { root.appending(path: "lib\(name).so") }
        func command(_ name: String, into library: URL, _ more: [String] = []) -> [String] {
            [
                "swiftc", "-emit-library", "-Onone", "-swift-version", "6", "-module-name", name, "-I",
                binaries.appending(path: "Modules").path, "-L", binaries.path, "-lFordringKit", "-Xlinker", "-soname",
                "-Xlinker", "lib\(name).so", "-o", library.path, sources.appending(path: "\(name).swift").path,
            ] + more
        }
        // The same name of module, file and library, as two versions of one package have.
        let versions = try ["SECOND", "RESERVED"].map { name in
            let folder = root.appending(path: name)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            return (flag: name, library: folder.appending(path: "libLand.so"))
        }
        try run(["Land", "Pigeon", "Unwilling", "Mute", "Insider", "Conjurer"].map { command($0, into: library($0)) })
        let front = root.appending(path: "FRONT")
        try FileManager.default.createDirectory(at: front, withIntermediateDirectories: true)
        let withInsider = [
            "-L", root.path, "-Xlinker", "--no-as-needed", "-lInsider", "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN",
        ]
        try run(
            versions.map { command("Land", into: $0.library, ["-D", $0.flag]) } + [
                command("Pigeon", into: front.appending(path: "libPigeon.so"), withInsider)
            ])
        self.root = root
        land = Library(url: library("Land"), offers: ["channel:shout", "jurisdiction:XA"])
        landSecond = Library(url: versions[0].library, offers: land.offers)
        landReserved = Library(url: versions[1].library, offers: land.offers)
        pigeon = Library(url: library("Pigeon"), offers: ["channel:carriage", "channel:pigeon"])
        unwilling = Library(url: library("Unwilling"), offers: [])
        mute = Library(url: library("Mute"), offers: [])
        insider = Library(url: library("Insider"), offers: [])
        conjurer = Library(url: library("Conjurer"), offers: [])
        self.front = Library(url: front.appending(path: "libPigeon.so"), offers: pigeon.offers)
        folder = root.appending(path: "plugins")
        try install(land, as: "land", in: folder)
        try install(pigeon, as: "pigeon", in: folder)
    }

    /// The sources of the plug-ins.
    static let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    /// The folder in which the running tests were built; the kit's module and library are there.
    static func binaries() throws -> URL {
        let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(filePath: executable).deletingLastPathComponent()
        try #require(
            FileManager.default.fileExists(atPath: folder.appending(path: "libFordringKit.so").path),
            "the tests run in \(folder.path), and the kit was not built there")
        return folder
    }

    /// A folder that lives as long as the process; what processes that ended have left is cleared away.
    private static func newFolder() throws -> URL {
        let files = FileManager.default
        let prefix = "fordring-fixtures-"
        for name in try files.contentsOfDirectory(atPath: files.temporaryDirectory.path) where name.hasPrefix(prefix) {
            guard let process = Int(name.dropFirst(prefix.count)), !files.fileExists(atPath: "/proc/\(process)") else {
                continue
            }
            try? files.removeItem(at: files.temporaryDirectory.appending(path: name))
        }
        let process = ProcessInfo.processInfo.processIdentifier
        let folder = files.temporaryDirectory.appending(path: "\(prefix)\(process)")
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}

/// Puts a plug-in's folder into a folder of plug-ins.
///
/// The library is a link to the one file, so that a process has it open once however many folders name it.
@discardableResult
func install(
    _ library: FixturePlugins.Library, as identifier: String, in folder: URL, named name: String? = nil,
    _ change: (inout PluginManifest) -> Void = { _ in }
) throws -> URL {
    let target = folder.appending(path: (name ?? identifier) + PluginManifest.folderSuffix)
    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    var manifest = try library.manifest(identifier)
    try FileManager.default.linkItem(at: library.url, to: target.appending(path: manifest.library))
    change(&manifest)
    try JSONEncoder().encode(manifest).write(to: target.appending(path: PluginManifest.fileName))
    return target
}

/// Runs commands beside each other and waits for all of them.
///
/// - Returns: what each of them printed.
@discardableResult
func run(_ commands: [[String]], environment: [String: String] = [:]) throws -> [String] {
    let processes = try commands.map { command in
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        return (process, pipe)
    }
    return try zip(commands, processes).map { command, started in
        let output = String(decoding: started.1.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        started.0.waitUntilExit()
        try #require(started.0.terminationStatus == 0, "\(command.joined(separator: " ")):\n\(output)")
        return output
    }
}
