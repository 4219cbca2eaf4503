import Foundation
import Metrics
import Testing

@testable import PrometheusFiles

/// What stands in a file of Prometheus' text format, read by the rules of its documentation and by nothing of ours.
struct Exposition {
    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct BadLine: Error, CustomStringConvertible {
        let description: String
    }

    var types: [String: String] = [:]
    var help: [String: String] = [:]
    var samples: [Sample] = []

    init(_ text: String) throws {
        guard text.isEmpty || text.hasSuffix("\n") else { throw BadLine(description: "no newline at the end") }
        var current = ""
        for line in text.split(separator: "\n").map(String.init) {
            if line.hasPrefix("# ") {
                let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
                guard parts.count == 4 else { throw BadLine(description: line) }
                switch parts[1] {
                case "HELP": help[parts[2]] = parts[3]
                case "TYPE":
                    guard types[parts[2]] == nil else { throw BadLine(description: "two types: \(line)") }
                    types[parts[2]] = parts[3]
                    current = parts[2]
                default: throw BadLine(description: line)
                }
                continue
            }
            let sample = try Exposition.sample(line)
            let family =
                types[current] == "histogram"
                ? sample.name.replacing(/_(bucket|sum|count)$/, with: "") : sample.name
            guard family == current else { throw BadLine(description: "outside of its family: \(line)") }
            samples.append(sample)
        }
        guard Set(samples.map { "\($0.name) \($0.labels.sorted { $0.key < $1.key })" }).count == samples.count else {
            throw BadLine(description: "a series comes twice")
        }
        try checkHistograms()
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private static func sample(_ line: String) throws -> Sample {
        var rest = Substring(line)
        guard let name = rest.prefixMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) else { throw BadLine(description: line) }
        rest = rest[name.range.upperBound...]
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest = rest.dropFirst()
            while rest.first != "}" {
                guard let head = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="/) else {
                    throw BadLine(description: line)
                }
                rest = rest[head.range.upperBound...]
                var value = ""
                while let sign = rest.popFirst(), sign != "\"" {
                    guard sign == "\\" else {
                        value.append(sign)
                        continue
                    }
                    switch rest.popFirst() {
                    case "n": value.append("\n")
                    case "\\": value.append("\\")
                    case "\"": value.append("\"")
                    default: throw BadLine(description: line)
                    }
                }
                guard labels.updateValue(value, forKey: String(head.1)) == nil else { throw BadLine(description: line) }
                if rest.first == "," { rest = rest.dropFirst() }
            }
            rest = rest.dropFirst()
        }
        let number = rest.dropFirst()
        guard rest.first == " ", let value = number == "+Inf" ? .infinity : Double(number) else {
            throw BadLine(description: line)
        }
        return Sample(name: String(name.0), labels: labels, value: value)
    }

    private func checkHistograms() throws {
        for (family, type) in types where type == "histogram" {
            let buckets = Dictionary(grouping: samples.filter { $0.name == family + "_bucket" }) { sample in
                sample.labels.filter { $0.key != "le" }
            }
            for (labels, buckets) in buckets {
                let bounds = buckets.map {
                    $0.labels["le"].map { $0 == "+Inf" ? .infinity : Double($0) ?? .nan } ?? .nan
                }
                let counts = buckets.map(\.value)
                guard bounds == bounds.sorted(), counts == counts.sorted(), bounds.last == .infinity,
                    counts.last == value(family + "_count", labels), value(family + "_sum", labels) != nil
                else { throw BadLine(description: "the histogram \(family) \(labels) is not one") }
            }
        }
    }
}

@Suite struct PrometheusFilesTests {
    @Test func `The parser of these tests refuses what is none`() {
        for text in [
            "a 1", "a 1\n", "# TYPE a counter\na{b=\"c} 1\n", "# TYPE a counter\na 1\na 2\n", "# TYPE a gauge\nb 1\n",
            "# TYPE a gauge\na x\n", "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
        ] {
            #expect(throws: Exposition.BadLine.self, "\(text)") { try Exposition(text) }
        }
    }

    @Test func `Counters, gauges and timers are written as a reader of the format expects them`() throws {
        let registry = PrometheusRegistry(help: ["jobs": "Jobs that \\ ended.\nAll of them."])
        let counter = Counter(label: "jobs", dimensions: [("tenant", "aa"), ("kind", "x")], factory: registry)
        counter.increment(by: 2)
        Counter(label: "jobs", dimensions: [("kind", "x"), ("tenant", "aa")], factory: registry).increment()
        Counter(label: "jobs", dimensions: [("tenant", "bb"), ("kind", "x")], factory: registry).increment(by: 5)
        Gauge(label: "depth", factory: registry).record(7)
        Meter(label: "level", factory: registry).set(1.5)
        FloatingPointCounter(label: "work", factory: registry).increment(by: 0.25)
        _ = Gauge(label: "never", factory: registry)
        let timer = Timer(label: "wait", dimensions: [("tenant", "aa")], factory: registry)
        for milliseconds in [1, 5, 6, 400, 90_000_000] { timer.recordMilliseconds(milliseconds) }
        Recorder(label: "size", factory: registry).record(50)
        let read = try Exposition(registry.text)
        #expect(
            read.types == [
                "jobs_total": "counter", "depth": "gauge", "level": "gauge", "work_total": "counter",
                "wait_seconds": "histogram", "size": "histogram",
            ])
        #expect(read.help == ["jobs_total": "Jobs that \\\\ ended.\\nAll of them."])
        #expect(read.value("jobs_total", ["tenant": "aa", "kind": "x"]) == 3)
        #expect(read.value("jobs_total", ["tenant": "bb", "kind": "x"]) == 5)
        #expect(read.value("depth") == 7)
        #expect(read.value("level") == 1.5)
        #expect(read.value("work_total") == 0.25)
        #expect(read.value("wait_seconds_bucket", ["tenant": "aa", "le": "0.005"]) == 2)
        #expect(read.value("wait_seconds_bucket", ["tenant": "aa", "le": "0.025"]) == 3)
        #expect(read.value("wait_seconds_bucket", ["tenant": "aa", "le": "21600"]) == 4)
        #expect(read.value("wait_seconds_bucket", ["tenant": "aa", "le": "+Inf"]) == 5)
        #expect(read.value("wait_seconds_count", ["tenant": "aa"]) == 5)
        let sum = try #require(read.value("wait_seconds_sum", ["tenant": "aa"]))
        #expect(abs(sum - 90_000.412) < 1e-6)
        #expect(read.value("size_bucket", ["le": "100"]) == 1)

        counter.destroy()
        #expect(try Exposition(registry.text).value("jobs_total", ["tenant": "aa", "kind": "x"]) == nil)
        #expect(try Exposition(registry.text).value("jobs_total", ["tenant": "bb", "kind": "x"]) == 5)
    }

    @Test(arguments: ["plain", "a\"b", "a\\b", "a\nb", "a\r\nb", "\\n", "ærø {x=\"1\"} 7", "", "\\\"\n\\"])
    func `A label's value comes back as it was, whatever it holds`(_ value: String) throws {
        let registry = PrometheusRegistry()
        Counter(label: "c", dimensions: [("l", value)], factory: registry).increment()
        let read = try Exposition(registry.text)
        #expect(read.samples.count == 1)
        #expect(read.value("c_total", ["l": value]) == 1)
    }

    @Test func `Names that the format does not know are mended, and names that clash do not spoil the file`() throws {
        let registry = PrometheusRegistry()
        Counter(label: "1 bad.name", dimensions: [("a-b", "x"), ("le", "y"), ("a_b", "z")], factory: registry)
            .increment()
        Gauge(label: "same_total", factory: registry).record(1)
        Counter(label: "same", factory: registry).increment(by: 9)
        let read = try Exposition(registry.text)
        #expect(read.value("_1_bad_name_total", ["a_b": "x", "label_le": "y"]) == 1)
        #expect(read.value("same_total") == 1)
        #expect(read.samples.count == 2)
    }

    /// Goal: node_exporter never reads half a file.
    ///
    /// Method: one thread writes as fast as it can, this one reads as fast as it can.
    @Test func `A reader finds the whole file at any time`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fordring-prom-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let registry = PrometheusRegistry()
        for number in 0..<200 {
            Timer(label: "t", dimensions: [("n", "\(number)")], factory: registry).recordMilliseconds(number)
        }
        let path = folder.appending(path: "fordring.prom").path
        let file = PrometheusFile(path, of: registry)
        try file.write()
        let size = try Data(contentsOf: URL(filePath: path)).count
        async let writing: Void = {
            for _ in 0..<100 { try file.write() }
        }()
        for _ in 0..<200 { #expect(try Data(contentsOf: URL(filePath: path)).count == size) }
        try await writing
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["fordring.prom"])
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect((permissions ?? 0) & 0o400 != 0)
    }

    @Test func `A file that cannot be written is said, and leaves nothing behind`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fordring-prom-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "taken"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for path in [folder.appending(path: "taken").path, folder.appending(path: "none/x.prom").path] {
            let failure = #expect(throws: PrometheusFile.Failure.self) {
                try PrometheusFile(path, of: PrometheusRegistry()).write()
            }
            #expect(failure?.description.contains(path) == true)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken"])
    }
}
