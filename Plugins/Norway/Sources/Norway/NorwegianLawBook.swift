import FordringKit

/// All rules with their figures and sources, as `fordring plugin law` prints them.
enum NorwegianLawBook {
    private typealias Rule = LawBook.Rule

    /// The book, with the lines that an administrator has added.
    static func book(of law: Norway) -> LawBook {
        LawBook(
            country: .norway, title: "Norway: collecting out of court",
            acts: [
                interestAct(law), regulation(law), act1988, act2026, limitationAct, creditInformationAct,
                debtInstrumentsAct, holidays, identifiers, practice(law),
            ],
            unsupported: unsupported)
    }

    private static func interestAct(_ law: Norway) -> LawBook.Act {
        LawBook.Act(
            "Forsinkelsesrenteloven, the act on interest on overdue payments",
            [
                Rule(
                    "interestStart",
                    "Interest runs from the agreed due date, or from 30 days after a written demand where none was "
                        + "agreed; none where the delay is the creditor's fault.",
                    InterestAct.dueDateStart),
                Rule(
                    InterestAct.rateIdentifier,
                    "The yearly rate of late-payment interest, fixed for each half-year; a new rate applies to running "
                        + "claims too.",
                    Citation(InterestAct.source, "§ 3"), law.figures.interest.table, extensible: .rate
                ) { [LabelledText("a year", $0.description)] },
                Rule("simpleInterest", "Interest bears no interest.", InterestAct.noCompounding),
                Rule("dayCount", law.dayCount.line.text, law.dayCount.line.citation),
                Rule(
                    InterestAct.compensationIdentifier,
                    "A debtor who is not a consumer pays a standard compensation for each claim, by due date; it is "
                        + "charged with the payment demand and set off against fees and costs.",
                    Citation(InterestAct.source, "§ 3 a"), law.figures.compensation.table, extensible: .amount
                ) { [LabelledText("each claim", $0.description)] },
                Rule(
                    "consumerInterest",
                    "A consumer pays no compensation and no other charge for the delay, and interest may be reduced.",
                    InterestAct.consumers),
            ])
    }

    private static func regulation(_ law: Norway) -> LawBook.Act {
        func shares(_ share: CollectionRegulation.Share) -> [LabelledText] {
            [LabelledText("of the inkassosats", "\(share.numerator)/\(share.denominator)")]
        }
        return LawBook.Act(
            "Inkassoforskriften, the regulation on fees and costs of collecting", number: "FOR-1989-07-14-562",
            [
                Rule(
                    CollectionRegulation.satsIdentifier,
                    "The amount of which fees and costs are multiples, by year. A fee takes that of the day of "
                        + "sending; the collector's fee that of the day on which the principal is covered, here that of "
                        + "the letter, since the other is not known yet.",
                    Citation(CollectionRegulation.source, "inkassosats"), law.figures.sats.table, extensible: .amount
                ) { [LabelledText("", $0.description)] },
                Rule(
                    "reminderFee",
                    "The fee of a reminder or a collection notice, by the day of sending, to the nearest whole krone.",
                    Citation(CollectionRegulation.source, "§ 1-2"), CollectionRegulation.reminderShare.table, shares),
                Rule(
                    "ownDemandFee",
                    "The fee of a payment demand that the creditor sends itself, once for a case.",
                    Citation(CollectionRegulation.source, "§ 1-2"), CollectionRegulation.ownDemandShare.table, shares),
                Rule(
                    "feeRounding", "Fees are rounded to the nearest whole krone, a half upwards.",
                    CollectionRegulation.feeRounding),
                Rule(
                    "feeEarliest", "No reminder or notice carries a fee before 14 days after the due date.",
                    CollectionRegulation.feeDaysSource),
                Rule(
                    "feeCombinations",
                    "Two reminders, or one reminder and one notice, may carry a fee, the second only when the 14 days "
                        + "of the first are over; a payment demand may follow.",
                    CollectionRegulation.combinations),
                Rule("feeRound", "After six months a new round of fees may begin.", CollectionRegulation.newRound),
                Rule(
                    "collectorsFee",
                    "The light collector's fee as a multiple of the inkassosats, by the size of the claim and its due "
                        + "date, without VAT.",
                    Citation(CollectionRegulation.source, "§ 2-2"), CollectionRegulation.table.table
                ) { table in
                    func times(_ thousandths: Int64) -> String {
                        String(thousandths / 1_000) + "." + String(thousandths % 1_000 + 1_000).dropFirst().prefix(2)
                    }
                    return table.brackets.map { LabelledText("claims through \($0.through) kr", times($0.thousandths)) }
                        + [LabelledText("larger claims", times(table.above))]
                },
                Rule(
                    "claimSize",
                    "The size of a claim is its principal with the interest from before its due date; here what is left "
                        + "of the principal, since the facts of a case know no such interest.",
                    CollectionRegulation.claimSize),
                Rule("wholeKroner", "The øre of a claim's size are left out.", Practice.wholeKroner),
                Rule(
                    "heavyFee",
                    "The fee is doubled once the deadline of a payment demand is exceeded by more than 28 days.",
                    CollectionRegulation.heavy),
                Rule(
                    "businessFee", "A debtor who is not a consumer pays one and a half times the fee.",
                    CollectionRegulation.business),
                Rule(
                    "valueAddedTax",
                    "VAT is put on the debtor only where more than half of the claim is not from VAT-liable business "
                        + "of the creditor; here: where the creditor cannot deduct it.",
                    Citation(CollectionRegulation.source, "§ 2-1"), CollectionRegulation.valueAddedTax.table
                ) { [LabelledText("of the fee", $0.description)] },
                Rule(
                    "oneFee", "Claims that are merged to one case bear one collector's fee.",
                    CollectionRegulation.oneFee),
                Rule(
                    "planFee",
                    "A plan of more than four instalments costs one and a half times the inkassosats, unless the case "
                        + "is with a court already.",
                    CollectionRegulation.plan),
                Rule(
                    "setOff", "Compensation and costs are set off against each other: the debtor bears the greater.",
                    CollectionRegulation.setOff),
            ])
    }

    private static let act1988 = LawBook.Act(
        "Inkassoloven, the debt-collection act of 1988",
        [
            Rule(
                "mandatoryLaw", "What the act gives a consumer cannot be taken away by agreement.",
                CollectionAct1988.mandatory),
            Rule(
                "electronicLetters", "Letters may be sent electronically where that is safe.",
                CollectionAct1988.electronic),
            Rule(
                "goodPractice", "No unreasonable pressure, harm or inconvenience; no loans may be offered.",
                CollectionAct1988.goodPractice),
            Rule(
                "collectionNotice",
                "A written notice before collecting begins, that it begins unless the claim is paid in time; a "
                    + "payment is in time if the bank has the order before the deadline ends.",
                CollectionAct1988.notice),
            Rule(
                "paymentDemand",
                "After the notice a payment demand with time to pay or object: creditor, subject, amount, interest, "
                    + "what may follow, and the complaints board. A doubt about the claim is looked into first.",
                CollectionAct1988.demand),
            Rule(
                "deadlineDays",
                "Notice, demand and notice of legal action give at least so many days from their sending.",
                Citation(CollectionAct1988.source, "§§ 9 and 10"), CollectionAct1988.deadlineDays.table
            ) { [LabelledText("days", "\($0)")] },
            Rule(
                "legalActionNotice",
                "Legal steps need a demand with notice of them that is not older than six months; a separate notice "
                    + "gives 14 days.",
                CollectionAct1988.legalSteps),
            Rule(
                "payingTheCollector",
                "Paying the collector frees the debtor, and a plan made by the collector binds the creditor.",
                CollectionAct1988.payingTheCollector),
            Rule(
                "lostCosts",
                "No costs after a reasonable objection, and no collector's fee after payment within the notice's "
                    + "deadline or on a breach of §§ 9 to 11; on a breach of good practice they are lost in whole or "
                    + "in part.",
                CollectionAct1988.lostCosts),
            Rule(
                "complaintsBoard", "The debtor may take a licensed firm's case to Inkassoklagenemnda.",
                CollectionAct1988.board),
            Rule(
                "confidentiality", "What is known of a debtor is confidential; it may be passed to a credit bureau.",
                CollectionAct1988.confidentiality),
        ])

    private static let act2026 = LawBook.Act(
        "Inkassoloven, the debt-collection act of 2026; applied from the setting newCollectionActFrom on",
        number: "lov 22. mai 2026 nr. 19",
        [
            Rule(
                "contactHours2026",
                "Contact on weekdays from 8 to 21 and Saturdays from 9 to 15, never on Sundays and "
                    + "holidays.", CollectionAct2026.hours),
            Rule(
                "visits2026", "Visits by the firm only, announced in writing, and not where the debtor has declined.",
                CollectionAct2026.visits),
            Rule("information2026", "The firm must inform the debtor.", CollectionAct2026.information),
            Rule("answers2026", "Questions are answered within a week.", CollectionAct2026.answers),
            Rule(
                "disputeAnswer2026", "So is a dispute: the last day is a week after it was opened, rest days counted.",
                CollectionAct2026.disputes),
            Rule("lostCosts2026", "Costs are lost on a breach, and minors owe none.", CollectionAct2026.lostCosts),
            Rule(
                "collectionNotice2026",
                "The notice says a) what it is, b) the amount, c) the deadline, d) the creditors, e) the subject, f) "
                    + "invoice "
                    + "and date, g) principal and additions, h) that inkasso follows, i) the estimated costs; at "
                    + "least 14 days from the sending, counted by domstolloven § 148 (1). Also whom to ask who cannot "
                    + "pay, objection, complaint and the complaints board.",
                CollectionAct2026.notice),
            Rule(
                "paymentDemand2026", "The payment demand shows rate and first day of interest too.",
                CollectionAct2026.demand),
            Rule(
                "together2026",
                "Claims of one creditor against one debtor are collected together, with exceptions "
                    + "that were not read.",
                CollectionAct2026.together),
            Rule(
                "doubtfulClaims2026", "Collecting stops where a claim is doubtful.", CollectionAct2026.doubtfulClaims),
            Rule(
                "exceptions2026", "There are exceptions from notice and demand, which are not used.",
                CollectionAct2026.exceptions),
            Rule(
                "complaints2026", "The firm has a procedure for complaints and keeps a log of them.",
                CollectionAct2026.complaints),
            Rule("clientFunds2026", "What was collected is paid out within 14 days.", CollectionAct2026.clientFunds),
            Rule("loans2026", "No loans to debtors, and no advertising of loans.", CollectionAct2026.loans),
            Rule("guardians2026", "Minors have their guardians.", CollectionAct2026.guardians),
            Rule(
                "confidentiality2026", "What is known of a debtor is confidential.", CollectionAct2026.confidentiality),
            Rule("fines2026", "A breach may be fined.", CollectionAct2026.fines),
            Rule(
                "retention2026", "Documents are kept for at least five and at most ten years.",
                CollectionAct2026.retention),
            Rule(
                "amounts2026", "Fees and costs come by regulations that were not seen: each of them is a gap.",
                CollectionAct2026.amounts),
        ])

    private static let limitationAct = LawBook.Act(
        "Foreldelsesloven, the limitation act",
        [
            Rule("limitationGeneral", "Claims lapse after three years.", LimitationAct.general),
            Rule(
                "limitationInstruments",
                "The principal of debt instruments and loans of money lapses after ten years; their interest and a "
                    + "vendor's credit do not have them.", LimitationAct.instruments),
            Rule("limitationAcknowledgement", "An acknowledgement interrupts.", LimitationAct.acknowledgement),
            Rule(
                "limitationProceedings", "A conciliation petition or a summons interrupts.", LimitationAct.proceedings),
            Rule("limitationBoard", "A complaint to a board interrupts.", LimitationAct.board),
            Rule("limitationEnforcement", "A request for enforcement interrupts.", LimitationAct.enforcement),
            Rule("limitationInsolvency", "Lodging the claim in a bankruptcy interrupts.", LimitationAct.insolvency),
            Rule("limitationJudgment", "A judgment or settlement gives ten years.", LimitationAct.judgment),
            Rule("limitationExtraYear", "Proceedings that failed leave at least a year.", LimitationAct.extraYear),
            Rule(
                "limitationInterest",
                "Interest has three years also where the principal has ten; where some may have lapsed nothing that "
                    + "asks for interest is sent, and a person must look.",
                LimitationAct.interestOnItsOwn),
            LimitationAct.readings,
        ])

    private static let creditInformationAct = LawBook.Act(
        "Kredittopplysningsloven, the act on credit information, as far as the debtor is told",
        number: "lov 2019 nr. 109",
        [
            Rule(
                "registrationNotice",
                "A natural person gets a copy before the information is used; here every debtor does, by a letter of its "
                    + "own.",
                CreditInformationAct.copy),
            Rule(
                "registrationCorrection", "The debtor has 14 days to have it put right before it is used.",
                CreditInformationAct.correction),
            Rule(
                "registrationReason",
                "It is used about a consumer at the earliest one month after a writ or a request for enforcement was "
                    + "sent, about a legal person one month after the demand; not while a plan of instalments is kept.",
                CreditInformationAct.use),
            Rule(
                "registrationDispute",
                "What is disputed is not used, unless the objection is obviously groundless or there is a ground for "
                    + "enforcement.",
                CreditInformationAct.dispute),
            Rule(
                "registrationAge", "It is used for four years, and four more on a new legal step.",
                CreditInformationAct.age),
            Rule(
                "registrationSettled", "It is not used any more when the debt is settled.",
                CreditInformationAct.settled),
        ])

    private static let debtInstrumentsAct = LawBook.Act(
        "Gjeldsbrevloven, the act on debt instruments, as far as a claim is sold",
        [
            Rule(
                "assignmentNotice",
                "Until the debtor is told of the sale, paying the old creditor in good faith frees; from then on the new "
                    + "creditor is paid. The letter prints how to pay only where the account stays the same.",
                DebtInstrumentsAct.notice),
            Rule("assignmentObjections", "Objections and set-off stay.", DebtInstrumentsAct.objections),
        ])

    private static let holidays = LawBook.Act(
        "Helligdagsloven and the act on 1 and 17 May", number: "lov 1995 nr. 12; lov 1947 nr. 1",
        [
            Rule(
                "holidays",
                "1 January, Maundy Thursday, Good Friday, Easter Sunday and Monday, Ascension, Whit Sunday and "
                    + "Monday, 25 and 26 December, and all Sundays.",
                Holidays.churchDays),
            Rule("officialDays", "1 May and 17 May.", Holidays.officialDays),
        ])

    private static let identifiers = LawBook.Act(
        "Numbers of registers and banks",
        [
            Rule(
                "nationalNumber",
                "Day of birth, individual digits that give the century, two check digits; a D-number has 40 added to "
                    + "the day, and the five years after which it is inactive are not looked at.",
                Citation("folkeregisterforskriften", "§ 2-2-1")),
            Rule(
                "nationalNumber2032", "From 2032 the first check digit is relaxed; not applied.",
                .unverified("folkeregisterforskriften", "§ 2-2-1", "The change is recalled only.")),
            Rule(
                "organisationNumber",
                "Nine digits, the last a check digit by modulus 11 with the weights 3, 2, 7, 6, 5, 4, 3, 2.",
                .unverified("python-stdnum", "organisasjonsnummer", "From a library's code; no rule was read.")),
            Rule(
                "bankAccount",
                "Eleven digits, the last a check digit by modulus 11; a number that begins with 0000 by modulus 10.",
                .unverified("python-stdnum", "bank account", "From a library's code; no rule was read.")),
            Rule(
                "paymentReference", "KID: the case in 10 to 24 digits and a check digit by modulus 10 or 11.",
                .unverified("vendors' documentation", "KID", "The bank's own manual was not read.")),
        ])

    private static func practice(_ law: Norway) -> LawBook.Act {
        LawBook.Act(
            "Practice",
            [
                Rule(
                    "dueDateOnRestDay",
                    "A due date or deadline on a day without banking moves to the next banking day.",
                    Practice.dueDateOnRestDay),
                Rule("workingDays", "Letters are sent on working days.", Practice.workingDays),
                Rule("reminderDeadline", "A reminder gives 14 days.", Practice.reminderDeadline),
                Rule(
                    "contactHours",
                    "Contact on weekdays from 8 to 21 and Saturdays from 9 to 15, never on Sundays and "
                        + "holidays.", Practice.contactHours),
                Rule("visits", "Nobody is visited.", Practice.visits),
                Rule(
                    "allocation", Practice.allocationOrder.lines[0].text, Practice.allocationOrder.lines[0].citation),
                Rule(
                    "undisputedRest", Practice.undisputedRest.lines[0].text, Practice.undisputedRest.lines[0].citation),
                Rule(
                    "disputeAnswer",
                    "Before the act of 2026 no last day is set for the answer to a dispute, so none is stated.",
                    Practice.disputeAnswer),
                Rule(
                    "resumption",
                    "After a hold the debtor has the days that were left of a deadline, and at least ten.",
                    Practice.resumption),
                Rule(
                    "oneLetter", "No letter is decided while another, or a notice, has not left the house.",
                    Practice.oneLetter),
                Rule("smallRest", "A rest of charges without principal is left to a person.", Practice.smallRest),
                Rule("letters", "What letters say beyond the lists of the acts.", Practice.letters),
            ])
    }

    private static let unsupported = [
        "The inkassosats of 2008 and of 2010 through 2012: a fee of those years is a gap.",
        "The collector's fee for claims that fell due before 2010, and late-payment interest before 1994.",
        "Fees and costs under the debt-collection act of 2026: their regulation was not seen.",
        "Costs of joint and several debtors: no rule was found.",
        "Terms of payment between businesses and of public authorities (forsinkelsesrenteloven §§ 2 a and 2 b).",
        "The fee of a bankruptcy notice (inkassoforskriften § 2-4).",
        "Actual costs beyond the table (inkassoforskriften § 2-5).",
        "Interest accrued before the due date, which counts towards the size of a claim.",
        "The exceptions from notice and demand (inkassoloven § 12).",
        "How far interest has lapsed on its own, and the year more from knowledge (foreldelsesloven § 10).",
        "The retention of personal data: no Norwegian bookkeeping rule was looked up.",
        "Minors and guardians, visits that were announced, client funds: the facts do not know of them.",
        "Court fees, the conciliation board, attachment, forced sale and bankruptcy: they belong to another plug-in.",
        "Credit bureaus (kredittopplysningsloven), but for the letter that tells the debtor.",
        "Bought claims: no Norwegian text on sales of claims was read.",
        "Public holidays and claims of Svalbard.",
    ]
}
