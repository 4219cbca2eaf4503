import CourtPapers
import FordringKit

/// Tvisteloven, the act on civil disputes: notice of suit (§ 5-2) and conciliation (chapter 6).
enum DisputeAct {
    /// The act as citations name it.
    static let source = "tvisteloven"

    // MARK: § 5-2 Notice

    /// § 5-2: the debtor is told before a suit.
    static let priorNotice = Citation(source, "§ 5-2")

    // MARK: § 6-2 When it is needed

    /// § 6-2: needed before the district court, unless 200,000 kr or more are at stake and both sides had lawyers.
    static let mandatory = Citation(source, "§ 6-2")
    /// §§ 6-2 and 6-10: the amount from which another rule holds.
    static let limit = Effective<Money>(
        "limit of the conciliation board, tvisteloven §§ 6-2 and 6-10",
        checkedThrough: NorwayOnly.checkedThrough,
        // Read in force in 2026; the petition's own fee begins here, so nothing older is asked for.
        .from(
            CivilDate(2022, 1, 1), .units(200_000, .nok),
            .unverified(source, "§§ 6-2, 6-10", "From which day 200,000 kr held was not looked up.")),
        .from(CivilDate(2026, 1, 1), .units(200_000, .nok), Citation(source, "§§ 6-2, 6-10"))
    )

    // MARK: § 6-3 What it must contain

    /// § 6-3: the board, the parties and who acts for them, the claim and what is asked for, the reasons, the
    /// documents.
    static let contents = Citation(source, "§ 6-3")

    static func factsStated(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "factsStated", "Each claim has a number and the reasons for it.", contents,
            unless: Claims.withoutText(facts))
    }

    /// The agency's own letters and what the debtor wrote against the claim show no claim.
    static func documentsAttached(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "documentsAttached", "The documents that the petition rests on are attached.", contents,
            unless: facts.documents.contains { $0.kind != "letter" && $0.kind != "dispute" }
                ? nil : Obstacle(by: "at least the invoice must be added; letters of the case are none"))
    }

    /// § 6-3: the payment demand goes with the petition where collection costs are claimed.
    static func demandAttached(_ facts: LegalFacts) -> Precondition {
        var obstacle: Obstacle?
        let costs = (try? ClaimStatement(facts))?.amount(.collectionCost)
        if costs?.isPositive == true {
            let days = Set(CollectionAct.demands(facts).flatMap { [$0.decidedOn, $0.sentOn ?? $0.decidedOn] })
            if !facts.documents.contains(where: { $0.kind == "letter" && days.contains($0.on) }) {
                obstacle = Obstacle(
                    by: "collection costs are claimed, and the payment demand is not among the documents")
            }
        }
        return Precondition(
            "demandAttached", "The payment demand is attached where collection costs are claimed.", contents,
            unless: obstacle)
    }

    /// What the petitioner is asked.
    static let questions = [
        LabelledText("judgmentRequested", "Kreves dom dersom forlik ikke oppnås? (ja/nei)"),
        LabelledText("bothHadLawyers", "Har begge parter vært bistått av advokat? (ja/nei)"),
    ]

    static func answered(_ facts: LegalFacts) -> [Precondition] {
        questions.map { question in
            Precondition(
                "\(question.label)Answered", "The question “\(question.label)” is answered with ja or nei.", contents,
                unless: facts.answer(question.label) == nil
                    ? Obstacle(by: "somebody must answer “\(question.label)” with ja or nei") : nil)
        }
    }

    // MARK: § 6-4 The reply

    /// § 6-4: the days in which the other side normally replies.
    static let replyDays = 14

    // MARK: § 6-10 Judgment

    /// § 6-10: the board can judge where both agree, under 200,000 kr on one party's wish, or by default.
    static let judgment = Citation(source, "§ 6-10")

    // MARK: The gap list

    /// Everything that the board rejects for, in the petition's order, then what must have gone before.
    static func preconditions(_ facts: LegalFacts, on day: CivilDate) throws -> [Precondition] {
        _ = try limit.on(day)
        return [
            Venue.debtorInNorway(facts), Parties.creditorNamed(facts, contents),
            Parties.creditorAddressed(facts, contents), Parties.debtorNamed(facts, contents),
            Parties.debtorAddressed(facts, contents), House.notPublic(facts), Claims.currency(facts),
            Claims.outstanding(facts, contents), Claims.split(facts, contents), factsStated(facts),
            documentsAttached(facts), demandAttached(facts),
        ] + answered(facts) + [
            CollectionAct.demandExpired(facts, on: day), CollectionAct.actionNoticed(facts, on: day),
            House.notDisputed(facts, CollectionAct.doubt),
        ] + House.nothingHolds(facts, on: day, .conciliation)
    }

    // MARK: The form

    /// The petition's data in the order of § 6-3.
    static func form(_ facts: LegalFacts, on day: CivilDate, fee: Money, board: String) throws -> CourtForm {
        let statement = try ClaimStatement(facts)
        let limit = try limit.on(day).value
        let isSmall = statement.amount(.principal).minorUnits < limit.minorUnits
        let asksJudgment = facts.answer("judgmentRequested") == true
        let judgment =
            asksJudgment
            ? (isSmall
                ? "ja, forliksrådet kan avsi dom når én part krever det" : "ja, dersom begge parter er enige om det")
            : "nei"
        let isNeeded = isSmall || facts.answer("bothHadLawyers") != true
        return CourtForm(
            title: "Forliksklage", citation: contents, addressee: board,
            sections: [
                CourtForm.Section("Forliksrådet", [CourtForm.Field("board", "Forliksråd", board)]),
                Parties.section("Klager", creditor: facts), Parties.section("Innklagede", debtor: facts),
                try statement.section("Kravet", on: day, fee: fee),
                CourtForm.Section(
                    "Påstand",
                    [
                        CourtForm.Field(
                            "reliefSought", "Påstand",
                            "Innklagede dømmes til å betale \(statement.total.formatted(.norwegian)) kroner med videre "
                                + "forsinkelsesrente, og sakens kostnader"),
                        CourtForm.Field("judgmentRequested", "Kreves dom?", judgment),
                        CourtForm.Field(
                            "mandatory", "Forliksbehandling (§ 6-2)", isNeeded ? "obligatorisk" : "ikke obligatorisk"),
                    ]),
                Claims.section("Begrunnelse", facts), CollectionAct.section(facts), Claims.documents(facts),
                CourtForm.Section("Dato", [CourtForm.Field("signedOn", "Dato", day.dayMonthYear)]),
            ])
    }
}
