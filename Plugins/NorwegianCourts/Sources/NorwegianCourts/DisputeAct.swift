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
    ///
    /// What the papers say is not read: they are counted, or somebody has looked.
    static func documentsAttached(_ facts: LegalFacts) -> Precondition {
        let papers = facts.documents.count { $0.kind != "letter" && $0.kind != "dispute" }
        let needed = facts.openClaims.count
        let isSeen = facts.answer("invoicesAttached") == true
        var obstacle: Obstacle?
        if papers == 0 || (papers < needed && !isSeen) {
            obstacle = Obstacle(
                by: "the claims are \(needed) and the documents \(papers), letters and disputes not counted: add the "
                    + "invoice of each claim"
                    + (papers == 0 ? "" : ", or answer “invoicesAttached” with ja where every invoice is there"))
        }
        return Precondition(
            "documentsAttached",
            "There are as many documents as claims, or somebody has seen that every invoice is attached.", contents,
            unless: obstacle)
    }

    /// § 6-3: the payment demand goes with the petition where collection costs are claimed.
    static func demandAttached(_ facts: LegalFacts) -> Precondition {
        let isAsked = (try? ClaimStatement(facts))?.amount(.collectionCost).isPositive == true
        let letters = Set(facts.documents.filter { $0.kind == "letter" }.map(\.on))
        let obstacle = facts.obstacle(ofEach: { claim in
            let demands = CollectionAct.demands(facts).filter { $0.claims.contains(claim.id) }
            // A claim without a demand is refused for that.
            guard isAsked, !demands.isEmpty else { return nil }
            let isThere = demands.contains { letters.contains($0.decidedOn) || $0.sentOn.map(letters.contains) == true }
            return isThere
                ? nil : Obstacle(by: "collection costs are claimed, and the payment demand is not among the documents")
        })
        return Precondition(
            "demandAttached", "The payment demand of each claim is attached where collection costs are claimed.",
            contents, unless: obstacle)
    }

    /// What the petitioner is asked.
    static let questions = [
        Question(
            "judgmentRequested", "Kreves dom dersom forlik ikke oppnås?",
            hint: "ja/nei; under 200 000 kr kan forliksrådet avsi dom når én part krever det, ellers når begge er enige"
        ),
        Question("bothHadLawyers", "Har begge parter vært bistått av advokat?", hint: "ja/nei"),
    ]
    /// What is asked where one paper shows several claims; see ``documentsAttached(_:)``.
    static let invoiceQuestion = Question(
        "invoicesAttached", "Er fakturaen for hvert krav blant vedleggene?",
        hint: "ja/nei; bare når det er færre vedlegg enn krav")

    static func answered(_ facts: LegalFacts) -> [Precondition] {
        questions.map { question in
            Precondition(
                "\(question.key)Answered", "The question “\(question.key)” is answered with ja or nei.", contents,
                unless: facts.answer(question.key) == nil
                    ? Obstacle(by: "somebody must answer “\(question.key)” with ja or nei") : nil)
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
        let judgment = facts.answer("judgmentRequested") == true ? "ja" : "nei"
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
                        CourtForm.Field("judgmentRequested", "Kreves dom dersom forlik ikke oppnås?", judgment),
                        CourtForm.Field(
                            "mandatory", "Forliksbehandling (§ 6-2)", isNeeded ? "obligatorisk" : "ikke obligatorisk"),
                    ]),
                Claims.section("Begrunnelse", facts), CollectionAct.section(facts), Claims.documents(facts),
                .end("Dato og underskrift", on: day, name: "Navn", signature: "Underskrift"),
            ])
    }
}
