import AuditTrail
import Database
package import FordringKit

/// An entry of the audit trail as a list shows it.
package struct AuditLine: Sendable {
    package let seq: Int64
    /// The entry's canonical JSON.
    package let json: String
}

extension FordringHost {
    /// The newest entries of a tenant's log, oldest first; those about one case where it is given.
    package func auditLog(_ id: TenantID, last count: Int, case caseID: CaseID?) throws -> [AuditLine] {
        try database(of: id).read { transaction in
            let size = try AuditLog.size(transaction)
            var lines: [AuditLine] = []
            // Without a case to look for, only the end is read.
            let first = caseID == nil ? max(0, size - Int64(count)) : 0
            try AuditLog.readEntries(first..<size, transaction) { seq, entry in
                if let caseID, EntryHead(entry)?.caseNumber != caseID.rawValue { return }
                lines.append(AuditLine(seq: seq, json: String(decoding: entry, as: UTF8.self)))
                if lines.count > count { lines.removeFirst() }
            }
            return lines
        }
    }
}
