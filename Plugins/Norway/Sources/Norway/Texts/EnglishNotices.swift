/// The notices in English.
extension EnglishLetters {
    static func template(for notice: Notice) -> String {
        switch notice {
        case .registration: registration
        case .assignment: assignment
        }
    }

    static func clause(_ clause: NoticeClause) -> String {
        switch clause {
        case .registrationWhat:
            "This is the copy of what will be registered, before it is used: that {{claimReferences}} has fallen due and is "
                + "not paid, how much is unpaid, when it fell due, and that {{creditorName}} is the creditor, together with "
                + "your identity and address."
        case .registrationWhere:
            "The registration is made with the Norwegian credit bureau (kredittopplysningsforetak) {{bureauName}}, as a "
                + "record of non-payment (betalingsanmerkning). Businesses can ask the bureau before they give credit."
        case .registrationBy:
            "{{^bySelf}}{{agencyName}} reports the claim to the bureau on behalf of {{creditorName}}.{{/bySelf}}"
                + "{{#bySelf}}{{creditorName}} reports the claim to the bureau.{{/bySelf}}"
        case .registrationWhy:
            "The reason is that the claim has not been paid. Under section 10 of the Norwegian Credit Information Act "
                + "(kredittopplysningsloven), the information can be used about a consumer one month after a writ or a "
                + "request for enforcement was sent at the earliest, and about a legal person one month after the payment "
                + "demand was sent. It is not used while a plan of instalments is kept."
        case .registrationCorrection:
            "If anything is wrong, or if you have paid already, you can ask for it to be put right within 14 days after this "
                + "letter was sent, before the information can be used (section 20 of the act). Please write to {{email}} "
                + "or telephone {{phone}}, quoting case number {{caseNumber}}. We put mistakes right after the 14 days too."
        case .registrationObjection:
            "You can object to all or part of the claim. Please write to {{email}}, quoting case number {{caseNumber}}, and "
                + "say what you do not agree with. We put the case on hold while your objection is examined. A disputed "
                + "claim cannot be used unless the objection is obviously groundless or there is a ground for enforcement "
                + "(section 11 of the act)."
        case .registrationDeletion:
            "When the debt is settled, we ask the bureau to delete the information, and it can no longer be used."
        case .registrationAge:
            "Otherwise it is used for four years at most. New legal steps can give four years more (sections 21 and 22 of "
                + "the act)."
        case .assignmentSold:
            "{{creditorName}} has sold the claim {{claimReferences}} to {{buyerName}}. The sale takes effect on "
                + "{{transferredOn}}."
        case .assignmentBuyer:
            "The new creditor is {{buyerName}}. You can reach {{buyerName}} at the address {{buyerAddress}}."
        case .assignmentPayment:
            "From the time you receive this letter, payment must be made to {{buyerName}}{{^paysToSameAccount}}, which will "
                + "tell you how to pay; please do not pay {{creditorName}} any more{{/paysToSameAccount}}."
        case .assignmentGoodFaith:
            "If you paid {{creditorName}} before you were told of the sale, and did not know that the claim had been sold, "
                + "the payment counts."
        case .assignmentObjections:
            "The objections and counterclaims that you have against {{creditorName}} can also be raised against "
                + "{{buyerName}}."
        }
    }

    private static let registration = """
        # Notice of registration: claim from {{creditorName}}, case {{caseNumber}}

        Dear {{debtorName}},

        We write to tell you that the claim from {{creditorName}} will be registered if it is still not paid.

        ## What will be registered

        {{> registrationWhat}} The claim is {{total}} {{currency}} as of {{date}}, principal and additions as follows:

        [statement]

        ## Where, by whom and why

        {{> registrationWhere}} {{> registrationBy}}

        {{> registrationWhy}}

        ## If something is wrong

        {{> registrationCorrection}}

        ## If you do not agree with the claim

        {{> registrationObjection}}

        ## Payment

        If the claim is paid before it is registered, it will not be registered.

        [payment]

        ## When the information is no longer used

        {{> registrationDeletion}} {{> registrationAge}}

        Yours sincerely,

        \(greeting)
        """

    private static let assignment = """
        # Notice of a new creditor: {{buyerName}}, case {{caseNumber}}

        Dear {{debtorName}},

        {{> assignmentSold}}

        ## The new creditor

        {{> assignmentBuyer}}

        ## Payment

        {{> assignmentPayment}} {{> assignmentGoodFaith}}

        {{#paysToSameAccount}}
        The account is the same as before:

        [payment]
        {{/paysToSameAccount}}

        ## The claim

        The claim is {{total}} {{currency}} as of {{date}}, principal and additions as follows:

        [statement]

        ## If you do not agree with the claim

        {{> assignmentObjections}}

        ## Questions

        If you have questions about this letter, please telephone {{phone}} or write to {{email}}.

        Yours sincerely,

        \(greeting)
        """
}
