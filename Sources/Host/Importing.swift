import Casework
import ClaimFiles
import Crypto
import Database
import Foundation
package import FordringKit
package import Intake
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
        let format = csv ?? tenant.settings.csv
        let intake = IntakeRules(rules: tenant.rules, today: day ?? today)
        let country = tenant.rules.jurisdiction.country
        do {
            let sha256 = try FordringHost.digest(ofFile: path)
            let options = try CSVOptions(
                delimiter: format.delimiter, decimalSeparator: format.decimalSeparator, encoding: format.encoding)
            var source = try ClaimFiles.open(
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
            var atEnd = false
            while !atEnd {
                try activeTenant(tenant.id)
                var rows = try nextBatch(&source)
                atEnd = rows.count < FordringHost.importBatchSize
                if let strangeSupplier { rows = rows.map { refuse($0, strangeSupplier, intake) } }
                let batch = try tenant.database.write(provenance) { transaction in
                    let batch = try rows.map { row in
                        try ClaimRegister.register(
                            row, import: wasFinished ? -1 : importID, intake, transaction)
                    }
                    for verdict in batch { counts[verdict.outcome, default: 0] += 1 }
                    if atEnd, !wasFinished {
                        try ClaimRegister.finish(importID, counts: counts, on: intake.today, transaction)
                    }
                    return batch
                }
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
            try verdicts.close()
            result.verdictFile = verdicts.path
            return result
        } catch let fault as ClaimFileFault {
            throw HostError(.badInput, "\(path): \(fault)")
        }
    }

    private func nextBatch(_ source: inout ClaimFile) throws -> [IncomingRow] {
        var rows: [IncomingRow] = []
        rows.reserveCapacity(FordringHost.importBatchSize)
        while rows.count < FordringHost.importBatchSize, let row = try source.next() { rows.append(row) }
        return rows
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

    /// A row with one more fault, beside all the others that it has.
    private func refuse(_ row: IncomingRow, _ fault: RowFault, _ intake: IntakeRules) -> IncomingRow {
        var refused = row
        switch row.content.flatMap({ intake.check($0) }) {
        case .success: refused.content = .failure(RowFaults([fault]))
        case .failure(let others): refused.content = .failure(RowFaults([fault] + others.faults))
        }
        return refused
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
