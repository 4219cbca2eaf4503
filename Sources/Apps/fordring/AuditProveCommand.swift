import ArgumentParser
import AuditTrail
import FordringKit
import Foundation
import Host

extension AuditCommand {
    struct MakeCheckpoint: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "checkpoint", abstract: "Sign the head of a tenant's audit trail: a note to be handed out.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(help: ArgumentHelp("The file to write; printed otherwise.", valueName: "file")) var output: String?

        func run() throws {
            let note = try options.open().checkpoint(target.tenant)
            if let output { return try AuditFile.write(note, to: output) }
            struct Result: Encodable { let checkpoint: String }
            switch options.format {
            case .text: print(note, terminator: "")
            case .json: try options.printer.print(Result(checkpoint: note)) { note }
            }
        }
    }

    struct Key: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The key that a tenant's checkpoints are signed with.", subcommands: [Show.self, Rotate.self])

        struct Show: ParsableCommand {
            static let configuration = CommandConfiguration(abstract: "The key that checkpoints are verified with.")
            @OptionGroup var options: HostOptions
            @OptionGroup var target: TenantOption

            func run() throws {
                let key = try options.open().verifierKey(target.tenant)
                struct Result: Encodable { let verifierKey: String }
                try options.printer.print(Result(verifierKey: key)) { key }
            }
        }

        struct Rotate: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Sign with another key from now on.",
                discussion: """
                    The change is an entry of the audit trail, and the checkpoint just after it is signed by both keys, so \
                    that who has the old key can follow: fordring audit verify --checkpoint FILE --key OLD-KEY.
                    """)
            @OptionGroup var options: HostOptions
            @OptionGroup var target: TenantOption
            @Option(help: "Why; the audit trail keeps it.") var reason: String

            func run() throws {
                let (key, checkpoint) = try options.open().rotateKey(target.tenant, reason: reason)
                struct Result: Encodable {
                    let verifierKey: String
                    let checkpoint: String
                }
                try options.printer.print(Result(verifierKey: key.description, checkpoint: checkpoint)) {
                    """
                    New key:    \(key.description)
                    Hand it out with the checkpoint that both keys have signed:

                    \(checkpoint)
                    """
                }
            }
        }
    }

    struct Prove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prove that an entry is in the audit trail, or that it has only grown between two checkpoints.",
            discussion: """
                With --format json, or --output, the proof is a file that 'fordring audit verify-proof' and other programs \
                can check with the key alone.
                """)
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(help: "The entry's number, from 0.") var entry: Int64?
        @Option(help: ArgumentHelp("The checkpoint that the proof ends in; the head otherwise.", valueName: "file"))
        var checkpoint: String?
        @Option(help: ArgumentHelp("The older checkpoint.", valueName: "file")) var from: String?
        @Option(help: ArgumentHelp("The newer checkpoint.", valueName: "file")) var to: String?
        @Option(help: ArgumentHelp("A file for the proof as JSON.", valueName: "file")) var output: String?

        func validate() throws {
            let ranges = (from != nil) == (to != nil) && (entry == nil) != (from == nil)
            guard ranges, checkpoint == nil || entry != nil else {
                throw ValidationError("Give --entry, with --checkpoint or without, or else --from and --to.")
            }
        }

        func run() throws {
            let host = try options.open()
            let proof: AuditProof
            if let entry {
                proof = try host.proveEntry(entry, of: target.tenant, in: try checkpoint.map(AuditFile.text))
            } else {
                proof = try host.proveConsistency(
                    of: target.tenant, from: try AuditFile.text(from ?? ""), to: try AuditFile.text(to ?? ""))
            }
            // A proof that we would not accept ourselves is not handed out.
            let verdict: ProofVerdict
            do {
                verdict = try proof.verify(trusting: [])
            } catch {
                throw HostError(.fault, "The proof does not verify: \(error).")
            }
            if let output {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
                try AuditFile.write(String(decoding: try encoder.encode(proof), as: UTF8.self) + "\n", to: output)
            }
            try options.printer.print(proof) { AuditFile.explain(proof, verdict) }
        }
    }

    struct VerifyProof: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a proof: needs nothing but the file.",
            discussion: """
                With --key, the verifier key from the onboarding receipt, it also shows whose log it is; after a rotation \
                give both keys.
                """)
        @OptionGroup var options: HostOptions
        @Argument(help: "The file.") var file: String
        @Option(help: "A verifier key, name+hash+key; may be given several times.") var key: [String] = []

        func run() throws {
            let json = Array(try AuditFile.text(file).utf8)
            let verdict = try FordringHost.verifyProof(json, name: file, keys: key)
            struct Result: Encodable {
                let origin: String
                let treeSize: Int64
                let root: String
                let keys: [String]
                let keyWasGiven: Bool
                let entry: String?
            }
            let result = Result(
                origin: verdict.origin, treeSize: verdict.treeSize, root: verdict.root.hex,
                keys: verdict.keys.map(\.description), keyWasGiven: !key.isEmpty,
                entry: verdict.entry.map { String(decoding: $0, as: UTF8.self) })
            try options.printer.print(result) {
                let shown = key.isEmpty ? "\n(by the key in the file; give --key to show whose it is)" : ""
                return AuditFile.explain(try? AuditProof(json: json), verdict) + shown
            }
        }
    }
}

/// Verifies a tenant's live log against a checkpoint, for `audit verify --tenant`.
enum LiveVerification {
    static func run(_ options: HostOptions, _ tenant: TenantID, checkpoint: String, key: String?) throws {
        let host = try options.open()
        let verdict = try host.verifyLog(tenant, against: try AuditFile.text(checkpoint), key: key)
        struct Result: Encodable {
            let origin: String
            let checkpointSize: Int64
            let root: String
            let entries: Int64
            let signedBy: String
            let currentKey: String
        }
        let result = Result(
            origin: verdict.origin, checkpointSize: verdict.size, root: verdict.root.hex, entries: verdict.liveSize,
            signedBy: verdict.signedBy.description, currentKey: verdict.currentKey.description)
        try options.printer.print(result) {
            """
            Unchanged: the first \(verdict.size) entries are those that the checkpoint was signed over
            Grown by:  \(verdict.liveSize - verdict.size) entries since, to \(verdict.liveSize)
            Log:       \(verdict.origin)
            Signed by: \(verdict.signedBy)
            Key now:   \(verdict.currentKey == verdict.signedBy ? "the same" : verdict.currentKey.description)
            Root:      \(verdict.root.hex)
            """
        }
    }
}

/// Notes and proofs as files, and as people read them.
enum AuditFile {
    static func text(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw HostError(.badInput, "\(path) cannot be read.")
        }
        return String(decoding: data, as: UTF8.self)
    }

    static func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw HostError(.unavailable, "\(path) cannot be written: \(error.localizedDescription)")
        }
    }

    static func explain(_ proof: AuditProof?, _ verdict: ProofVerdict) -> String {
        var lines: [String] = []
        if let entry = verdict.entry, let index = proof?.index {
            lines = [
                "The entry \(index) is in the log \(verdict.origin) of \(verdict.treeSize) entries:",
                "  \(String(decoding: entry, as: UTF8.self))",
            ]
        } else {
            lines = [
                "The log \(verdict.origin) of \(proof?.fromTreeSize ?? 0) entries is the beginning of the one of "
                    + "\(verdict.treeSize)."
            ]
        }
        lines.append("How the hashes combine, from the leaves to the root:")
        lines += verdict.explanation.map { "  \($0)" }
        lines.append("Signed by \(Set(verdict.keys.map(\.description)).sorted().joined(separator: " and "))")
        return lines.joined(separator: "\n")
    }
}
