import FordringKit
import Foundation
import Tenancy
import TenantFiles
import Testing

/// The tenants that the demo onboards.
@Suite struct SampleTenantTests {
    static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Tenants").path

    @Test(arguments: ["midtfyns-el", "nordisk-trae"])
    func `a sample tenant is read and its claims are beside it`(_ name: String) throws {
        let file = try TenantFile.read("\(Self.folder)/\(name).yaml")
        let settings = file.settings
        #expect(settings.tenant == name)
        #expect(settings.letterTexts.keys.sorted() == (name == "midtfyns-el" ? ["reminder.da"] : []))
        var rows = 0
        for month in 1...6 {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(name)/claims-2026-0\(month).csv"))
            let text = try #require(
                String(data: bytes, encoding: settings.csv.encoding == "utf-8" ? .utf8 : .isoLatin1))
            let lines = text.split(whereSeparator: \.isNewline)
            #expect(lines.first?.filter { $0 == Character(settings.csv.delimiter) }.count == 19)
            rows += lines.count - 1
        }
        #expect((180...220).contains(rows))
        let digits = try #require(Checksum.digits(settings.registrationNumber))
        #expect(Checksum.weightedSumModulo11(digits, [2, 7, 6, 5, 4, 3, 2, 1]) == 0)
    }
}
