import Casework
import Database
import FordringKit
import Foundation
import SQLiteDriver
import Synchronization
import Tenancy
import Testing

@testable import Host

@Suite struct OnboardingTests {
    @Test func `A tenant that is taken on has books, a key, a checkpoint and its first entry`() throws {
        let test = try TestHome()
        let host = try test.open()
        let receipt = try host.onboard(file: try test.tenantFile("aa"), isTrial: false)
        #expect(receipt.wasMade)
        #expect(receipt.plugins == ["land 1.0.0", "pigeon 1.0.0"])
        #expect(receipt.checkpoint.hasPrefix("fordring/aa\n1\n"))
        #expect(receipt.verifierKey.hasPrefix("fordring/aa+"))
        let entries = try host.auditLog(receipt.tenant, last: 10, case: nil)
        #expect(entries.count == 1)
        #expect(entries.first?.json.contains(#""action":"tenant.onboarded","actor":{"operator":"test"}"#) == true)
        #expect(try host.tenants().map(\.state) == [.active])
        try host.close()
    }

    @Test func `Taking a tenant on again changes nothing`() throws {
        let test = try TestHome()
        let host = try test.open()
        let file = try test.tenantFile("aa")
        let first = try host.onboard(file: file, isTrial: false)
        _ = try host.importClaims(try test.claims(3), for: try host.openForWork(first.tenant))
        let log = try host.auditLog(first.tenant, last: 100, case: nil).map(\.json)
        let again = try host.onboard(file: file, isTrial: false)
        #expect(!again.wasMade)
        #expect(again.checkpoint == first.checkpoint)
        #expect(again.verifierKey == first.verifierKey)
        #expect(try host.auditLog(first.tenant, last: 100, case: nil).map(\.json) == log)
        try host.close()
    }

    @Test func `A trial makes nothing`() throws {
        let test = try TestHome()
        let host = try test.open()
        let receipt = try host.onboard(file: try test.tenantFile("aa"), isTrial: true)
        #expect(receipt.isTrial)
        #expect(!receipt.wasMade)
        #expect(test.names(below: test.home.tenants).isEmpty)
        #expect(try host.tenants().isEmpty)
        try host.close()
    }

    @Test(arguments: [
        ("a setting that the law refuses", "land", "plugins.land.start: never is too late"),
        ("a channel that cannot be made", "pigeon", "cannot serve the tenant 'aa': mood: it stays in its loft"),
        ("a channel whose letters nobody makes", "carriage", "needs letters as PDF"),
    ]) func `A tenant that a plug-in cannot serve leaves no trace`(_ what: String, _ kind: String, _ message: String)
        throws
    {
        let test = try TestHome()
        let host = try test.open()
        let file = try test.tenantFile(
            "aa", channel: kind == "carriage" ? "carriage" : "pigeon", start: kind == "land" ? "never" : "now",
            mood: kind == "pigeon" ? "bad" : "good")
        let error = try hostError { try host.onboard(file: file, isTrial: false) }
        #expect(error.message.contains(message), "\(error.message)")
        #expect(test.names(below: test.home.tenants).isEmpty)
        #expect(try host.tenants().isEmpty)
        try host.close()
    }

    @Test func `Every fault of the file is reported at once, with its line and its key`() throws {
        let test = try TestHome()
        let host = try test.open()
        let good = try String(contentsOfFile: try test.tenantFile("aa"), encoding: .utf8)
        let bad = good.replacing("99532742", with: "letters").replacing("times: 2", with: "times: 9")
            .replacing("[pigeon]", with: "[pigoen]").replacing("language: en", with: "language: fr")
        let file = try test.write(bad, to: "bad.yaml")
        let error = try hostError { try host.onboard(file: file, isTrial: false) }
        #expect(error.code == .badInput)
        let lines = error.message.split(separator: "\n").map { $0.replacing("\(test.root.path)/", with: "") }
        #expect(lines.count == 4)
        #expect(lines.first?.hasPrefix("bad.yaml:3: registrationNumber: ") == true)
        #expect(lines.dropFirst().first?.hasPrefix("bad.yaml:5: language: ") == true)
        #expect(lines.contains { $0.hasPrefix("bad.yaml:13: policy.reminder.times: 9 is too many") })
        #expect(lines.contains { $0.hasPrefix("bad.yaml:13: policy.reminder.channels[0]: ") && $0.contains("pigeon") })
        #expect(test.names(below: test.home.tenants).isEmpty)
        try host.close()
    }

    @Test func `A file that names a refused plug-in is told why it was refused`() throws {
        let test = try TestHome()
        let plugins = try FixturePlugins.compiled()
        let folder = test.root.appending(path: "plugins")
        try install(plugins.land, as: "land", in: folder)
        try damage(try install(plugins.pigeon, as: "pigeon", in: folder))
        let host = try test.open(plugins: [folder])
        let error = try hostError { try host.onboard(file: try test.tenantFile("aa"), isTrial: false) }
        #expect(error.message.contains("plugins.pigeon: The library of the plug-in pigeon is not the one"))
        try host.close()
    }

    @Test func `What a broken-off attempt has left is cleared by the next`() throws {
        let test = try TestHome()
        var host = try test.open()
        let file = try test.tenantFile("aa")
        let first = try host.onboard(file: file, isTrial: false)
        try host.close()
        // As if the process had been killed before the tenant was written into the host's database; and once more before
        // that, in the middle of making the books.
        for name in test.names(below: test.home.root) where name.hasPrefix("host.sqlite") {
            try FileManager.default.removeItem(at: test.home.root.appending(path: name))
        }
        let half = test.home.tenants.appending(path: ".onboarding-aa")
        try FileManager.default.createDirectory(at: half, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: half.appending(path: "books.sqlite"))

        host = try test.open()
        #expect(try host.tenants().isEmpty)
        let second = try host.onboard(file: file, isTrial: false)
        #expect(second.wasMade)
        #expect(second.verifierKey != first.verifierKey)
        #expect(try host.auditLog(second.tenant, last: 10, case: nil).count == 1)
        #expect(!FileManager.default.fileExists(atPath: half.path))
        try host.close()
    }

    @Test func `Books that have work in them are never cleared away`() throws {
        let test = try TestHome()
        var host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(3), for: tenant)
        try host.close()
        // The host's database is lost, and is another until somebody restores it.
        let aside = test.root.appending(path: "aside.sqlite")
        try FileManager.default.moveItem(at: test.home.hostDatabase, to: aside)
        host = try test.open()
        let error = try hostError { try host.onboard(file: try test.tenantFile("aa"), isTrial: false) }
        #expect(error.code == .refused)
        #expect(error.message.contains("Restore the host.sqlite"))
        try host.close()
        try FileManager.default.removeItem(at: test.home.hostDatabase)
        try FileManager.default.moveItem(at: aside, to: test.home.hostDatabase)
        host = try test.open()
        #expect(try host.cases(tenant.id, limit: 10).count == 3)
        try host.close()
    }

    @Test func `A host that is closed leaves one file for each database`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(3), for: tenant)
        #expect(try host.runDay(TestHome.day, for: tenant).work.sent == 3)
        try host.close()
        // A log that stayed behind would be taken for the log of the file that somebody restores in its place.
        let databases = test.names(below: test.home.root).filter { $0.contains(".sqlite") }
        #expect(databases == ["host.sqlite", "tenants/aa/books.sqlite"])
    }

    /// Goal: processes that work on one home do not undo each other's work.
    ///
    /// Method: hosts of their own on one fresh home, as so many processes have, take tenants on at the same moment.
    @Test func `Hosts that begin a home at the same moment share its key, and make each tenant once`() throws {
        let test = try TestHome()
        let files = try (0..<6).map { try test.tenantFile("t\($0)") } + [try test.tenantFile("shared")]
        let made = Mutex<[String]>([])
        let failures = Log()
        // Compiled before, so that the hosts start together.
        _ = try FixturePlugins.compiled()
        DispatchQueue.concurrentPerform(iterations: 6) { number in
            do {
                let host = try test.open()
                for file in [files[number], files[6]] {
                    let receipt = try host.onboard(file: file, isTrial: false)
                    if receipt.wasMade { made.withLock { $0.append(receipt.tenant.rawValue) } }
                }
                try host.close()
            } catch {
                failures.append("\(error)")
            }
        }
        #expect(failures.lines == [])
        #expect(made.withLock { $0.sorted() } == ["shared", "t0", "t1", "t2", "t3", "t4", "t5"])
        let host = try test.open()
        for tenant in try host.tenants() {
            #expect(try host.checkpoint(tenant.id).hasPrefix("fordring/\(tenant.id)\n1\n"))
        }
        try host.close()
    }

    @Test func `Other settings for a tenant that is there are refused, by name, and taken by an update`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try host.onboard(file: try test.tenantFile("aa"), isTrial: false).tenant
        let other = try test.tenantFile("aa", times: 4, legalName: "Other A/S")
        let error = try hostError { try host.onboard(file: other, isTrial: false) }
        #expect(error.code == .refused)
        #expect(error.message.contains("other settings for legalName, policy.reminder.times."))
        #expect(try host.tenant(id).settings.legalName == "Test A/S")

        let update = try host.updateTenant(file: other)
        #expect(update.changed == ["legalName", "policy.reminder.times"])
        #expect(try host.tenant(id).settings.legalName == "Other A/S")
        #expect(try host.onboard(file: other, isTrial: false).wasMade == false)
        let entry = try #require(try host.auditLog(id, last: 1, case: nil).first?.json)
        #expect(entry.contains(#""action":"tenant.updated""#))
        #expect(entry.contains(#""changed":["legalName","policy.reminder.times"]"#))
        // Nothing to change is no entry.
        #expect(try host.updateTenant(file: other).changed.isEmpty)
        #expect(try host.auditLog(id, last: 10, case: nil).count == 2)
        try host.close()
    }

    @Test func `An update of a tenant that is not there says which there are, and makes nothing`() throws {
        let test = try TestHome()
        let host = try test.open()
        _ = try test.onboard("aa", in: host)
        let error = try hostError { try host.updateTenant(file: try test.tenantFile("bb")) }
        #expect(error.code == .refused)
        #expect(error.message.contains("There are: aa."))
        #expect(try FileManager.default.contentsOfDirectory(atPath: test.home.tenants.path) == ["aa"])
        try host.close()
    }
}

/// Goal: nothing is done for a tenant that is suspended or has left, whoever asks.
@Suite struct TenantStateTests {
    @Test func `For a suspended tenant nothing is done until it is resumed`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(3), for: tenant)
        try host.suspend(tenant.id, reason: "unpaid")

        let error = try hostError { try host.openForWork(tenant.id) }
        #expect(error.code == .refused)
        #expect(error.message.contains("fordring tenant resume aa"))
        let run = host.runDays(from: TestHome.day, through: TestHome.day, for: tenant.id)
        #expect(run.failure?.code == .refused)
        #expect(run.days == 0)
        // Work that was under way when the tenant was suspended stops as well.
        #expect(try hostError { try host.runDay(TestHome.day, for: tenant) }.code == .refused)
        #expect(try hostError { try host.drain(tenant, on: TestHome.day) }.code == .refused)
        let more = try test.claims(2, from: 10, to: "more.csv")
        #expect(try hostError { try host.importClaims(more, for: tenant) }.code == .refused)
        #expect(try host.cases(tenant.id, limit: 10).count == 3)
        #expect(try host.openForReading(tenant.id).record.state == .suspended)

        try host.resume(tenant.id, reason: "paid")
        #expect(try host.runDay(TestHome.day, for: try host.openForWork(tenant.id)).work.sent == 3)
        try host.close()
    }

    @Test func `Each change of state is an entry with its reason, and repeating it is none`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard("aa", in: host).id
        for _ in 0..<2 { try host.suspend(id, reason: "unpaid") }
        for _ in 0..<2 { try host.resume(id, reason: "paid") }
        for _ in 0..<2 { try host.offboard(id, reason: "left") }
        let entries = try host.auditLog(id, last: 10, case: nil).map(\.json)
        #expect(entries.count == 4)
        for (entry, text) in zip(entries.dropFirst(), ["suspended unpaid", "resumed paid", "offboarded left"]) {
            let words = text.split(separator: " ")
            #expect(entry.contains(#""action":"tenant.\#(words[0])""#))
            #expect(entry.contains(#""change":{"reason":"\#(words[1])"}"#))
        }
        try host.close()
    }

    @Test func `A tenant leaves when no case is open, and does not come back`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(2), for: tenant)
        let open = try hostError { try host.offboard(tenant.id, reason: "left") }
        #expect(open.code == .refused)
        #expect(open.message.contains("2 open cases"))
        for number in 1...2 {
            try host.closeCase(CaseID(rawValue: Int64(number)), reason: "withdrawn", for: tenant, on: TestHome.day)
        }
        try host.offboard(tenant.id, reason: "left")
        #expect(try hostError { try host.openForWork(tenant.id) }.message.contains("has left"))
        #expect(try hostError { try host.resume(tenant.id, reason: "x") }.code == .refused)
        #expect(try hostError { try host.suspend(tenant.id, reason: "x") }.code == .refused)
        #expect(try host.cases(tenant.id, limit: 10).count == 2)
        try host.close()
    }

    @Test func `A change of state whose entry cannot be written does not take place`() throws {
        let test = try TestHome()
        var host = try test.open()
        let id = try test.onboard("aa", in: host).id
        try host.close()
        try Data("damaged".utf8).write(to: test.home.books(id))
        host = try test.open()
        #expect(throws: DatabaseFault.self) { try host.suspend(id, reason: "unpaid") }
        #expect(try host.tenant(id).state == .active)
        try host.close()
    }
}

/// Goal: what goes wrong below the host is found before work begins, and named.
@Suite struct HomeTests {
    @Test func `Books in the wrong folder are found before anything is done`() throws {
        let test = try TestHome()
        var host = try test.open()
        for (id, count) in [("aa", 1), ("bb", 2)] {
            _ = try host.importClaims(try test.claims(count), for: try test.onboard(id, in: host))
        }
        try host.close()
        let (first, second) = (test.home.books(try tenantID("aa")), test.home.books(try tenantID("bb")))
        let aside = test.root.appending(path: "aside")
        for (source, target) in [(first, aside), (second, first), (aside, second)] {
            try FileManager.default.moveItem(at: source, to: target)
        }
        host = try test.open()
        for (id, other) in [("aa", "bb"), ("bb", "aa")] {
            let fault = #expect(throws: DatabaseFault.self) { try host.openForWork(try tenantID(id)) }
            #expect(fault?.message.contains("in the folder of '\(id)' are those of '\(other)'") == true)
            let run = host.runDays(from: TestHome.day, through: TestHome.day, for: try tenantID(id))
            #expect(run.failure?.message.contains("those of '\(other)'") == true)
            #expect(run.days == 0)
        }
        for result in try host.migrateTenants(isTrial: false) {
            #expect(result.failure?.contains("nothing was changed") == true)
        }
        try host.close()
    }

    @Test func `A host's key that is too short is not used`() throws {
        let test = try TestHome()
        try test.open().close()
        try Data(repeating: 1, count: 31).write(to: test.home.hostKey)
        let error = try hostError { try test.open() }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("31 bytes and not 32"))
        #expect(error.message.contains("Restore it from a backup"))
    }

    @Test func `A host's key that is lost is not replaced where there are tenants`() throws {
        let test = try TestHome()
        let host = try test.open()
        _ = try test.onboard("aa", in: host)
        try host.close()
        try FileManager.default.removeItem(at: test.home.hostKey)
        let error = try hostError { try test.open() }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("is missing"))
        #expect(!FileManager.default.fileExists(atPath: test.home.hostKey.path))
    }

    @Test func `With another home's key, no checkpoint is signed`() throws {
        let test = try TestHome()
        var host = try test.open()
        let id = try test.onboard("aa", in: host).id
        try host.close()
        try Data(repeating: 1, count: 32).write(to: test.home.hostKey)
        host = try test.open()
        let error = try hostError { try host.checkpoint(id) }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("Restore the host.key that belongs to this home"))
        try host.close()
    }

    @Test func `Only its owner can read the host's key`() throws {
        let test = try TestHome()
        try test.open().close()
        let mode = try FileManager.default.attributesOfItem(atPath: test.home.hostKey.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `A home that cannot be made is named`() throws {
        let test = try TestHome()
        _ = try test.write("a file", to: "home")
        let error = try hostError { try test.open() }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("Choose another with --home"))
    }

    @Test func `A damaged database stops no other tenant's migration, and is listed`() throws {
        let test = try TestHome()
        var host = try test.open()
        for id in ["aa", "bb", "cc"] { _ = try test.onboard(id, in: host) }
        try host.close()
        try Data(repeating: 7, count: 9000).write(to: test.home.books(try tenantID("bb")))
        try FileManager.default.removeItem(at: test.home.books(try tenantID("cc")))
        host = try test.open()
        for isTrial in [true, false] {
            let results = try host.migrateTenants(isTrial: isTrial)
            #expect(results.map(\.tenant.rawValue) == ["aa", "bb", "cc"])
            #expect(results[0].failure == nil)
            #expect(results[1].failure?.contains("is damaged") == true)
            #expect(results[1].failure?.contains("tenants/bb/books.sqlite") == true)
            #expect(results[2].failure?.contains("is missing") == true)
        }
        // A missing database is not made anew.
        #expect(!FileManager.default.fileExists(atPath: test.home.books(try tenantID("cc")).path))
        #expect(host.runDays(from: TestHome.day, through: TestHome.day, for: try tenantID("aa")).failure == nil)
        #expect(host.runDays(from: TestHome.day, through: TestHome.day, for: try tenantID("bb")).failure != nil)
        try host.close()
    }

    @Test func `A migration runs what is pending, once`() throws {
        let test = try TestHome()
        var host = try test.open()
        let id = try test.onboard("aa", in: host).id
        try host.close()
        // Books of an older version: the last migration has not been run.
        let engine = try SQLiteEngine(path: test.home.books(id).path, create: false)
        try engine.write { connection in
            try connection.runSchema("DROP TABLE import_file")
            try connection.runSchema("DELETE FROM schema_migration WHERE name = '0005 intake'")
        }
        try engine.close()
        host = try test.open()
        #expect(try host.migrateTenants(isTrial: true).map(\.migrations) == [["0005 intake"]])
        #expect(try host.migrateTenants(isTrial: false).map(\.migrations) == [["0005 intake"]])
        #expect(try host.migrateTenants(isTrial: false).map(\.migrations) == [[]])
        try host.close()
    }

    @Test(arguments: ["", "two\nlines", "a+b"]) func `A name that cannot sign is refused`(_ name: String) throws {
        let test = try TestHome()
        let host = try test.open()
        #expect(try hostError { try host.setAgencyName(name) }.code == .badInput)
        #expect(try host.agencyName == "Fordring")
        try host.close()
    }
}
