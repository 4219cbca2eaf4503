import Foundation

/// A folder for one test, removed after it.
public enum TemporaryFolder {
    /// Makes a folder, lends its path, and removes it with all that is in it.
    public static func with<Result>(_ body: (String) throws -> Result) throws -> Result {
        let path = try make()
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    /// The same for a body that waits.
    public static func withAsync<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let path = try make()
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    /// Writes a file, and makes the folders that it lies in.
    public static func put(_ bytes: [UInt8], _ place: String, in folder: String) throws {
        let url = URL(filePath: folder).appending(path: place)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    /// The bytes of a file.
    public static func get(_ place: String, in folder: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder).appending(path: place)))
    }

    /// All files below a folder as one text, to look for traces in.
    public static func text(_ folder: String) -> String {
        let files = FileManager.default.enumerator(atPath: folder)
        var text = ""
        while let name = files?.nextObject() as? String {
            if let data = FileManager.default.contents(atPath: "\(folder)/\(name)") {
                text += String(decoding: data, as: UTF8.self)
            }
        }
        return text
    }

    /// The names in a folder, sorted; none where there is no folder.
    public static func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    private static func make() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fordring-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.path
    }
}
