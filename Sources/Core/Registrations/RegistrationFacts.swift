package import Casework
package import Database
package import FordringKit

/// What other parts of the house know that a bureau's rules ask for.
///
/// Each is a question to the books, asked in the transaction that acts on the answer.
package struct RegistrationSources: Sendable {
    /// The legal steps of a case, oldest first.
    package var legalSteps: @Sendable (CaseID, ReadTransaction) throws -> [LegalStepFacts]
    /// Whether a plan is agreed for a case and kept.
    package var isOnKeptPlan: @Sendable (CaseID, CivilDate, ReadTransaction) throws -> Bool

    /// Nobody knows of any, unless told otherwise.
    package init(
        legalSteps: @escaping @Sendable (CaseID, ReadTransaction) throws -> [LegalStepFacts] = { _, _ in [] },
        isOnKeptPlan: @escaping @Sendable (CaseID, CivilDate, ReadTransaction) throws -> Bool = { _, _, _ in false }
    ) {
        self.legalSteps = legalSteps
        self.isOnKeptPlan = isOnKeptPlan
    }
}

/// A claim as a bureau's rules see it, with what the host needs to act on their answer.
package struct RegistrationCase: Sendable {
    package var facts: RegistrationFacts
    package var snapshot: CaseSnapshot
    /// What is owed on the claim: principal, interest and fees of its own.
    package let owedOnClaim: Money
    /// Whether a person has said that no plan is kept, or it stands already, which was asked before.
    package let isPlanAnswered: Bool

    package var claim: ClaimFacts? { snapshot.facts.claims.first { $0.id == facts.claim } }

    /// Puts the facts together from the books.
    ///
    /// - Parameter leftOn: for one that stands, the day on which it left. The letters are then stated as long before `day`
    ///   as they were before that day, so that what was asked of their age then is asked again with the same answer.
    /// - Parameter noKeptPlan: whether somebody says that no plan is kept; where not, the open registration may say it. The
    ///   books know of no plans, so that without a word one may be kept.
    package static func load(
        _ claim: ClaimID, of caseID: CaseID, with bureau: String, on day: CivilDate, leftOn: CivilDate? = nil,
        noKeptPlan: Bool = false, _ rules: CaseRules, _ sources: RegistrationSources, _ transaction: ReadTransaction
    ) throws -> RegistrationCase {
        let snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        let shift = leftOn.map { $0.days(to: day) } ?? 0
        let letters = snapshot.facts.steps.filter { step in
            step.claims.contains(claim) && (leftOn.map { leftOn in step.sentOn.map { $0 <= leftOn } ?? false } ?? true)
        }
        // What told the debtor of a registration that has ended says nothing of the next.
        let lastEnded =
            try transaction.first(
                """
                SELECT max(r.ended_on) FROM bureau_registration r JOIN bureau b ON b.id = r.bureau_id
                WHERE r.claim_id = $1 AND b.name = $2
                """, claim, bureau
            ) { $0.dateOrNil(0) } ?? nil
        let notice = rules.jurisdiction.registrationNotice
        let warnings = rules.jurisdiction.registrationWarnings
        // A letter about one bureau says nothing of another.
        let told = try notices(notice, of: claim, in: caseID, bureau, transaction).compactMap { $0 }.filter { sentOn in
            (lastEnded.map { sentOn >= $0 } ?? true) && (leftOn.map { sentOn <= $0 } ?? true)
        }
        let open =
            try transaction.first(
                """
                SELECT r.state, r.no_plan FROM bureau_registration r JOIN bureau b ON b.id = r.bureau_id
                WHERE r.claim_id = $1 AND b.name = $2 AND r.ended_on IS NULL
                """, claim, bureau
            ) { (state: RegistrationState(rawValue: $0.text(0)), saysNoPlan: $0.flag(1)) }
        let isPlanAnswered = noKeptPlan || leftOn != nil || open?.saysNoPlan ?? false
        return RegistrationCase(
            facts: RegistrationFacts(
                facts: snapshot.facts, claim: claim,
                owedToCreditor: try owedToCreditor(by: snapshot, on: day, rules, transaction),
                holds: RegistrationFloor.holds(snapshot, claim),
                isOnKeptPlan: try sources.isOnKeptPlan(caseID, day, transaction) || !isPlanAnswered,
                legalSteps: try sources.legalSteps(caseID, transaction),
                warnedOn: letters.filter { warnings.contains($0.kind) }.compactMap(\.sentOn).max()?.adding(days: shift),
                toldOn: told.max()?.adding(days: shift), isRegistered: leftOn == nil && (open?.state?.mayStand ?? false)
            ),
            snapshot: snapshot, owedOnClaim: RegistrationFloor.owed(on: claim, snapshot), isPlanAnswered: isPlanAnswered
        )
    }

    /// The letters that tell of the registration of a claim with a bureau: when each left, `nil` for one that has not.
    static func notices(
        _ kind: StepKind?, of claim: ClaimID, in caseID: CaseID, _ bureau: String, _ transaction: ReadTransaction
    ) throws -> [CivilDate?] {
        guard let kind else { return [] }
        return try transaction.all(
            """
            SELECT claims, sent_on FROM case_step WHERE case_id = $1 AND kind = $2 AND bureau = $3
                AND state NOT IN ('withdrawn', 'failed') AND (void_by IS NULL OR state <> 'sent') ORDER BY id
            """, caseID, kind.rawValue, bureau
        ) { (claims: CaseSnapshots.claimList($0.text(0)), sentOn: $0.dateOrNil(1)) }
        .filter { $0.claims.contains(claim) }.map(\.sentOn)
    }

    /// What is due and undisputed in all open cases of the debtor with this creditor, in the case's currency.
    ///
    /// What is not due yet, or stands still, is no debt that the register is about.
    private static func owedToCreditor(
        by snapshot: CaseSnapshot, on day: CivilDate, _ rules: CaseRules, _ transaction: ReadTransaction
    ) throws -> Money {
        let others = try transaction.all(
            "SELECT id FROM debt_case WHERE party_id = $1 AND id <> $2 AND closed_on IS NULL ORDER BY id",
            snapshot.party, snapshot.facts.id
        ) { CaseID(rawValue: $0.integer(0)) }
        var sum = snapshot.isClosed ? Money.zero(snapshot.facts.currency) : try dueAndFree(snapshot, on: day)
        for other in try CaseSnapshots.load(others, creditor: rules.creditor, transaction)
        where other.facts.currency == sum.currency { sum = try sum + dueAndFree(other, on: day) }
        return sum
    }

    /// What is owed on claims that are past due and not held, with what belongs to the whole case where there is one.
    private static func dueAndFree(_ snapshot: CaseSnapshot, on day: CivilDate) throws -> Money {
        var sum = Money.zero(snapshot.facts.currency)
        let holds = snapshot.standstill.holds.map(\.facts)
        if holds.contains(where: { $0.claim == nil }) { return sum }
        var counted: Set<ClaimID> = []
        for claim in snapshot.facts.claims where claim.dueOn < day {
            var owed = RegistrationFloor.owed(on: claim.id, snapshot)
            if holds.contains(where: { $0.claim == claim.id }) {
                // Of a claim of which a part is disputed, the rest counts.
                guard let disputed = try snapshot.standstill.disputedPart(of: claim), try disputed.isLess(than: owed)
                else { continue }
                owed = try owed - disputed
            }
            counted.insert(claim.id)
            sum = try sum + owed
        }
        if counted.isEmpty { return sum }
        for balance in snapshot.balances where balance.claim == nil { sum = try sum + balance.amount }
        return sum
    }
}

/// What the host asks for before a registration, whatever a bureau's rules say.
package enum RegistrationFloor {
    /// Something that stands in the way.
    package struct Obstacle: Sendable {
        package let identifier: String
        package let meaning: String
        /// The first day on which it no longer does; `nil` where only an event can take it away.
        package var from: CivilDate?
        package let by: String
        package var citation = RegistrationFloor.citation
        package var upkeep = Precondition.Upkeep.person

        var precondition: Precondition {
            var precondition = Precondition(identifier, meaning, .notYet(from: from, by: by), citation)
            precondition.upkeep = upkeep
            return precondition
        }
    }

    static let citation = Citation("Fordring, the host's own limits", "")

    /// What stands in the way of registering a claim at all.
    package static func obstacles(_ snapshot: CaseSnapshot, _ claim: ClaimID, on day: CivilDate) -> [Obstacle] {
        var found: [Obstacle] = []
        if snapshot.isClosed {
            found.append(
                Obstacle(
                    identifier: "hostCaseOpen", meaning: "The case is open.", by: "the case is closed", upkeep: .undoing
                ))
        }
        let principal = snapshot.facts.claims.first { $0.id == claim }?.outstandingPrincipal
        if !(principal?.isPositive ?? false) {
            found.append(
                Obstacle(
                    identifier: "hostOwed", meaning: "Something of the claim's principal is owed.",
                    by: "nothing of its principal is owed", upkeep: .undoing))
        }
        for hold in holds(snapshot, claim) {
            found.append(
                Obstacle(
                    identifier: "hostNotHeld", meaning: "Nothing holds the case or the claim.",
                    by: "a hold (\(hold.kind.rawValue)) since \(hold.since) must be lifted"))
        }
        let pauses = snapshot.standstill.pauses.filter { pause in
            pause.resumesOn > day && pause.claim.map { $0 == claim } ?? true
        }
        if let last = pauses.max(by: { $0.resumesOn < $1.resumesOn }) {
            found.append(
                Obstacle(
                    identifier: "notPaused", meaning: "The time that the debtor has after a hold has passed.",
                    from: last.resumesOn, by: last.lines.last?.text ?? "the time after the hold",
                    citation: last.lines.last?.citation ?? citation, upkeep: .nothing))
        }
        return found
    }

    /// That a claim can no longer be enforced, where the law says so: it is not registered, and does not stand.
    ///
    /// - Throws: ``RuleGap`` where the law has no answer.
    static func lapse(
        of claim: ClaimID, _ snapshot: CaseSnapshot, on day: CivilDate, _ rules: CaseRules
    ) throws(RuleGap) -> Obstacle? {
        guard let facts = snapshot.facts.claims.first(where: { $0.id == claim }) else { return nil }
        let last: Explained<CivilDate>?
        do {
            last = try rules.jurisdiction.limitation(of: facts)
        } catch let gap as RuleGap {
            throw gap
        } catch {
            throw RuleGap(
                rule: "the limitation of claim \(claim)", day: day, reason: "it failed with \(type(of: error))",
                cure: "Tell the author of the country's plug-in; nothing is registered until then.")
        }
        guard let last, last.value < day else { return nil }
        return Obstacle(
            identifier: "hostNotLapsed", meaning: "The claim can still be enforced.",
            by: "it could be until \(last.value)", citation: last.lines.last?.citation ?? citation, upkeep: .undoing)
    }

    /// What holds a claim, or its whole case: each hold until it is lifted, also one whose last day has passed.
    static func holds(_ snapshot: CaseSnapshot, _ claim: ClaimID) -> [HoldFacts] {
        snapshot.facts.holds.filter { hold in hold.claim.map { $0 == claim } ?? true }
    }

    /// Principal, interest and fees of a claim.
    static func owed(on claim: ClaimID, _ snapshot: CaseSnapshot) -> Money {
        Money(
            minorUnits: snapshot.balances.filter { $0.claim == claim }.reduce(0) { $0 + $1.amount.minorUnits },
            snapshot.facts.currency)
    }
}

/// Everything that must hold before a claim is registered, met or not.
package struct RegistrationCheck: Sendable {
    package let preconditions: [Precondition]

    package var isMet: Bool { preconditions.allSatisfy(\.isMet) }

    /// The first day on which all may hold by the passing of time; `nil` where only an event can bring it, and where all
    /// hold already.
    package var earliest: CivilDate? {
        var latest: CivilDate?
        for case .notYet(let from, _) in preconditions.map(\.status) {
            guard let from else { return nil }
            latest = max(latest ?? from, from)
        }
        return latest
    }

    /// Whether only time stands in the way, or nothing.
    package var waitsForTimeOnly: Bool {
        preconditions.allSatisfy { precondition in
            switch precondition.status {
            case .met: true
            case .notYet(let from, _): from != nil
            @unknown default: false
            }
        }
    }

    /// Asks a bureau's rules and the host's own.
    ///
    /// What the host adds is shown only where it stands in the way: nearly all of it, bureaus ask for too.
    /// - Throws: ``RuleGap`` where a rule has no answer, or fails.
    package init(
        _ registration: RegistrationCase, _ bureau: any CreditBureau, on day: CivilDate, _ rules: CaseRules
    ) throws(RuleGap) {
        var all: [Precondition]
        do {
            all = try bureau.preconditions(for: registration.facts, on: day)
        } catch let gap as RuleGap {
            throw gap
        } catch {
            // Its words may hold a name.
            throw RuleGap(
                rule: "the preconditions of \(bureau.name)", day: day, reason: "they failed with \(type(of: error))",
                cure: "Tell the author of the plug-in; nothing is registered until then.")
        }
        func add(
            _ identifier: String, _ meaning: String, _ by: String, upkeep: Precondition.Upkeep = .person
        ) {
            all.append(
                RegistrationFloor.Obstacle(identifier: identifier, meaning: meaning, by: by, upkeep: upkeep)
                    .precondition)
        }
        if all.isEmpty {
            add(
                "hostStated", "The bureau's plug-in says what must hold.", "it states nothing, so nothing is registered"
            )
        }
        let (snapshot, claim) = (registration.snapshot, registration.facts.claim)
        all += RegistrationFloor.obstacles(snapshot, claim, on: day).map(\.precondition)
        if let lapse = try RegistrationFloor.lapse(of: claim, snapshot, on: day, rules) {
            all.append(lapse.precondition)
        }
        if !registration.owedOnClaim.isPositive {
            add("hostAmount", "Something is owed on the claim.", "nothing is owed on it", upkeep: .undoing)
        }
        if registration.facts.isRegistered {
            add(
                "hostNotRegistered", "The claim does not stand with the bureau.", "it does, or is about to",
                upkeep: .nothing)
        }
        if !registration.isPlanAnswered {
            add(
                "hostKeptPlan", "Somebody has said that no plan of payment is agreed and kept.",
                "nobody has; where none is, ask for the registration with --no-kept-plan", upkeep: .nothing)
        }
        if let notice = rules.jurisdiction.registrationNotice, registration.facts.toldOn == nil {
            add(
                "hostTold", "The debtor was told.", "the letter '\(notice)' has not left the house",
                upkeep: .nothing)
        }
        preconditions = all
    }
}
