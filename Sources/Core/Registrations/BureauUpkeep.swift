import AuditTrail
import Casework
package import Database
package import FordringKit

/// What stands is looked at again every night: what had to hold then must still hold, and the amount must not be too high.
extension BureauDesk {
    /// Asks again what must hold of all that is with the bureau.
    ///
    /// What no longer holds and can only be brought back by an event is a task; what the bureau's rules have undone
    /// (``FordringKit/Precondition/upkeep``) is an order to delete, also where time would bring it back. The age of letters is not asked again: they are stated as old as
    /// they were when the registration left.
    ///
    /// - Parameters:
    ///   - after: only cases after this one, by number.
    ///   - limit: how many cases at most, since nobody else writes meanwhile.
    /// - Returns: the last case; `nil` where there was none, and so all have been looked at.
    package func keepUp(
        after: CaseID = CaseID(rawValue: 0), limit: Int = 200, on day: CivilDate, _ transaction: WriteTransaction
    ) throws -> CaseID? {
        let standing = try transaction.all(
            """
            SELECT id, case_id FROM bureau_registration
            WHERE bureau_id = $1 AND (state = 'submitted' OR state = 'live') AND case_id IN (
                SELECT DISTINCT case_id FROM bureau_registration
                WHERE bureau_id = $1 AND (state = 'submitted' OR state = 'live') AND case_id > $2
                ORDER BY case_id LIMIT $3)
            ORDER BY case_id, id
            """, account.id, after, limit
        ) { (id: $0.integer(0), caseID: CaseID(rawValue: $0.integer(1))) }
        var gaps: Set<CaseID> = []
        for (id, caseID) in standing {
            try singly(id, caseID, "stands, and cannot be looked at again", on: day, &gaps, transaction) {
                try keepUp(id, on: day, transaction)
            }
        }
        for caseID in Set(standing.map(\.caseID)).subtracting(gaps).sorted() {
            let waits = try transaction.first(
                "SELECT 1 FROM bureau_registration WHERE case_id = $1 AND state = 'requested' LIMIT 1", caseID
            ) { _ in true }
            guard waits == nil else { continue }
            try Tasks.end(.registrationGap, caseID, on: day, because: "the rules have an answer now", transaction)
        }
        return standing.last?.caseID
    }

    private func keepUp(_ id: Int64, on day: CivilDate, _ transaction: WriteTransaction) throws {
        let record = try Registrations.show(id, transaction)
        let loaded = try RegistrationCase.load(
            record.claim, of: record.caseID, with: account.name, on: day, leftOn: record.leftOn ?? day, rules, sources,
            transaction)
        let unmet = try RegistrationCheck(loaded, account.bureau, on: day, rules).preconditions.filter { precondition in
            // What must not stand today must not stand until time has mended it.
            if precondition.upkeep == .undoing { return !precondition.isMet }
            guard case .notYet(nil, _) = precondition.status else { return false }
            return precondition.upkeep == .person
        }
        if let first = unmet.first(where: { $0.upkeep == .undoing }) {
            try Registrations.orderDeletion(
                id, .unmet, because: "\(first.identifier) no longer holds: \(first.meaning)", on: day, deadlines,
                transaction)
            return
        }
        try tell(unmet.map(\.identifier), of: record, on: day, transaction)
        try lower(record, to: loaded.owedOnClaim, on: day, transaction)
    }

    /// Tells a person what no longer holds; once, since whoever has decided that it may stand is not asked every night.
    private func tell(
        _ unmet: [String], of record: RegistrationRecord, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let names = Array(Set(unmet)).sorted()
        let known = try transaction.first("SELECT unmet FROM bureau_registration WHERE id = $1", record.id) {
            $0.text(0).split(separator: " ").map(String.init)
        }
        guard names != known ?? [] else { return }
        try transaction.execute(
            "UPDATE bureau_registration SET unmet = $1 WHERE id = $2", names.joined(separator: " "), record.id)
        if !Set(names).isSubset(of: known ?? []) {
            try Tasks.raise(
                .registrationStands, record.caseID, about: record.id, on: day,
                message: "Registration \(record.id) stands with \(account.name), and no longer holds: "
                    + names.joined(separator: ", "),
                cure:
                    "'fordring bureau check' shows why. Decide whether it may stand; 'fordring bureau withdraw' takes it back.",
                transaction)
        }
        if names.isEmpty {
            try BureauTasks.end(
                .registrationStands, record.caseID, about: record.id, on: day, "all holds again", transaction)
        }
    }

    /// Has the bureau told that less is owed, where it can be; otherwise the comparison shows it.
    private func lower(
        _ record: RegistrationRecord, to owed: Money, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        guard account.bureau.takesChanges, let told = record.amount, owed.isPositive else { return }
        // One on its way is let go first.
        let open = try transaction.first(
            """
            SELECT id, amount, batch_id FROM bureau_change WHERE registration_id = $1 AND submitted_on IS NULL
            ORDER BY id DESC LIMIT 1
            """, record.id
        ) { (id: $0.integer(0), amount: $0.integer(1), isLeaving: !$0.isNull(2)) }
        guard owed.minorUnits < open?.amount ?? told.minorUnits else { return }
        if let open, !open.isLeaving {
            try transaction.execute(
                "UPDATE bureau_change SET amount = $1, ordered_on = $2 WHERE id = $3", owed.minorUnits, day, open.id)
        } else {
            try transaction.execute(
                "INSERT INTO bureau_change (id, registration_id, amount, ordered_on) VALUES ($1, $2, $3, $4)",
                try transaction.newID("bureau_change"), record.id, owed.minorUnits, day)
        }
        try Registrations.wake(account.id, on: day, transaction)
    }
}

extension Registrations {
    /// Records that a person has had the amount corrected that a bureau was told.
    ///
    /// - Throws: ``RegistrationRefusal``.
    package static func recordAmount(
        _ id: Int64, _ amount: Money, reason: String, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let record = try show(id, transaction)
        guard record.state == .live || record.state == .submitted, let told = record.amount else {
            throw RegistrationRefusal(
                .wrongState, "Registration \(id) is \(record.state.rawValue); no amount of it stands.")
        }
        guard amount.isPositive, amount.currency == told.currency, amount.minorUnits < told.minorUnits else {
            throw RegistrationRefusal(
                .notNow, "The bureau was told \(told); what it was told instead must be less, and over zero.")
        }
        try transaction.execute(
            "UPDATE bureau_registration SET amount = $1 WHERE id = $2", amount.minorUnits, id)
        try transaction.audit(
            .registrationChanged,
            subject: [
                "case": .integer(record.caseID.rawValue), "claim": .integer(record.claim.rawValue),
                "registration": .integer(id),
            ],
            change: [
                "amount": .string(amount.decimalText), "day": .string(day.description), "reference": "a person",
                "reason": .string(reason),
            ])
    }
}
