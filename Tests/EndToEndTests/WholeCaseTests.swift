import Casework
import Database
import FordringKit
import Foundation
import Host
import LegalTrack
import Registrations
import Testing

/// Goal: one case goes all the way with the real plug-ins, on days of our choosing: the law's tables end some day.
@Suite(.enabled(if: Program.hasCourtsAndBureaus, "run 'make debug' first"))
struct WholeCaseTests {
    /// Runs a tool that is no part of the product.
    private func tool(_ command: String, in folder: URL) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    private func state(_ host: FordringHost, _ tenant: OpenTenant) throws -> String {
        try host.registration(1, of: tenant.id).state.rawValue
    }

    private func batches(_ bureau: URL) throws -> [String] {
        let folder = bureau.appending(path: "batches")
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
        return try names.map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
    }

    /// What the bureau says of registration 1, in the layout of `Plugins/RKI/RECORDS.md`.
    private func answer(_ outcome: String, _ bureau: URL, on day: CivilDate) throws {
        func text(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: width - text.count)
        }
        func number(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: width - "\(number)".count) + "\(number)"
        }
        let date = day.description.filter { $0 != "-" }
        let records = [
            "00\(number(1, 6))\(text("FORDRING-RKI", 12))01\(text("answers", 10))\(date)\(text(outcome, 100))"
                + "\(text("aa", 40))DKK",
            "30\(number(2, 6))\(text(outcome, 60))\(number(1, 19))\(text(outcome, 10))  \(date)",
            "90\(number(3, 6))\(number(1, 9))\(number(0, 9))\(number(0, 9))\(number(0, 18))\(number(1, 18))",
        ]
        let folder = bureau.appending(path: "answers")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(records.map { text($0, 450) + "\n" }.joined().utf8).write(
            to: folder.appending(path: "\(outcome).rki"), options: .atomic)
    }

    /// What a person who telephones with the bureau says by the command line, of registration 1, which stands.
    private func telephone(_ program: Program, on day: CivilDate) throws {
        func bureau(_ arguments: String...) throws -> Program.Output {
            try program.run(["bureau"] + arguments + ["--tenant", "aa"])
        }
        let reason = ["--reason", "by telephone"]
        let more = try bureau("amount", "1", "--now", "999999.00", reason[0], reason[1])
        #expect(more.status == 1 && more.errors.contains("must be less"), "\(more)")
        let less = try bureau("amount", "1", "--now", "1200.00", reason[0], reason[1])
        #expect(less.status == 0 && less.text.contains("1200.00 DKK stand with rki."), "\(less)")
        let early = try bureau("confirm", "1", "--on", "\(day)", reason[0], reason[1])
        #expect(early.status == 1 && early.errors.contains("no deletion of it waits"), "\(early)")
        let again = try bureau("delete-again", "1", reason[0], reason[1])
        #expect(again.status == 1 && again.errors.contains("'fordring bureau withdraw' takes it back"), "\(again)")

        // Also for a tenant that is suspended: what must go goes.
        try program.succeed("tenant", "suspend", "aa", "--reason", "test")
        let back = try bureau("withdraw", "1", "--date", "\(day)", reason[0], reason[1])
        #expect(back.status == 0 && back.text.contains("it is to be deleted"), "\(back)")
        try program.succeed("work", "--drain")
        let shown = try bureau("show", "1")
        #expect(shown.text.contains("deletionSubmitted"), "\(shown)")
        let gone = try bureau("confirm", "1", "--on", "\(day)", reason[0], reason[1])
        #expect(gone.status == 0 && gone.text.contains("Registration 1 is deleted."), "\(gone)")
        let stands = try bureau("delete-again", "1", reason[0], reason[1])
        #expect(stands.status == 0 && stands.text.contains("'fordring work' hands it over"), "\(stands)")
        try program.succeed("work", "--drain")
        #expect(try bureau("show", "1").text.contains("deletionSubmitted"))
    }

    /// Paid in the end, or taken back by a person with the command line.
    @Test(arguments: [true, false])
    func `A case from the notice over a dispute, the court and the register to its payment`(_ isPaid: Bool) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "aa.yaml")
            try Bakery.tenantFile("aa", reminder: "[post]", notice: "[post]").replacingOccurrences(
                of: "  sms-channel: {}\n", with: "  sms-channel: {}\n  danish-courts: {}\n  rki: {}\n"
            ).replacingOccurrences(
                of: "  readyForCourt:",
                with: "  registrationNotice: { times: 0, charge: false, channels: [post] }\n  readyForCourt:"
            ).write(to: file, atomically: true, encoding: .utf8)
            let claims = folder.appending(path: "claims.csv")
            try """
            reference,issued_on,due_on,amount,text,debtor_kind,debtor_name,street,postal_code,city
            A1,2025-12-01,2025-12-15,4200.00,Rugbrød,consumer,Bo Vest,Vej 1,5750,Ringe

            """.write(to: claims, atomically: true, encoding: .utf8)

            var day = CivilDate(2026, 1, 2)
            let clock = SettableClock(Timestamp(day, hour: 9))
            let host = try FordringHost(
                HostConfiguration(
                    home: folder.appending(path: "home"), pluginFolders: [Program.folder.appending(path: "plugins")],
                    clock: clock, entropy: SeededEntropy(seed: "whole case"), actor: .host("test")))
            try host.setAgencyName("Nordlys Inkasso A/S")
            let tenant = try host.openForWork(try host.onboard(file: file.path, isTrial: false).tenant)
            let bureau = host.home.outbox(tenant.id, "bureau-rki")
            let caseID = CaseID(rawValue: 1)
            func run(until last: CivilDate, or isOver: () throws -> Bool = { false }) throws {
                while try day < last && !isOver() {
                    day = day.adding(days: 1)
                    clock.set(Timestamp(day, hour: 9))
                    _ = try host.runDay(day, for: tenant)
                }
            }
            #expect(try host.importClaims(claims.path, for: tenant, on: day).accepted == 1)
            func steps() throws -> [String] {
                try host.showCase(caseID, of: tenant, on: day).record.steps.map(\.kind)
            }
            try run(until: CivilDate(2026, 4, 1)) { try steps().contains("readyForCourt") }
            #expect(try steps().contains("collectionNotice") && steps().contains("readyForCourt"))

            // Disputed and rejected: nothing goes to court in between.
            let request = HandoffRequest(
                caseID: caseID, procedure: LegalProcedureKind("paymentOrder"),
                answers: ["keptPlan": "no", "serveAnyway": "ja", "goOnToExecution": "nej", "treatAsLawsuit": "ja"])
            let court = folder.appending(path: "court").path
            let dispute = try host.openDispute(
                NewDispute(
                    caseID: caseID, claim: ClaimID(rawValue: 1), amount: nil, reason: .notReceived, channel: .letter,
                    receivedOn: day), for: tenant, on: day)
            let refused = #expect(throws: HostError.self) { try host.handOff(request, to: court, of: tenant) }
            #expect(refused?.message.contains("notDisputed") == true)
            let decided = try host.decideDispute(
                dispute.id,
                DisputeDecision(.rejected, grounds: "Det er leveret.", hasNoDocument: true, answeredOn: day),
                for: tenant, on: day)
            // Nor in the days that the debtor has after it.
            let resumesOn = try #require(decided.resumption?.value)
            try run(until: resumesOn.adding(days: -1))
            let paused = #expect(throws: HostError.self) { try host.handOff(request, to: court, of: tenant) }
            #expect(paused?.message.contains("notPaused") == true)
            try run(until: resumesOn)

            // The package can be verified with standard tools, and by our own.
            let handoff = try host.handOff(request, to: court, of: tenant)
            let unpacked = folder.appending(path: "unpacked")
            try FileManager.default.createDirectory(at: unpacked, withIntermediateDirectories: true)
            #expect(try tool("unzip -q '\(handoff.path)'", in: unpacked) == 0)
            #expect(try tool("sha256sum -c --strict SHA256SUMS", in: unpacked) == 0)
            let verdict = try Program(home: folder.appending(path: "other")).succeed(
                "audit", "verify", unpacked.appending(path: "audit/case.jsonl.gz").path)
            #expect(verdict.contains("case 1"), "\(verdict)")

            // Filed, served and decided as the person who filed it says; the fee is owed by the debtor.
            for (state, days) in [(LegalState.filed, 1), (.served, 5), (.decided, 16)] {
                try run(until: day.adding(days: days))
                let recorded = try host.recordLegal(
                    NewLegalEvent(state, on: day, outcome: state == .decided ? .forCreditor : nil),
                    of: handoff.handoff.id, for: tenant, on: day)
                #expect((recorded.fee?.isPositive ?? false) == (state == .filed))
            }

            // Asked for: the debtor is told first, and then it leaves.
            let asked = try host.requestRegistration(
                of: ClaimID(rawValue: 1), in: caseID, bureau: nil, noKeptPlan: true, reason: "endorsed", for: tenant,
                on: day)
            #expect(asked.registration.state == .requested && asked.tellsDebtor)
            #expect(try batches(bureau).isEmpty)
            try run(until: day.adding(days: 40)) { try !batches(bureau).isEmpty }
            #expect(try state(host, tenant) == "submitted")
            let record = try host.showCase(caseID, of: tenant, on: day).record
            let toldOn = record.steps.first { $0.kind == "registrationNotice" }?.sentOn
            #expect(toldOn != nil)
            try answer("registered", bureau, on: day)
            try run(until: day.adding(days: 1))
            #expect(try state(host, tenant) == "live")

            guard isPaid else {
                try host.close()
                return try telephone(Program(home: folder.appending(path: "home")), on: day)
            }
            // Paid: the deletion is ordered in the same commit, handed over, and confirmed.
            let owed = try host.showCase(caseID, of: tenant, on: day).record.snapshot.facts.outstanding
            let paid = try host.addPayment(owed, paidOn: day, reference: "bank-1", to: caseID, for: tenant, on: day)
            #expect(paid.closed)
            #expect(try state(host, tenant) == "deletionOrdered")
            try run(until: day.adding(days: 1))
            #expect(try batches(bureau).contains { $0.contains("\n20") })
            try answer("deleted", bureau, on: day)
            try run(until: day.adding(days: 1))
            #expect(try state(host, tenant) == "deleted")
            #expect(try !host.tasks(tenant.id).map(\.kind).contains(TaskKind.deletionOverdue.rawValue))
            try host.close()
        }
    }
}
