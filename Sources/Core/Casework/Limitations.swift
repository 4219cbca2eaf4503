import FordringKit

/// Until when claims can be enforced.
enum Limitations {
    /// How many days before the last one a person is told.
    ///
    /// Practice of this product, not law: time enough to file a lawsuit, or to have the debt acknowledged.
    static let warningDays = 90

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
}
