import Casework
import ClaimFiles
import Crypto
import Database
package import FordringKit
import Foundation
package import Intake
import Synchronization
package import Tenancy

/// What became of a file of claims.
package struct ImportResult: Sendable {
    package let file: String
    package var accepted = 0
    package var duplicates = 0
    package var refused = 0
    /// Where the verdict on every row stands.
    package var verdictFile = ""
    /// The first few refusals, for the screen.
    package var examples: [Verdict] = []

    package var rows: Int { accepted + duplicates + refused }
}

extension FordringHost {
    /// How many rows become one transaction.
    static let importBatchSize = 2000

    /// Takes the claims of a file into a tenant's cases, and writes a verdict on every row beside the file.
    ///
    /// Rows are read, checked and booked batch by batch; memory does not grow with the file. A reading that is broken off
    /// goes on when the command is repeated, with the same verdicts; a file that was read to its end changes nothing.
    ///
    /// - Parameters:
    ///   - csv: how CSV files are written, where it differs from the tenant's settings.
    ///   - day: the day of the import; today when `nil`.
    /// - Throws: ``HostError`` `badInput` where nothing could be read.
    package func importClaims(
        _ path: String, for tenant: OpenTenant, csv: TenantSettings.CSVFormat? = nil, on day: CivilDate? = nil,
        progress: ((_ rows: Int) -> Void)? = nil
    ) throws -> ImportResult {
        try activeTenant(tenant.id)
        let format = csv ?? tenant.settings.csv
        let intake = IntakeRules(
            rules: tenant.rules, sealer: try sealer(of: tenant.database), today: day ?? today)
        let country = tenant.rules.jurisdiction.country
        do {
            let sha256 = try FordringHost.digest(ofFile: path)
            let options = try CSVOptions(
                delimiter: format.delimiter, decimalSeparator: format.decimalSeparator, encoding: format.encoding)
            let source = try ClaimFiles.open(
                path, csv: options,
                defaults: ClaimDefaults(
                    currency: tenant.currency, country: country, language: Language(tenant.settings.language)))
            let strangeSupplier = source.supplier.flatMap { fault(of: $0, tenant) }
            let verdicts = try VerdictWriter(besides: path, delimiter: options.delimiter)
            let provenance = provenance(as: .importFile(sha256))
            let name = URL(filePath: path).lastPathComponent
            let (importID, wasFinished) = try tenant.database.write(provenance) { transaction in
                try ClaimRegister.begin(sha256: sha256, name: name, on: intake.today, transaction)
            }
            var result = ImportResult(file: path)
            var counts: [Verdict.Outcome: Int] = [:]
            let reader = RowReader(source, intake, strangeSupplier)
            defer { reader.stop() }
            var atEnd = false
            while !atEnd {
                try activeTenant(tenant.id)
                let rows = try reader.next()
                atEnd = rows.count < FordringHost.importBatchSize
                let batch: [Verdict]
                do {
                    batch = try tenant.database.write(provenance) { transaction in
                        let batch = try rows.map { row in
                            try ClaimRegister.register(
                                row, import: wasFinished ? -1 : importID, intake, transaction)
                        }
                        if wasFinished { throw VerdictsOnly(batch) }
                        return batch
                    }
                } catch let unbooked as VerdictsOnly {
                    batch = unbooked.verdicts
                }
                for verdict in batch { counts[verdict.outcome, default: 0] += 1 }
                for verdict in batch {
                    guard let outcome = VerdictWriter.Verdict(rawValue: verdict.outcome.rawValue) else { continue }
                    try verdicts.write(
                        line: verdict.line, reference: verdict.reference, outcome,
                        case: verdict.caseID, reason: verdict.reason)
                    if verdict.outcome == .refused, result.examples.count < 10 { result.examples.append(verdict) }
                }
                result.accepted = counts[.accepted] ?? 0
                result.duplicates = counts[.duplicate] ?? 0
                result.refused = counts[.refused] ?? 0
                progress?(result.rows)
            }
            // The verdicts first: were we killed in between, repeating the import would write the same ones again.
            try verdicts.close()
            result.verdictFile = verdicts.path
            if !wasFinished {
                try tenant.database.write(provenance) { transaction in
                    try ClaimRegister.finish(importID, counts: counts, on: intake.today, transaction)
                }
            }
            tenant.database.shrink()
            return result
        } catch let fault as ClaimFileFault {
            throw HostError(.badInput, "\(path): \(fault)")
        }
    }

    /// An invoice of somebody else's, sent by mistake, must not become this tenant's claim.
    private func fault(of supplier: UBLSupplier, _ tenant: OpenTenant) -> RowFault? {
        guard let id = supplier.id else { return nil }
        let verdict = tenant.rules.jurisdiction.check(id, as: .company)
        guard verdict.normalized != tenant.settings.registrationNumber else { return nil }
        return RowFault(
            "supplier",
            "the document is from \(id), and the tenant '\(tenant.id)' is \(tenant.settings.registrationNumber); "
                + "import it for the tenant that it belongs to")
    }

    /// The SHA-256 of a file in hexadecimal, in constant memory.
    static func digest(ofFile path: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw HostError(.badInput, "\(path) cannot be read. Check the name and the permissions.")
        }
        defer { try? file.close() }
        var hasher = SHA256()
        do {
            while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty { hasher.update(data: chunk) }
        } catch {
            throw HostError(.badInput, "\(path) cannot be read: \(error.localizedDescription)")
        }
        return hasher.finalize().hex
    }
}

/// What would become of the rows of a file that was read to its end before; thrown, so that nothing of it stays.
private struct VerdictsOnly: Error {
    let verdicts: [Verdict]

    init(_ verdicts: [Verdict]) {
        self.verdicts = verdicts.map { verdict in
            guard verdict.outcome == .accepted else { return verdict }
            var refused = verdict
            refused.outcome = .refused
            refused.caseID = nil
            refused.reason = "the file was read to its end before, and this row refused; send the row in a new file"
            return refused
        }
    }
}

/// Reads and checks rows on a thread of its own, one batch ahead of the thread that writes them to the books.
///
/// Unchecked: the source is touched by the reading thread only; the batches pass through the lock.
private final class RowReader: @unchecked Sendable {
    private var source: ClaimFile
    private let intake: IntakeRules
    private let documentFault: RowFault?
    private let batches = Mutex<[Result<[CheckedRow], any Error>]>([])
    private let hasBatch = DispatchSemaphore(value: 0)
    private let hasRoom = DispatchSemaphore(value: 2)

    init(_ source: ClaimFile, _ intake: IntakeRules, _ documentFault: RowFault?) {
        self.source = source
        self.intake = intake
        self.documentFault = documentFault
    }

    private let isStopped = Mutex(false)
    private var hasStarted = false

    /// The next batch; one that is not full is the last.
    ///
    /// Called from one thread.
    func next() throws -> [CheckedRow] {
        if !hasStarted {
            hasStarted = true
            Thread.detachNewThread { [self] in
                while readOne() {}
            }
        }
        hasBatch.wait()
        let batch = batches.withLock { $0.removeFirst() }
        hasRoom.signal()
        return try batch.get()
    }

    /// Lets the reading thread end; what it has read ahead is dropped.
    func stop() {
        isStopped.withLock { $0 = true }
        hasRoom.signal()
    }

    /// Reads a batch; `false` after the last.
    private func readOne() -> Bool {
        hasRoom.wait()
        if isStopped.withLock({ $0 }) { return false }
        var rows: [CheckedRow] = []
        rows.reserveCapacity(FordringHost.importBatchSize)
        let batch = Result<[CheckedRow], any Error> {
            while rows.count < FordringHost.importBatchSize, let row = try source.next() {
                rows.append(try intake.checked(row, extra: documentFault))
            }
            return rows
        }
        batches.withLock { $0.append(batch) }
        hasBatch.signal()
        guard case .success(let read) = batch else { return false }
        return read.count == FordringHost.importBatchSize
    }
}
