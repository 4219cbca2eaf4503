import Casework
import FordringKit
import Foundation
import Testing

@testable import Host

/// Goal: what one tenant's plug-in does or fails to do stays with that tenant.
@Suite struct TenantIsolationTests {
    @Test func `A refused plug-in stops the tenant that needs it, and no other`() throws {
        let test = try TestHome()
        let plugins = try FixturePlugins.compiled()
        let folder = test.root.appending(path: "plugins")
        try install(plugins.land, as: "land", in: folder)
        let pigeon = try install(plugins.pigeon, as: "pigeon", in: folder)
        let before = try test.open(plugins: [folder])
        let claims = try test.claims(3)
        for (id, channel) in [("aa", "pigeon"), ("bb", "shout")] {
            let tenant = try test.onboard(id, channel: channel, in: before)
            #expect(try before.importClaims(claims, for: tenant).accepted == 3)
        }
        try before.close()

        try damage(pigeon)
        let after = try test.open(plugins: [folder])
        #expect(after.plugins.refused.map(\.identifier) == ["pigeon"])
        let stopped = after.runDays(from: TestHome.day, through: TestHome.day, for: try tenantID("aa"))
        let failure = try #require(stopped.failure)
        #expect(failure.code == .unavailable)
        #expect(failure.message.contains("'aa' needs the plug-in pigeon"))
        #expect(failure.message.contains("fetch or build the plug-in again"))
        #expect(stopped.days == 0)
        let running = after.runDays(from: TestHome.day, through: TestHome.day, for: try tenantID("bb"))
        #expect(running.failure == nil)
        #expect(running.work.sent == 3)
        // The books are the tenant's own, and stay readable.
        #expect(try after.cases(try tenantID("aa"), limit: 10).map(\.stage) == ["new", "new", "new"])
        try after.close()
    }

    @Test func `A plug-in that comes back finds the work that waited`() throws {
        let test = try TestHome()
        let plugins = try FixturePlugins.compiled()
        let without = test.root.appending(path: "without")
        try install(plugins.land, as: "land", in: without)
        var host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(2), for: tenant)
        try host.close()

        host = try test.open(plugins: [without])
        let failure = host.runDays(from: TestHome.day, through: TestHome.day, for: tenant.id).failure
        #expect(failure?.message.contains("Install it with 'fordring plugin build'") == true)
        try host.close()

        host = try test.open()
        let result = host.runDays(from: TestHome.day, through: TestHome.day, for: tenant.id)
        #expect(result.failure == nil)
        #expect(result.work.sent == 2)
        try host.close()
    }

    @Test func `A letter on which a plug-in breaks its contract stops no other letter`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(1, debtor: "Unlucky", to: "unlucky.csv"), for: tenant)
        _ = try host.importClaims(try test.claims(3, from: 2), for: tenant)
        let result = try host.runDay(TestHome.day, for: tenant)
        #expect(result.work.sent == 3)
        #expect(result.work.failed == 1)
        #expect(try test.flights(tenant.id).count == 3)
        try host.close()
    }

    @Test func `Two tenants have keys, books and outboxes of their own`() throws {
        let test = try TestHome()
        let host = try test.open()
        let first = try test.onboard("aa", in: host)
        let second = try test.onboard("bb", in: host)
        _ = try host.importClaims(try test.claims(2), for: first)
        _ = try host.importClaims(try test.claims(5), for: second)
        #expect(try host.runDay(TestHome.day, for: first).work.sent == 2)
        #expect(try host.runDay(TestHome.day, for: second).work.sent == 5)
        #expect(try test.flights(first.id) == ["aa-letter-1", "aa-letter-2"])
        #expect(try test.flights(second.id).count == 5)
        #expect(try host.verifierKey(first.id) != host.verifierKey(second.id))
        #expect(try host.cases(first.id, limit: 10).count == 2)
        try host.close()
    }
}
