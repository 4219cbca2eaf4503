import ArgumentParser
import AuditTrail
import Database
import Dispatch
import FordringKit
import Foundation
import SQLiteDriver
import Synchronization

struct AuditBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Durable appends to the audit trail in batches and by concurrent writers, and proofs from it.")
    @OptionGroup var options: BenchOptions
    @Option(help: "How many entries the larger log has that proofs are taken from.") var entries = 1_000_000

    func run() throws {
        for (batch, count) in [(1, 1000), (100, 100_000), (1000, 500_000)] {
            try withLog { database in
                let time = try seconds {
                    for first in stride(from: 0, to: count, by: batch) {
                        try database.write(AuditBench.provenance) { transaction in
                            for number in first..<first + batch { try AuditBench.append(number, transaction) }
                        }
                    }
                }
                Figure(benchmark: "audit", parameters: ["batch": batch, "writers": 1])
                    .report("appendsPerSecond", Double(count) / time, "entries/s")
            }
        }
        try measureWriters(8, each: 2000)
        for size in [10_000, entries] { try measureProofs(of: size) }
        Figure(benchmark: "audit", parameters: [:]).reportPeakMemory()
        try AuditExportBench.measure(options)
        try MachineBench.measure(in: options.directory)
    }

    private func measureWriters(_ writers: Int, each count: Int) throws {
        try withLog { database in
            let failure = Mutex<(any Error)?>(nil)
            let time = seconds {
                let done = DispatchSemaphore(value: 0)
                for writer in 0..<writers {
                    Thread {
                        do {
                            for number in 0..<count {
                                try database.writeGrouped(AuditBench.provenance) { transaction in
                                    try AuditBench.append(writer * count + number, transaction)
                                }
                            }
                        } catch {
                            failure.withLock { $0 = error }
                        }
                        done.signal()
                    }.start()
                }
                for _ in 0..<writers { done.wait() }
            }
            if let error = failure.withLock({ $0 }) { throw error }
            Figure(benchmark: "audit", parameters: ["batch": 1, "writers": writers])
                .report("appendsPerSecond", Double(writers * count) / time, "entries/s")
        }
    }

    private func measureProofs(of size: Int) throws {
        try withLog { database in
            for first in stride(from: 0, to: size, by: 1000) {
                try database.write(AuditBench.provenance) { transaction in
                    for number in first..<min(size, first + 1000) { try AuditBench.append(number, transaction) }
                }
            }
            let count = 1000
            var hashes = 0
            let time = try seconds {
                for number in 0..<count {
                    hashes += try database.read { transaction in
                        // Places all over the log, without an order that a cache could use.
                        let index = Int64(number) * 7_919_999 % Int64(size)
                        return try TileReader(transaction).inclusionProof(of: index, in: Int64(size)).count
                    }
                }
            }
            let figure = Figure(benchmark: "audit", parameters: ["entries": size, "hashes": hashes / count])
            figure.report("proofMicroseconds", time / Double(count) * 1e6, "us")
        }
    }

    private static let provenance = Provenance(.host("benchmark"), at: Timestamp(Workload.importDay, hour: 6))

    /// An entry as an import writes it, of some 300 bytes.
    private static func append(_ number: Int, _ transaction: WriteTransaction) throws {
        try transaction.audit(
            .claimAccepted, subject: ["case": .integer(Int64(number / 2)), "claim": .integer(Int64(number))],
            change: [
                "amount": .string("DKK 500.00"), "dueOn": .string("2025-12-15"), "import": .integer(1),
                "principal": .integer(50_000), "reference": .string("F000001"),
            ], basis: [AuditBench.citation])
    }

    private static let citation = Citation("Lov om inkassovirksomhed", "§ 9")

    private func withLog(_ body: (TenantDatabase) throws -> Void) throws {
        let folder = URL(filePath: options.directory).appending(path: "fordring-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        guard let id = TenantID("bench") else { throw ValidationError("'bench' is not a tenant's identifier") }
        let engine = try SQLiteEngine(path: folder.appending(path: "log.sqlite").path, create: true)
        let database = TenantDatabase(tenant: id, engine: engine)
        try database.migrate(
            Schema([.counters, AuditLog.migration, AuditLog.tileGuard]), with: AuditBench.provenance)
        try body(database)
        try database.close()
    }
}
