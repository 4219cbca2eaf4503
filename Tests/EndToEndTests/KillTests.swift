import Foundation
import Testing

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Goal: an engineer pulls the plug at any moment and nothing is lost.
///
/// Method: the real program imports and runs months of work; it is killed at random moments, started again, and again,
/// until it gets through. What it leaves must be what an undisturbed program leaves: cases, books, steps, letters byte
/// for byte, each once. Killed at least 50 times; the seed is printed.
@Suite(.enabled(if: Program.isBuilt, "run 'make debug' first"), .serialized)
struct KillTests {
    static let lastDay = "2026-06-30"
    static let tenant = "midtfyns-el"

    @Test func `a program killed fifty times leaves what an undisturbed one leaves`() throws {
        try withTemporaryFolder { folder in
            let calm = Program(home: folder.appending(path: "calm"))
            let disturbed = Program(home: folder.appending(path: "disturbed"))
            let seed = UInt64.random(in: 0...UInt64.max)
            print("kill test: seed \(seed)")
            var generator = SplitMix(state: seed)
            var kills = 0
            for program in [calm, disturbed] {
                try program.succeed("tenant", "onboard", "Tenants/midtfyns-el.yaml")
                let input = program.home.appending(path: "claims.csv")
                try claims(200).write(to: input, atomically: true, encoding: .utf8)
            }
            let importing = ["claim", "import", "--tenant", KillTests.tenant, "--date", "2026-01-02"]
            let running = ["run", "--tenant", KillTests.tenant, "--until", KillTests.lastDay]
            try calm.succeed(importing + [calm.home.appending(path: "claims.csv").path])
            try calm.succeed(running)

            let input = disturbed.home.appending(path: "claims.csv").path
            kills += try killUntilDone(disturbed, importing + [input], atLeast: 15, &generator)
            kills += try killUntilDone(disturbed, running, atLeast: 50 - kills, &generator)
            #expect(kills >= 50)

            // Once more: nothing is left to do.
            let before = try report(disturbed)
            try disturbed.succeed(importing + [input])
            try disturbed.succeed(running)
            #expect(try report(disturbed) == before)

            #expect(try report(disturbed) == (try report(calm)))
            let letters = try files(below: calm.home.appending(path: "tenants/\(KillTests.tenant)/outbox"))
            #expect(letters.count > 200)
            let outbox = disturbed.home.appending(path: "tenants/\(KillTests.tenant)/outbox")
            #expect(try files(below: outbox) == letters)
            let verdicts = "claims.csv.verdicts.csv"
            #expect(
                try Data(contentsOf: calm.home.appending(path: "first-\(verdicts)"))
                    == Data(contentsOf: disturbed.home.appending(path: "first-\(verdicts)")))
            let export = folder.appending(path: "export.gz").path
            try disturbed.succeed("audit", "export", "--tenant", KillTests.tenant, "--output", export)
            try disturbed.succeed("audit", "verify", export)
        }
    }

    /// Starts the program, kills it after a random time, and again; at last lets it finish.
    private func killUntilDone(
        _ program: Program, _ arguments: [String], atLeast wanted: Int, _ generator: inout SplitMix
    ) throws -> Int {
        var kills = 0
        while kills < wanted {
            let process = program.process(arguments)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            // No waiting for a state here: the moment must be any moment.
            usleep(useconds_t.random(in: 20_000...700_000, using: &generator))
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
            guard process.terminationReason == .uncaughtSignal else {
                // It was through before the kill; what is left to disturb is doing nothing.
                #expect(process.terminationStatus == 0)
                if kills < wanted { kills += try killDoingNothing(program, arguments, wanted - kills, &generator) }
                break
            }
            kills += 1
        }
        try program.succeed(arguments)
        return kills
    }

    private func killDoingNothing(
        _ program: Program, _ arguments: [String], _ wanted: Int, _ generator: inout SplitMix
    ) throws -> Int {
        var kills = 0
        while kills < wanted {
            let process = program.process(arguments)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(useconds_t.random(in: 1_000...30_000, using: &generator))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal { kills += 1 }
        }
        return kills
    }

    /// Everything that must be the same, as text.
    private func report(_ program: Program) throws -> String {
        let first = program.home.appending(path: "first-claims.csv.verdicts.csv")
        if !FileManager.default.fileExists(atPath: first.path) {
            try FileManager.default.copyItem(at: program.home.appending(path: "claims.csv.verdicts.csv"), to: first)
        }
        let list = try program.succeed(
            "case", "list", "--tenant", KillTests.tenant, "--limit", "1000", "--format", "json")
        var parts = [list]
        for number in stride(from: 1, through: 180, by: 9) {
            parts.append(
                try program.succeed(
                    "case", "show", "\(number)", "--tenant", KillTests.tenant, "--explain", "--date", KillTests.lastDay,
                    "--format", "json"))
        }
        return parts.joined(separator: "\n")
    }

    private func claims(_ count: Int) -> String {
        var lines = [
            "reference;issued_on;due_on;amount;text;debtor_kind;debtor_name;customer_number;street;postal_code;city"
        ]
        for number in 1...count {
            // Every tenth debtor has two claims.
            let customer = number % 10 == 0 ? number - 1 : number
            lines.append(
                "K\(number);2025-12-01;2025-12-\(10 + number % 20);\(100 + number),50;Strøm;consumer;"
                    + "Ærø Ågård \(customer);\(customer);Vej \(customer);5750;Ringe")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Program {
    @discardableResult
    fileprivate func succeed(_ arguments: [String]) throws -> String {
        let output = try run(arguments)
        #expect(output.status == 0, "\(arguments.joined(separator: " ")): \(output.errors)")
        return output.text
    }
}

/// Sebastiano Vigna's SplitMix64: small, seeded, good enough to choose moments.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
