import ArgumentParser
import FordringKit
import Foundation
import Host
import Logging

/// What the law costs: interest of a claim of five years, and each decision of a case's way.
struct RulesBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Interest, decisions and safeguards of each country, without any database.")
    @OptionGroup var options: BenchOptions
    @Option(help: "How often each question is asked.") var times = 200_000

    /// Every half-year and year table of the countries at hand knows these days.
    private static let dueOn = CivilDate(2021, 3, 1)
    private static let firstDay = CivilDate(2026, 1, 5)
    private static let lastDay = CivilDate(2026, 6, 30)

    func run() throws {
        let folder = options.plugins.map { URL(filePath: $0) } ?? InstalledPlugins.folder
        let set = PluginSet.load(from: [folder]) { Bench.logger.warning("\($0)") }
        guard let tenant = TenantID("bench") else { preconditionFailure("the tenant's name is in order") }
        var countries = 0
        for plugin in set.loaded {
            for offer in plugin.registry.jurisdictions {
                let settings = Dictionary(
                    offer.settings.map { ($0.key, $0.standard) }, uniquingKeysWith: { first, _ in first })
                let law = try offer.make(PluginContext(tenant: tenant, settings: settings, outbox: "") { _ in })
                try measure(law)
                countries += 1
            }
        }
        guard countries > 0 else {
            throw ValidationError("no plug-in brings a country; name their folder with --plugins")
        }
    }

    private func measure(_ law: any Jurisdiction) throws {
        let figure = Figure(benchmark: "rules \(law.country)", parameters: ["times": times])
        func report(_ metric: String, _ body: () throws -> Void) throws {
            try body()
            let time = try processorSeconds { for _ in 0..<times { try body() } }
            figure.report(metric, time / Double(times) * 1e6, "µs of processor")
        }
        let fresh = facts(law)
        do {
            try report("interestFiveYears") { _ = try law.interest(on: fresh, through: Self.firstDay) }
        } catch let gap as RuleGap {
            Bench.logger.warning("\(law.country) does not compute interest: \(gap)")
        }
        for (name, facts, day) in try way(law, from: fresh) {
            try report("decision.\(name)") { _ = try law.decide(facts, on: day) }
            try report("safeguards.\(name)") { _ = try law.safeguards(for: facts, on: day) }
        }
    }

    private func facts(_ law: any Jurisdiction) -> CaseFacts {
        let principal = Money.units(1234, law.currency)
        var claim = ClaimFacts(
            id: ClaimID(rawValue: 1), principal: principal, arisenOn: Self.dueOn.adding(days: -14), dueOn: Self.dueOn,
            reductions: [], outstandingPrincipal: principal)
        // Without it, a claim of five years could not be enforced any more.
        claim.events = [ClaimEvent(.acknowledgement, on: Self.dueOn.adding(days: 1000))]
        let policy = law.steps.map {
            StepPolicy(kind: $0.kind, times: min(1, $0.timesMax), waitingDays: 0, charge: true)
        }
        return CaseFacts(
            id: CaseID(rawValue: 1), currency: law.currency, openedOn: Self.firstDay, debtorKind: .business,
            creditor: CreditorFacts(deductsVAT: false, policy: policy),
            claims: [claim],
            steps: [], charges: [], outstanding: principal)
    }

    /// The case as it stands before each step of its way, and once while it waits.
    private func way(
        _ law: any Jurisdiction, from fresh: CaseFacts
    ) throws -> [(name: String, facts: CaseFacts, day: CivilDate)] {
        var facts = fresh
        var stations: [(name: String, facts: CaseFacts, day: CivilDate)] = []
        var day = Self.firstDay
        while day <= Self.lastDay {
            let decision: Decision
            do {
                decision = try law.decide(facts, on: day)
            } catch let gap as RuleGap {
                Bench.logger.warning("\(law.country) on \(day): \(gap)")
                break
            }
            if let first = decision.steps.first {
                stations.append((first.kind.rawValue, facts, day))
                for step in decision.steps {
                    let deadline = try law.deadline(for: step.kind, sentOn: day)?.value
                    try facts.take(step, on: day, sentOn: day, deadlineOn: deadline)
                }
                if stations.count == 1 { stations.append(("waiting", facts, day.adding(days: 1))) }
            }
            day = day.adding(days: 1)
        }
        return stations
    }
}
