import Foundation
import Tenancy
import TenantFiles

/// A folder of its own for one test, with tenant files in it.
final class TenantFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("tenancy-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: Data, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: file).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try bytes.write(to: URL(fileURLWithPath: file))
        return file
    }

    func write(_ text: String, to name: String = "x.yaml") throws -> String {
        try write(Data(text.utf8), to: name)
    }

    /// The faults of a file with this text, without the folder; empty where there are none.
    func faults(of text: String) throws -> [String] {
        let file = try write(text)
        return faults(at: file)
    }

    func faults(at file: String) -> [String] {
        do {
            _ = try TenantFile.read(file)
            return []
        } catch {
            return error.faults.map { $0.description.replacing("\(path)/", with: "") }
        }
    }
}

enum Sample {
    /// A file that says as little as it may.
    static let least = """
        tenant: ab
        legalName: A/S Prøve
        registrationNumber: 099532742
        countries: [NO]
        language: nb
        deductsVAT: false
        letterhead: { address: [Gade 1] }
        bank: { account: 00400440116243 }
        paymentCreditorNumber: 0123
        plugins: { norway: }
        policy: { reminder: {} }
        commission: { percent: 0 }
        """

    /// ``least`` with the line of one key replaced by other text; no text leaves the key out.
    static func with(_ key: String, _ text: String) -> String {
        least.split(separator: "\n").map { $0.hasPrefix("\(key):") ? text : String($0) }.joined(separator: "\n")
    }
}
