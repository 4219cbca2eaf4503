import CourtPapers
import FordringKit

/// Retsplejeloven (LBK 1298 of 2025-11-07) chapter 44 a: betalingspåkrav, the simplified payment order.
enum PaymentOrders {
    /// The act as citations name it.
    static let source = "retsplejeloven, LBK 1298/2025"
    /// The chapter.
    static let chapter = Citation(source, "chapter 44 a")

    // MARK: § 477 a When it can be used

    /// § 477 a: up to 100,000 kr without interest and costs; each debtor of one order counts apart.
    static let ceiling = Effective<Money>(
        "ceiling of the payment order, retsplejeloven § 477 a",
        checkedThrough: DenmarkOnly.checkedThrough,
        .from(
            CivilDate(2005, 1, 1), .units(50_000, .dkk),
            .unverified(
                "retsplejeloven before lov 614/2011", "§ 477 a",
                "That 50,000 kr was the limit before 2011-10-01 was read; from which day is recalled.")),
        .from(CivilDate(2011, 10, 1), .units(100_000, .dkk), Citation("retsplejeloven, lov 614/2011", "§ 477 a"))
    )

    /// § 477 a: no objection is expected.
    static let withoutObjection = Citation(source, "§ 477 a")

    static func withinCeiling(_ facts: LegalFacts, on day: CivilDate) throws(RuleGap) -> Precondition {
        let line = try ceiling.on(day)
        return Precondition(
            "withinCeiling", "The principal is at most \(line.value), without interest and costs.", line.citation,
            unless: ClaimStatement.principal(over: line.value, in: facts).map {
                Obstacle(by: "\($0): the case goes to a lawyer")
            })
    }

    static func noObjectionExpected(_ facts: LegalFacts) -> Precondition {
        let objection = facts.legalSteps.last {
            $0.state == .objected && $0.procedure == DanishProcedure.paymentOrder.kind
        }
        return Precondition(
            "noObjectionExpected", "The debtor is not expected to object.", withoutObjection,
            unless: objection.map {
                Obstacle(by: "the debtor objected to a payment order on \($0.on): the case goes to a lawyer")
            })
    }

    // MARK: § 477 b What it must contain

    /// § 477 b: parties with addresses (the creditor's postal address in the EEA), court, claim, facts and grounds.
    static let contents = Citation(source, "§ 477 b")
    /// § 477 b (2): the letter of inkassoloven § 10 was sent, whoever the creditor is, and its deadline has passed.
    static let noticeBefore = Citation(source, "§ 477 b (2)")

    /// § 477 b: the form that the courts' administration sets.
    static let form = Effective<String>(
        "form of the payment order, retsplejeloven § 477 b",
        checkedThrough: DenmarkOnly.checkedThrough,
        .from(
            CivilDate(2016, 1, 1), "BEK 352/2015",
            .unverified(
                "BEK 352/2015", "form",
                "Its day in 2015 was not found, so it is used from the year after; it ended with BEK 1558/2025.")),
        .from(CivilDate(2026, 1, 1), "BEK 1558/2025", Citation("BEK 1558/2025", ""))
    )

    /// The members of the European Economic Area: the Union's 27, Iceland, Liechtenstein and Norway.
    ///
    /// Neither Greenland nor the Faroe Islands belong to it.
    static let economicArea: Set<String> = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI",
        "LT",
        "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    ]

    static func creditorAddressed(_ facts: LegalFacts) -> Precondition {
        let address = facts.creditor.address
        var obstacle = Parties.incomplete(address, of: "creditor")
        if obstacle == nil, !economicArea.contains(address.country.code) {
            obstacle = Obstacle(
                by: "the creditor's address is in \(address.country): a postal address in the EEA must be given")
        }
        return Precondition(
            "creditorAddressed", "The creditor has a postal address in the European Economic Area.", contents,
            unless: obstacle)
    }

    static func factsStated(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "factsStated", "Each claim has a number and a short account of what it is about and rests on.", contents,
            unless: Claims.withoutText(facts))
    }

    /// No documents are attached and the text does not refer to any, by the order on the form.
    static func noAnnexes(_ facts: LegalFacts, on day: CivilDate) throws(RuleGap) -> Precondition {
        let words = ["bilag", "vedlagt", "vedhæftet"]
        let named = facts.claimTexts.sorted { $0.key < $1.key }.first { entry in
            let text = "\(entry.value.label) \(entry.value.text)".lowercased()
            return words.contains { text.contains($0) }
        }
        return Precondition(
            "noAnnexes", "The account does not refer to annexes; none go with a payment order.",
            try form.on(day).citation,
            unless: named.map { Obstacle(by: "the text of claim \($0.key) refers to an annex: say it in words") })
    }

    /// The three questions of § 477 b, in the form's order.
    static let questions = [
        Question(
            "serveAnyway", "Skal påkravet forkyndes, selv om der ikke kan foretages udlæg hos debitor?", hint: "ja/nej"),
        Question(
            "goOnToExecution", "Skal sagen fortsætte med udlæg uden ny anmodning, hvis debitor ikke gør indsigelse?",
            hint: "ja/nej"),
        Question(
            "treatAsLawsuit", "Skal sagen behandles som en retssag, hvis debitor gør indsigelse?",
            hint:
                "ja/nej; svar ja, når forældelsen er nær: ved et nej giver forældelseslovens § 20, stk. 2, nr. 3, ikke "
                + "det ekstra år"),
    ]

    static func answered(_ facts: LegalFacts) -> [Precondition] {
        questions.map { question in
            Precondition(
                "\(question.key)Answered", "The form's question “\(question.key)” is answered with ja or nej.",
                contents,
                unless: facts.answer(question.key) == nil
                    ? Obstacle(by: "somebody must answer “\(question.key)” with ja or nej") : nil)
        }
    }

    // MARK: § 477 c Defects

    /// § 477 c: what is defective is rejected, or the court sets a deadline to mend it.
    static let defects = Citation(source, "§ 477 c")

    // MARK: § 477 e Objection and endorsement

    /// § 477 e: without an objection the order is endorsed, with the effect of a judgment.
    static let objection = Citation(source, "§ 477 e")
    /// § 477 e: the days for an objection, from service in Denmark.
    static let objectionDays = 14

    // MARK: The gap list

    /// Everything that the court rejects for, in the form's order, then what must have gone before.
    static func preconditions(_ facts: LegalFacts, on day: CivilDate) throws -> [Precondition] {
        [
            Parties.creditorNamed(facts, contents), creditorAddressed(facts), Parties.debtorNamed(facts, contents),
            Parties.debtorAddressed(facts, contents), Venue.debtorInDenmark(facts, contents), Claims.currency(facts),
            Claims.outstanding(facts, contents), Claims.split(facts, contents), try withinCeiling(facts, on: day),
            factsStated(facts), try noAnnexes(facts, on: day),
        ] + answered(facts) + [
            CollectionAct.noticeExpired(facts, on: day, noticeBefore), noObjectionExpected(facts),
            House.notDisputed(facts, withoutObjection),
        ] + House.nothingHolds(facts, on: day, .paymentOrder)
    }

    // MARK: The form

    /// The form's data in its order: parties, court, claim, account, the three answers.
    static func form(_ facts: LegalFacts, on day: CivilDate, fee: Money, court: String) throws -> CourtForm {
        let statement = try ClaimStatement(facts)
        return CourtForm(
            title: "Betalingspåkrav", citation: try form.on(day).citation, addressee: court,
            sections: [
                Parties.section(creditor: facts), Parties.section(debtor: facts),
                CourtForm.Section("Retten", [CourtForm.Field("court", "Fogedretten", court)]),
                try statement.section("Kravet", on: day, fee: fee), Claims.section("Sagsfremstilling", facts),
                CollectionAct.section(facts),
                CourtForm.Section(
                    "Spørgsmål",
                    questions.map {
                        CourtForm.Field($0.key, $0.text, facts.answer($0.key) == true ? "ja" : "nej")
                    }),
                .end("Dato og underskrift", on: day, name: "Navn", signature: "Underskrift"),
            ])
    }
}
