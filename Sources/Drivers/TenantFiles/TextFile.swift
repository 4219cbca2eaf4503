import Foundation

/// What keeps a file from being read as text.
struct TextFileFault: Error {
    var line: Int?
    var message: String
    var allowed = ""
}

/// Reads small text files.
enum TextFile {
    static func read(_ path: String, bytesMax: Int, followsLinks: Bool) throws(TextFileFault) -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw TextFileFault(message: "'\(path)' names no file") }
        let resolved = followsLinks ? URL(fileURLWithPath: path).resolvingSymlinksInPath().path : path
        let type: FileAttributeType?
        do {
            type = try FileManager.default.attributesOfItem(atPath: resolved)[.type] as? FileAttributeType
        } catch {
            throw TextFileFault(message: "there is no such file")
        }
        guard type == .typeRegular else {
            throw TextFileFault(message: type == .typeDirectory ? "it is a folder" : "it is not a plain file")
        }
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: resolved))
            defer { try? handle.close() }
            bytes = try handle.read(upToCount: bytesMax + 1) ?? Data()
        } catch {
            throw TextFileFault(message: "it cannot be read (\(error.localizedDescription))")
        }
        guard bytes.count <= bytesMax else {
            throw TextFileFault(message: "it is too large", allowed: "at most \(bytesMax / 1024) KiB")
        }
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
        guard let text = String(validating: content, as: UTF8.self) else {
            let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
            throw TextFileFault(
                line: line.map { $0 + 1 }, message: "it is not UTF-8", allowed: "UTF-8, for example saved again as such"
            )
        }
        return text
    }
}
