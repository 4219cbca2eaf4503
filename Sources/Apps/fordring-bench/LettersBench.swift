import ArgumentParser
import Casework
import FordringKit
import Foundation
import Host

/// What a letter costs on its way: composed, typeset, its copy kept, its departure and its receipt committed.
struct LettersBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "letters", abstract: "Letters from the queue into the post channel's outbox, by workers.")
    @OptionGroup var options: BenchOptions
    @Option(help: "How many letters.") var letters = 2000

    func run() throws {
        for workers in 1...2 { try measure(workers: workers) }
        try MachineBench.measure(in: options.directory)
    }

    private func measure(workers: Int) throws {
        try options.inHome { host, home in
            let tenant = try Workload.onboard(1, host, in: home)
            let file = home.appending(path: "claims.csv")
            try Workload.writeClaims(letters, to: file)
            _ = try host.importClaims(file.path, for: tenant, on: Workload.importDay)
            guard try host.decideDay(Workload.runDay, for: tenant).steps == letters else {
                throw ValidationError("not every case has its first letter")
            }
            let books = home.appending(path: "tenants/bench-1/books.sqlite").path
            let bytesBefore = try size(books)
            let before = DailyRunBench.processorSeconds
            let time = seconds {
                _ = Worker(
                    host,
                    Worker.Options(concurrency: workers, tenants: [tenant.id], drains: true, day: Workload.runDay)
                ).run()
            }
            let processor = DailyRunBench.processorSeconds - before
            let sent = try FileManager.default
                .subpathsOfDirectory(atPath: host.home.outbox(tenant.id, "post").path).count { $0.hasSuffix(".pdf") }
            guard sent == letters else { throw ValidationError("\(sent) of \(letters) letters left") }
            let figure = Figure(benchmark: "letters", parameters: ["letters": letters, "workers": workers])
            figure.report("lettersPerSecond", Double(letters) / time, "letters/s")
            figure.report("processorMillisecondsPerLetter", processor / Double(letters) * 1000, "ms of processor")
            figure.report("bytesPerLetter", Double(try size(books) - bytesBefore) / Double(letters), "B")
        }
    }

    private func size(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }
}
