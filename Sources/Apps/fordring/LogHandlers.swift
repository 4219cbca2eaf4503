import Foundation
import Logging

/// Writes what is worth a remark to the terminal's error output, a line each, as people read it.
struct RemarkHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let words = all.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        let text = "remark: \(event.message)" + (words.isEmpty ? "" : " (\(words))") + "\n"
        FileHandle.standardError.write(Data(text.utf8))
    }
}
