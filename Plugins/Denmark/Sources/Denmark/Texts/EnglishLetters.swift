import FordringKit

/// The letters in English, for debtors who read it better than Danish.
///
/// The same contents as ``DanishLetters``; the Danish terms stand in brackets where the debtor will meet them again.
enum EnglishLetters: LetterLanguage {
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    static let reminder = """
        # Reminder no. {{reminderNumber}}: payment to {{creditorName}}

        Dear {{debtorName}},

        {{agencyName}} writes to you on behalf of {{creditorName}}. We have not yet registered your payment of \
        {{claimReferences}}. If you have paid within the last few days, please disregard this letter.

        Please pay {{total}} {{currency}} by {{deadline}} at the latest. The amount is made up as follows:

        [statement]

        {{> feesBasis}}

        [payment]

        ## If you cannot pay in time

        Please contact us before the deadline by telephone on {{phone}} or by e-mail to {{email}}, and we will see \
        whether we can find a solution, for example payment by instalments.

        ## If you do not agree with the claim

        {{> objection}}

        ## If the amount is not paid

        If we do not hear from you before the deadline, the claim may be sent to debt collection (inkasso). Before that \
        you will receive a collection notice (inkassovarsel) with a new deadline for payment. Further fees and interest \
        may be added.

        Yours sincerely,

        {{agencyName}} on behalf of {{creditorName}}
        """

    static let notice = """
        # Collection notice: payment to {{creditorName}} by {{deadline}}

        Dear {{debtorName}},

        {{agencyName}} has been asked to collect an overdue claim for {{creditorName}}. {{> noticeBasis}}

        ## The claim

        {{creditorName}} states that the following has not been paid: {{claimReferences}}. The total claim is {{total}} \
        {{currency}} as of {{date}} and is made up as follows:

        [statement]

        {{> interestBasis}} {{> feesBasis}}

        ## The final date is {{deadline}}

        {{> noFurtherCosts}}

        [payment]

        ## If the deadline is not met

        {{> goesToCollection}} {{> costWarning}} {{> consequences}}

        ## If you do not agree with the claim

        {{> objection}} You can also ask us for documentation of the claim.

        ## If you cannot pay it all at once

        Please contact us before the deadline by telephone on {{phone}} or by e-mail to {{email}}. We will look together \
        at whether payment by instalments is possible. It is best to contact us early, also if money is tight.

        Yours sincerely,

        {{agencyName}} on behalf of {{creditorName}}
        """

    static let letter = """
        # Collection letter: claim from {{creditorName}}, case {{caseNumber}}

        Dear {{debtorName}},

        {{> inCollection}}

        ## The claim

        The total claim is {{total}} {{currency}} as of {{date}} and is made up as follows:

        [statement]

        {{> interestBasis}} {{> feesBasis}} {{> costsBasis}}

        ## Please pay by {{deadline}}

        [payment]

        ## What may happen now

        If the claim has not been paid by {{deadline}} and we have not heard from you, {{creditorName}} may decide to go \
        on. {{> consequences}} If the court establishes the claim, assets that you own may be seized (udlæg).

        {{> registrationWarning}}

        ## If you do not agree with the claim

        {{> objection}}

        ## If you cannot pay it all at once

        Please telephone {{phone}} or write to {{email}}. We would rather agree on instalments that you can keep than \
        take the case to court.

        Yours sincerely,

        {{agencyName}} on behalf of {{creditorName}}
        """

    static let visit = """
        # Notice of a visit: claim from {{creditorName}}, case {{caseNumber}}

        Dear {{debtorName}},

        {{agencyName}} collects a claim for {{creditorName}}: {{claimReferences}}. The deadline of our collection notice \
        has passed, and we have not registered payment. We would therefore like to visit you to talk about a solution.

        ## Where and when

        {{> visitPlace}} {{> visitTime}}

        {{> visitRepeat}}

        {{> visitContact}}

        ## The claim

        The total claim is {{total}} {{currency}} as of {{date}} and is made up as follows:

        [statement]

        {{> interestBasis}} {{> feesBasis}} {{> costsBasis}}

        [payment]

        ## If you do not agree with the claim

        {{> objection}}

        Yours sincerely,

        {{agencyName}} on behalf of {{creditorName}}
        """

    static let clauses = [
        "noFurtherCosts":
            "If you pay {{total}} {{currency}} by {{deadline}} at the latest, no further costs will be added to the claim. It "
            + "is enough that you have ordered the payment from your bank by that day.",
        "goesToCollection":
            "If the claim has not been paid by the deadline, it goes to debt collection (inkasso) without further notice.",
        "consequences":
            "The claim may be brought before a court, which involves court fees and legal costs that the court may order you "
            + "to pay.",
        "objection":
            "You can raise an objection to all or part of the claim. Please write to {{email}}, quoting case number "
            + "{{caseNumber}}, and say what you do not agree with. We put the case on hold while your objection is examined.",
        "inCollection":
            "The deadline of our collection notice has passed, and we have not registered payment of {{claimReferences}}. The "
            + "claim is therefore now in debt collection (inkasso) with {{agencyName}}, which collects it for "
            + "{{creditorName}}.",
        "visitPlace":
            "The visit takes place at \(either("your home", "your place of business or home")), at the address to which this "
            + "letter was sent.",
        "visitTime": "We come on a weekday or a Saturday, between {{visitTimeOfDay}}.",
        "visitRepeat": "If we do not meet you, we may come again without sending a new notice.",
        "visitContact":
            "If this does not suit you, or if you would rather agree on something else, please contact us by telephone on "
            + "{{collectorPhone}} or at {{collectorAddress}}.",
    ]

    static let registrationWarning =
        "If the claim is not paid, it can be registered with a credit bureau. That happens only if the conditions of the law "
        + "are met, and you will be told of the registration."

    static let interestRate =
        "{{#hasInterestRate}}The rate is now {{interestRate}} a year, and interest is counted from {{interestFrom}}."
        + "{{/hasInterestRate}}"

    static func acts(of country: CountryCode) -> NamedActs {
        switch country {
        case .greenland:
            NamedActs(
                notice:
                    "This letter is the notice that must be sent before a payment order (betalingspåkrav) can be asked for at "
                    + "the Court of Greenland.",
                interest:
                    "The interest is late-payment interest under the Interest Act for Greenland. It runs until "
                    + "the principal has been paid.",
                fees: "Any fees are calculated under section 9 b of the Interest Act for Greenland", compensation: "",
                costs: "",
                costWarning:
                    "The claim may then be increased by further costs: reasonable and relevant collection costs, and "
                    + "late-payment interest until payment.")
        case .faroeIslands:
            NamedActs(
                notice: "This letter is a collection notice.", interest: "", fees: "", compensation: "", costs: "",
                costWarning: "The claim may then be increased by further costs under the rules of the Faroe Islands.")
        default:
            NamedActs(
                notice:
                    "This letter is a collection notice (inkassovarsel) under section 10 of the Danish Debt Collection Act "
                    + "(inkassoloven).",
                interest:
                    "The interest is late-payment interest under section 5 of the Danish Interest Act (renteloven). It runs "
                    + "until the principal has been paid.",
                fees: "Any fees are calculated under section 9 b of the Danish Interest Act (renteloven)",
                compensation: ", and any compensation for late payment under section 9 a (3) of that act",
                costs:
                    "The collection costs are calculated under section 9 a of the Danish Interest Act and the Danish order on "
                    + "out-of-court collection costs.",
                costWarning:
                    "The claim may then be increased by further costs: reasonable and relevant collection costs under "
                    + "section 9 a of the Danish Interest Act and the Danish order on out-of-court collection costs, and "
                    + "late-payment interest until payment.")
        }
    }
}
