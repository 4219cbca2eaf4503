import Casework
import Database
package import FordringKit
import Logging

extension FordringHost {
    /// How many days may pass between two self-checks of a tenant's log.
    private static let checkEvery = 7

    /// Verifies a tenant's whole log, and raises an alarm when it fails.
    ///
    /// - Throws: ``HostError`` that says what does not fit; a task for a person says it too.
    @discardableResult
    package func checkAudit(_ id: TenantID) throws -> (size: Int64, root: String) {
        do {
            let head = try verifyLog(id)
            try store.set("audit-check/\(id)", to: configuration.clock.now().day.description, provenance)
            return head
        } catch let error as HostError where error.code == .refused || error.code == .fault {
            try raiseAlarm(id, error.message)
            throw HostError(.fault, error.message)
        } catch let fault as DatabaseFault where fault.code == .corrupt {
            try raiseAlarm(id, fault.message)
            throw HostError(.fault, fault.message)
        }
    }

    /// The same where the last check that succeeded is a week old.
    func checkAuditWhenDue(_ id: TenantID) throws {
        let last = try store.setting("audit-check/\(id)").flatMap { CivilDate(iso: $0) }
        let today = configuration.clock.now().day
        if let last, last <= today, today < last.adding(days: FordringHost.checkEvery) { return }
        try checkAudit(id)
    }

    private func raiseAlarm(_ id: TenantID, _ message: String) throws {
        let cure =
            "Stop work for the tenant, keep its files as they are, and compare them with a backup and with exports."
        let database = try database(of: id)
        do {
            try database.write(provenance) { transaction in
                try Tasks.raise(.auditAlarm, nil, on: today, message: message, cure: cure, transaction)
            }
        } catch let fault as DatabaseFault where fault.code == .corrupt || fault.code == .constraint {
            // A log so damaged that it takes no entry: the message must do.
            configuration.logger.critical(
                "the alarm could not be written down",
                metadata: ["tenant": "\(id)", "alarm": "\(message)", "cause": "\(fault.message)"])
        }
    }
}
