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
/// for byte, each once. Killed 60 times in all; the seeds are printed.
@Suite(.enabled(if: Program.isBuilt, "run 'make debug' first"), .serialized)
struct KillTests {
    static let lastDay = "2026-06-30"
    static let tenant = "midtfyns-el"

    @Test func `an import killed again and again leaves what an undisturbed one leaves`() throws {
        try withTemporaryFolder { folder in
            let (calm, disturbed) = try pair(folder, rows: 5000)
            var generator = try SplitMix.printed("import")
            try calm.succeed(importing(calm))
            let verdicts = "claims.csv.verdicts.csv"
            let expected = try Data(contentsOf: calm.home.appending(path: verdicts))
            try killUntilDone(disturbed, importing(disturbed), times: 20, upTo: 1_500_000, &generator) {
                // The file appears whole, before the import is marked as finished; a later import, which may follow a kill
                // just after that mark, calls every row a duplicate.
                guard let found = try? Data(contentsOf: disturbed.home.appending(path: verdicts)) else { return false }
                let isSame = found == expected
                #expect(isSame)
                return true
            }
            #expect(try list(disturbed) == (try list(calm)))
            try disturbed.succeed(importing(disturbed))
            #expect(try list(disturbed) == (try list(calm)))
            try verify(disturbed, in: folder)
        }
    }

    @Test func `a run killed again and again leaves what an undisturbed one leaves`() throws {
        try withTemporaryFolder { folder in
            let (calm, disturbed) = try pair(folder, rows: 200)
            let running = ["run", "--tenant", KillTests.tenant, "--until", KillTests.lastDay]
            var generator = try SplitMix.printed("run")
            for program in [calm, disturbed] { try program.succeed(importing(program)) }
            try calm.succeed(running)
            try killUntilDone(disturbed, running, times: 40, upTo: 700_000, &generator)
            let after = try report(disturbed)
            #expect(after == (try report(calm)))
            // Once more: nothing is left to do.
            try disturbed.succeed(running)
            #expect(try report(disturbed) == after)

            let letters = try files(below: calm.home.appending(path: "tenants/\(KillTests.tenant)/outbox"))
            #expect(letters.count > 200)
            let outbox = disturbed.home.appending(path: "tenants/\(KillTests.tenant)/outbox")
            // What a killed channel had half written has another name, and is no letter.
            #expect(differences(try files(below: outbox).filter { !$0.key.contains(".tmp-") }, letters) == [])
            try verify(disturbed, in: folder)
        }
    }

    /// Two homes with the same tenant and the same file.
    private func pair(_ folder: URL, rows: Int) throws -> (Program, Program) {
        let programs = ["calm", "disturbed"].map { Program(home: folder.appending(path: $0)) }
        for program in programs {
            try program.succeed("tenant", "onboard", "Tenants/midtfyns-el.yaml")
            try claims(rows).write(to: program.home.appending(path: "claims.csv"), atomically: true, encoding: .utf8)
        }
        return (programs[0], programs[1])
    }

    private func importing(_ program: Program) -> [String] {
        [
            "claim", "import", "--tenant", KillTests.tenant, "--date", "2026-01-02",
            program.home.appending(path: "claims.csv").path,
        ]
    }

    private func verify(_ program: Program, in folder: URL) throws {
        let export = folder.appending(path: "export.gz").path
        try program.succeed("audit", "export", "--tenant", KillTests.tenant, "--output", export)
        try program.succeed("audit", "verify", export)
    }

    /// Starts the program, kills it after a random time, and again; at last lets it finish.
    private func killUntilDone(
        _ program: Program, _ arguments: [String], times: Int, upTo microseconds: useconds_t,
        _ generator: inout SplitMix,
        check: () throws -> Bool = { true }
    ) throws {
        var kills = 0
        var isChecked = false
        var longest = microseconds
        while kills < times {
            let process = program.process(arguments)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            // No waiting for a state here: the moment must be any moment.
            usleep(useconds_t.random(in: 2_000...longest, using: &generator))
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
            if !isChecked { isChecked = try check() }
            if process.terminationReason == .uncaughtSignal {
                kills += 1
            } else {
                // It was through before the kill. It is killed on while it finds nothing to do.
                #expect(process.terminationStatus == 0)
                longest = max(4_000, longest / 2)
            }
        }
        try program.succeed(arguments)
        if !isChecked {
            let isThrough = try check()
            #expect(isThrough)
        }
    }

    private func list(_ program: Program) throws -> String {
        try program.succeed("case", "list", "--tenant", KillTests.tenant, "--limit", "10000", "--format", "json")
    }

    /// Everything that must be the same, as text.
    private func report(_ program: Program) throws -> String {
        var parts = [try list(program)]
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

extension SplitMix {
    /// A generator with a random seed, which is printed so that the run can be repeated.
    static func printed(_ name: String) throws -> SplitMix {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("kill test (\(name)): seed \(seed)")
        return SplitMix(state: seed)
    }
}

extension Program {
    @discardableResult
    func succeed(_ arguments: [String]) throws -> String {
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
