import Casework
import Crypto
import Database
package import FordringKit
package import Foundation
import Ledger
import Synchronization
import Tenancy

/// Key material from a seed, for runs that must come out the same every time.
///
/// Never for real work.
package final class SeededEntropy: Entropy {
    private let seed: String
    /// How many blocks were drawn, so that no two are the same.
    private let drawn = Mutex(0)

    package init(seed: String) { self.seed = seed }

    package func bytes(_ count: Int) -> [UInt8] {
        drawn.withLock { drawn in
            var bytes: [UInt8] = []
            while bytes.count < count {
                bytes += Array(SHA256.hash(data: Array("\(seed)/\(drawn)".utf8)))
                drawn += 1
            }
            return Array(bytes[..<count])
        }
    }
}

/// What the demo shows of one tenant.
package struct DemoTenantResult: Sendable {
    package let tenant: TenantID
    package let legalName: String
    package var accepted = 0
    package var duplicates = 0
    package var refused = 0
    package var letters = 0
    package var steps = 0
    package var payments = 0
    package var placed: Money
    package var collected: Money
    package var charged: Money
    package var outstanding: Money
    package var casesByStage: [String: Int] = [:]
    package var openTasks = 0
    package var outbox = ""
    package var export = ""
    package var exportVerdict: ExportVerdict?
}

/// Plays months of collecting for sample tenants, the same way every time.
package struct Demo: Sendable {
    package static let firstDay = CivilDate(2026, 1, 1)
    package static let lastDay = CivilDate(2026, 6, 30)

    private let host: FordringHost
    private let clock: SettableClock
    private let tenantFolder: URL
    private let seed: UInt64

    /// Makes a home for the demo, emptying one that an earlier demo left.
    ///
    /// - Throws: ``HostError`` `refused` where the folder holds something else.
    package init(home: URL, pluginFolders: [URL], tenants tenantFolder: URL, seed: UInt64) throws {
        let files = FileManager.default
        let mark = home.appending(path: "demo")
        if files.fileExists(atPath: home.path) {
            let contents = (try? files.contentsOfDirectory(atPath: home.path)) ?? []
            guard contents.isEmpty || files.fileExists(atPath: mark.path) else {
                throw HostError(
                    .refused,
                    "\(home.path) is not empty and was not made by the demo. Choose another folder with --home.")
            }
            do {
                try files.removeItem(at: home)
            } catch {
                throw HostError(.unavailable, "\(home.path) cannot be emptied: \(error.localizedDescription)")
            }
        }
        clock = SettableClock(Timestamp(Demo.firstDay, hour: 9))
        host = try FordringHost(
            HostConfiguration(
                home: home, pluginFolders: pluginFolders, clock: clock, entropy: SeededEntropy(seed: "demo \(seed)"),
                actor: .host("demo")))
        guard files.createFile(atPath: mark.path, contents: nil) else {
            throw HostError(.unavailable, "\(home.path) cannot be written to. Choose another folder with --home.")
        }
        self.tenantFolder = tenantFolder
        self.seed = seed
    }

    /// Plays the months day by day.
    package func play(progress: (_ day: CivilDate) -> Void) throws -> [DemoTenantResult] {
        try host.setAgencyName("Nordlys Inkasso A/S")
        let files = FileManager.default
        let names = ((try? files.contentsOfDirectory(atPath: tenantFolder.path)) ?? []).sorted()
        var tenants: [(OpenTenant, DemoTenantResult)] = []
        for name in names where name.hasSuffix(".yaml") {
            let receipt = try host.onboard(file: tenantFolder.appending(path: name).path, isTrial: false)
            let tenant = try host.openForWork(receipt.tenant)
            let zero = Money.zero(tenant.currency)
            tenants.append(
                (
                    tenant,
                    DemoTenantResult(
                        tenant: tenant.id, legalName: tenant.settings.legalName, placed: zero, collected: zero,
                        charged: zero, outstanding: zero)
                ))
        }
        guard !tenants.isEmpty else {
            throw HostError(
                .unavailable,
                "There are no tenants in \(tenantFolder.path). Run the demo from the project's folder, or give --tenants."
            )
        }
        var day = Demo.firstDay
        while day <= Demo.lastDay {
            clock.set(Timestamp(day, hour: 9))
            for index in tenants.indices {
                let tenant = tenants[index].0
                if day.dayOfMonth == 1 { try importFiles(of: tenant, on: day, &tenants[index].1) }
                let (run, work) = try host.runDay(day, for: tenant)
                tenants[index].1.steps += run.steps
                tenants[index].1.letters += work.sent
                tenants[index].1.payments += try payments(of: tenant, on: day)
            }
            progress(day)
            day = day.adding(days: 1)
        }
        for index in tenants.indices { try finish(tenants[index].0, &tenants[index].1) }
        try host.close()
        return tenants.map(\.1)
    }

    /// Imports what the tenant sends on the first of a month: copies, so that the verdicts lie in the demo's home.
    private func importFiles(of tenant: OpenTenant, on day: CivilDate, _ result: inout DemoTenantResult) throws {
        let folder = tenantFolder.appending(path: tenant.id.rawValue)
        let inbox = host.home.tenant(tenant.id).appending(path: "inbox")
        let month = String(day.description.prefix(7))
        var names = ["claims-\(month).csv"]
        // The single documents come in May, when the newest of them has been issued.
        if month == "2026-05" {
            let documents =
                (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "ubl").path)) ?? []
            // Invoices (NT-…) before the credit notes (KN-…) against them.
            names += documents.sorted(by: >).map { "ubl/\($0)" }
        }
        for name in names {
            let source = folder.appending(path: name)
            guard let data = FileManager.default.contents(atPath: source.path) else { continue }
            let copy = inbox.appending(path: source.lastPathComponent)
            do {
                try FileManager.default.createDirectory(at: inbox, withIntermediateDirectories: true)
                try data.write(to: copy)
            } catch {
                throw HostError(.unavailable, "\(copy.path) cannot be written: \(error.localizedDescription)")
            }
            let imported = try host.importClaims(copy.path, for: tenant, on: day)
            result.accepted += imported.accepted
            result.duplicates += imported.duplicates
            result.refused += imported.refused
        }
    }

    /// How a debtor behaves, decided by the seed and the number of the case.
    private enum Behaviour {
        /// Pays what the first letter states, in time.
        case paysAtOnce
        /// Pays what the letter of this number states.
        case paysAfter(letters: Int)
        /// Pays half after the first letter, and the rest after the letter of this number, or never.
        case paysInPart(restAfter: Int)
        case never
    }

    private func behaviour(_ caseID: CaseID, _ tenant: TenantID) -> (Behaviour, delay: Int) {
        let bytes = SHA256.hash(data: Array("\(seed)/\(tenant)/\(caseID)".utf8)).map { Int($0) }
        let delay = 3 + bytes[1] % 5
        switch bytes[0] * 100 / 256 {
        case 0..<34: return (.paysAtOnce, delay)
        case 34..<50: return (.paysAfter(letters: 2), delay + 4)
        case 50..<62: return (.paysAfter(letters: 3), delay)
        case 62..<72: return (.paysInPart(restAfter: 3), delay)
        case 72..<80: return (.paysInPart(restAfter: 99), delay)
        default: return (.never, delay)
        }
    }

    /// Registers what debtors pay today, some days after a letter.
    private func payments(of tenant: OpenTenant, on day: CivilDate) throws -> Int {
        let letters = try tenant.database.read { transaction in
            try transaction.all(
                """
                SELECT s.case_id, s.sent_on, (SELECT count(*) FROM case_step e
                    WHERE e.case_id = s.case_id AND e.state = 'sent' AND e.id <= s.id)
                FROM case_step s JOIN debt_case c ON c.id = s.case_id
                WHERE s.state = 'sent' AND s.sent_on BETWEEN $1 AND $2 AND c.closed_on IS NULL ORDER BY s.id
                """,
                day.adding(days: -12), day
            ) { (caseID: CaseID(rawValue: $0.integer(0)), sentOn: $0.date(1), number: $0.int(2)) }
        }
        var count = 0
        for letter in letters {
            let (behaviour, delay) = behaviour(letter.caseID, tenant.id)
            guard letter.sentOn.adding(days: delay) == day else { continue }
            let snapshot = try tenant.database.read { transaction in
                try CaseSnapshots.load(letter.caseID, creditor: tenant.rules.creditor, transaction)
            }
            let owed = snapshot.facts.outstanding
            guard !snapshot.isClosed, owed.isPositive else { continue }
            let half = try owed.multiplied(by: 1, over: 2, rounding: .down)
            let amount: Money
            switch (behaviour, letter.number) {
            case (.paysAtOnce, _): amount = owed
            case (.paysAfter(let letters), let number) where number >= letters: amount = owed
            case (.paysInPart, 1): amount = half
            case (.paysInPart(let restAfter), let number) where number >= restAfter: amount = owed
            default: continue
            }
            guard amount.isPositive else { continue }
            _ = try host.addPayment(
                amount, paidOn: day, reference: "demo-\(letter.caseID)-\(day)", to: letter.caseID, for: tenant, on: day)
            count += 1
        }
        return count
    }

    private func finish(_ tenant: OpenTenant, _ result: inout DemoTenantResult) throws {
        let balances = try tenant.database.read { try Ledger.trialBalance($0) }
        func money(_ accounts: [Account], sign: Int64) -> Money {
            Money(minorUnits: sign * accounts.reduce(0) { $0 + (balances[$1] ?? 0) }, tenant.currency)
        }
        result.placed = money([.claimsPlaced], sign: -1)
        result.collected = money([.clientFunds], sign: 1)
        result.charged = money(
            [.interestIncome, .reminderFeeIncome, .collectionFeeIncome, .compensationIncome, .collectionCostIncome],
            sign: -1)
        result.outstanding = money(DebtComponent.allCases.map { Account(receivable: $0) }, sign: 1)
        result.casesByStage = try host.caseCounts(tenant.id)
        result.openTasks = try host.tasks(tenant.id).count
        result.outbox = host.home.tenant(tenant.id).appending(path: "outbox").path
        result.export = host.home.root.appending(path: "\(tenant.id)-audit.jsonl.gz").path
        _ = try host.exportAudit(tenant.id, to: result.export)
        result.exportVerdict = try FordringHost.verifyExport(result.export, key: try host.verifierKey(tenant.id))
    }
}
