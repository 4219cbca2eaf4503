import Foundation
import Testing

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Goal: an export that is killed leaves nothing under its name, and the next one is as if nothing had been.
///
/// Method: the real program exports a log; it is killed at random moments. The seed is printed.
@Suite(.enabled(if: Program.isBuilt, "run 'make debug' first"), .serialized)
struct AuditExportKillTests {
    @Test func `an export killed at any moment leaves no half file`() throws {
        try withTemporaryFolder { folder in
            let program = Program(home: folder.appending(path: "home"))
            try program.succeed("tenant", "onboard", "Tenants/midtfyns-el.yaml")
            let claims = folder.appending(path: "claims.csv")
            try text(of: 20_000).write(to: claims, atomically: true, encoding: .utf8)
            try program.succeed(
                "claim", "import", "--tenant", "midtfyns-el", "--date", "2026-01-02", claims.path)

            let exports = folder.appending(path: "exports")
            try FileManager.default.createDirectory(at: exports, withIntermediateDirectories: true)
            let file = exports.appending(path: "audit.gz")
            let tiles = exports.appending(path: "tiles")
            let arguments = [
                "audit", "export", "--tenant", "midtfyns-el", "--output", file.path, "--tiles", tiles.path,
            ]
            let start = ContinuousClock.now
            try program.succeed(arguments)
            let duration = start.duration(to: .now)
            let expected = try files(below: exports)
            let microseconds = useconds_t(duration / .microseconds(1))

            var generator = try SplitMix.printed("export")
            var kills = 0
            var leftovers = 0
            for _ in 0..<40 where kills < 20 {
                for path in [file, tiles] { try? FileManager.default.removeItem(at: path) }
                let process = program.process(arguments)
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle.nullDevice
                try process.run()
                // No waiting for a state here: the moment must be any moment.
                usleep(useconds_t.random(in: microseconds / 8...microseconds, using: &generator))
                if process.isRunning { kill(process.processIdentifier, SIGKILL) }
                process.waitUntilExit()
                guard process.terminationReason == .uncaughtSignal else { continue }
                kills += 1
                // Under a final name there is all or nothing; what was begun has another name.
                for (path, bytes) in try files(below: exports) {
                    if path.contains(".partial") {
                        leftovers += 1
                    } else {
                        let isWhole = expected[path] == bytes
                        #expect(isWhole, "\(path) is not whole")
                    }
                }
            }
            print("killed \(kills) times; \(leftovers) unfinished files were left")
            #expect(kills > 0)
            // The next export clears away what the killed ones have left.
            for path in [file, tiles] { try? FileManager.default.removeItem(at: path) }
            try program.succeed(arguments)
            #expect(differences(try files(below: exports), expected) == [])
            try program.succeed("audit", "verify", file.path)
            try program.succeed("audit", "verify", "--tenant", "midtfyns-el", "--checkpoint", checkpoint(in: tiles))
        }
    }

    private func checkpoint(in tiles: URL) -> String { tiles.appending(path: "checkpoint").path }

    private func text(of count: Int) -> String {
        var lines = [
            "reference;issued_on;due_on;amount;text;debtor_kind;debtor_name;customer_number;street;postal_code;city"
        ]
        for number in 1...count {
            lines.append(
                "K\(number);2025-12-01;2025-12-\(10 + number % 20);\(100 + number),50;Strøm;consumer;"
                    + "Ærø Ågård \(number);\(number);Vej \(number);5750;Ringe")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
