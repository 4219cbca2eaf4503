import AuditTrail
import Casework
import Database
package import FordringKit
import Foundation
import JobQueue
import LegalTrack
package import Registrations
import Synchronization
import Tenancy

/// The credit bureaus of a tenant by name, made when one is first needed: a tenant that registers nothing has no outbox
/// for it.
package final class TenantBureaus: DeletionDeadlines {
    private let make: @Sendable () throws -> [String: any CreditBureau]
    private let made = Mutex<[String: any CreditBureau]?>(nil)

    init(_ make: @escaping @Sendable () throws -> [String: any CreditBureau]) { self.make = make }

    /// - Throws: ``HostError`` where a plug-in cannot serve the tenant.
    package func all() throws -> [String: any CreditBureau] {
        if let known = made.withLock({ $0 }) { return known }
        let bureaus = try make()
        return made.withLock { made in
            if let known = made { return known }
            made = bureaus
            return bureaus
        }
    }

    /// What the bureau says; at once where it is not in use any more, since nothing may keep the order from being written
    /// down.
    package func deadline(
        of bureau: String, _ reason: RegistrationDeletion.Reason, orderedOn day: CivilDate
    ) -> Explained<CivilDate> {
        guard let known = try? all()[bureau] else {
            return Explained(
                day,
                [
                    ExplanationLine(
                        "The plug-in of \(bureau) is not in use, so nobody can say how long the deletion may take.",
                        Citation("Fordring, the host's own limits", ""))
                ])
        }
        let deadline = known.deletionDeadline(reason, orderedOn: day)
        return deadline.value >= day ? deadline : Explained(day, deadline.lines)
    }
}

/// What a bureau's rules say of a claim.
package struct ClaimCheck: Sendable {
    package let bureau: String
    package let claim: ClaimID
    package let reference: String
    package let day: CivilDate
    /// The open registration, where there is one.
    package let registration: RegistrationRecord?
    package let check: Result<RegistrationCheck, RuleGap>
}

extension FordringHost {
    /// Makes the bureaus that a tenant's settings ask for.
    func makeBureaus(
        _ id: TenantID, _ settings: TenantSettings, makingOutboxes: Bool
    ) throws -> [String: any CreditBureau] {
        var bureaus: [String: any CreditBureau] = [:]
        try eachPlugin(id, settings) { plugin, context in
            for offer in plugin.registry.bureaus {
                let outbox = home.outbox(id, "bureau-\(offer.name)").path
                if makingOutboxes {
                    try FileManager.default.createDirectory(atPath: outbox, withIntermediateDirectories: true)
                }
                bureaus[offer.name] = try offer.make(context(outbox))
            }
        }
        return bureaus
    }

    /// The tenant's bureaus for the country of its cases, by name.
    package func bureaus(of tenant: OpenTenant) throws -> [(name: String, bureau: any CreditBureau)] {
        try tenant.bureaus.all().filter { $0.value.country == tenant.rules.jurisdiction.country }
            .sorted { $0.key < $1.key }.map { (name: $0.key, bureau: $0.value) }
    }

    /// A tenant's bureau by its name, or the only one where none is named.
    ///
    /// - Throws: ``HostError`` that says which there are.
    package func bureau(
        _ name: String?, of tenant: OpenTenant
    ) throws -> (name: String, bureau: any CreditBureau) {
        let all = try bureaus(of: tenant)
        guard !all.isEmpty else {
            throw HostError(
                .refused,
                "The tenant '\(tenant.id)' has no credit bureau for \(tenant.rules.jurisdiction.country). "
                    + "Name a plug-in that offers one under 'plugins' in its file.")
        }
        let names = all.map(\.name).joined(separator: ", ")
        guard let name else {
            guard all.count == 1 else {
                throw HostError(
                    .badInput, "The tenant '\(tenant.id)' has several credit bureaus: name one of \(names).")
            }
            return all[0]
        }
        guard let found = all.first(where: { $0.name == name }) else {
            throw HostError(
                .badInput, "The tenant '\(tenant.id)' has no credit bureau '\(name)'; there is \(names).")
        }
        return found
    }

    // MARK: Asking

    /// What stands in the way of registering the claims of a case on a day; an entry says who looked.
    ///
    /// - Parameters:
    ///   - claim: only this one; `nil` for all that are owed.
    ///   - name: only this bureau; `nil` for all of the tenant's.
    ///   - noKeptPlan: whether whoever asks says that no plan of payment is kept.
    package func checkRegistration(
        of caseID: CaseID, claim: ClaimID?, bureau name: String?, noKeptPlan: Bool = false, for tenant: OpenTenant,
        on day: CivilDate
    ) throws -> [ClaimCheck] {
        let chosen = try name.map { [try bureau($0, of: tenant)] } ?? bureaus(of: tenant)
        if chosen.isEmpty { _ = try bureau(nil, of: tenant) }
        return try translatingRegistrations {
            let record = try tenant.database.read {
                try CaseQueries.show(caseID, creditor: tenant.rules.creditor, $0)
            }
            let owed = record.snapshot.facts.claims.filter { $0.outstandingPrincipal.isPositive }.map(\.id)
            if let claim, !record.claims.contains(where: { $0.id == claim }) {
                let known = record.claims.map(\.id.description).joined(separator: ", ")
                throw RegistrationRefusal(
                    .noSuchClaim, "Case \(caseID) has no claim \(claim); its claims are \(known).")
            }
            let checks = try tenant.database.read { transaction in
                let open = try Registrations.list(of: caseID, transaction).filter { !$0.state.isEnded }
                return try chosen.flatMap { name, bureau in
                    try (claim.map { [$0] } ?? owed).map { claim in
                        let loaded = try RegistrationCase.load(
                            claim, of: caseID, with: name, on: day, noKeptPlan: noKeptPlan, tenant.rules,
                            registrationSources,
                            transaction)
                        return ClaimCheck(
                            bureau: name, claim: claim,
                            reference: record.claims.first { $0.id == claim }?.reference ?? "", day: day,
                            registration: open.first { $0.claim == claim && $0.bureau == name },
                            check: Result { () throws(RuleGap) in
                                try RegistrationCheck(loaded, bureau, on: day, tenant.rules)
                            })
                    }
                }
            }
            try tenant.database.write(provenance) { transaction in
                try transaction.audit(.caseRead, subject: ["case": .integer(caseID.rawValue)], change: [:])
            }
            return checks
        }
    }

    /// Asks for the registration of a claim, and has the debtor told where the country wants it.
    ///
    /// It leaves the house by the daily work, on the first day on which all holds that must.
    ///
    /// - Parameter noKeptPlan: whether a person says that no plan of payment is agreed and kept.
    package func requestRegistration(
        of claim: ClaimID, in caseID: CaseID, bureau name: String?, noKeptPlan: Bool, reason: String,
        for tenant: OpenTenant, on day: CivilDate
    ) throws -> (registration: RegistrationRecord, check: Result<RegistrationCheck, RuleGap>, tellsDebtor: Bool) {
        let (name, bureau) = try bureau(name, of: tenant)
        try refuseFuture(day, tenant)
        return try translatingRegistrations {
            try tenant.database.write(provenance) { transaction in
                let number = try Registrations.request(
                    claim, of: caseID, with: name, noKeptPlan: noKeptPlan, reason: reason, on: day, tenant.rules,
                    transaction)
                let desk = try desk(name, bureau, tenant, transaction)
                let loaded = try RegistrationCase.load(
                    claim, of: caseID, with: name, on: day, tenant.rules, registrationSources, transaction)
                let check = Result { () throws(RuleGap) in
                    try RegistrationCheck(loaded, bureau, on: day, tenant.rules)
                }
                var tellsDebtor = false
                if case .success = check { tellsDebtor = try desk.tellDebtor(loaded, on: day, transaction) }
                return (try Registrations.show(number, transaction), check, tellsDebtor)
            }
        }
    }

    /// Takes a registration back: withdrawn where it has not left the house, otherwise ordered deleted.
    package func withdrawRegistration(
        _ number: Int64, reason: String, for tenant: OpenTenant, on day: CivilDate
    ) throws -> RegistrationRecord {
        try refuseFuture(day, tenant)
        return try translatingRegistrations {
            try tenant.database.write(provenance) { transaction in
                _ = try Registrations.withdraw(
                    number, reason: reason, on: day, tenant.rules, tenant.bureaus, transaction)
                return try Registrations.show(number, transaction)
            }
        }
    }

    // MARK: Looking

    /// The registrations of a tenant by number.
    package func registrations(
        _ id: TenantID, after: Int64 = 0, limit: Int, state: RegistrationState? = nil
    ) throws -> [RegistrationRecord] {
        try database(of: id).read { try Registrations.list(after: after, limit: limit, state: state, $0) }
    }

    /// One registration.
    package func registration(_ number: Int64, of id: TenantID) throws -> RegistrationRecord {
        try translatingRegistrations { try database(of: id).read { try Registrations.show(number, $0) } }
    }

    // MARK: What a person found out

    /// Refuses a day of which nobody can know anything yet.
    private func refuseFuture(_ day: CivilDate, _ tenant: OpenTenant) throws {
        guard day > localTime(of: tenant).day else { return }
        throw HostError(.badInput, "\(day) is still to come; give today or an earlier day.")
    }

    /// Records that a bureau has told a person that an entry is gone.
    package func confirmDeletion(
        _ number: Int64, on day: CivilDate, reason: String, for tenant: OpenTenant
    ) throws -> RegistrationRecord {
        try refuseFuture(day, tenant)
        return try translatingRegistrations {
            try tenant.database.write(provenance) { transaction in
                try Registrations.confirmDeletion(number, on: day, reason: reason, transaction)
                return try Registrations.show(number, transaction)
            }
        }
    }

    /// Has the order to delete a registration handed over once more, also of one that counts as gone.
    package func deleteAgain(
        _ number: Int64, reason: String, for tenant: OpenTenant
    ) throws -> RegistrationRecord {
        let day = localTime(of: tenant).day
        return try translatingRegistrations {
            try tenant.database.write(provenance) { transaction in
                try Registrations.deleteAgain(number, reason: reason, on: day, tenant.bureaus, transaction)
                return try Registrations.show(number, transaction)
            }
        }
    }

    /// Records that a person has had the bureau lower the amount that stands there.
    package func recordRegisteredAmount(
        _ number: Int64, _ amount: Money, reason: String, for tenant: OpenTenant
    ) throws -> RegistrationRecord {
        let day = localTime(of: tenant).day
        return try translatingRegistrations {
            try tenant.database.write(provenance) { transaction in
                try Registrations.recordAmount(number, amount, reason: reason, on: day, transaction)
                return try Registrations.show(number, transaction)
            }
        }
    }

    /// Records what became of a batch of which nothing is known.
    ///
    /// - Parameter sent: the day and the bureau's reference; `nil` where it never arrived, and what it held waits again.
    package func settleBatch(
        _ batch: Int64, sent: (on: CivilDate, reference: String)?, reason: String, for tenant: OpenTenant
    ) throws {
        let day = localTime(of: tenant).day
        if let sent, sent.on > day {
            throw HostError(.badInput, "The batch cannot have left the house on \(sent.on), which is still to come.")
        }
        let bureaus = try tenant.bureaus.all()
        try translatingRegistrations {
            if sent == nil { try checkNotSent(batch, bureaus, tenant) }
            try tenant.database.write(provenance) { transaction in
                let name = try transaction.first(
                    """
                    SELECT n.name FROM bureau_batch b JOIN bureau n ON n.id = b.bureau_id
                    WHERE b.id = $1 AND b.state = 'leaving'
                    """, batch
                ) { $0.text(0) }
                guard let name else {
                    throw RegistrationRefusal(
                        .noSuchBatch,
                        "There is no batch \(batch) of which it is not known whether it has left. 'fordring task list' shows "
                            + "those there are.")
                }
                guard let bureau = bureaus[name] else {
                    throw RegistrationRefusal(
                        .noSuchBatch, "The plug-in of \(name) is not in use; put it back into the tenant's settings.")
                }
                let desk = try desk(name, bureau, tenant, transaction)
                if let sent {
                    try desk.recordSubmitted(
                        batch,
                        DeliveryReceipt(
                            reference: sent.reference, sentOn: sent.on, details: ["foundOutBy": "a person"]),
                        transaction)
                } else {
                    try desk.dissolve(batch, on: day, because: reason, transaction)
                }
                try desk.endUnknown(batch, on: day, because: reason, transaction)
            }
        }
    }

    /// Refuses to count a batch as never sent that somebody may be sending, or that the bureau has.
    ///
    /// Where the bureau cannot tell, the person's word stands.
    private func checkNotSent(
        _ number: Int64, _ bureaus: [String: any CreditBureau], _ tenant: OpenTenant
    ) throws {
        let found = try tenant.database.read { transaction in
            let name = try transaction.first(
                "SELECT n.name, n.id FROM bureau_batch b JOIN bureau n ON n.id = b.bureau_id WHERE b.id = $1", number
            ) { (name: $0.text(0), id: $0.integer(1)) }
            return try name.flatMap { name in
                try BureauDesk.onTheirWay(to: name.id, transaction).first { $0.id == number }.map { (name.name, $0) }
            }
        }
        // Said so further on.
        guard let (name, batch) = found, let bureau = bureaus[name] else { return }
        if mayBeUnderWay(batch) {
            throw RegistrationRefusal(
                .wrongState,
                "Batch \(number) may still be being handed over by \(batch.owner); wait until that has ended.")
        }
        guard let receipt = (try? bureau.receipt(for: batch.key)) ?? nil else { return }
        throw RegistrationRefusal(
            .wrongState,
            "\(name) has batch \(number), since \(receipt.sentOn) as \(receipt.reference): say so with --sent-on and "
                + "--reference. What must not stand there is deleted with 'fordring bureau withdraw'.")
    }

    // MARK: Parts

    /// What other parts of the house know of a case; courts and plans are to be joined on here.
    var registrationSources: RegistrationSources { RegistrationSources(legalSteps: { try Handoffs.steps(of: $0, $1) }) }

    /// A bureau with what its work needs; its row is made where there is none.
    func desk(
        _ name: String, _ bureau: any CreditBureau, _ tenant: OpenTenant, _ transaction: WriteTransaction
    ) throws -> BureauDesk {
        BureauDesk(
            try Registrations.account(name, bureau, transaction), tenant.rules, registrationSources, tenant.bureaus)
    }

    func translatingRegistrations<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try translatingRefusals(body)
        } catch let refusal as RegistrationRefusal {
            throw HostError(.refused, refusal.message)
        }
    }

    /// Whether a tenant's plug-ins offer a credit bureau.
    func hasBureaus(_ settings: TenantSettings) -> Bool {
        plugins.offers.plugins(of: settings).contains { !$0.registry.bureaus.isEmpty }
    }
}

extension OpenTenant {
    /// Whether nothing of a party is with a credit bureau any more.
    ///
    /// - Throws: ``CaseworkRefusal`` where something is: its data are needed until that is over.
    static func checkNoRegistration(of party: PartyID, _ transaction: ReadTransaction) throws {
        guard let open = try Registrations.open(of: party, transaction) else { return }
        throw CaseworkRefusal(
            .stillNeeded,
            "Party \(party) cannot be erased: registration \(open.id) with \(open.bureau) is \(open.state.rawValue). The "
                + "data are needed until the bureau has confirmed its deletion.")
    }
}
