import AuditTrail
package import Database
package import FordringKit

/// What keeps a person from closing or selling a case.
package struct CaseTie: Sendable {
    /// What it is, as the middle of a sentence.
    package let obstacle: String
    /// What can be done about it, as a sentence.
    package let cure: String
    /// Whether a court or a lawyer has the case.
    package let isWithCourt: Bool

    package init(obstacle: String, cure: String, isWithCourt: Bool) {
        self.obstacle = obstacle
        self.cure = cure
        self.isWithCourt = isWithCourt
    }
}

/// Where a case is, for a person to look at.
package struct CaseStanding: Sendable {
    package let life: CaseLife
    /// Why, where it is held, sold, with a court or closed; empty otherwise.
    package let because: String
}

/// Closing cases, and the row of a case that says how far it has come.
///
/// The two functions that write ``CaseQueries`` stages are here: a closed case is never written again.
package enum Closing {
    /// Closes a case by hand: unsent letters are taken back, and nothing more happens.
    ///
    /// - Throws: ``CaseworkRefusal`` where the code is not a person's to give, or the case may not be closed.
    package static func close(
        _ caseID: CaseID, as code: CloseCode, reason: String, on day: CivilDate, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws {
        func refuse(_ message: String) -> CaseworkRefusal { CaseworkRefusal(.badClosing, message) }
        guard code.giver != .books else {
            throw refuse(
                "The code '\(code.rawValue)' is given by the books only: it comes by \(code.comesBy ?? "what is booked"). "
                    + "'fordring case codes' shows those that a person may give.")
        }
        guard !reason.isEmpty else { throw refuse("Closing a case needs a reason; give it with --reason.") }
        var snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        guard !snapshot.isClosed else { throw CaseworkRefusal(.caseClosed, "Case \(caseID) is closed already.") }
        if let tie = try rules.ties(of: caseID, transaction).first {
            throw refuse("Case \(caseID) cannot be closed: \(tie.obstacle). \(tie.cure)")
        }
        if code == .lapsed { try checkLapsed(snapshot, rules, on: day) }
        if try Payments.withdrawUnsentSteps(snapshot, on: day, because: reason, rules, transaction) {
            snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        }
        guard !snapshot.life().isSelling else {
            throw refuse(
                "Case \(caseID) is being sold, and the debtor's notice is with its channel. Wait until it is known whether it "
                    + "has left: 'fordring task list'.")
        }
        try Payments.close(caseID, code: code, reason: reason, on: day, rules, transaction)
    }

    /// With which code a case was closed, and when; `nil` for one that is open.
    static func code(of caseID: CaseID, _ transaction: ReadTransaction) throws -> (code: String, on: CivilDate)? {
        try transaction.first(
            "SELECT close_code, closed_on FROM debt_case WHERE id = $1 AND closed_on IS NOT NULL", caseID
        ) { ($0.textOrNil(0) ?? "", $0.date(1)) }
    }

    /// Whether no claim that is left can be enforced any more.
    private static func checkLapsed(_ snapshot: CaseSnapshot, _ rules: CaseRules, on day: CivilDate) throws {
        for claim in snapshot.facts.claims where claim.outstandingPrincipal.isPositive {
            let last = try rules.jurisdiction.limitation(of: claim)?.value
            guard last.map({ $0 < day }) ?? false else {
                throw CaseworkRefusal(
                    .badClosing,
                    "Claim \(claim.id) of case \(snapshot.facts.id) "
                        + (last.map { "can be enforced through \($0)" } ?? "has no limitation that the law states")
                        + ", so the case has not lapsed. Close it with another code, or wait.")
            }
        }
    }

    /// Writes down that a case has come further; what was decided about a case that is closed is a fault.
    static func advance(
        _ caseID: CaseID, to stage: String, nextOn: CivilDate?, _ transaction: WriteTransaction
    ) throws {
        let changed = try transaction.execute(
            "UPDATE debt_case SET stage = $1, next_on = $2 WHERE id = $3 AND closed_on IS NULL", stage, nextOn, caseID)
        guard changed == 1, stage != closedStage else {
            throw DatabaseFault(.corrupt, "Case \(caseID) is closed, and a step was decided for it.")
        }
    }

    /// The stage of every case that is closed, and of no other.
    static let closedStage = "closed"

    /// Writes down that a case is closed.
    ///
    /// - Throws: ``CaseworkRefusal`` where it is closed already.
    static func end(_ caseID: CaseID, _ code: CloseCode, on day: CivilDate, _ transaction: WriteTransaction) throws {
        let changed = try transaction.execute(
            """
            UPDATE debt_case SET closed_on = $1, close_code = $2, stage = 'closed', next_on = NULL
            WHERE id = $3 AND closed_on IS NULL
            """,
            day, code.rawValue, caseID)
        guard changed == 1 else { throw CaseworkRefusal(.caseClosed, "Case \(caseID) is closed already.") }
        try Tasks.endWithCase(caseID, on: day, transaction)
    }

    /// Where a case is, and why where something stops it.
    package static func standing(
        _ record: CaseRecord, _ rules: CaseRules, _ transaction: ReadTransaction
    ) throws -> CaseStanding {
        let snapshot = record.snapshot
        let ties = try rules.ties(of: snapshot.facts.id, transaction)
        let life = snapshot.life(isWithCourt: ties.contains(where: \.isWithCourt))
        let because: String =
            switch life.state {
            case .closed: record.closeCode ?? ""
            case .selling: "the debtor's notice has not left yet"
            case .held:
                snapshot.standstill.holds.filter { $0.id != snapshot.sale?.hold }
                    .map { "\($0.facts.kind.rawValue) since \($0.facts.since)" }.joined(separator: ", ")
            case .withCourt: ties.filter(\.isWithCourt).map(\.obstacle).joined(separator: ", ")
            case .new, .reminded, .noticed, .inCollection, .readyForCourt: ""
            }
        return CaseStanding(life: life, because: because)
    }
}
