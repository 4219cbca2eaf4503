import FordringKit
import Foundation
import Host

/// Made-up tenants and claims.
enum Workload {
    static let importDay = CivilDate(2026, 1, 2)
    /// The first working day on which every claim's first reminder is due.
    static let runDay = CivilDate(2026, 1, 12)

    static func onboard(_ number: Int, _ host: FordringHost, in folder: URL) throws -> OpenTenant {
        let file = folder.appending(path: "bench-\(number).yaml")
        let yaml = """
            tenant: bench-\(number)
            legalName: Benchmark \(number) A/S
            registrationNumber: "99532742"
            countries: [DK]
            language: da
            deductsVAT: true
            letterhead: { address: ["Vej 1", "5750 Ringe"], phone: "+45 99 99 10 10", email: a@bench.example }
            bank: { account: "0040 0440116243" }
            paymentCreditorNumber: "81234567"
            plugins:
              denmark: {}
              post-channel: {}
            policy:
              reminder: { times: 2, waitingDays: 5, charge: true, channels: [post] }
              collectionNotice: { waitingDays: 3, charge: true, channels: [post] }
              collectionLetter: { waitingDays: 3, charge: true, channels: [post] }
              readyForCourt: { waitingDays: 14 }
            commission: { percent: 10 }
            """
        try Data(yaml.utf8).write(to: file)
        return try host.openForWork(try host.onboard(file: file.path, isTrial: false).tenant)
    }

    /// A CSV file with so many claims, each of a debtor of its own.
    static func writeClaims(_ count: Int, to file: URL) throws {
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        let columns = [
            "reference", "issued_on", "due_on", "amount", "currency", "text", "debtor_kind", "debtor_name",
            "customer_number", "street", "postal_code", "city",
        ]
        var text = columns.joined(separator: ";") + "\n"
        for number in 0..<count {
            let day = 1 + number % 14
            text += "F\(number);2025-11-\(day < 10 ? "0" : "")\(day);2025-12-\(day < 10 ? "0" : "")\(day);"
            text +=
                "\(500 + number % 4000),\(10 + number % 90);DKK;Elforbrug 3. kvartal;consumer;Bente Ærø Nr\(number);"
            text += "\(100_000 + number);Kirkevænget \(number % 300), 1. tv.;5750;Ringe\n"
            if text.utf8.count > 1 << 20 {
                try handle.write(contentsOf: Data(text.utf8))
                text = ""
            }
        }
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }
}
