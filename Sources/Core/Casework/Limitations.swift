import Database
import FordringKit

/// Until when claims can be enforced, and that a person hears of it in time.
enum Limitations {
    /// How many days before the last one a person is told.
    ///
    /// Practice of this product, not law: time enough to file a lawsuit, or to have the debt acknowledged.
    static let warningDays = 90

    /// What limitation asks for in a case on a day.
    struct Look: Sendable {
        /// What a person must hear, and can do.
        var near: (message: String, cure: String)?
        /// The next day on which it can be more.
        var lookOn: CivilDate?
    }

    /// The last day on which a claim can be enforced, where the country's plug-in says it.
    static func of(
        _ claim: ClaimFacts, _ rules: CaseRules, on day: CivilDate
    ) -> Result<Explained<CivilDate>?, RuleGap> {
        do {
            return .success(try rules.jurisdiction.limitation(of: claim))
        } catch let gap as RuleGap {
            return .failure(gap)
        } catch {
            return .failure(
                RuleGap(
                    rule: "the plug-in \(rules.plugin)", day: day,
                    reason: "its limitation could not be worked out (\(type(of: error)))",
                    cure: "Work it out by hand and tell the author of the plug-in."))
        }
    }

    /// Which claims that are still owed are near their last day, and when the next of them will be.
    ///
    /// Asked whenever the daily run treats a case; ``Look/lookOn`` has it treated in time where the rules wait for an event.
    static func look(at facts: CaseFacts, _ rules: CaseRules, on day: CivilDate) -> Look {
        var look = Look()
        func lookAgain(on day: CivilDate) { look.lookOn = min(look.lookOn ?? day, day) }
        for claim in facts.claims where claim.outstandingPrincipal.isPositive {
            var message: String
            var cure = Limitations.cure
            switch of(claim, rules, on: day) {
            case .success(nil): continue
            case .success(.some(let last)):
                let warnOn = last.value.adding(days: -warningDays)
                if warnOn > day {
                    lookAgain(on: warnOn)
                    continue
                }
                if last.value >= day {
                    message = "Claim \(claim.id) can be enforced through \(last.value) only"
                    lookAgain(on: last.value.adding(days: 1))
                } else {
                    message = "Claim \(claim.id) can no longer be enforced since \(last.value)"
                }
            case .failure(let gap):
                message = "Until when claim \(claim.id) can be enforced is not known: \(gap.reason)"
                cure = gap.cure
            }
            if let known = look.near {
                message = "\(known.message); \(message)"
                cure = known.cure
            }
            look.near = (message, cure)
        }
        return look
    }

    private static let cure =
        "Decide on the court, or get the debt acknowledged, and say so with 'fordring claim event'; or close the case."

    /// Makes it a task, unless a person was told the same before.
    static func raise(
        _ near: (message: String, cure: String), _ caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let wasTold = try transaction.first(
            "SELECT 1 FROM task WHERE kind = 'limitationNear' AND case_id = $1 AND message = $2", caseID, near.message
        ) { _ in true }
        guard wasTold == nil else { return }
        try Tasks.raise(.limitationNear, caseID, on: day, message: near.message, cure: near.cure, transaction)
    }
}
