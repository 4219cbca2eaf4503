import FordringKit

/// What the letters of a country must tell, and the figures that it adds to them.
struct LetterContents {
    /// The law of the country.
    let regime: Regime

    // MARK: Items

    /// What a step's letter must tell the debtor.
    ///
    /// Inkassoloven § 10 asks for all that is needed to judge the claim and for the deadline, in no list; the list of the
    /// notice is practice and marked so. What the cost order asks for is law: without the warning no cost may be charged.
    func items(for step: CollectionStep) -> [LetterItem] {
        switch step {
        case .reminder: common(Practice.letterContents)
        case .notice: noticeItems
        case .letter:
            common(Practice.letterContents) + [
                LetterItem(
                    "inCollection", "that the claim is now in collection", [.clause("inCollection")],
                    isStatutory: false,
                    Practice.letterContents),
                LetterItem(
                    "consequences", "that the claim can be brought before a court", [.clause("consequences")],
                    isStatutory: false, Practice.letterContents),
                objection,
            ] + registrationWarning
        case .visit: visitItems
        case .court: []
        }
    }

    /// What every demand tells by practice.
    private func common(_ citation: Citation) -> [LetterItem] {
        [
            LetterItem("amount", "what is owed, split up", [.statement], isStatutory: false, citation),
            LetterItem("payment", "how to pay", [.payment], isStatutory: false, citation),
            LetterItem("lastDayToPay", "the last day to pay", [.field("deadline")], isStatutory: false, citation),
            LetterItem(
                "contact", "how to reach the sender", [.field("phone"), .field("email")], isStatutory: false, citation),
        ]
    }

    /// What makes a collection letter count as the warning of a registration.
    private var registrationWarning: [LetterItem] {
        guard let warning = regime.registration?.warning else { return [] }
        return [
            LetterItem(
                LetterItem.registrationWarning, "that the claim can be registered with a credit bureau",
                [.clause("registrationWarning")], isStatutory: false, warning)
        ]
    }

    var objection: LetterItem {
        LetterItem(
            "objection", "that the debtor can object, and how", [.clause("objection")], isStatutory: false,
            CollectionAct.goodPractice)
    }

    private var noticeItems: [LetterItem] {
        let isStatutory = regime.collection.notice.verification == .verified
        let practice = Practice.noticeChecklist
        return [
            LetterItem(
                "judgeTheClaim", "all that is needed to judge the claim", [.statement],
                isStatutory: regime.collection.isInForce, regime.collection.notice),
            LetterItem(
                "lastDayToPay",
                "the last day to pay, \(regime.country == .greenland ? 14 : 10) days or more from the sending",
                [.field("deadline")], isStatutory: isStatutory, regime.collection.notice),
            LetterItem(
                "noFurtherCosts", "that no further cost arises until then", [.clause("noFurtherCosts")],
                isStatutory: regime.collection.isInForce, regime.collection.notice),
            LetterItem(
                "costWarning", "that further costs may follow", [.clause("costWarning")],
                isStatutory: regime.country != .faroeIslands, regime.costs.warning),
            LetterItem("creditor", "the creditor's name and address", [.sender], isStatutory: false, practice),
            LetterItem("debtor", "the debtor's name and address", [.recipient], isStatutory: false, practice),
            LetterItem(
                "reference", "the invoice or contract", [.field("claimReferences"), .statement], isStatutory: false,
                practice),
            LetterItem(
                "amount", "what is owed, with interest and fees split out", [.statement], isStatutory: false, practice),
            LetterItem("dueDate", "when it fell due", [.statement], isStatutory: false, practice),
            LetterItem(
                "legalBasis", "what the debt rests on", [.field("claimReferences"), .statement], isStatutory: false,
                practice),
            LetterItem("payment", "how to pay", [.payment], isStatutory: false, practice),
            LetterItem(
                "goesToCollection", "that the claim goes to collection if it is not paid",
                [.clause("goesToCollection")],
                isStatutory: false, practice),
            LetterItem(
                "consequences", "what follows if it is not paid", [.clause("consequences")], isStatutory: false,
                practice),
            objection,
        ]
    }

    private var visitItems: [LetterItem] {
        let section = CollectionAct.visitNotice
        return [
            LetterItem("place", "the place of the visit", [.clause("visitPlace")], section),
            LetterItem(
                "timeOfDay", "the approximate time of day", [.clause("visitTime"), .field("visitTimeOfDay")], section),
            LetterItem("collectorPhone", "the collector's telephone", [.field("collectorPhone")], section),
            LetterItem("collectorAddress", "the collector's address", [.field("collectorAddress")], section),
            LetterItem(
                "laterVisits", "that later visits need no new notice", [.clause("visitRepeat")], section),
            LetterItem("amount", "what is owed, split up", [.statement], isStatutory: false, Practice.letterContents),
            LetterItem("payment", "how to pay", [.payment], isStatutory: false, Practice.letterContents),
            objection,
        ]
    }

    // MARK: Fields

    /// The figures of the country in a step's letter that leaves on a day.
    ///
    /// The rate of interest is given where the step charges interest: the one in force that day, and where the claims have
    /// several both.
    /// - Throws: ``RuleGap`` when the rate is missing.
    func fields(
        for step: CollectionStep, facts: CaseFacts, sentOn day: CivilDate, in language: Language, _ visits: Visits
    ) throws -> [String: LetterField] {
        var fields: [String: LetterField] = [:]
        if step != .reminder, regime.interest.isSupported {
            var rates: Set<Rate> = []
            var first: CivilDate?
            for claim in facts.claims where claim.outstandingPrincipal.isPositive {
                let start = regime.holidays.bankingDay(onOrAfter: claim.dueOn).adding(days: 1)
                guard start <= day else { continue }
                rates.insert(try regime.interest.yearlyRate(dueOn: claim.dueOn, on: day))
                first = first.map { min($0, start) } ?? start
            }
            if let first {
                fields["hasInterestRate"] = .flag(true)
                fields["interestRate"] = .text(
                    rates.sorted().map { $0.formatted(language) }.joined(separator: " / "))
                fields["interestFrom"] = .text(Names.date(first, in: language))
            }
        }
        if step == .visit {
            fields["visitTimeOfDay"] = .text(Names.hours(visits.timeOfDay, in: language))
            fields["collectorPhone"] = .text(visits.phone)
            fields["collectorAddress"] = .text(visits.address)
        }
        return fields
    }
}

/// Words that good practice keeps out of letters.
///
/// No Danish statute names words; what presses or reveals a debt is measured by inkassoloven § 9, and where that is not in
/// force by practice.
enum Wording {
    private static let pressure = Citation.unverified(
        CollectionAct.source, "§ 9", "The section forbids unreasonable pressure; that these words are such is practice."
    )
    private static let loans = Citation.unverified(
        "agency practice", "offers of loans", "No Danish statute was found that forbids them.")
    private static let bystanders = Citation.unverified(
        CollectionAct.source, "§ 9",
        "The section forbids unreasonable harm and inconvenience; which words reveal a debt is practice.")

    /// The rules, by language; the Danish words for every language, because Danish texts stand in for Greenlandic and Faroese.
    static let rules: [WordingRule] = [
        WordingRule(
            .anywhere, in: nil,
            [
                "politiet kommer", "politianmeldelse", "fængsel", "vi ved hvor du bor", "din arbejdsgiver",
                "dine naboer",
                "svindler", "snyder", "skammelig", "sidste chance", "øjeblikkelig betaling",
            ], "No threats, insults or pressure.", pressure),
        WordingRule(
            .anywhere, in: .norwegian,
            [
                "politiet kommer", "politianmeldelse", "fengsel", "vi vet hvor du bor", "arbeidsgiveren din",
                "naboene dine",
                "svindler", "skammelig", "siste sjanse", "øyeblikkelig betaling",
            ], "No threats, insults or pressure.", pressure),
        WordingRule(
            .anywhere, in: .english,
            [
                "police will come", "report you to the police", "prison", "we know where you live", "your employer",
                "your neighbours", "fraudster", "shameful", "last chance", "immediate payment",
            ], "No threats, insults or pressure.", pressure),
        WordingRule(
            .anywhere, in: nil, ["optag et lån", "optage et lån", "tilbyde dig et lån", "låntilbud", "kviklån"],
            "No offers of a loan.", loans),
        WordingRule(
            .anywhere, in: .norwegian, ["ta opp et lån", "tilby deg et lån", "lånetilbud", "forbrukslån"],
            "No offers of a loan.", loans),
        WordingRule(
            .anywhere, in: .english, ["take out a loan", "offer you a loan", "loan offer", "payday loan"],
            "No offers of a loan.", loans),
        WordingRule(
            .outside, in: nil,
            [
                "inkasso", "inkassovarsel", "inkassobrev", "gæld", "gælden", "rykker", "rykkere", "rykkergebyr",
                "skyld",
                "skylder", "restance", "restancer", "inddrivelse", "inddriver", "betalingspåkrav", "fogedret", "foged",
                "skyldner", "debitor", "ubetalt", "forfalden",
            ], "No word that tells others of a debt.", bystanders),
        WordingRule(
            .outside, in: .norwegian,
            [
                "inkasso", "inkassovarsel", "inkassobrev", "gjeld", "gjelden", "purring", "purregebyr", "skyld",
                "skylder",
                "restanse", "restanser", "inndrivelse", "inndriving", "inndriver", "skyldner", "debitor", "ubetalt",
                "forfalt",
            ], "No word that tells others of a debt.", bystanders),
        WordingRule(
            .outside, in: .english,
            [
                "debt", "debts", "debtor", "debt collection", "collection notice", "collection letter", "reminder",
                "arrears",
                "overdue", "owe", "owes", "owed", "unpaid", "payment order", "bailiff",
            ], "No word that tells others of a debt.", bystanders),
    ]

    /// The rules in the book of the law.
    static var act: LawBook.Act {
        LawBook.Act(
            "Words of letters",
            [
                LawBook.Rule("wordsOfPressure", "No threats, insults or pressure.", pressure),
                LawBook.Rule("wordsOfLoans", "No offers of a loan.", loans),
                LawBook.Rule(
                    "wordsOutside", "No word that tells others of a debt where they can read it.", bystanders),
            ])
    }
}
