import FordringKit

/// The notices in English.
extension EnglishLetters {
    static let registration = """
        # Notice of registration: claim from {{creditorName}}, case {{caseNumber}}

        Dear {{debtorName}},

        We write to tell you that the claim from {{creditorName}} will be registered if it is still not paid.

        ## What will be registered

        {{> registrationWhat}} The claim is {{total}} {{currency}} as of {{date}} and is made up as follows:

        [statement]

        ## Where, by whom and why

        {{> registrationWhere}} {{> registrationBy}}

        {{> registrationWhy}}

        ## If something is wrong, or if you do not agree

        {{> registrationCorrection}}

        {{> objection}}

        {{> registrationDispute}}

        ## Payment

        If the claim is paid before it is registered, it will not be registered.

        [payment]

        ## When the registration is deleted

        {{> registrationDeletion}} {{> registrationAge}}

        Yours sincerely,

        {{agencyName}} on behalf of {{creditorName}}
        """

    static let registrationClauses = [
        "registrationWhat":
            "It will be registered that {{claimReferences}} has fallen due and is not paid, how much is unpaid, when it fell "
            + "due, and that {{creditorName}} is the creditor, together with your identity and address.",
        "registrationWhere":
            "The registration is made with the credit bureau (kreditoplysningsbureau) {{bureauName}}. It keeps a register "
            + "that businesses can ask before they give credit.",
        "registrationBy": "{{agencyName}} reports the claim to the bureau on behalf of {{creditorName}}.",
        "registrationCorrection":
            "If anything is wrong, or if you have paid already, please write to {{email}} or telephone {{phone}}, quoting "
            + "case number {{caseNumber}}. We put the mistake right, also with the bureau. You can also contact the bureau "
            + "yourself.",
        "registrationDispute":
            "As long as your objection is not decided, the claim will not be registered. If it is registered already, we ask "
            + "the bureau to delete it.",
        "registrationDeletion":
            "When the claim has been paid, or if the registration turns out to be wrong, we ask the bureau to delete it.",
        "registrationAge": "The registration is deleted after five years at the latest.",
    ]

    static func registrationReason(in country: CountryCode) -> String {
        let condition =
            "the debt to the same creditor is over 1,000 Danish kroner, and was acknowledged in writing or is pursued by legal "
            + "steps."
        return country == .greenland
            ? "The reason is that the claim has not been paid. Under sections 19-26 of the ordinance on personal data in "
                + "Greenland (1238/2016), a claim can be registered when \(condition)"
            : "The reason is that the claim has not been paid. Under section 21 of the Danish Data Protection Act "
                + "(databeskyttelsesloven), a claim can be registered when \(condition)"
    }

    static let assignment = """
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

        The claim is {{total}} {{currency}} as of {{date}} and is made up as follows:

        [statement]

        ## If you do not agree with the claim

        {{> assignmentObjections}}

        ## Questions

        If you have questions about this letter, please telephone {{phone}} or write to {{email}}.

        Yours sincerely,

        {{agencyName}} on behalf of {{creditorName}}
        """

    static let assignmentClauses = [
        "assignmentSold":
            "{{creditorName}} has sold the claim {{claimReferences}} to {{buyerName}}. The sale takes effect on "
            + "{{transferredOn}}.",
        "assignmentBuyer":
            "The new creditor is {{buyerName}}. You can reach {{buyerName}} at the address {{buyerAddress}}.",
        "assignmentPayment":
            "From the time you receive this letter, payment must be made to {{buyerName}}{{^paysToSameAccount}}, which will "
            + "tell you how to pay; please do not pay {{creditorName}} any more{{/paysToSameAccount}}.",
        "assignmentGoodFaith":
            "If you paid {{creditorName}} before you were told of the sale, and did not know that the claim had been sold, "
            + "the payment counts.",
        "assignmentObjections":
            "The objections and counterclaims that you have against {{creditorName}} can also be raised against "
            + "{{buyerName}}.",
    ]
}
