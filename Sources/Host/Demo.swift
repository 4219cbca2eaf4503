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
    package var disputes: [String: Int] = [:]
    /// Open disputes whose answer should have gone out.
    package var disputesOverdue = 0
    package var registrations: [String: Int] = [:]
    package var deletionsOrdered = 0
    package var deletionsConfirmed = 0
    package var deletionsOverdue = 0
    /// How many hand-offs are in which state, by procedure.
    package var handoffs: [String: [String: Int]] = [:]
    /// A case that was handed over.
    package var handoffExample: CaseID?
    /// Cases that were to be handed over and could not be, with the rules that stood in the way at the last attempt, each with
    /// its section.
    package var notReadyForCourt: [CaseID: [String]] = [:]
    package var openTasks = 0
    package var overdueTasks = 0
    package var tasksByKind: [String: Int] = [:]
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
        var plays: [DemoPlay] = []
        for name in names where name.hasSuffix(".yaml") {
            let receipt = try host.onboard(file: tenantFolder.appending(path: name).path, isTrial: false)
            plays.append(try DemoPlay(host, try host.openForWork(receipt.tenant), seed: seed))
        }
        guard !plays.isEmpty else {
            throw HostError(
                .unavailable,
                "There are no tenants in \(tenantFolder.path). Run the demo from the project's folder, or give --tenants."
            )
        }
        var day = Demo.firstDay
        while day <= Demo.lastDay {
            clock.set(Timestamp(day, hour: 9))
            for index in plays.indices {
                let tenant = plays[index].tenant
                if day.dayOfMonth == 1 { try importFiles(of: tenant, on: day, &plays[index].result) }
                try plays[index].morning(day)
                let (run, work) = try host.runDay(day, for: tenant)
                plays[index].result.steps += run.steps
                plays[index].result.letters += work.sent
                try plays[index].afternoon(day)
            }
            progress(day)
            day = day.adding(days: 1)
        }
        for index in plays.indices {
            try plays[index].count(through: Demo.lastDay)
            try finish(plays[index].tenant, &plays[index].result)
        }
        try host.close()
        return plays.map(\.result)
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
        result.outbox = host.home.tenant(tenant.id).appending(path: "outbox").path
        result.export = host.home.root.appending(path: "\(tenant.id)-audit.jsonl.gz").path
        _ = try host.exportAudit(tenant.id, to: result.export)
        result.exportVerdict = try FordringHost.verifyExport(result.export, key: try host.verifierKey(tenant.id))
    }
}
