import AuditTrail
package import Casework
import Database
package import FordringKit
import LegalTrack

extension FordringHost {
    /// Registers money that came in for a case.
    package func addPayment(
        _ amount: Money, paidOn: CivilDate, reference: String?, to caseID: CaseID, claim: ClaimID? = nil,
        for tenant: OpenTenant, on day: CivilDate? = nil
    ) throws -> PaymentResult {
        try translatingRefusals {
            try tenant.database.write(provenance) { transaction in
                try Payments.register(
                    amount, paidOn: paidOn, today: day ?? max(today, paidOn), reference: reference, for: caseID,
                    claim: claim, tenant.rules, transaction)
            }
        }
    }

    /// Closes a case by hand: unsent letters are taken back, and nothing more happens.
    package func closeCase(
        _ caseID: CaseID, as code: CloseCode = .withdrawn, reason: String, for tenant: OpenTenant, on day: CivilDate
    ) throws {
        try translatingRefusals {
            try tenant.database.write(provenance) { transaction in
                try Closing.close(caseID, as: code, reason: reason, on: day, tenant.rules, transaction)
            }
        }
    }

    /// A tenant's cases by number, from after one; an entry says who looked.
    package func cases(
        _ id: TenantID, after: Int64 = 0, limit: Int, stage: String? = nil
    ) throws -> [CaseSummary] {
        let database = try database(of: id)
        let cases = try database.read { try CaseQueries.list(after: after, limit: limit, stage: stage, $0) }
        var change: [String: JSONValue] = ["count": .integer(Int64(cases.count))]
        if let stage { change["stage"] = .string(stage) }
        try database.write(provenance) { transaction in
            try transaction.audit(
                .caseListed,
                subject: ["after": .integer(after), "through": .integer(cases.last?.id.rawValue ?? after)],
                change: .object(change))
        }
        return cases
    }

    /// How many cases a tenant has of each stage.
    package func caseCounts(_ id: TenantID) throws -> [String: Int] {
        try database(of: id).read { try CaseQueries.countsByStage($0) }
    }

    /// One case, whole, and what the rules say about it on a day; an entry says who looked.
    package func showCase(
        _ caseID: CaseID, of tenant: OpenTenant, on day: CivilDate
    ) throws -> (record: CaseRecord, standing: CaseStanding, decision: Result<Decision, RuleGap>) {
        try translatingRefusals {
            let (record, standing) = try tenant.database.read { transaction in
                let record = try CaseQueries.show(caseID, creditor: tenant.rules.creditor, transaction)
                return (record, try Closing.standing(record, tenant.rules, transaction))
            }
            let decision = try record.snapshot.decision(tenant.rules, on: day)
            try tenant.database.write(provenance) { transaction in
                try transaction.audit(.caseRead, subject: ["case": .integer(caseID.rawValue)], change: [:])
            }
            return (record, standing, decision)
        }
    }

    /// Writes down that something happened to a claim that limitation depends on; gives its case.
    package func addClaimEvent(
        _ event: ClaimEvent, to claim: ClaimID, reason: String, for tenant: OpenTenant, on day: CivilDate? = nil
    ) throws -> CaseID {
        try translatingRefusals {
            try tenant.database.write(provenance) { transaction in
                try ClaimEvents.record(
                    event, of: claim, reason: reason, today: day ?? today, tenant.rules, transaction)
            }
        }
    }

    /// What waits for a person, what presses most first.
    package func tasks(_ id: TenantID, pressingOn day: CivilDate? = nil) throws -> [CaseTask] {
        let day = day ?? today
        return try database(of: id).read { try Tasks.open(pressingOn: day, $0) }
    }

    /// Marks a task as done.
    package func finishTask(_ task: Int64, of id: TenantID, because reason: String, on day: CivilDate) throws {
        try translatingRefusals {
            try database(of: id).write(provenance) { try Tasks.doneByPerson(task, on: day, because: reason, $0) }
        }
    }

    func translatingRefusals<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let refusal as CaseworkRefusal {
            throw HostError(.refused, refusal.message)
        } catch let refusal as LegalRefusal {
            throw HostError(refusal.code == .noSuchProcedure ? .badInput : .refused, refusal.message)
        } catch let fault as CaseRulesFault {
            throw HostError(.fault, fault.description)
        } catch let gap as RuleGap {
            throw HostError(.refused, gap.description)
        } catch let error as MoneyError {
            throw HostError(.refused, error.message)
        }
    }
}
