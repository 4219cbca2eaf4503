import AuditTrail
import Casework
import CaseworkTesting
import Database
import DatabaseTesting
import FordringKit
import Foundation
import Privacy
import Testing

/// Goal: personal data are sealed when they come in, and destroyed when nothing asks for them any more.
@Suite struct ErasureTests {
    private static let day = CivilDate(2026, 2, 2)
    private static let debtor = TestTenant.debtor("Anna Æble", nationalID: "1234567890", customerNumber: "K1")

    private let tenant: TestTenant
    private let party = PartyID(rawValue: 1)

    init() throws { tenant = try TestTenant() }

    private func openCase() throws -> CaseID {
        try tenant.open("A1", 10_000, dueOn: CivilDate(2026, 1, 15), debtor: ErasureTests.debtor, on: ErasureTests.day)
    }

    private func erase(on day: CivilDate) throws -> Bool {
        try tenant.write(on: day) { try Parties.erase(party, reason: "asked", on: day, tenant.rules, $0) }
    }

    /// What the entry about the party's registration holds sealed.
    private func sealed() throws -> [UInt8] {
        struct Entry: Decodable {
            struct Change: Decodable { let sealed: String }
            let change: Change
        }
        var found: [UInt8] = []
        try tenant.database.read { transaction in
            try AuditLog.forEachEntry(transaction) { _, entry in
                guard String(decoding: entry, as: UTF8.self).contains("party.registered") else { return }
                found = try CanonicalBase64.decode(
                    try JSONDecoder().decode(Entry.self, from: Data(entry)).change.sealed)
            }
        }
        return found
    }

    @Test func `a new party is written down sealed, as canonical JSON of all that is known`() throws {
        _ = try openCase()
        let sealed = try sealed()
        let opened = try tenant.database.read { try tenant.sealer.open(sealed, of: party, $0) }
        #expect(
            opened.map { String(decoding: $0, as: UTF8.self) }
                == #"{"address":{"city":"Testby","country":"ZZ","lines":["Testgade 1"],"postalCode":"1000"},"#
                + #""customerNumber":"K1","email":null,"kind":"consumer","language":"en","name":"Anna Æble","#
                + #""nationalID":"1234567890","phone":null}"#)
        let log = try tenant.dump()["audit_entry"] ?? []
        #expect(log.allSatisfy { !$0.contains("Æble") && !$0.contains("1234567890") && !$0.contains("Testgade") })
    }

    @Test func `sealed data opens for its own party only, and not when a bit is flipped`() throws {
        _ = try openCase()
        _ = try tenant.open("B1", 10_000, dueOn: CivilDate(2026, 1, 15), on: ErasureTests.day)
        let sealed = try sealed()
        for index in [0, 12, sealed.count / 2, sealed.count - 1] {
            var flipped = sealed
            flipped[index] ^= 1
            #expect(
                try fault { try tenant.database.read { try tenant.sealer.open(flipped, of: party, $0) } }?.code
                    == .corrupt)
        }
        let other = PartyID(rawValue: 2)
        try tenant.write(on: ErasureTests.day) { transaction in
            let key = try transaction.first("SELECT wrapped FROM party_data_key WHERE party_id = $1", party) {
                $0.bytes(0)
            }
            try transaction.execute("UPDATE party_data_key SET wrapped = $1 WHERE party_id = $2", key ?? [], other)
        }
        // A key is bound to its party, too.
        #expect(
            try fault { try tenant.database.read { try tenant.sealer.open(sealed, of: other, $0) } }?.code == .corrupt)
    }

    @Test func `nothing is erased while a case is open, a task waits or the law wants it kept`() throws {
        let caseID = try openCase()
        func refusal(_ day: CivilDate) throws -> String? {
            do {
                _ = try erase(on: day)
                return nil
            } catch let refusal as CaseworkRefusal {
                return refusal.message
            }
        }
        let before = try tenant.dump()
        #expect(try refusal(CivilDate(2040, 1, 1))?.contains("case 1 is open") == true)
        #expect(try tenant.dump() == before)
        try tenant.pay(10_500, caseID, paidOn: CivilDate(2026, 3, 1))
        // 5.00 too much: somebody must pay it back, and needs to know to whom.
        #expect(try refusal(CivilDate(2040, 1, 1))?.contains("task 1 of case 1 is open") == true)
        try tenant.write(on: CivilDate(2026, 3, 2)) {
            try Tasks.done(1, on: CivilDate(2026, 3, 2), because: "paid back", $0)
        }
        // Testland keeps data for 365 days.
        let last = try #require(try refusal(CivilDate(2027, 3, 1)))
        #expect(last.contains("kept through 2027-03-01 (§ 9, Testland Collection Act)"))
        #expect(try refusal(CivilDate(2027, 3, 2)) == nil)
    }

    @Test func `a party that is not there is refused`() throws {
        #expect(throws: CaseworkRefusal.self) { try erase(on: ErasureTests.day) }
    }

    @Test func `an erasure leaves no byte of the person in the database's files`() throws {
        let caseID = try openCase()
        // Enough others that the pages of every index split.
        for number in 0..<400 {
            _ = try tenant.open("C\(number)", 100, dueOn: CivilDate(2026, 1, 15), on: ErasureTests.day)
        }
        try tenant.pay(10_000, caseID, paidOn: CivilDate(2026, 3, 1))
        let entries = try tenant.auditSize()
        let sealed = try sealed()
        let key = try tenant.database.read { transaction in
            try transaction.first("SELECT wrapped FROM party_data_key WHERE party_id = 1") { $0.bytes(0) }
        }
        #expect(try erase(on: CivilDate(2028, 1, 1)))
        #expect(try !erase(on: CivilDate(2028, 1, 1)))
        #expect(try tenant.audited(from: entries) == ["party.erased"])
        #expect(try tenant.database.read { try tenant.sealer.open(sealed, of: party, $0) } == nil)
        try tenant.database.scrub()
        let folder = tenant.temporary.folder.path
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
            for secret in [Data("Anna Æble".utf8), Data("person:1234567890".utf8), Data(key ?? [0])] {
                #expect(bytes.range(of: secret) == nil, "\(name)")
            }
        }
        #expect(try tenant.database.read { try Parties.unforgotten($0) } == [party])
        try tenant.write(on: ErasureTests.day) { try Parties.markForgotten(party, $0) }
        #expect(try tenant.database.read { try Parties.unforgotten($0) } == [])
        // Who owes again is somebody new.
        let again = try tenant.open(
            "A2", 100, dueOn: CivilDate(2026, 1, 15), debtor: ErasureTests.debtor, on: CivilDate(2028, 1, 2))
        #expect(try tenant.snapshot(again).party == PartyID(rawValue: 402))
    }

    @Test func `a country that states no retention keeps everything`() {
        let facts = RetentionFacts(debtorKind: .consumer, lastEventOn: ErasureTests.day)
        #expect(throws: RuleGap.self) { try SilentLand(law: tenant.law).retention(of: facts) }
    }

    /// Testland as a plug-in of the kit's first version would be.
    private struct SilentLand: Jurisdiction {
        let law: Testland
        var country: CountryCode { law.country }
        var currency: Currency { law.currency }
        var languages: [Language] { law.languages }
        var steps: [StepDescription] { law.steps }
        var allocationOrder: Explained<[DebtComponent]> { law.allocationOrder }
        func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision { try law.decide(facts, on: day) }
        func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] { [] }
        func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? { nil }
        func holiday(on day: CivilDate) -> Holiday? { nil }
        func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict { .invalid(reason: "") }
        func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? { nil }
        func letterTemplate(for step: StepKind, in language: Language) -> String? { nil }
        func name(of component: DebtComponent, in language: Language) -> String { "" }
    }
}
