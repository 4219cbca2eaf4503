import ArgumentParser
import FordringKit
import Foundation
import Host

extension AuditCommand {
    static let revealHelp: ArgumentHelp =
        "Write plain JSON lines with the sealed personal data opened; nobody can verify them. '-' is the terminal."

    /// Writes the log with what is sealed opened; that it was done is an entry.
    static func reveal(_ tenant: TenantID, to path: String, _ options: HostOptions) throws {
        let host = try options.open()
        if path == "-" { return try host.reveal(tenant) { print($0) } }
        // Only the owner may read it.
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let file = FileHandle(forWritingAtPath: path)
        else { throw HostError(.unavailable, "\(path) cannot be written. Check the folder and its permissions.") }
        defer { try? file.close() }
        do {
            try host.reveal(tenant) { try file.write(contentsOf: Data("\($0)\n".utf8)) }
        } catch let error as CocoaError {
            throw HostError(.unavailable, "\(path) cannot be written: \(error.localizedDescription)")
        }
        FileHandle.standardError.write(
            Data("\(path) holds personal data in clear and cannot be verified; destroy it when it has served.\n".utf8))
    }

    struct Actions: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What can be done, and what the audit trail says of it.")
        @OptionGroup var options: HostOptions
        @Flag(help: "Print it as Markdown.") var markdown = false

        func run() throws {
            if markdown {
                print(AuditCatalogue.markdown, terminator: "")
                return
            }
            let actions = AuditCatalogue.actions
            try options.printer.print(actions) {
                var table = Table(("action", .left), ("meaning", .left))
                table.rows = actions.map { [$0.action, $0.meaning] }
                return table.text
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Verify the whole log of each tenant, as the daily run does every week.",
            discussion: "A log that does not verify raises a task for a person, and exit status 70. The others go on.")
        @OptionGroup var options: HostOptions
        @Option(help: "Only this tenant.", transform: Parse.tenant) var tenant: TenantID?

        func run() throws {
            let host = try options.open()
            struct Result: Encodable {
                let tenant: String
                let entries: Int64?
                let root: String?
                let failure: String?
            }
            var results: [Result] = []
            for id in try tenant.map({ [$0] }) ?? host.tenants().map(\.id) {
                do {
                    let head = try host.checkAudit(id)
                    results.append(Result(tenant: id.rawValue, entries: head.size, root: head.root, failure: nil))
                } catch let error as HostError {
                    results.append(Result(tenant: id.rawValue, entries: nil, root: nil, failure: error.message))
                }
            }
            try options.printer.print(results) {
                results.map { result in
                    "\(result.tenant): " + (result.failure ?? "intact, \(result.entries ?? 0) entries")
                }.joined(separator: "\n")
            }
            if results.contains(where: { $0.failure != nil }) { throw ExitCode(HostError.Code.fault.rawValue) }
        }
    }
}
