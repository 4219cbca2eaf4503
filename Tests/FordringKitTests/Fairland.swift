import FordringKit
import Synchronization

/// A country that does not exist and keeps every promise of the kit, unless it is told to slip.
///
/// Reminders cost 10.00 and are sent at most twice, ten days apart; then a notice, then a letter that costs 50.00; then
/// the case is ready for a court. Interest is the reference rate and eight percentage points, actual days over 365.
struct Fairland: Jurisdiction {
    /// A way to break one promise.
    enum Slip: String, CaseIterable, Sendable {
        case namelessComponent
        case errorOnThe31st
        case moodyReasons
        case reversedBatch
        case wrongTimeZone
        case lateReview
        case foreignClaim
        case earlyClaim
        case dearLetter
        case thirdReminder
        case shortDeadline
        case wrongSum
        case silence
        case earlyPending
        case noDoubt
        case guessedRate
        case deafToExtensions
        case noDanish
        case missingItem
        case silentWarning
        case rudeText
        case restlessNumber
        case sharedReference
        case noPrincipal
        case shortMemory
        case earlyLimitation
    }

    var slip: Slip?
    var extensions: [LawExtension] = []

    let country: CountryCode = CountryCode("XF") ?? .denmark
    let currency = Currency.eur
    let languages: [Language] = [.english, .danish]
    var timeZone: String { slip == .wrongTimeZone ? "Europe/Nowhere" : "Europe/Copenhagen" }

    var steps: [StepDescription] {
        func step(_ kind: StepKind, _ name: String, letter: Bool = true, times: Int = 1) -> StepDescription {
            StepDescription(
                kind: kind, names: [.english: name, .danish: name], sendsLetter: letter, timesMax: times)
        }
        return [
            step(.reminder, "Reminder", times: 2), step(.collectionNotice, "Notice"),
            step(.collectionLetter, "Letter"), step(.readyForCourt, "Court", letter: false),
        ]
    }

    static func act(_ section: String) -> Citation { Citation("Fairland's Collection Act", section) }

    // MARK: Tables

    var referenceRate: Effective<Rate> {
        let table = Effective<Rate>(
            "reference rate, § 3", checkedThrough: CivilDate(2026, 12, 31),
            .from(CivilDate(2010, 1, 1), Rate(basisPoints: 105), Fairland.act("§ 3")),
            .from(CivilDate(2022, 7, 1), Rate(basisPoints: 260), Fairland.act("§ 3")),
            .from(
                CivilDate(2026, 1, 1), Rate(basisPoints: 175),
                .unverified("a newspaper", "", slip == .noDoubt ? "" : "Nobody has read the gazette.")))
        return slip == .deafToExtensions ? table : table.extended(by: extensions, of: "referenceRate")
    }

    static let costs = Effective<Money>(
        "cost of the letter, § 4", checkedThrough: CivilDate(2040, 12, 31),
        .from(CivilDate(1990, 1, 1), Money(minorUnits: 50_00, .eur), act("§ 4")))

    var lawBook: LawBook {
        LawBook(
            country: country, title: "Fairland: collecting out of court",
            acts: [
                LawBook.Act(
                    "The Collection Act", number: "1/1990",
                    [
                        LawBook.Rule("reminders", "A reminder costs 10.00, twice at most.", Fairland.act("§ 2")),
                        LawBook.Rule(
                            "referenceRate", "Interest is this rate and eight percentage points.", Fairland.act("§ 3"),
                            referenceRate, extensible: .rate
                        ) { [LabelledText("a year", $0.description)] },
                        LawBook.Rule("letterCost", "What the letter costs.", Fairland.act("§ 4"), Fairland.costs) {
                            [LabelledText("", $0.description)]
                        },
                    ])
            ], unsupported: ["Claims in instalments."])
    }

    // MARK: Decisions

    private struct Next {
        let kind: StepKind
        let wish: StepPolicy
        let opensOn: CivilDate
    }

    private enum State {
        case waits(ExplanationLine)
        case next(Next)
    }

    private func state(_ facts: CaseFacts) -> State {
        let open = facts.claims.filter { $0.outstandingPrincipal.isPositive }
        guard facts.outstanding.isPositive, let firstDue = open.map(\.dueOn).min() else {
            return .waits(ExplanationLine("Everything is paid.", Fairland.act("§ 1")))
        }
        if facts.steps.contains(where: { $0.sentOn == nil }) {
            return .waits(ExplanationLine("A letter has not left the house.", Fairland.act("§ 5")))
        }
        let begins = max(firstDue, facts.steps.compactMap(\.deadlineOn).max() ?? firstDue)
        for step in steps {
            guard let wish = facts.creditor.policy.first(where: { $0.kind == step.kind }) else { continue }
            let times = slip == .thirdReminder ? wish.times : min(wish.times, step.timesMax)
            guard facts.steps.count(where: { $0.kind == step.kind }) < times else { continue }
            let opensOn = workingDay(onOrAfter: begins.adding(days: wish.waitingDays + 1))
            return .next(Next(kind: step.kind, wish: wish, opensOn: opensOn))
        }
        return .waits(ExplanationLine("No step is left.", Fairland.act("§ 6")))
    }

    private func covered(_ facts: CaseFacts, on day: CivilDate) -> [ClaimID] {
        facts.claims.filter { claim in
            claim.outstandingPrincipal.isPositive && (claim.dueOn < day || slip == .earlyClaim)
        }.map(\.id)
    }

    private struct Unexpected: Error {}
    private static let mood = Mutex(0)

    func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        if slip == .errorOnThe31st, day.dayOfMonth == 31 { throw Unexpected() }
        switch state(facts) {
        case .waits(var line):
            if slip == .moodyReasons {
                line.text += Fairland.mood.withLock { mood in
                    mood += 1
                    return " \(mood)"
                }
            }
            return Decision(steps: [], reviewOn: nil, waiting: slip == .silence ? [] : [line])
        case .next(let next):
            if day < next.opensOn || isRestDay(day) {
                let opensOn = workingDay(onOrAfter: max(next.opensOn, day))
                var decision = Decision(
                    steps: [], reviewOn: opensOn.adding(days: slip == .lateReview ? 3 : 0), waiting: [])
                if slip != .silence {
                    decision.pending = [
                        PendingStep(
                            kind: next.kind, claims: covered(facts, on: opensOn),
                            notBefore: slip == .earlyPending ? opensOn.adding(days: 20) : opensOn,
                            obstacles: [ExplanationLine("The last day to pay has not passed.", Fairland.act("§ 5"))])
                    ]
                }
                return decision
            }
            let step = DecidedStep(
                kind: next.kind, claims: covered(facts, on: day), charges: try charges(next, facts, day),
                reasons: [ExplanationLine("Nobody has paid.", Fairland.act("§ 1"))])
            return Decision(steps: [step], reviewOn: nil, waiting: [])
        }
    }

    func decide(_ cases: [CaseFacts], on day: CivilDate) -> [Result<Decision, RuleGap>] {
        let answers = cases.map { facts -> Result<Decision, RuleGap> in
            do {
                return .success(try decide(facts, on: day))
            } catch {
                let gap = RuleGap(rule: "Fairland's law", day: day, reason: "\(error)", cure: "Look.")
                return .failure(error as? RuleGap ?? gap)
            }
        }
        return slip == .reversedBatch ? answers.reversed() : answers
    }

    private func charges(_ next: Next, _ facts: CaseFacts, _ day: CivilDate) throws -> [DecidedCharge] {
        var charges: [DecidedCharge] = []
        func charge(_ component: DebtComponent, _ minorUnits: Int64, _ section: String) {
            let amount = Money(minorUnits: minorUnits, currency)
            var line = ExplanationLine("It costs this.", Fairland.act(section))
            line.amount = slip == .wrongSum ? Money(minorUnits: minorUnits + 1, currency) : amount
            charges.append(
                DecidedCharge(
                    component: component, claim: slip == .foreignClaim ? ClaimID(rawValue: 999) : nil,
                    amount: Explained(amount, [line])))
        }
        if next.kind == .reminder, next.wish.charge { charge(.reminderFee, 10_00, "§ 2") }
        if next.kind == .collectionNotice || next.kind == .collectionLetter {
            charges += try interest(on: facts, through: day)
        }
        if next.kind == .collectionLetter, next.wish.charge {
            charge(.collectionCost, slip == .dearLetter ? 60_00 : try Fairland.costs.on(day).value.minorUnits, "§ 4")
        }
        return charges
    }

    func safeguards(for facts: CaseFacts, on day: CivilDate) throws -> [Safeguard] {
        let law = Fairland.act("§ 2")
        var limits = [
            Safeguard(.single(of: .reminderFee, amountMax: Money(minorUnits: 10_00, currency)), law),
            Safeguard(.count(of: .reminderFee, since: facts.openedOn, countMax: 2), law),
            Safeguard(.spacing(of: .reminderFee, daysMin: 10), law),
            Safeguard(
                .total(of: [.collectionCost], claim: nil, amountMax: Money(minorUnits: 50_00, currency)),
                Fairland.act("§ 4")),
        ]
        let deadlines = facts.steps.compactMap(\.deadlineOn).max()
        for step in steps {
            if step.sendsLetter { limits.append(Safeguard(.deadline(step.kind, daysMin: 10), Fairland.act("§ 5"))) }
            for claim in facts.claims {
                limits.append(
                    Safeguard(
                        .notBefore(step.kind, claim: claim.id, day: max(claim.dueOn, deadlines ?? claim.dueOn)),
                        Fairland.act("§ 5")))
            }
        }
        return limits
    }

    func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] {
        let table = referenceRate
        return try facts.claims.compactMap { claim in
            var lines: [ExplanationLine] = []
            var total: Int64 = 0
            var rest = claim.principal.minorUnits
            var reductions = claim.reductions[...]
            var cursor = claim.dueOn.adding(days: 1)
            while cursor <= day {
                while let first = reductions.first, first.on <= cursor {
                    rest -= first.amount.minorUnits
                    reductions.removeFirst()
                }
                if rest <= 0 { break }
                var asked = cursor
                if slip == .guessedRate { asked = min(cursor, table.checkedThrough) }
                let line = try table.on(asked)
                var last = reductions.first.map { min(day, $0.on.adding(days: -1)) } ?? day
                if let next = table.lines.first(where: { $0.from > cursor }) {
                    last = min(last, next.from.adding(days: -1))
                }
                if slip != .guessedRate, cursor <= table.checkedThrough { last = min(last, table.checkedThrough) }
                var part = ExplanationLine("Interest.", line.citation)
                let days = cursor.days(to: last) + 1
                let rate = line.value + Rate(basisPoints: 800)
                let base = Money(minorUnits: rest, currency)
                let amount = try base.multiplied(
                    by: Int64(days) * Int64(rate.basisPoints), over: 3_650_000, rounding: .halfAwayFromZero)
                part.from = cursor
                part.through = last
                part.days = days
                part.rate = rate
                part.base = base
                part.amount = amount
                lines.append(part)
                total += amount.minorUnits
                cursor = last.adding(days: 1)
            }
            let charged = facts.charges.filter { $0.component == .interest && $0.claim == claim.id }
                .reduce(0) { $0 + $1.amount.minorUnits }
            guard total != charged else { return nil }
            if charged != 0 {
                var less = ExplanationLine("Less what was charged before.", Fairland.act("§ 3"))
                less.amount = Money(minorUnits: -charged, currency)
                lines.append(less)
            }
            return DecidedCharge(
                component: .interest, claim: claim.id,
                amount: Explained(Money(minorUnits: total - charged, currency), lines))
        }
    }

    func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? {
        guard steps.contains(where: { $0.kind == step && $0.sendsLetter }) else { return nil }
        let last = day.adding(days: slip == .shortDeadline ? 8 : 10)
        return Explained(workingDay(onOrAfter: last), [ExplanationLine("Ten days.", Fairland.act("§ 5"))])
    }

    func holiday(on day: CivilDate) -> Holiday? {
        day.month == 1 && day.dayOfMonth == 1
            ? Holiday(name: "New Year", isPublic: true, citation: Fairland.act("§ 8")) : nil
    }

    func contactHours(on day: CivilDate) -> Explained<ContactHours?> {
        Explained(ContactHours(from: 8, until: 21), [ExplanationLine("In the daytime.", Fairland.act("§ 9"))])
    }

    var allocationOrder: Explained<[DebtComponent]> {
        Explained(
            DebtComponent.allCases.reversed().filter { slip != .noPrincipal || $0 != .principal },
            [ExplanationLine("Costs first.", Fairland.act("§ 7"))])
    }

    func retention(of facts: RetentionFacts) throws -> Explained<CivilDate> {
        Explained(
            facts.lastEventOn.adding(days: slip == .shortMemory ? -1 : 365),
            [ExplanationLine("A year.", Fairland.act("§ 10"))])
    }

    func limitation(of claim: ClaimFacts) throws -> Explained<CivilDate>? {
        Explained(
            slip == .earlyLimitation
                ? claim.dueOn.adding(days: -1) : claim.dueOn.addingMonthsClampingToMonthEnd(36),
            [ExplanationLine("Three years.", Fairland.act("§ 11"))])
    }

    // MARK: Numbers

    func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict {
        let compact = text.filter { $0 != " " }
        guard let digits = Checksum.digits(compact), digits.count == 8 else {
            return .invalid(reason: "'\(text)' has not 8 digits")
        }
        return .valid(normalized: slip == .restlessNumber ? "N\(compact)" : compact)
    }

    var identifierExamples: [IdentifierExample] {
        [
            IdentifierExample(.company, "1234 5678", isUsable: true, source: "the register's page"),
            IdentifierExample(.company, "1234", isUsable: false, source: "the register's page"),
        ]
    }

    func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? {
        let number = slip == .sharedReference ? "7" : "7\(caseID)"
        return PaymentReference(type: "REF", number: number, codeLine: "+\(number)+\(creditorNumber)<")
    }

    // MARK: Texts

    func letterTemplate(for step: StepKind, in language: Language) -> String? {
        if slip == .noDanish, language == .danish { return nil }
        return """
            # \(step) in case {{caseNumber}}

            Please pay {{total}} by \(slip == .missingItem ? "then" : "{{ deadline }}").\
            \(slip == .rudeText ? " Or else!" : "")

            [statement]

            {{#hasInterest}}There is interest.{{/hasInterest}} {{> objection}} {{> warning}}

            [payment]
            """
    }

    var registrationWarnings: [StepKind] { [.collectionLetter] }

    func letterItems(for step: StepKind, on day: CivilDate) -> [LetterItem] {
        (registrationWarnings.contains(step) && slip != .silentWarning
            ? [
                LetterItem(
                    LetterItem.registrationWarning, "that the claim can be registered", [.clause("warning")],
                    Fairland.act("§ 14"))
            ] : []) + [
                LetterItem("lastDay", "the last day to pay", [.field("deadline")], Fairland.act("§ 5")),
                LetterItem("objection", "how to object", [.clause("objection")], Fairland.act("§ 5")),
                LetterItem("amount", "what is owed", [.statement], Fairland.act("§ 5")),
                LetterItem("address", "where to write", [.field("email")], Fairland.act("§ 5")),
            ]
    }

    func clauses(in language: Language, on day: CivilDate) -> [String: String] {
        [
            "objection": "Write to {{email}} if you do not agree.",
            "warning": "If you do not pay, the claim can be registered with a credit bureau.",
        ]
    }

    var wordingRules: [WordingRule] {
        [WordingRule(.anywhere, in: nil, ["or else"], "Nobody is threatened.", Fairland.act("§ 12"))]
    }

    func name(of component: DebtComponent, in language: Language) -> String {
        slip == .namelessComponent && language == .danish ? "" : component.rawValue
    }
}
