import FordringKit

/// The words of one language: texts of the letters, and the sentences that the law wants in them.
protocol LetterWords {
    /// The text of a step's letter; `nil` for a step without one.
    static func template(for step: CollectionStep, isUnderNewAct: Bool) -> String?
    /// A sentence that templates place with `{{> name}}`.
    static func clause(_ clause: Clause, isUnderNewAct: Bool) -> String
    /// The text of a notice.
    static func template(for notice: Notice) -> String
    /// A sentence of the notices.
    static func clause(_ clause: NoticeClause) -> String
}

/// The sentences that templates place with `{{> name}}`.
enum Clause: String, Sendable, CaseIterable {
    /// When a payment is in time, § 9.
    case inTime
    /// What follows on a reminder.
    case collectionNoticeFollows
    /// What follows on a collection notice, § 9.
    case collectionFollows
    /// What collecting will cost, where it is known.
    case estimatedCosts
    /// Interest rate and first day, § 10 d).
    case interest
    /// That not paying may cost more and lead to legal steps, § 10 e).
    case consequences
    /// That legal steps will be taken, § 11.
    case legalAction
    /// How to object.
    case objection
    /// Whom to ask who cannot pay.
    case paymentDifficulty
    /// The complaints board, § 22, and § 10 f).
    case complaintsBoard
    /// How to complain to the firm, under the act of 2026.
    case complaint
}

/// The letters in all languages: which text, which sentences, which figures, and what must stand in them.
enum Letters {
    private static func words(_ language: Language) -> (any LetterWords.Type)? {
        switch language {
        case .norwegian: NorwegianLetters.self
        case .danish: DanishLetters.self
        case .english: EnglishLetters.self
        default: nil
        }
    }

    /// The text of a step's letter; `nil` where there is none.
    static func template(for step: CollectionStep, in language: Language, isUnderNewAct: Bool) -> String? {
        words(language)?.template(for: step, isUnderNewAct: isUnderNewAct)
    }

    /// The text of a notice; `nil` where there is none.
    static func template(for notice: Notice, in language: Language) -> String? {
        words(language)?.template(for: notice)
    }

    /// All sentences by name; none for a language without texts.
    static func clauses(in language: Language, isUnderNewAct: Bool) -> [String: String] {
        guard let words = words(language) else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: Clause.allCases.map {
                ($0.rawValue, words.clause($0, isUnderNewAct: isUnderNewAct))
            } + NoticeClause.allCases.map { ($0.rawValue, words.clause($0)) })
    }

    /// What a text for a consumer says, and what for others, who are several.
    static func either(_ consumer: String, _ other: String) -> String {
        "{{#isConsumer}}\(consumer){{/isConsumer}}{{^isConsumer}}\(other){{/isConsumer}}"
    }

    // MARK: Figures

    /// The variables of a letter that leaves on a day.
    ///
    /// - `byAgency`, `bySelf`: who collects; `isUnderNewAct`: whether the act of 2026 is applied.
    /// - `hasInterestTerms`, `interestRate`, `interestFrom`: § 10 d). Interest runs from the day after the due date of
    ///   the claim that has been due longest.
    /// - `invoiceDates`: the days of the invoices, § 20 f) of the act of 2026.
    /// - `hasEstimatedCosts`, `estimatedCosts`: for the notice, what the payment demand would add.
    static func fields(
        of step: CollectionStep, in facts: CaseFacts, sentOn day: CivilDate, _ language: Language, law: Norway
    ) throws -> [String: LetterField] {
        let isUnderNewAct = law.isUnderNewAct(day)
        var fields = collector(in: facts)
        for name in ["hasInterestTerms", "hasEstimatedCosts"] { fields[name] = .flag(false) }
        fields["isUnderNewAct"] = .flag(isUnderNewAct)
        let open = facts.claims.filter { $0.outstandingPrincipal.isPositive }
        guard let oldest = open.map(\.dueOn).min() else { return fields }
        let from = InterestAct.lastTimelyDay(dueOn: oldest).adding(days: 1)
        // A reminder charges no interest, so it goes out also where the rate is not known yet.
        if step != .reminder || day <= law.figures.interest.table.checkedThrough {
            fields["hasInterestTerms"] = .flag(true)
            fields["interestRate"] = .text(try law.figures.interest.table.on(day).value.formatted(language))
            fields["interestFrom"] = .text(Names.date(from, in: language))
        }
        let dates = Set(open.map(\.arisenOn)).sorted().map { Names.date($0, in: language) }
        fields["invoiceDates"] = .text(dates.joined(separator: ", "))
        guard step == .notice else { return fields }
        let wish = facts.creditor.policy.first { $0.kind == .collectionLetter }
        if wish?.charge == true {
            // § 20 i) asks for the amount, which the regulation under the new act gives.
            if isUnderNewAct { throw CollectionAct2026.gap("the estimated cost of collecting", on: day) }
            var cost: Money
            if facts.creditor.collectsItself {
                cost = try CollectionRegulation.fee(
                    "", CollectionRegulation.ownDemandShare, on: day, figures: law.figures
                ).value
            } else {
                let size = Money(
                    minorUnits: open.reduce(0) { $0 + $1.outstandingPrincipal.minorUnits }, facts.currency)
                cost = try CollectionRegulation.salary(
                    on: size, of: open, isHeavy: false, in: facts, day: day, figures: law.figures
                ).value
            }
            cost = try cost + compensation(of: open, in: facts, beside: cost, law)
            fields["estimatedCosts"] = .text(cost.formatted(language))
            fields["hasEstimatedCosts"] = .flag(true)
        }
        return fields
    }

    /// Who collects, which is all that the notices ask for.
    static func collector(in facts: CaseFacts) -> [String: LetterField] {
        ["byAgency": .flag(!facts.creditor.collectsItself), "bySelf": .flag(facts.creditor.collectsItself)]
    }

    /// What the compensation of a debtor in business will add to the cost of a demand.
    private static func compensation(
        of claims: [ClaimFacts], in facts: CaseFacts, beside cost: Money, _ law: Norway
    ) throws -> Money {
        switch facts.debtorKind {
        case .business, .publicAuthority: break
        default: return .zero(facts.currency)
        }
        var left = -cost.minorUnits
        for charge in facts.charges {
            switch charge.component {
            case .reminderFee, .collectionFee, .collectionCost: left -= charge.amount.minorUnits
            default: break
            }
        }
        for claim in claims { left += try law.figures.compensation.on(claim.dueOn).value.minorUnits }
        return Money(minorUnits: max(0, left), facts.currency)
    }

    // MARK: What must stand in them

    /// What a step's letter must tell the debtor.
    static func items(of step: CollectionStep, isUnderNewAct: Bool) -> [LetterItem] {
        switch step {
        case .reminder: reminderItems
        case .notice: isUnderNewAct ? noticeItemsOf2026 : noticeItems
        case .demand: isUnderNewAct ? demandItemsOf2026 : demandItems
        case .legalNotice: legalNoticeItems
        case .court: []
        }
    }

    private static func clause(_ clause: Clause) -> LetterItem.Carrier { .clause(clause.rawValue) }

    private static let reminderItems: [LetterItem] = [
        LetterItem("creditor", "who the creditor is", [.field("creditorName")], isStatutory: false, Practice.letters),
        LetterItem(
            "subject", "what the claim concerns", [.field("claimReferences"), .statement], isStatutory: false,
            Practice.letters),
        LetterItem("amount", "what is owed, fee and claim apart", [.statement], isStatutory: false, Practice.letters),
        LetterItem("payment", "how to pay", [.payment], isStatutory: false, Practice.letters),
        LetterItem(
            "deadline", "the last day to pay, 14 days after the sending at the earliest", [.field("deadline")],
            CollectionRegulation.combinations),
        LetterItem("objection", "how to object", [clause(.objection)], isStatutory: false, Practice.letters),
    ]

    private static let noticeItems: [LetterItem] = [
        LetterItem(
            "collection", "that collecting begins unless the claim is paid in time", [clause(.collectionFollows)],
            CollectionAct1988.notice),
        LetterItem(
            "deadline", "the last day to pay, 14 days after the sending at the earliest", [.field("deadline")],
            CollectionAct1988.notice),
        LetterItem("creditor", "who the creditor is", [.field("creditorName")], isStatutory: false, Practice.letters),
        LetterItem(
            "subject", "what the claim concerns", [.field("claimReferences"), .statement], isStatutory: false,
            Practice.letters),
        LetterItem("amount", "what is owed", [.statement], isStatutory: false, Practice.letters),
        LetterItem("payment", "how to pay", [.payment], isStatutory: false, Practice.letters),
        LetterItem(
            "inTime", "when a payment is in time", [clause(.inTime)], isStatutory: false, CollectionAct1988.notice),
        LetterItem("objection", "how to object", [clause(.objection)], isStatutory: false, Practice.letters),
        LetterItem(
            "paymentDifficulty", "whom to ask who cannot pay", [clause(.paymentDifficulty)], isStatutory: false,
            Practice.letters),
    ]

    private static func tenth(_ letter: String) -> Citation {
        Citation(CollectionAct1988.source, "§ 10 (2) \(letter)")
    }

    private static let demandItems: [LetterItem] = [
        LetterItem("creditor", "the creditor's name", [.field("creditorName")], tenth("a)")),
        LetterItem("subject", "what the claim concerns", [.field("claimReferences"), .statement], tenth("b)")),
        LetterItem("amount", "the amount, principal and additions apart", [.statement], tenth("c)")),
        LetterItem(
            "interest", "the interest rate and from which day interest runs",
            [clause(.interest), .field("interestRate")], when: "hasInterestTerms", tenth("d)")),
        LetterItem(
            "consequences", "that not paying may cost more and lead to legal steps", [clause(.consequences)],
            tenth("e)")),
        LetterItem(
            "complaintsBoard", "the right to bring the matter before the complaints board", [clause(.complaintsBoard)],
            when: "byAgency", tenth("f)")),
        LetterItem(
            "deadline", "the last day to pay or object, 14 days after the sending at the earliest",
            [.field("deadline")], tenth("")),
        LetterItem("objection", "that objections may be raised within the deadline", [clause(.objection)], tenth("")),
        LetterItem("payment", "how to pay", [.payment], isStatutory: false, Practice.letters),
        LetterItem(
            "paymentDifficulty", "whom to ask who cannot pay", [clause(.paymentDifficulty)], isStatutory: false,
            Practice.letters),
    ]

    private static let legalNoticeItems: [LetterItem] = [
        LetterItem(
            "legalAction", "that legal steps will be taken", [clause(.legalAction)], CollectionAct1988.legalSteps),
        LetterItem(
            "deadline", "the last day to pay or object, 14 days after the sending at the earliest",
            [.field("deadline")], CollectionAct1988.demand),
        LetterItem("creditor", "the creditor's name", [.field("creditorName")], isStatutory: false, tenth("a)")),
        LetterItem(
            "amount", "the amount, principal and additions apart", [.statement], isStatutory: false, tenth("c)")),
        LetterItem("payment", "how to pay", [.payment], isStatutory: false, Practice.letters),
        LetterItem("objection", "how to object", [clause(.objection)], isStatutory: false, Practice.letters),
        LetterItem(
            "complaintsBoard", "the right to bring the matter before the complaints board", [clause(.complaintsBoard)],
            when: "byAgency", isStatutory: false, CollectionAct1988.board),
    ]

    private static func twentieth(_ letter: String) -> Citation {
        .unverified(
            CollectionAct2026.source, "§ 20 \(letter)",
            "Passed on 2026-05-22; when last looked at, on 2026-07-28, not in force.")
    }

    private static let noticeItemsOf2026: [LetterItem] = [
        LetterItem("kind", "that it is an inkasso notice", [clause(.collectionFollows)], twentieth("a)")),
        LetterItem("amountDue", "the amount due", [.statement, .field("total")], twentieth("b)")),
        LetterItem("deadline", "the new last day to pay", [.field("deadline")], twentieth("c)")),
        LetterItem("creditor", "the creditor and the original creditor", [.field("creditorName")], twentieth("d)")),
        LetterItem("subject", "what the claim concerns", [.statement], twentieth("e)")),
        LetterItem("invoice", "the invoice's number", [.field("claimReferences")], twentieth("f)")),
        LetterItem("invoiceDate", "the invoice's date", [.field("invoiceDates")], twentieth("f)")),
        LetterItem("parts", "the principal and the additions", [.statement], twentieth("g)")),
        LetterItem("collection", "that inkasso follows", [clause(.collectionFollows)], twentieth("h)")),
        LetterItem("estimatedCosts", "the estimated costs", [clause(.estimatedCosts)], twentieth("i)")),
        LetterItem("paymentDifficulty", "whom to ask who cannot pay", [clause(.paymentDifficulty)], twentieth("")),
        LetterItem("objection", "how to object", [clause(.objection)], twentieth("")),
        LetterItem("complaint", "how to complain", [clause(.complaint)], twentieth("")),
        LetterItem("complaintsBoard", "the complaints board", [clause(.complaintsBoard)], twentieth("")),
        LetterItem("payment", "how to pay", [.payment], isStatutory: false, Practice.letters),
    ]

    /// The list of the act of 2026 was not read in full, so that of § 10 is kept and § 21 cited.
    private static let demandItemsOf2026: [LetterItem] = demandItems.map { item in
        var item = item
        if item.isStatutory { item.citation = CollectionAct2026.demand }
        return item
    }
}
