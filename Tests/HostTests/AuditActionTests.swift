import AuditTrail
import Casework
import Database
import FordringKit
import Foundation
import Testing

@testable import Host

/// Goal: every entry says who, what and why in the form that the catalogue promises.
@Suite struct AuditActionTests {
    @Test func `the catalogue is the page that is committed`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Core/AuditTrail/AuditTrail.docc/Actions.md")
        let committed = try String(contentsOf: page, encoding: .utf8)
        #expect(
            committed == AuditCatalogue.markdown,
            "write it anew: fordring audit actions --markdown > Sources/Core/AuditTrail/AuditTrail.docc/Actions.md")
    }

    @Test func `the entries of a tenant's life have the members that the catalogue names`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", times: 2, in: host)
        try host.suspend(tenant.id, reason: "test")
        try host.resume(tenant.id, reason: "test")
        _ = try host.importClaims(try test.claims(3), for: tenant)
        _ = try host.importClaims(try test.claims(1, from: 9, debtor: "Unlucky", to: "unlucky.csv"), for: tenant)
        _ = try host.runDay(TestHome.day, for: tenant)
        _ = try host.cases(tenant.id, limit: 10, stage: "reminder")
        _ = try host.showCase(CaseID(rawValue: 1), of: tenant, on: TestHome.day)
        _ = try host.addClaimEvent(
            ClaimEvent(.acknowledgement, on: TestHome.day), to: ClaimID(rawValue: 1), reason: "test", for: tenant)
        _ = try host.parties(tenant.id, limit: 10)
        _ = try host.showParty(PartyID(rawValue: 1), of: tenant)
        _ = try host.addPayment(
            Money.units(5000, .dkk), paidOn: TestHome.day, reference: nil, to: CaseID(rawValue: 1), for: tenant)
        try host.finishTask(1, of: tenant.id, because: "test", on: TestHome.day)
        _ = try host.addPayment(
            try Money(parsing: "112.50", .dkk), paidOn: TestHome.day, reference: nil, to: CaseID(rawValue: 2),
            for: tenant)
        try host.closeCase(CaseID(rawValue: 3), reason: "test", for: tenant, on: TestHome.day)
        #expect(
            try host.erase([PartyID(rawValue: 2)], reason: "test", of: tenant, on: CivilDate(2030, 1, 1))
                == [PartyID(rawValue: 2)])
        let hold = try host.placeHold(
            NewHold(.creditorWait, caseID: CaseID(rawValue: 4), claim: nil, until: nil, reason: "test"), for: tenant,
            on: TestHome.day)
        _ = try host.liftHold(hold.id, as: .creditor, reason: "test", for: tenant, on: TestHome.day)
        let dispute = try host.openDispute(
            NewDispute(
                caseID: CaseID(rawValue: 4), claim: nil, amount: nil, reason: .other, channel: .letter,
                receivedOn: TestHome.day, documents: [NewDocument(.objection, text: "No.")]),
            for: tenant, on: TestHome.day)
        _ = try host.decideDispute(
            dispute.id, DisputeDecision(.rejected, grounds: "Yes.", hasNoDocument: true), for: tenant, on: TestHome.day)
        _ = try host.answerDispute(dispute.id, sentOn: TestHome.day, for: tenant, on: TestHome.day)
        _ = try host.makeStatement(
            of: CaseID(rawValue: 4), for: tenant, on: nil, to: test.root.appending(path: "statement").path)
        try host.reveal(tenant.id) { _ in }
        let lines = try host.auditLog(tenant.id, last: 1000, case: nil)
        var seen: Set<String> = []
        for line in lines {
            let entry = try #require(
                try JSONSerialization.jsonObject(with: Data(line.json.utf8)) as? [String: Any], "\(line.json)")
            let name = try #require(entry["action"] as? String)
            let action = try #require(AuditAction(rawValue: name))
            seen.insert(name)
            for (part, members) in [("subject", action.catalogue.subject), ("change", action.catalogue.change)] {
                let found = Set(try #require(entry[part] as? [String: Any]).keys)
                #expect(found.isSubset(of: members.map(\.name)), "\(part) of \(name): \(found.sorted())")
                let promised = Set(members.filter { !$0.isOptional }.map(\.name))
                #expect(promised.isSubset(of: found), "\(part) of \(name): \(found.sorted())")
            }
            let basis = try #require(entry["basis"] as? [String])
            if action.catalogue.basis.isEmpty { #expect(basis.isEmpty, "\(name): \(basis)") }
            #expect(Set(entry.keys) == ["action", "actor", "basis", "change", "seq", "subject", "time"])
        }
        for name in [
            "case.read", "case.listed", "party.read", "party.listed", "party.registered", "party.erased",
            "party.forgotten", "audit.revealed", "step.decided", "letter.sent", "payment.received", "claim.event",
            "hold.placed", "hold.lifted", "dispute.opened", "document.added", "dispute.decided",
            "dispute.answered", "statement.made",
        ] {
            #expect(seen.contains(name), "\(name) did not happen")
        }
        try host.close()
    }

    @Test func `who acted is a person, a plug-in, a job or a file`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        let claims = try test.claims(1)
        _ = try host.importClaims(claims, for: tenant)
        _ = try host.runDay(TestHome.day, for: tenant)
        let log = try host.auditLog(tenant.id, last: 1000, case: nil).map(\.json)
        func actor(of action: String) -> String? {
            log.first { $0.contains(#""action":"\#(action)""#) }
        }
        let land = try FixturePlugins.compiled().land.manifest("land")
        #expect(
            actor(of: "step.decided")?.contains(
                #""actor":{"plugin":{"name":"land","sha256":"\#(land.sha256)","version":"1.0.0"}}"#) == true)
        #expect(
            actor(of: "party.registered")?.contains(
                #""actor":{"importFile":"\#(try FordringHost.digest(ofFile: claims))"}"#) == true)
        #expect(actor(of: "letter.sent")?.contains(#""actor":{"job":1}"#) == true)
        #expect(actor(of: "tenant.onboarded")?.contains(#""actor":{"operator":"test"}"#) == true)
        try host.close()
    }

    @Test func `what was sealed is revealed until the person is erased`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(2), for: tenant)
        func revealed() throws -> [String] {
            var lines: [String] = []
            try host.reveal(tenant.id) { lines.append($0) }
            return lines
        }
        let before = try revealed()
        #expect(before.first?.contains(#""verifiable":false"#) == true)
        #expect(before.filter { $0.contains(#""name":"Debtor 1""#) }.count == 1)
        _ = try host.addPayment(
            try Money(parsing: "101.50", .dkk), paidOn: TestHome.day, reference: nil, to: CaseID(rawValue: 1),
            for: tenant)
        _ = try host.erase([PartyID(rawValue: 1)], reason: "test", of: tenant, on: CivilDate(2030, 1, 1))
        let after = try revealed()
        #expect(after.allSatisfy { !$0.contains("Debtor 1") })
        #expect(after.filter { $0.hasSuffix(#""revealed":null}"#) }.count == 1)
        #expect(after.contains { $0.contains(#""name":"Debtor 2""#) })
        try host.close()
    }
}
