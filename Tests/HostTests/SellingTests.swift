import AuditTrail
import Casework
import Database
import FordringKit
import Foundation
import LegalTrack
import Testing

@testable import Host

@Suite struct SellingTests {
    private let id = CaseID(rawValue: 1)

    private func hostError<Result>(_ body: () throws -> Result) throws -> HostError {
        try HostTests.hostError(from: body)
    }

    /// A tenant whose file says how the notice of a sale is sent.
    private func sellingTenant(_ test: TestHome, _ host: FordringHost) throws -> OpenTenant {
        let text = try String(contentsOfFile: try test.tenantFile("aa"), encoding: .utf8)
            .replacing("policy: { reminder", with: "policy: { saleNotice: { channels: [pigeon] }, reminder")
        let receipt = try host.onboard(file: try test.write(text, to: "aa.yaml"), isTrial: false)
        return try host.openForWork(receipt.tenant)
    }

    private func sell(_ host: FordringHost, _ tenant: OpenTenant, on day: CivilDate = TestHome.day) throws -> Int64 {
        try host.sellCase(
            id, to: "Buyer \"A\", Street 1, 1000 City", agreedOn: day, reason: "test", for: tenant, on: day
        ).id
    }

    @Test func `a sale tells the debtor before the buyer has the record`() throws {
        let test = try TestHome()
        let host = try test.open()
        let silent = try test.onboard("bb", in: host)
        #expect(
            try hostError { _ = try sell(host, silent) }.message.contains("names no channel for the letter saleNotice"))
        let tenant = try sellingTenant(test, host)
        _ = try host.importClaims(try test.claims(1), for: tenant)
        _ = try host.decideDay(TestHome.day, for: tenant)
        let sale = try sell(host, tenant)
        let folder = test.root.appending(path: "sale").path
        #expect(try hostError { _ = try host.exportSale(of: id, for: tenant, to: folder) }.code == .refused)
        #expect(!FileManager.default.fileExists(atPath: folder))
        let (_, standing, _) = try host.showCase(id, of: tenant, on: TestHome.day)
        #expect(standing.life.state == .selling && standing.because == "the debtor's notice has not left yet")
        _ = try host.drain(tenant, on: TestHome.day)
        let record = try host.showCase(id, of: tenant, on: TestHome.day).record
        #expect(record.closeCode == "sold" && record.steps.map(\.state) == ["withdrawn", "sent"])
        #expect(try test.flights(tenant.id) == ["aa-letter-2"], "only the notice left")
        let view = try host.exportSale(of: id, for: tenant, to: folder)
        #expect(view.sale == sale && view.buyer == "Buyer \"A\"" && view.total == "101.50")
        let csv = try String(contentsOfFile: "\(folder)/sale.csv", encoding: .utf8)
        #expect(csv.split(separator: "\r\n").count == 2 && csv.contains("principal,101.50,DKK,no,Debtor 1"))
        let json = try Data(contentsOf: URL(filePath: "\(folder)/sale.json"))
        #expect(try JSONDecoder().decode(SaleView.self, from: json).amounts.count == 1)
        let entries = try host.auditLog(tenant.id, last: 50, case: id).map(\.json)
        for action in [AuditAction.saleBegun, .saleMade, .saleExported] {
            let entry = try #require(entries.last { $0.contains("\"\(action.rawValue)\"") })
            let object = try JSONSerialization.jsonObject(with: Data(entry.utf8)) as? [String: Any]
            for (part, members) in [("subject", action.catalogue.subject), ("change", action.catalogue.change)] {
                let found = (object?[part] as? [String: Any])?.keys.sorted()
                #expect(found == members.map(\.name).sorted(), "\(entry)")
            }
        }
        #expect(entries.contains { $0.contains(Digest.sha256(Array(json))) })
        try host.close()
    }

    @Test func `what a court has is neither sold nor closed by hand`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(in: host)
        _ = try host.handOff(.order(1), to: test.folder("out"), of: tenant)
        _ = try host.recordLegal(NewLegalEvent(.filed, on: TestHome.ripe), of: 1, for: tenant)
        let refused = try hostError { _ = try sell(host, tenant, on: TestHome.ripe) }
        #expect(refused.code == .refused && refused.message.contains("hand-off 1 (paymentOrder) is filed"))
        let unclosed = try hostError {
            try host.closeCase(id, as: .uncollectable, reason: "test", for: tenant, on: TestHome.ripe)
        }
        #expect(unclosed.message.contains("withdraw it with the court"))
        #expect(try host.showCase(id, of: tenant, on: TestHome.ripe).standing.life.state == .withCourt)
        try host.close()
    }

    @Test func `closing or selling recalls what lies ready for a court`() throws {
        for closes in [true, false] {
            let test = try TestHome()
            let host = try test.openWithCourts()
            let tenant = try test.courtTenant(in: host)
            _ = try host.handOff(.order(1), to: test.folder("out"), of: tenant)
            if closes {
                try host.closeCase(id, as: .mistake, reason: "test", for: tenant, on: TestHome.ripe)
            } else {
                _ = try sell(host, tenant, on: TestHome.ripe)
            }
            #expect(try host.showHandoff(1, of: tenant).events.map(\.state) == [.prepared, .recalled])
            try host.close()
        }
    }
}
