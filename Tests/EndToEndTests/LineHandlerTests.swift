import Foundation
import Logging
import Synchronization
import Testing

@testable import fordring

@Suite struct LineHandlerTests {
    private final class Lines: Sendable {
        private let said = Mutex<[String]>([])
        var all: [String] { said.withLock { $0 } }
        func append(_ line: String) { said.withLock { $0.append(line) } }
    }

    private func logged(_ format: LogFormat, _ body: (Logger) -> Void) -> [String] {
        let lines = Lines()
        var handler = LineHandler(format, .debug)
        handler.write = { lines.append($0) }
        body(Logger(label: "test") { _ in handler })
        return lines.all
    }

    @Test func `Text is a line with time, level, message and sorted metadata`() throws {
        let lines = logged(.text) { logger in
            logger.info(
                "a job ended", metadata: ["tenant": "aa", "job": .stringConvertible(7), "cause": "it \"fell\"\n=1"])
            logger.trace("not wanted")
        }
        let line = try #require(lines.first)
        #expect(lines.count == 1)
        #expect(
            line.contains(
                /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info     a job ended cause="it \\"fell\\"\\n=1" job=7 tenant=aa\n$/
            ),
            "\(line)")
    }

    @Test(arguments: [LogFormat.text, .json]) func `One event is one line, whatever it holds`(_ format: LogFormat) {
        let lines = logged(format) { logger in
            logger.error("a\nb\r\nc", metadata: ["k": "x\r\n2026-01-01T00:00:00.000Z info     forged", "e": ""])
        }
        #expect(lines.count == 1)
        #expect(lines[0].unicodeScalars.filter { $0 == "\n" }.count == 1)
        #expect(lines[0].hasSuffix("\n"))
        #expect(!lines[0].unicodeScalars.contains("\r"))
    }

    @Test func `JSON is an object with stable keys, and numbers are numbers`() throws {
        let lines = logged(.json) {
            $0.warning("w", metadata: ["job": .stringConvertible(Int64(7)), "list": ["a", "b"]])
        }
        let object = try JSONSerialization.jsonObject(with: Data(try #require(lines.first).utf8)) as? [String: Any]
        #expect(Set(try #require(object).keys) == ["level", "message", "metadata", "time"])
        let metadata = try #require(object?["metadata"] as? [String: Any])
        #expect(metadata["job"] as? Int == 7)
        #expect(metadata["list"] as? [String] == ["a", "b"])
    }
}
