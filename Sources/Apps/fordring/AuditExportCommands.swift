import ArgumentParser
import Database
import FordringKit
import Foundation
import Host

extension AuditCommand {
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a tenant's audit trail, or a part of it, as a gzip file of JSON lines.",
            discussion: """
                The first line describes the file, the last carries the signed checkpoint and what proves a part; every \
                line between is one entry. 'zcat' reads it, 'fordring audit verify' checks it.

                A time is a day, 2026-01-31, or an instant in UTC, 2026-01-31T12:00:00Z.
                """)
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(help: ArgumentHelp("The file to write.", valueName: "file")) var output: String
        @Option(help: "Only what was entered from this time on.", transform: Parse.time) var from: Timestamp?
        @Option(help: "Only what was entered before this time.", transform: Parse.time) var to: Timestamp?
        @Option(name: .customLong("case"), help: "Only what is about this case.") var caseNumber: Int64?
        @Option(help: ArgumentHelp("Only what came after this checkpoint.", valueName: "file")) var since: String?
        @Option(
            help: ArgumentHelp("Write the log for monitors besides, as C2SP tlog-tiles says it.", valueName: "dir"))
        var tiles: String?
        @Flag(help: AuditCommand.revealHelp) var reveal = false

        func validate() throws {
            let isByTime = from != nil || to != nil
            let count = [isByTime, caseNumber != nil, since != nil].count(where: \.self)
            guard count <= 1 else {
                throw ValidationError("Give times, or --case, or --since, and not two of them.")
            }
            guard !reveal || (count == 0 && tiles == nil) else {
                throw ValidationError("--reveal writes the whole log and nothing else.")
            }
        }

        private var selection: ExportSelection {
            get throws {
                if let caseNumber { return .aboutCase(CaseID(rawValue: caseNumber)) }
                if let since { return .since(checkpoint: try AuditFile.text(since)) }
                return from == nil && to == nil ? .whole : .times(from: from, to: to)
            }
        }

        func run() throws {
            if reveal { return try AuditCommand.reveal(target.tenant, to: output, options) }
            let progress = ProgressLine("exporting \(target.tenant), entries")
            defer { progress.end() }
            let count = try options.open().exportAudit(target.tenant, try selection, to: output, tiles: tiles) {
                progress.show(Int($0), of: Int($1))
            }
            progress.end()
            struct Result: Encodable {
                let file: String
                let entries: Int64
                let tiles: String?
            }
            try options.printer.print(Result(file: output, entries: count, tiles: tiles)) {
                "\(count) entries in \(output). Anybody can check it: fordring audit verify \(output)"
                    + (tiles.map { "\nThe log for monitors is in \($0)." } ?? "")
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check an export: every changed, dropped, added or moved entry is found.",
            discussion: """
                Needs nothing but the file. With --key, the verifier key from the onboarding receipt, it also shows whose \
                the file is; without it the key in the file is used. With --checkpoint, a checkpoint that was handed out, \
                it is refused where it is shorter, or has forked.

                With --tenant and --checkpoint in place of a file, the live audit trail is checked.
                """)
        @OptionGroup var options: HostOptions
        @Argument(help: "The file.") var file: String?
        @Option(help: "The verifier key, name+hash+key; it may be one from before a rotation.") var key: String?
        @Option(help: "The tenant whose live audit trail is checked.", transform: Parse.tenant) var tenant: TenantID?
        @Option(help: ArgumentHelp("The checkpoint that was handed out.", valueName: "file")) var checkpoint: String?

        func validate() throws {
            guard (file == nil) == (tenant != nil), tenant == nil || checkpoint != nil else {
                throw ValidationError("Give a file, or else --tenant and --checkpoint.")
            }
        }

        func run() throws {
            let note = try checkpoint.map(AuditFile.text)
            if let tenant, let checkpoint {
                return try LiveVerification.run(options, tenant, checkpoint: checkpoint, key: key)
            }
            let verdict: ExportVerdict
            do {
                verdict = try FordringHost.verifyExport(file ?? "", key: key, checkpoint: note)
            } catch let error as HostError where error.code == .refused {
                try printRefusal(error)
                throw error
            }
            struct Result: Encodable {
                let origin: String
                let selection: String
                let entries: Int64
                let complete: Bool
                let completeness: String
                let signedBy: String
                let key: String
                let keyWasGiven: Bool
                let firstTime: String
                let lastTime: String
                let size: Int64
                let root: String
                let checkpoint: String?
            }
            let result = Result(
                origin: verdict.origin, selection: verdict.selection, entries: verdict.entries,
                complete: verdict.isComplete, completeness: verdict.completeness, signedBy: verdict.signedBy,
                key: verdict.key, keyWasGiven: key != nil, firstTime: verdict.firstTime, lastTime: verdict.lastTime,
                size: verdict.size, root: verdict.root, checkpoint: verdict.checkpoint)
            try options.printer.print(result) {
                var lines = [
                    "Log:        \(verdict.origin), \(verdict.selection)",
                    "Intact:     yes: none of the \(verdict.entries) entries was changed, added or moved",
                    "Complete:   \(verdict.isComplete ? "yes" : "not proven"): \(verdict.completeness)",
                    "Signed by:  \(verdict.key)"
                        + (key == nil ? "\n            (the key in the file; give --key to show whose it is)" : ""),
                    "Entries:    from \(verdict.firstTime) to \(verdict.lastTime)",
                    "Ends at:    the log of \(verdict.size) entries with the root \(verdict.root)",
                ]
                if let comparison = verdict.checkpoint { lines.append("Checkpoint: \(comparison)") }
                return lines.joined(separator: "\n")
            }
        }

        /// The verdicts of a file that is refused: the signature may be good although the entries are not.
        private func printRefusal(_ error: HostError) throws {
            struct Result: Encodable {
                let intact: Bool
                let complete: Bool
                let reason: String
                let signatureAccepted: Bool
                let signedBy: String?
                let size: Int64?
                let root: String?
            }
            do {
                let signed = try FordringHost.signature(ofRefused: file ?? "", key: key)
                let result = Result(
                    intact: false, complete: false, reason: error.message, signatureAccepted: true,
                    signedBy: signed.key,
                    size: signed.size, root: signed.root)
                try options.printer.print(result) {
                    """
                    Intact:     no, see below
                    Complete:   no
                    Signed by:  \(signed.key); the checkpoint is genuine, the file is not what it was signed over
                    Ends at:    the checkpoint was signed over \(signed.size) entries with the root \(signed.root)
                    """
                }
            } catch let other as HostError {
                let result = Result(
                    intact: false, complete: false, reason: error.message, signatureAccepted: false, signedBy: nil,
                    size: nil, root: nil)
                try options.printer.print(result) {
                    """
                    Intact:     not shown
                    Complete:   not shown
                    Signed by:  nobody that can be accepted (\(other.message))
                    """
                }
            }
        }
    }
}
