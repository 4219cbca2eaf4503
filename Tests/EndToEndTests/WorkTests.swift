import Foundation
import Testing

/// Goal: `fordring work` is a service that can be started, stopped, doubled and watched.
@Suite(.enabled(if: Program.isBuilt, "run 'make debug' first"))
struct WorkTests {
    /// Method: stopped after the first letters of many; what is left is drained afterwards, and each letter is there once.
    @Test func `SIGTERM while it works ends it with what it holds given back`() throws {
        try Agency.with { agency in
            let count = 300
            try agency.queueLetters("aa", count)
            let work = try RunningWork(agency, "--date", "2026-01-05", "--grace", "10")
            try work.wait { try work.ended.count >= 5 }
            let seconds = work.stop()
            #expect(work.process.terminationReason == .exit && work.process.terminationStatus == 0)
            #expect(seconds < 10)
            let counts = try agency.counts("aa")
            #expect(counts["running"] == nil)
            let done = try #require(counts["done"])
            #expect(done < count, "it was through before it was stopped")
            #expect(counts == ["done": done, "available": count - done])
            #expect(try agency.letters("aa").count == done)
            #expect(try work.lines.last?.message == "work has ended")

            let drained = try agency.program.succeed("work", "--drain", "--date", "2026-01-05")
            #expect(drained.contains("aa: \(count - done) letters sent, 0 failed"))
            #expect(try agency.letters("aa").count == count)
            #expect(try agency.counts("aa") == ["done": count])
            #expect(try sentSteps(agency, "aa") == Set(1...Int64(count)))
        }
    }

    @Test(arguments: [SIGTERM, SIGINT]) func `A signal ends it at once when it has nothing to do`(_ signal: Int32)
        throws
    {
        try Agency.with { agency in
            try agency.onboard("aa")
            let work = try RunningWork(agency)
            try work.wait { try !work.lines.isEmpty }
            // Past the first look into the calendar.
            usleep(500_000)
            #expect(work.stop(signal) < 3)
            #expect(work.process.terminationReason == .exit && work.process.terminationStatus == 0)
            #expect(try work.lines.map(\.message) == ["work begins", "work is to end", "work has ended"])
        }
    }

    /// Method: another program holds the lock of the file of text messages for as long as it likes.
    @Test func `A channel that hangs holds the end up no longer than the bound, and its letters are sent later`() throws
    {
        try Agency.with { agency in
            try agency.queueLetters("aa", 3, channels: "[sms]")
            let outbox = agency.program.home.appending(path: "tenants/aa/outbox/sms")
            try FileManager.default.createDirectory(at: outbox, withIntermediateDirectories: true)
            let messages = outbox.appending(path: "outbox.jsonl")
            try Data().write(to: messages)
            let holder = Process()
            holder.executableURL = URL(filePath: "/usr/bin/env")
            holder.arguments = ["flock", "--exclusive", "--no-fork", messages.path, "sleep", "120"]
            try holder.run()
            defer { kill(holder.processIdentifier, SIGKILL) }
            usleep(200_000)
            let work = try RunningWork(agency, "--date", "2026-01-05", "--grace", "1")
            try work.wait { try agency.counts("aa")["running"] != nil }
            let seconds = work.stop()
            #expect(work.process.terminationReason == .exit && work.process.terminationStatus == 0)
            #expect(seconds > 0.9 && seconds < 5)
            #expect(try work.lines.contains { $0.level == "warning" && $0.message.contains("did not end in time") })
            #expect(try agency.counts("aa")["running"] ?? 0 > 0)

            kill(holder.processIdentifier, SIGKILL)
            holder.waitUntilExit()
            // The next worker sees that the process is gone; no lease has to run out.
            let drained = try agency.program.succeed("work", "--drain", "--date", "2026-01-05")
            #expect(drained.contains("aa: 3 letters sent, 0 failed"), "\(drained)")
            let lines = try String(contentsOf: messages, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 3 && Set(lines).count == 3)
            #expect(try sentSteps(agency, "aa") == [1, 2, 3])
        }
    }

    @Test func `Two processes share the work, and do nothing twice`() throws {
        try Agency.with { agency in
            let count = 80
            for id in ["aa", "bb", "cc"] { try agency.queueLetters(id, count) }
            let works = try (1...2).map { _ in
                try RunningWork(agency, "--drain", "--concurrency", "1", "--date", "2026-01-05")
            }
            for work in works {
                work.process.waitUntilExit()
                #expect(work.process.terminationStatus == 0)
                #expect(try !work.ended.isEmpty, "one of them did nothing")
            }
            let done = try works.flatMap { try $0.ended }.filter { $0.metadata.result == "done" }
            #expect(done.count == count * 3)
            #expect(Set(done.map { "\($0.metadata.tenant ?? "") \($0.metadata.job ?? 0)" }).count == count * 3)
            for id in ["aa", "bb", "cc"] {
                #expect(try agency.counts(id) == ["done": count])
                #expect(try agency.letters(id).count == count)
                #expect(try sentSteps(agency, id) == Set(1...Int64(count)))
            }
        }
    }

    /// Method: a schedule of every minute, by the machine's own clock; nobody calls `run`.
    @Test func `A schedule starts the daily run, and figures of it are written`() throws {
        try Agency.with { agency in
            try agency.onboard("aa", more: "schedules: { dailyRun: \"* * * * *\" }")
            #expect(try agency.importClaims("aa", agency.people(2), date: nil).status == 0)
            let figures = agency.folder.appending(path: "fordring.prom")
            let work = try RunningWork(agency, "--metrics", figures.path)
            try work.wait(atMost: 90) { try work.ended.contains { $0.metadata.kind == "dailyRun" } }
            work.stop()
            #expect(work.process.terminationStatus == 0)
            let runs = try work.ended.filter { $0.metadata.kind == "dailyRun" }
            #expect(runs.map(\.metadata.result) == ["done"])
            let list = try agency.program.succeed("jobs", "list", "--tenant", "aa", "--kind", "dailyRun")
            #expect(list.contains("done"))
            let text = try String(contentsOf: figures, encoding: .utf8)
            #expect(
                text.contains(#"fordring_jobs_ended_total{kind="dailyRun",result="done",tenant="aa"} 1"#), "\(text)")
            #expect(text.contains(#"fordring_jobs_depth{kind="dailyRun",state="running",tenant="aa"} 0"#), "\(text)")
            #expect(text.contains("# HELP fordring_job_duration_seconds How long"))
        }
    }

    @Test(arguments: [
        (["--tenant", "nobody"], Int32(1), "There is no tenant 'nobody'"),
        (["--tenant", "Bad!"], 64, "is not a tenant"),
        (["--concurrency", "0"], 64, "at least 1"),
        (["--grace=-1"], 64, "negative"),
        (["--log-level", "loud"], 64, "critical"),
        (["--log-format", "xml"], 64, "json"),
        (["--metrics", "/no/such/folder/x.prom"], 69, "Make its folder"),
        (["--home", "/dev/null/x"], 69, "cannot be made"),
    ])
    func `What goes wrong before the work has its exit status`(_ arguments: [String], status: Int32, words: String)
        throws
    {
        try Agency.with { agency in
            for drain in [[], ["--drain"]] {
                let output = try agency.program.run(["work"] + drain + arguments)
                #expect(output.status == status, "\(output.errors)")
                #expect(output.errors.contains(words), "\(output.errors)")
                #expect(!output.errors.contains("Fatal error"))
            }
        }
    }

    @Test func `A tenant's failure is its own, and is the exit status of a drain`() throws {
        try Agency.with { agency in
            for id in ["aa", "bb"] { try agency.queueLetters(id, 1) }
            try FileManager.default.removeItem(at: agency.program.home.appending(path: "tenants/aa"))
            let output = try agency.program.run("work", "--drain", "--date", "2026-01-05")
            #expect(output.status == 69, "\(output.text) \(output.errors)")
            #expect(output.text.contains("bb: 1 letters sent") && output.text.contains("stopped:"))
            #expect(output.errors.contains(" error    a tenant's work was put off cause=\""), "\(output.errors)")
            let stats = try agency.program.run("jobs", "stats", "--all-tenants")
            #expect(stats.status == 69)
            #expect(stats.text.contains("bb") && stats.text.contains("aa: "))
        }
    }

    @Test func `Nobody reads the log, and the work is done`() throws {
        try Agency.with { agency in
            try agency.queueLetters("aa", 20)
            let command = "'\(Program.path)' work --drain --log-level debug --date 2026-01-05 2>&1 >/dev/null | head -1"
            let output = try agency.shell(command)
            #expect(output.contains("work begins"), "\(output)")
            #expect(try agency.counts("aa") == ["done": 20])
        }
    }

    // MARK: Jobs

    @Test func `Jobs are listed, shown, called off and tried again`() throws {
        try Agency.with { agency in
            try agency.queueLetters("aa", 60)
            let program = agency.program
            let list = try program.succeed("jobs", "list", "--tenant", "aa", "--state", "available", "--limit", "2")
            #expect(
                list.contains("   60  deliverLetter  case 60, step 60") || list.contains(" 60  deliverLetter"),
                "\(list)")
            #expect(list.contains("More with --before 59."), "\(list)")
            let rest = try program.succeed("jobs", "list", "--tenant", "aa", "--before", "2")
            #expect(rest.split(separator: "\n").count == 3, "\(rest)")
            let shown = try program.succeed("jobs", "show", "2", "--tenant", "aa")
            #expect(shown.contains("case 2, step 2, reminder (queued)"), "\(shown)")
            #expect(shown.contains(/due +20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/), "\(shown)")
            struct Job: Decodable {
                let job: Int64
                let state: String
                let caseNumber: Int64
                let step: Int64
                let stepKind: String
                let dueAt: String
                let attempts: Int
            }
            let json = try program.succeed("jobs", "show", "2", "--tenant", "aa", "--format", "json")
            let job = try JSONDecoder().decode(Job.self, from: Data(json.utf8))
            #expect(job.caseNumber == 2 && job.step == 2 && job.stepKind == "reminder" && job.attempts == 0)

            let cancelled = try program.succeed("jobs", "cancel", "2", "--tenant", "aa", "--reason", "wrong person")
            #expect(cancelled.contains("withdrawn with what it charged"))
            #expect(try program.run("jobs", "cancel", "2", "--tenant", "aa", "--reason", "again").status == 1)
            let again = try program.run("jobs", "retry", "2", "--tenant", "aa", "--reason", "again")
            #expect(again.status == 1 && again.errors.contains("was given up"), "\(again.errors)")
            #expect(try program.succeed("jobs", "list", "--tenant", "aa", "--state", "cancelled").contains("case 2"))
            let log = try program.succeed("audit", "log", "--tenant", "aa", "--last", "3")
            #expect(log.contains("wrong person"))

            try program.succeed("jobs", "pause", "--all-tenants", "--channel", "post", "--reason", "printer is broken")
            #expect(
                try program.succeed("jobs", "pause", "--tenant", "aa", "--channel", "post").contains(
                    "was paused before"))
            let drained = try program.succeed("work", "--drain", "--date", "2026-01-05")
            #expect(drained.contains("aa: 0 letters sent, 0 failed, 59 put off"), "\(drained)")
            let stats = try program.succeed("jobs", "stats", "--tenant", "aa")
            #expect(stats.contains("(printer is broken)") && stats.contains("59"), "\(stats)")
            #expect(try program.succeed("jobs", "stats").contains("1 other active tenant has nothing to begin"))
            try program.succeed("jobs", "resume", "--all-tenants", "--channel", "post", "--reason", "mended")
            #expect(try program.succeed("jobs", "stats").contains("next due"))
            #expect(try program.succeed("work", "--drain", "--date", "2026-01-05").contains("59 letters sent"))
            #expect(try program.succeed("jobs", "states").hasPrefix("stateDiagram-v2\n"))

            for (arguments, words) in [
                (["list", "--tenant", "ab"], "There is no tenant 'ab', did you mean 'aa'?"),
                (["list", "--tenant", "aa", "--kind", "dailyrun"], "did you mean 'dailyRun'?"),
                (["show", "61", "--tenant", "aa"], "There is no job 61 of 'aa'. 'fordring jobs list --tenant aa'"),
                (["retry", "1", "--tenant", "aa", "--reason", "r"], "has left the house"),
                (["pause", "--tenant", "aa", "--channel", "pots"], "did you mean 'post'?"),
                (["settle", "1", "--tenant", "aa", "--not-sent", "--reason", "r"], "fordring task list"),
            ] {
                let output = try program.run(["jobs"] + arguments)
                #expect(output.status == 1, "\(arguments)")
                #expect(output.errors.contains(words), "\(output.errors)")
            }
            for arguments in [
                ["list", "--tenant", "aa", "--state", "gone"], ["pause"],
                ["resume", "--tenant", "aa", "--all-tenants"],
                ["settle", "1", "--tenant", "aa", "--reason", "r"], ["list", "--tenant", "aa", "--limit", "0"],
            ] {
                #expect(try program.run(["jobs"] + arguments).status == 64, "\(arguments)")
            }

            // Who closes the pipe early has seen enough.
            let list2 = "'\(Program.path)' jobs list --tenant aa --limit 60"
            let first = try agency.shell("\(list2) | head -1; echo ${PIPESTATUS[0]} >&2")
            #expect(first.hasPrefix("job  kind") && !first.contains("rror: ") && !first.contains("Fatal"), "\(first)")
            #expect(try program.succeed("jobs", "stats", "--tenant", "aa").contains("59"))
        }
    }

    /// The steps whose letters the audit trail says were sent; a step that comes twice fails the test.
    private func sentSteps(_ agency: Agency, _ id: String) throws -> Set<Int64> {
        let log = try agency.program.succeed("audit", "log", "--tenant", id, "--last", "100000")
        let steps = log.split(separator: "\n").filter { $0.contains(#""action":"letter.sent""#) }.compactMap { line in
            line.firstMatch(of: /"step":(\d+)/).flatMap { Int64($0.1) }
        }
        #expect(steps.count == Set(steps).count, "a letter was sent twice")
        return Set(steps)
    }
}

extension Agency {
    /// What a line of bash prints, errors included.
    func shell(_ line: String) throws -> String {
        let process = program.process([])
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", line]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
