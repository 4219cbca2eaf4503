import ArgumentParser
import Database
import Foundation
import Host
import Logging

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

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

/// How a service writes its log.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// What a service logs: this and all that is graver.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace
    case debug
    case info
    case notice
    case warning
    case error
    case critical

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}

/// Writes a line for each event of a service to the error output: time, level, message and what belongs to it, by name.
///
/// A line that cannot be written is lost: a full disk or a closed pipe stops no work.
struct LineHandler: LogHandler {
    let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var clock: any HostClock = SystemClock()
    var write: @Sendable (String) -> Void = LineHandler.toErrorOutput

    init(_ format: LogFormat, _ level: Logger.Level) {
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        if let error = event.error { all["error"] = "\(error)" }
        let time = "\(clock.now())"
        switch format {
        case .text:
            let words = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(LineHandler.word("\($0.value)"))" }
            let level = event.level.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
            // One event, one line: whatever a message holds, it cannot look like another.
            let message = LineHandler.escaped("\(event.message)", quotes: false)
            write("\(time) \(level) \(message)\(words.joined())\n")
        case .json:
            let line = LogLine(
                level: event.level.rawValue, message: "\(event.message)", metadata: all.mapValues(LogValue.init),
                time: time)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(line) else { return }
            write(String(decoding: data, as: UTF8.self) + "\n")
        }
    }

    /// A value as it is, or in quotes where it would not be one word.
    private static func word(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x20 && scalar.value != 0x7F && !"\"\\=".unicodeScalars.contains(scalar)
        }
        return isPlain && !text.isEmpty ? text : "\"\(escaped(text, quotes: true))\""
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\\" where quotes: result += "\\\\"
            case "\"" where quotes: result += "\\\""
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Writes a line in one call, so that lines of several threads do not mix.
    private static func toErrorOutput(_ line: String) {
        var bytes = Array(line.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// A line of a log for programs.
private struct LogLine: Encodable {
    let level: String
    let message: String
    let metadata: [String: LogValue]
    let time: String
}

/// A value of a log line; whole numbers stay numbers.
private enum LogValue: Encodable {
    case number(Int64)
    case text(String)
    case list([LogValue])
    case object([String: LogValue])

    init(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .stringConvertible(let number as Int): self = .number(Int64(number))
        case .stringConvertible(let number as Int64): self = .number(number)
        case .stringConvertible(let other): self = .text("\(other)")
        case .array(let values): self = .list(values.map(LogValue.init))
        case .dictionary(let values): self = .object(values.mapValues(LogValue.init))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }
}
