import FordringKit
import Foundation
import Intake
import Testing

@testable import ClaimFiles

/// A folder of its own for one test, gone at its end.
final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "claim-files-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], as name: String = "claims") throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }
}

let danish = ClaimDefaults(currency: .dkk, country: .denmark, language: .danish)

let header =
    "reference;issued_on;due_on;amount;currency;text;debtor_kind;debtor_name;debtor_id;customer_number;street;street2;"
    + "postal_code;city;country;email;phone;language;kind;credits;basis;reminders_charged;last_reminder_on;disputed\n"

/// A row in order, but for the columns that are given.
func csvRow(_ changes: [String: String] = [:]) -> String {
    var values = [
        "reference": "F-1", "issued_on": "2026-01-05", "due_on": "2026-02-05", "amount": "1234,50", "text": "Levering",
        "debtor_kind": "consumer", "debtor_name": "Anna Holm", "street": "Bygade 1", "postal_code": "8000",
        "city": "Aarhus",
    ]
    values.merge(changes) { $1 }
    return CSVClaimSource.Column.names.map { values[$0] ?? "" }.joined(separator: ";") + "\n"
}

/// All rows of a file with these bytes.
func read(
    _ bytes: [UInt8], _ options: CSVOptions = .standard, _ defaults: ClaimDefaults = danish
) throws -> [IncomingRow] {
    let folder = try Folder()
    var source = try ClaimFiles.open(folder.write(bytes), csv: options, defaults: defaults)
    var rows: [IncomingRow] = []
    while let row = try source.next() { rows.append(row) }
    #expect(try source.next() == nil)
    return rows
}

func read(_ text: String, _ options: CSVOptions = .standard) throws -> [IncomingRow] {
    try read(Array(text.utf8), options)
}

/// What a file is refused with as a whole.
func fault(_ bytes: [UInt8], _ options: CSVOptions = .standard) throws -> String {
    let error = #expect(throws: ClaimFileFault.self) { _ = try read(bytes, options) }
    return try #require(error).description
}

func fault(_ text: String, _ options: CSVOptions = .standard) throws -> String {
    try fault(Array(text.utf8), options)
}

extension IncomingRow {
    var claim: IncomingClaim? { try? content.get() }

    var faults: [RowFault] {
        switch content {
        case .success: []
        case .failure(let failure): failure.faults
        }
    }

    /// The faults as one text.
    var reason: String { faults.map(\.description).joined(separator: " | ") }
}

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// From FORDRING_SEED where that is set, and printed, so that a failure can be run again.
    static func printed(_ name: String) -> SeededGenerator {
        let given = ProcessInfo.processInfo.environment["FORDRING_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0...UInt64.max)
        print("\(name): FORDRING_SEED=\(seed)")
        return SeededGenerator(seed: seed)
    }
}

/// The largest size that the process ever had, in bytes.
func peakMemory() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
        return (Int(line.filter(\.isNumber)) ?? 0) * 1024
    }
    return 0
}

/// Makes a file of a block that is repeated, without holding it.
func writeLarge(_ path: String, _ beginning: String, _ block: String, times: Int, _ end: String = "") throws {
    try Data(beginning.utf8).write(to: URL(filePath: path))
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    let data = Data(block.utf8)
    for _ in 0..<times { try handle.write(contentsOf: data) }
    try handle.write(contentsOf: Data(end.utf8))
    try handle.close()
}
