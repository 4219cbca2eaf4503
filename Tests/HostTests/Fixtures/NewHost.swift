// A host of tomorrow: compiled against a kit that has grown, it opens a plug-in that was built for the kit of today.
import FordringKit
import Glibc

guard let handle = dlopen(CommandLine.arguments[1], RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(handle, pluginSymbol)
else {
    print("cannot open: \(dlerror().map { String(cString: $0) } ?? "")")
    exit(1)
}
let entry = unsafeBitCast(symbol, to: (@convention(c) () -> UnsafeMutableRawPointer).self)
var registry = PluginRegistry()
try PluginEntry.open(entry()).plugin.register(in: &registry)
guard let tenant = TenantID("ab"), let offer = registry.jurisdictions.first else { exit(2) }
let law = try offer.make(PluginContext(tenant: tenant, settings: [:], outbox: "", log: { _ in }))

let principal = Money.units(1000, .dkk)
let claim = ClaimFacts(
    id: ClaimID(rawValue: 3), principal: principal, arisenOn: CivilDate(2026, 1, 1), dueOn: CivilDate(2026, 1, 15),
    reductions: [], outstandingPrincipal: principal)
let creditor = CreditorFacts(
    deductsVAT: true, policy: [StepPolicy(kind: .reminder, times: 1, waitingDays: 0, charge: true)])
// The initializer that the plug-in's author knew.
var facts = CaseFacts(
    id: CaseID(rawValue: 7), currency: .dkk, openedOn: CivilDate(2026, 2, 1), debtorKind: .consumer, creditor: creditor,
    claims: [claim], steps: [], charges: [], outstanding: principal)
print("standard: \(facts.addedLater)")
facts.addedLater = "a value that the plug-in has never heard of"

let decision = try law.decide(facts, on: CivilDate(2026, 3, 1))
for step in decision.steps {
    print("step: \(step.kind) \(step.claims) \(step.charges.map(\.amount.value))")
    print("reason: \(step.reasons.map(\.text).joined())")
}
print("review: \(decision.reviewOn.map(\.description) ?? "none")")
print("many: \(law.decide([facts, facts], on: CivilDate(2026, 3, 1)).count)")
print("asked later: \(law.answerAddedLater(facts))")
