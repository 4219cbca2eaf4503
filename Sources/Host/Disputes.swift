import AuditTrail
package import Casework
import Database
package import FordringKit
import Foundation

extension FordringHost {
    // MARK: Holds

    /// Makes a case, or a claim of it, stand still.
    package func placeHold(
        _ hold: NewHold, for tenant: OpenTenant, on day: CivilDate
    ) throws -> PlacedHold {
        try translatingRefusals {
            try tenant.database.write(provenance) { try Holds.place(hold, on: day, tenant.rules, $0) }
        }
    }

    /// Lifts a hold before its last day.
    ///
    /// - Returns: from when something may be done again, and why then.
    package func liftHold(
        _ id: Int64, as lifter: HoldLifter, reason: String, for tenant: OpenTenant, on day: CivilDate
    ) throws -> Explained<CivilDate> {
        try translatingRefusals {
            try tenant.database.write(provenance) { transaction in
                try Holds.lift(id, as: lifter, reason: reason, on: day, tenant.rules, transaction)
            }
        }
    }

    /// The holds of a tenant, by number.
    package func holds(
        of id: TenantID, caseID: CaseID?, all: Bool, after: Int64, limit: Int
    ) throws -> [HoldRecord] {
        try database(of: id).read { try Holds.list(caseID: caseID, all: all, after: after, limit: limit, $0) }
    }

    // MARK: Disputes

    /// Opens a dispute.
    package func openDispute(
        _ dispute: NewDispute, for tenant: OpenTenant, on day: CivilDate
    ) throws -> OpenedDispute {
        let sealer = try sealer(of: tenant.database)
        return try translatingRefusals {
            try tenant.database.write(provenance) { try Disputes.open(dispute, on: day, tenant.rules, sealer, $0) }
        }
    }

    /// Takes a dispute in: opens it, or writes it down for the buyer where the claims were sold.
    package func receiveDispute(
        _ dispute: NewDispute, for tenant: OpenTenant, on day: CivilDate
    ) throws -> ReceivedDispute {
        let sealer = try sealer(of: tenant.database)
        return try translatingRefusals {
            try tenant.database.write(provenance) { try Disputes.receive(dispute, on: day, tenant.rules, sealer, $0) }
        }
    }

    /// Decides a dispute.
    package func decideDispute(
        _ id: Int64, _ decision: DisputeDecision, for tenant: OpenTenant, on day: CivilDate
    ) throws -> DecidedDispute {
        let sealer = try sealer(of: tenant.database)
        return try translatingRefusals {
            try tenant.database.write(provenance) { transaction in
                try Disputes.decide(id, decision, on: day, tenant.rules, sealer, transaction)
            }
        }
    }

    /// Writes down that the debtor was told how a dispute was decided.
    ///
    /// - Returns: from when something may be done again; `nil` where the case is closed.
    package func answerDispute(
        _ id: Int64, sentOn: CivilDate, documents: [NewDocument] = [], for tenant: OpenTenant, on day: CivilDate
    ) throws -> Explained<CivilDate>? {
        let sealer = try sealer(of: tenant.database)
        return try translatingRefusals {
            try tenant.database.write(provenance) { transaction in
                try Disputes.answer(
                    id, sentOn: sentOn, documents: documents, on: day, tenant.rules, sealer, transaction)
            }
        }
    }

    /// The disputes of a tenant, by number.
    package func disputes(
        of id: TenantID, caseID: CaseID?, all: Bool, after: Int64, limit: Int
    ) throws -> [DisputeRecord] {
        try database(of: id).read { try Disputes.list(caseID: caseID, all: all, after: after, limit: limit, $0) }
    }

    /// One dispute with its documents; an entry says who looked.
    package func showDispute(
        _ id: Int64, of tenant: TenantID
    ) throws -> (dispute: DisputeRecord, documents: [DocumentRecord]) {
        let database = try database(of: tenant)
        let sealer = try sealer(of: database)
        return try translatingRefusals {
            let (dispute, documents) = try database.read { transaction in
                guard let dispute = try Disputes.record(id, transaction) else {
                    throw CaseworkRefusal(
                        .noSuchDispute, "There is no dispute \(id). 'fordring dispute list' shows those there are.")
                }
                return (dispute, try Documents.list(of: id, party: dispute.party, sealer, transaction))
            }
            try database.write(provenance) { transaction in
                try transaction.audit(.caseRead, subject: ["case": .integer(dispute.caseID.rawValue)], change: [:])
            }
            return (dispute, documents)
        }
    }

    /// The bytes of a document, for somebody to read; an entry says who looked.
    package func openDocument(_ id: Int64, of tenant: TenantID) throws -> [UInt8] {
        let database = try database(of: tenant)
        let sealer = try sealer(of: database)
        return try translatingRefusals {
            let document = try database.read { try Documents.open(id, sealer, $0) }
            try database.write(provenance) { transaction in
                try transaction.audit(.caseRead, subject: ["case": .integer(document.caseID.rawValue)], change: [:])
            }
            return document.bytes
        }
    }

    /// Reads a file that is to become a document.
    ///
    /// - Throws: ``HostError`` `badInput` where it cannot be read or is too large; it is not read then.
    package static func document(_ role: NewDocument.Role, ofFile path: String) throws -> NewDocument {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw HostError(.badInput, "\(path) cannot be read. Check the name and the permissions.")
        }
        defer { try? file.close() }
        do {
            let bytes = try file.read(upToCount: Documents.sizeMax + 1) ?? Data()
            guard bytes.count <= Documents.sizeMax else {
                throw HostError(
                    .badInput,
                    "\(path) has more than \(Documents.sizeMax) bytes, which is the most for a document. Split it, or scan "
                        + "it with a lower resolution.")
            }
            return NewDocument(role, name: URL(filePath: path).lastPathComponent, bytes: Array(bytes))
        } catch let error as HostError {
            throw error
        } catch {
            throw HostError(.badInput, "\(path) cannot be read: \(error.localizedDescription)")
        }
    }

    /// Says who is to do a task; `nil` for whoever comes first.
    package func assignTask(_ task: Int64, to owner: String?, of id: TenantID) throws {
        try translatingRefusals {
            try database(of: id).write(provenance) { try Tasks.assign(task, to: owner, $0) }
        }
    }
}
