import Foundation
import Testing

/// The real program with the real plug-ins, as `make debug` leaves them.
struct Program {
    struct Output {
        let status: Int32
        let text: String
        let errors: String
    }

    /// The folder of the build: the test bundle lies in it, and so do the program and the plug-ins.
    static let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static var path: String { folder.appending(path: "fordring").path }

    /// The same with courts and credit bureaus.
    static var hasCourtsAndBureaus: Bool {
        isBuilt
            && ["norway", "rki", "betalingsanmerkning", "danish-courts", "norwegian-courts"].allSatisfy {
                FileManager.default.fileExists(atPath: folder.appending(path: "plugins/\($0).fordringplugin").path)
            }
    }

    /// Whether program and plug-ins are built; `make test` builds them first.
    static var isBuilt: Bool {
        ["denmark", "post-channel", "email-channel", "sms-channel"].allSatisfy {
            FileManager.default.fileExists(atPath: folder.appending(path: "plugins/\($0).fordringplugin").path)
        } && FileManager.default.fileExists(atPath: path)
    }

    let home: URL

    func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Program.path)
        process.arguments = arguments
        process.currentDirectoryURL = Program.project
        var environment = ProcessInfo.processInfo.environment
        environment["FORDRING_HOME"] = home.path
        environment["FORDRING_OPERATOR"] = "tester"
        process.environment = environment
        return process
    }

    /// Runs the program to its end.
    func run(_ arguments: String...) throws -> Output { try run(arguments) }

    func run(_ arguments: [String]) throws -> Output {
        let process = process(arguments)
        // Files, not pipes: a full pipe would stop the program.
        let output = home.deletingLastPathComponent().appending(path: "out-\(UUID().uuidString)")
        let errors = home.deletingLastPathComponent().appending(path: "err-\(UUID().uuidString)")
        for file in [output, errors] { try Data().write(to: file) }
        defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Output(
            status: process.terminationStatus, text: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }

    /// Runs the program, expects it to succeed, and gives what it printed.
    @discardableResult
    func succeed(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let output = try run(arguments)
        #expect(
            output.status == 0, "\(arguments.joined(separator: " ")): \(output.errors)", sourceLocation: sourceLocation)
        return output.text
    }
}

/// A folder that is gone after the closure.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "fordring-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}

/// The files below a folder with their contents, by path.
func files(below folder: URL) throws -> [String: Data] {
    var result: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
        let file = folder.appending(path: path)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue {
            result[path] = try Data(contentsOf: file)
        }
    }
    return result
}

/// The paths at which two folders differ.
///
/// Comparing the contents in an expectation would draw up their differences byte by byte, for hours.
func differences(_ left: [String: Data], _ right: [String: Data]) -> [String] {
    Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
}
