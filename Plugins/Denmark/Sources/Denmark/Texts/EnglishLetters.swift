import FordringKit

/// The letters in English, for debtors who read it better than Danish.
///
/// The same contents as ``DanishLetters``; the Danish terms stand in brackets where the debtor will meet them again.
enum EnglishLetters {
    /// The text of a step's letter; `nil` for a step without one.
    static func template(for step: CollectionStep) -> String? {
        switch step {
        case .reminder: reminder
        case .notice: notice
        case .letter: letter
        case .court: nil
        }
    }

    private static let reminder = """
        # Reminder no. {{reminderNumber}}: payment to {{creditorName}}

        Dear {{debtorName}},

        {{agencyName}} writes to you on behalf of {{creditorName}}. We have not yet registered your payment of \
        {{claimReferences}}. If you have paid within the last few days, please disregard this letter.

        Please pay {{total}} {{currency}} by {{deadline}} at the latest. The amount is made up as follows:

        [statement]

        {{#hasFees}}Any reminder fees are calculated under section 9 b of the Danish Interest Act (renteloven)\
        {{^isConsumer}}, and any compensation for late payment under section 9 a (3) of that act{{/isConsumer}}.\
        {{/hasFees}}

        [payment]

        ## If you cannot pay in time

        Please contact us before the deadline by telephone on {{phone}} or by e-mail to {{email}}, and we will see \
        whether we can find a solution, for example payment by instalments.

        ## If you do not agree with the claim

        Please write to {{email}} as soon as possible, quoting case number {{caseNumber}}, and say what you do not agree \
        with. We put the case on hold while your objection is examined.

        ## If the amount is not paid

        If we do not hear from you before the deadline, the claim may be sent to debt collection (inkasso). Before that \
        you will receive a collection notice (inkassovarsel) with a new deadline for payment. Further fees and interest \
        may be added.

        Yours sincerely,

        {{agencyName}} on behalf of {{creditorName}}
        """

    private static let notice = """
        # Collection notice: payment to {{creditorName}} by {{deadline}}

        Dear {{debtorName}},

        {{agencyName}} has been asked to collect an overdue claim for {{creditorName}}. This letter is a collection \
        notice (inkassovarsel) under section 10 of the Danish Debt Collection Act (inkassoloven).

        ## The claim

        {{creditorName}} states that the following has not been paid: {{claimReferences}}. The total claim is {{total}} \
        {{currency}} as of {{date}} and is made up as follows:

        [statement]

        {{#hasInterest}}The interest is late-payment interest under section 5 of the Danish Interest Act (renteloven). \
        It runs until the principal has been paid. {{/hasInterest}}{{#hasFees}}Any reminder fees are calculated under \
        section 9 b of the Interest Act{{^isConsumer}}, and any compensation for late payment under section 9 a (3) of \
        that act{{/isConsumer}}.{{/hasFees}}

        ## The final date is {{deadline}}

        If you pay {{total}} {{currency}} by {{deadline}} at the latest, no further costs will be added to the claim. It \
        is enough that you have ordered the payment from your bank by that day.

        [payment]

        ## If the deadline is not met

        If the claim has not been paid by the deadline, it goes to debt collection without further notice. The claim may \
        then be increased by further costs: reasonable and relevant collection costs under section 9 a of the Interest \
        Act and the Danish order on out-of-court collection costs, and late-payment interest until payment. The claim \
        may also be brought before a court, which involves court fees and legal costs that the court may order you to \
        pay.

        ## If you do not agree with the claim

        You can object to all or part of the claim. Please write to {{email}} before the deadline, quoting case number \
        {{caseNumber}}, and say what you do not agree with. We put the case on hold while your objection is examined. \
        You can also ask us for documentation of the claim.

        ## If you cannot pay it all at once

        Please contact us before the deadline by telephone on {{phone}} or by e-mail to {{email}}. We will look together \
        at whether payment by instalments is possible. It is best to contact us early, also if money is tight.

        Yours sincerely,

        {{agencyName}} on behalf of {{creditorName}}
        """

    private static let letter = """
        # Collection letter: claim from {{creditorName}}, case {{caseNumber}}

        Dear {{debtorName}},

        The deadline of our collection notice has passed, and we have not registered payment of {{claimReferences}}. The \
        claim is therefore now in debt collection (inkasso) with {{agencyName}}, which collects it for {{creditorName}}.

        ## The claim

        The total claim is {{total}} {{currency}} as of {{date}} and is made up as follows:

        [statement]

        {{#hasInterest}}The interest is late-payment interest under section 5 of the Danish Interest Act (renteloven). \
        It runs until the principal has been paid. {{/hasInterest}}{{#hasFees}}Any reminder fees are calculated under \
        section 9 b of the Interest Act{{^isConsumer}}, and any compensation for late payment under section 9 a (3) of \
        that act{{/isConsumer}}. {{/hasFees}}{{#hasCosts}}The collection costs are calculated under section 9 a \
        of the Interest Act and the Danish order on out-of-court collection costs.{{/hasCosts}}

        ## Please pay by {{deadline}}

        [payment]

        ## What may happen now

        If the claim has not been paid by {{deadline}} and we have not heard from you, {{creditorName}} may decide to \
        bring the case before a court, for example by a payment order (betalingspåkrav) at the bailiff court \
        (fogedretten). This involves court fees and may involve legal costs that the court may order you to pay. If the \
        court establishes the claim, the bailiff court may seize assets that you own (udlæg).

        The claim can be registered with a credit bureau only if the conditions of the Danish Data Protection Act are \
        met, and you will be told of the registration.

        ## If you do not agree with the claim

        You can still object. Please write to {{email}}, quoting case number {{caseNumber}}, and say what you do not \
        agree with. We put the case on hold while your objection is examined.

        ## If you cannot pay it all at once

        Please telephone {{phone}} or write to {{email}}. We would rather agree on instalments that you can keep than \
        take the case to court.

        Yours sincerely,

        {{agencyName}} on behalf of {{creditorName}}
        """
}
