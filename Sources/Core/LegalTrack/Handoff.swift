package import Database
package import FordringKit

/// A case that was, or is about to be, handed over to a court or a lawyer.
package struct Handoff: Sendable {
    package let id: Int64
    package let caseID: CaseID
    package let procedure: LegalProcedureKind
    package let state: LegalState
    package let preparedOn: CivilDate
    /// SHA-256 of what the package was asked for with, in hexadecimal.
    package let requestSHA256: String
    /// SHA-256 of the package in hexadecimal.
    package let packageSHA256: String
    package let basis: EnforcementBasis?
    /// All that is owed by the package, through the day it was made.
    package let owed: Money
    /// The court's fee, booked when it is filed.
    package let fee: Money
    /// Whether it is being filed by wire, and may have been.
    package let isDeparting: Bool
    /// Why it is to be recalled, where that came up while it was being filed.
    package let stopReason: String?
    /// The day from which a person asks the court.
    package let followUpOn: CivilDate?
    /// The day it was over.
    package let endedOn: CivilDate?
    /// The last transfer of the case that its package, or its court, knows of.
    let seenTransfer: Int64
    /// The process that is filing it, or was.
    package let owner: String?
}

/// A claim of the case that was handed over.
package struct HandoffClaim: Sendable {
    package let claim: ClaimID
    /// Whether it went with the hand-off; the others were disputed or held.
    package let isTaken: Bool
    /// What was left of it in minor units.
    package let principal: Int64
}

/// Something that happened to a hand-off.
package struct HandoffEvent: Sendable {
    package let id: Int64
    package let state: LegalState
    package let on: CivilDate
    package let recordedOn: CivilDate
    /// `nil` where nothing was said, or the debtor is erased.
    package let text: String?
    package let documentSHA256: String?
    package let fee: Money?
    package let limitation: ClaimEvent.Kind?
    /// For whom it was decided.
    package let outcome: CourtOutcome?
}

/// Reading of hand-offs.
package enum Handoffs {
    /// One hand-off.
    ///
    /// - Throws: ``LegalRefusal`` where there is none of that number.
    package static func load(_ id: Int64, _ transaction: ReadTransaction) throws -> Handoff {
        let found = try transaction.first(
            """
            SELECT id, case_id, procedure, state, prepared_on, request_sha256, package_sha256, basis_kind, basis_on,
                basis_reference, basis_enforceable, currency, owed, fee, is_departing, stop_reason, follow_up_on, ended_on,
                seen_transfer, owner
            FROM legal_handoff WHERE id = $1
            """,
            id, map: handoff)
        guard let found else {
            throw LegalRefusal(
                .noSuchHandoff, "There is no hand-off \(id). 'fordring legal list' shows those there are.")
        }
        return found
    }

    /// Hand-offs by number: all, or those that are not over.
    package static func list(onlyOpen: Bool = false, _ transaction: ReadTransaction) throws -> [Handoff] {
        try transaction.all(
            """
            SELECT id, case_id, procedure, state, prepared_on, request_sha256, package_sha256, basis_kind, basis_on,
                basis_reference, basis_enforceable, currency, owed, fee, is_departing, stop_reason, follow_up_on, ended_on,
                seen_transfer, owner
            FROM legal_handoff WHERE $1 = 0 OR ended_on IS NULL ORDER BY id
            """,
            onlyOpen, map: handoff)
    }

    /// The hand-offs of a case by number.
    package static func of(_ caseID: CaseID, _ transaction: ReadTransaction) throws -> [Handoff] {
        try transaction.all(
            """
            SELECT id, case_id, procedure, state, prepared_on, request_sha256, package_sha256, basis_kind, basis_on,
                basis_reference, basis_enforceable, currency, owed, fee, is_departing, stop_reason, follow_up_on, ended_on,
                seen_transfer, owner
            FROM legal_handoff WHERE case_id = $1 ORDER BY id
            """,
            caseID, map: handoff)
    }

    /// The claims that the case had when it was handed over, by number.
    package static func claims(of id: Int64, _ transaction: ReadTransaction) throws -> [HandoffClaim] {
        try transaction.all(
            "SELECT claim_id, is_taken, principal FROM legal_handoff_claim WHERE handoff_id = $1 ORDER BY claim_id", id
        ) { HandoffClaim(claim: ClaimID(rawValue: $0.integer(0)), isTaken: $0.flag(1), principal: $0.integer(2)) }
    }

    /// Whether a tenant has a hand-off that is not over.
    package static func hasOpen(_ transaction: ReadTransaction) throws -> Bool {
        try transaction.first("SELECT 1 FROM legal_handoff WHERE ended_on IS NULL LIMIT 1") { _ in true } ?? false
    }

    /// The steps of a case's hand-offs for the rules, oldest first; what was only prepared or recalled is none.
    ///
    /// - Parameters:
    ///   - only: the hand-off whose steps are wanted; `nil` for all.
    ///   - except: the hand-off whose steps are not.
    package static func steps(
        of caseID: CaseID, only: Int64? = nil, except: Int64? = nil, _ transaction: ReadTransaction
    ) throws -> [LegalStepFacts] {
        try transaction.all(
            """
            SELECT h.procedure, e.state, e.happened_on FROM legal_event e JOIN legal_handoff h ON h.id = e.handoff_id
            WHERE h.case_id = $1 AND e.state <> 'prepared' AND e.state <> 'recalled'
                AND ($2 = 0 OR h.id = $2) AND h.id <> $3
            ORDER BY e.happened_on, e.id
            """,
            caseID, only ?? 0, except ?? 0
        ) { row -> LegalStepFacts? in
            LegalState(rawValue: row.text(1)).map {
                LegalStepFacts(LegalProcedureKind(row.text(0)), $0, on: row.date(2))
            }
        }.compactMap(\.self)
    }

    private static func handoff(_ row: Row) throws -> Handoff {
        guard let state = LegalState(rawValue: row.text(3)), let currency = Currency(code: row.text(11)) else {
            throw DatabaseFault(
                .wrongSchema, "Hand-off \(row.integer(0)) has a state or currency that is not known.")
        }
        let basis = row.textOrNil(7).map { kind in
            EnforcementBasis(kind: kind, on: row.date(8), reference: row.text(9), saysEnforceable: row.flag(10))
        }
        return Handoff(
            id: row.integer(0), caseID: CaseID(rawValue: row.integer(1)), procedure: LegalProcedureKind(row.text(2)),
            state: state, preparedOn: row.date(4), requestSHA256: row.text(5), packageSHA256: row.text(6), basis: basis,
            owed: Money(minorUnits: row.integer(12), currency), fee: Money(minorUnits: row.integer(13), currency),
            isDeparting: row.flag(14), stopReason: row.textOrNil(15), followUpOn: row.dateOrNil(16),
            endedOn: row.dateOrNil(17), seenTransfer: row.integerOrNil(18) ?? 0, owner: row.textOrNil(19))
    }
}
