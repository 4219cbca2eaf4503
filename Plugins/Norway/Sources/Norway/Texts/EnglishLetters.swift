import FordringKit

/// The letters in English, for debtors who read it better than Norwegian.
///
/// The same contents as ``NorwegianLetters``; the Norwegian terms stand in brackets where the debtor will meet them
/// again.
enum EnglishLetters: LetterWords {
    static func template(for step: CollectionStep, isUnderNewAct: Bool) -> String? {
        switch step {
        case .reminder: reminder
        case .notice: isUnderNewAct ? noticeOf2026 : notice
        case .demand: demand
        case .legalNotice: legalNotice
        case .court: nil
        }
    }

    static let greeting = """
        {{^bySelf}}{{agencyName}} on behalf of {{creditorName}}{{/bySelf}}{{#bySelf}}{{creditorName}}{{/bySelf}}
        """

    static func clause(_ clause: Clause, isUnderNewAct: Bool) -> String {
        let act =
            isUnderNewAct
            ? "the Norwegian Debt Collection Act of 2026 (inkassoloven)"
            : "the Norwegian Debt Collection Act (inkassoloven)"
        return switch clause {
        case .inTime: "A payment is in time if the bank has received the payment order by {{deadline}} at the latest."
        case .collectionNoticeFollows:
            "If we do not hear from you before the deadline, the case may be sent to debt collection (inkasso). "
                + "Before that you will receive a collection notice (inkassovarsel) with a new deadline for payment."
        case .collectionFollows:
            "This is a collection notice (inkassovarsel) under section \(isUnderNewAct ? "20" : "9") of \(act). If the "
                + "claim has not been paid by {{deadline}}, debt collection (inkasso) will begin."
        case .estimatedCosts:
            "{{#hasEstimatedCosts}}Costs will then be added, {{estimatedCosts}} {{currency}} at today's rates. "
                + "{{/hasEstimatedCosts}}{{^hasEstimatedCosts}}You will not be charged any costs for the payment "
                + "demand. {{/hasEstimatedCosts}}Late-payment interest runs until the claim has been paid."
        case .interest:
            "Late-payment interest under the Norwegian act on late-payment interest (forsinkelsesrenteloven) runs "
                + "until the "
                + "principal has been paid, from the day after the due date and not before {{interestFrom}}. The rate "
                + "is now {{interestRate}} a year."
        case .consequences:
            "If the claim has not been paid by the deadline, this may lead to further costs and to legal action."
        case .legalAction:
            "If the claim has not been paid by {{deadline}} and we have received no objection, legal action may be "
                + "taken without further notice."
                + (isUnderNewAct ? "" : " This is the notice of legal action that section 11 of \(act) asks for.")
        case .objection:
            "You can object to all or part of the claim. Please write to {{email}} by {{deadline}}, quoting case "
                + "number "
                + "{{caseNumber}}, and say what you do not agree with. We put the case on hold while your objection is "
                + "examined."
        case .paymentDifficulty:
            "If you cannot pay it all at once, please contact us before the deadline by telephone on {{phone}} or by "
                + "e-mail to {{email}}. We will look together at whether instalments or a new deadline are possible."
        case .complaintsBoard:
            "{{^bySelf}}You can bring the matter before the Norwegian complaints board for debt collection "
                + "(Inkassoklagenemnda)\(isUnderNewAct ? "" : ", section 22 of the act").{{/bySelf}}"
        case .complaint:
            "If you are not satisfied with how we handle the case, you can complain to us at {{email}}. We answer in "
                + "writing."
        }
    }

    private static let reminder = """
        # Reminder no. {{reminderNumber}}: payment to {{creditorName}}

        Dear {{debtorName}},

        {{^bySelf}}{{agencyName}} writes to you on behalf of {{creditorName}}. {{/bySelf}}We have not yet registered \
        your payment of {{claimReferences}}. If you have paid within the last few days, please disregard this letter.

        Please pay {{total}} {{currency}} by {{deadline}} at the latest. The amount is made up as follows:

        [statement]

        {{#hasFees}}The fee is calculated under section 1-2 of the Norwegian debt collection regulation \
        (inkassoforskriften).{{/hasFees}}

        [payment]

        ## If you cannot pay in time

        {{> paymentDifficulty}}

        ## If you do not agree with the claim

        {{> objection}}

        ## If the amount is not paid

        {{> collectionNoticeFollows}} Fees and interest may be added.

        Yours sincerely,

        \(greeting)
        """

    private static let notice = """
        # Collection notice: payment to {{creditorName}} by {{deadline}}

        Dear {{debtorName}},

        {{^bySelf}}{{agencyName}} has been asked to write to you for {{creditorName}}. \
        {{/bySelf}}{{> collectionFollows}}

        ## The claim

        {{creditorName}} states that the following has not been paid: {{claimReferences}}. The claim is {{total}} \
        {{currency}} as of {{date}}:

        [statement]

        {{#hasInterestTerms}}{{> interest}}{{/hasInterestTerms}}

        {{#hasFees}}Reminder and notice fees are calculated under section 1-2 of the Norwegian debt collection \
        regulation (inkassoforskriften).{{/hasFees}}

        ## The final date is {{deadline}}

        If you pay {{total}} {{currency}} by {{deadline}} at the latest, no collection costs will be added. {{> inTime}}

        [payment]

        ## If the deadline is not met

        You will then receive a payment demand (betalingsoppfordring). {{> estimatedCosts}}

        ## If you do not agree with the claim

        {{> objection}}

        ## If you cannot pay it all at once

        {{> paymentDifficulty}}

        Yours sincerely,

        \(greeting)
        """

    private static let noticeOf2026 = """
        # Collection notice: payment to {{creditorName}} by {{deadline}}

        Dear {{debtorName}},

        {{> collectionFollows}}

        ## The claim

        The creditor, also the original one, is {{creditorName}}. The claim concerns invoice {{claimReferences}}, \
        dated \
        {{invoiceDates}}. The amount due is {{total}} {{currency}} as of {{date}}, principal and additions as follows:

        [statement]

        {{#hasInterestTerms}}{{> interest}}{{/hasInterestTerms}}

        ## The new deadline is {{deadline}}

        {{> inTime}}

        [payment]

        ## If the deadline is not met

        Debt collection (inkasso) then follows with a payment demand (betalingsoppfordring). {{> estimatedCosts}}

        ## If you do not agree with the claim

        {{> objection}}

        ## If you cannot pay it all at once

        {{> paymentDifficulty}}

        ## If you wish to complain

        {{> complaint}}

        {{> complaintsBoard}}

        Yours sincerely,

        \(greeting)
        """

    private static let demand = """
        # Payment demand: claim from {{creditorName}}, case {{caseNumber}}

        Dear {{debtorName}},

        The deadline of the collection notice has passed, and we have not registered payment of {{claimReferences}}. \
        {{^bySelf}}The claim is therefore in debt collection (inkasso) with {{agencyName}}, which collects it for \
        {{creditorName}}. {{/bySelf}}Please pay or raise objections by {{deadline}} at the latest. This letter is a \
        payment demand (betalingsoppfordring) under the Norwegian Debt Collection Act (inkassoloven).

        ## The claim

        The claim is {{total}} {{currency}} as of {{date}}, principal and additions as follows:

        [statement]

        {{> interest}}

        {{#hasCosts}}The collector's fee is calculated under chapter 2 of the Norwegian debt collection regulation \
        (inkassoforskriften). {{/hasCosts}}{{#hasFees}}Fees are calculated under chapter 1 of that \
        regulation.{{/hasFees}}

        ## Please pay by {{deadline}}

        {{> inTime}}

        [payment]

        ## If the claim is not paid

        {{> consequences}} The court or the conciliation board (forliksrådet) may then order you to pay fees and legal \
        costs.

        ## If you do not agree with the claim

        {{> objection}}

        {{> complaintsBoard}}

        ## If you cannot pay it all at once

        {{> paymentDifficulty}}{{^bySelf}} You can safely pay to us; the payment also counts towards \
        {{creditorName}}.{{/bySelf}}

        Yours sincerely,

        \(greeting)
        """

    private static let legalNotice = """
        # Notice of legal action: claim from {{creditorName}}, case {{caseNumber}}

        Dear {{debtorName}},

        The deadline of the payment demand has passed, and we have not registered payment of {{claimReferences}}. \
        {{> legalAction}}

        ## The claim

        The claim is {{total}} {{currency}} as of {{date}}, principal and additions as follows:

        [statement]

        {{> interest}}

        {{#hasCosts}}The collector's fee is calculated under chapter 2 of the Norwegian debt collection regulation \
        (inkassoforskriften).{{/hasCosts}}

        ## Please pay by {{deadline}}

        {{> inTime}}

        [payment]

        ## What legal action can be

        {{creditorName}} can for example bring the case before the conciliation board (forliksrådet). This may \
        involve fees and legal costs that the board or a court may order you to pay. It is never too late to contact us.

        ## If you do not agree with the claim

        {{> objection}}

        {{> complaintsBoard}}

        ## If you cannot pay it all at once

        {{> paymentDifficulty}}

        Yours sincerely,

        \(greeting)
        """
}
