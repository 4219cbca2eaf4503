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
    package let snapshot: CaseSnapshot
    /// What is owed on the claim: principal, interest and fees of its own.
    package let owedOnClaim: Money

    package var claim: ClaimFacts? { snapshot.facts.claims.first { $0.id == facts.claim } }

    /// Puts the facts together from the books.
    package static func load(
        _ claim: ClaimID, of caseID: CaseID, with bureau: String, on day: CivilDate, _ rules: CaseRules,
        _ sources: RegistrationSources, _ transaction: ReadTransaction
    ) throws -> RegistrationCase {
        let snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        let letters = snapshot.facts.steps.filter { $0.claims.contains(claim) }
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
        let told = letters.filter { $0.kind == notice }.compactMap(\.sentOn).filter { sentOn in
            lastEnded.map { sentOn >= $0 } ?? true
        }
        let state =
            try transaction.first(
                """
                SELECT r.state FROM bureau_registration r JOIN bureau b ON b.id = r.bureau_id
                WHERE r.claim_id = $1 AND b.name = $2 AND r.ended_on IS NULL
                """, claim, bureau
            ) { RegistrationState(rawValue: $0.text(0)) } ?? nil
        return RegistrationCase(
            facts: RegistrationFacts(
                facts: snapshot.facts, claim: claim,
                owedToCreditor: try owedToCreditor(by: snapshot, rules, transaction),
                holds: RegistrationFloor.holds(snapshot, claim, on: day),
                isOnKeptPlan: try sources.isOnKeptPlan(caseID, day, transaction),
                legalSteps: try sources.legalSteps(caseID, transaction),
                warnedOn: letters.filter { warnings.contains($0.kind) }.compactMap(\.sentOn).max(),
                toldOn: told.max(), isRegistered: state?.mayStand ?? false),
            snapshot: snapshot, owedOnClaim: RegistrationFloor.owed(on: claim, snapshot))
    }

    /// All open cases of the debtor with this creditor, in the case's currency.
    private static func owedToCreditor(
        by snapshot: CaseSnapshot, _ rules: CaseRules, _ transaction: ReadTransaction
    ) throws -> Money {
        let others = try transaction.all(
            "SELECT id FROM debt_case WHERE party_id = $1 AND id <> $2 AND closed_on IS NULL ORDER BY id",
            snapshot.party, snapshot.facts.id
        ) { CaseID(rawValue: $0.integer(0)) }
        var sum = snapshot.isClosed ? Money.zero(snapshot.facts.currency) : snapshot.facts.outstanding
        for other in try CaseSnapshots.load(others, creditor: rules.creditor, transaction)
        where other.facts.currency == sum.currency { sum = try sum + other.facts.outstanding }
        return sum
    }
}

/// What the host asks for before a registration, whatever a bureau's rules say.
package enum RegistrationFloor {
    /// Something that stands in the way, by event only.
    package struct Obstacle: Sendable {
        package let identifier: String
        package let meaning: String
        package let by: String
    }

    static let citation = Citation("Fordring, the host's own limits", "")

    /// What stands in the way of registering a claim at all.
    package static func obstacles(_ snapshot: CaseSnapshot, _ claim: ClaimID, on day: CivilDate) -> [Obstacle] {
        var found: [Obstacle] = []
        if snapshot.isClosed {
            found.append(
                Obstacle(identifier: "hostCaseOpen", meaning: "The case is open.", by: "the case is closed"))
        }
        let principal = snapshot.facts.claims.first { $0.id == claim }?.outstandingPrincipal
        if !(principal?.isPositive ?? false) {
            found.append(
                Obstacle(
                    identifier: "hostOwed", meaning: "Something of the claim's principal is owed.",
                    by: "nothing of its principal is owed"))
        }
        for hold in holds(snapshot, claim, on: day) {
            found.append(
                Obstacle(
                    identifier: "hostNotHeld", meaning: "Nothing holds the case or the claim.",
                    by: "a hold (\(hold.kind.rawValue)) since \(hold.since) must be lifted"))
        }
        return found
    }

    /// What holds a claim on a day, or its whole case.
    static func holds(_ snapshot: CaseSnapshot, _ claim: ClaimID, on day: CivilDate) -> [HoldFacts] {
        snapshot.facts.holds.filter { hold in
            hold.claim.map { $0 == claim } ?? true && (hold.until.map { $0 >= day } ?? true)
        }
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
        func add(_ identifier: String, _ meaning: String, _ by: String) {
            all.append(
                Precondition(identifier, meaning, .notYet(from: nil, by: by), RegistrationFloor.citation))
        }
        if all.isEmpty {
            add(
                "hostStated", "The bureau's plug-in says what must hold.", "it states nothing, so nothing is registered"
            )
        }
        for obstacle in RegistrationFloor.obstacles(registration.snapshot, registration.facts.claim, on: day) {
            add(obstacle.identifier, obstacle.meaning, obstacle.by)
        }
        if !registration.owedOnClaim.isPositive {
            add("hostAmount", "Something is owed on the claim.", "nothing is owed on it")
        }
        if registration.facts.isRegistered {
            add("hostNotRegistered", "The claim does not stand with the bureau.", "it does, or is about to")
        }
        if let notice = rules.jurisdiction.registrationNotice, registration.facts.toldOn == nil {
            add("hostTold", "The debtor was told.", "the letter '\(notice)' has not left the house")
        }
        preconditions = all
    }
}
