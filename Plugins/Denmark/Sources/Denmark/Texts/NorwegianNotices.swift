import FordringKit

/// The notices in Norwegian; the law is the Danish one.
extension NorwegianLetters {
    static let registration = """
        # Varsel om registrering: krav fra {{creditorName}}, sak {{caseNumber}}

        Hei {{debtorName}}

        Vi skriver for å fortelle \(deg) at kravet fra {{creditorName}} vil bli registrert hvis det fortsatt ikke er betalt.

        ## Hva som blir registrert

        {{> registrationWhat}} Kravet er {{total}} {{currency}} per {{date}} og er satt sammen slik:

        [statement]

        ## Hvor, av hvem og hvorfor

        {{> registrationWhere}} {{> registrationBy}}

        {{> registrationWhy}}

        ## Er noe feil, eller er \(du) ikke \(enig)?

        {{> registrationCorrection}}

        {{> objection}}

        {{> registrationDispute}}

        ## Betaling

        Er kravet betalt før det er registrert, blir det ikke registrert.

        [payment]

        ## Når registreringen blir slettet

        {{> registrationDeletion}} {{> registrationAge}}

        Med vennlig hilsen

        {{agencyName}} på vegne av {{creditorName}}
        """

    static let registrationClauses = [
        "registrationWhat":
            "Det registreres at {{claimReferences}} er forfalt og ikke betalt, hvor mye som er ubetalt, når kravet forfalt, og "
            + "at {{creditorName}} er kreditor. Det registreres sammen med identiteten og adressen \(din).",
        "registrationWhere":
            "Registreringen skjer hos det danske kredittopplysningsforetaket (kreditoplysningsbureau) {{bureauName}}. Det "
            + "fører et register som virksomheter kan spørre før de gir kreditt.",
        "registrationBy": "Det er {{agencyName}} som melder kravet til foretaket på vegne av {{creditorName}}.",
        "registrationCorrection":
            "Er en opplysning feil, eller har \(du) allerede betalt, så skriv til oss på {{email}}, eller ring på telefon "
            + "{{phone}}, og oppgi saksnummer {{caseNumber}}. Vi retter feilen, også hos foretaket. \(capitalDu) kan også "
            + "henvende \(deg) til foretaket selv.",
        "registrationDispute":
            "Så lenge innsigelsen ikke er avgjort, blir kravet ikke registrert. Er det allerede registrert, ber vi foretaket "
            + "om å slette det.",
        "registrationDeletion":
            "Når kravet er betalt, eller hvis registreringen viser seg å være feil, ber vi foretaket om å slette den.",
        "registrationAge": "Registreringen blir slettet senest etter fem år.",
    ]

    static func registrationReason(in country: CountryCode) -> String {
        let condition =
            "gjelden til samme kreditor er over 1000 danske kroner, og når den enten er anerkjent skriftlig, eller det er tatt "
            + "rettslige skritt for å inndrive den."
        return country == .greenland
            ? "Det skjer fordi kravet ikke er betalt. Etter den grønlandske persondataforordningen (anordning 1238/2016) "
                + "§§ 19-26 kan et krav registreres når \(condition)"
            : "Det skjer fordi kravet ikke er betalt. Etter den danske databeskyttelsesloven § 21 kan et krav registreres når "
                + condition
    }

    static let assignment = """
        # Melding om ny kreditor: {{buyerName}}, sak {{caseNumber}}

        Hei {{debtorName}}

        {{> assignmentSold}}

        ## Den nye kreditoren

        {{> assignmentBuyer}}

        ## Betaling

        {{> assignmentPayment}} {{> assignmentGoodFaith}}

        {{#paysToSameAccount}}
        Kontoen er den samme som før:

        [payment]
        {{/paysToSameAccount}}

        ## Kravet

        Kravet er {{total}} {{currency}} per {{date}} og er satt sammen slik:

        [statement]

        ## Er \(du) ikke \(enig) i kravet?

        {{> assignmentObjections}}

        ## Spørsmål

        Har \(du) spørsmål til dette brevet, så ta kontakt på telefon {{phone}} eller e-post {{email}}.

        Med vennlig hilsen

        {{agencyName}} på vegne av {{creditorName}}
        """

    static let assignmentClauses = [
        "assignmentSold":
            "{{creditorName}} har solgt kravet {{claimReferences}} til {{buyerName}}. Det gjelder fra {{transferredOn}}.",
        "assignmentBuyer":
            "Ny kreditor er {{buyerName}}. \(capitalDu) kan henvende \(deg) til {{buyerName}} på adressen {{buyerAddress}}.",
        "assignmentPayment":
            "Fra \(du) mottar dette brevet, skal betalingen gå til {{buyerName}}{{^paysToSameAccount}}, som opplyser hvordan "
            + "det kan betales; betal ikke lenger til {{creditorName}}{{/paysToSameAccount}}.",
        "assignmentGoodFaith":
            "Har \(du) betalt til {{creditorName}} før \(du) fikk beskjed om salget, og visste \(du) ikke at kravet var solgt, "
            + "så gjelder betalingen.",
        "assignmentObjections":
            "De innsigelsene og motkravene som \(du) har overfor {{creditorName}}, kan \(du) også gjøre gjeldende overfor "
            + "{{buyerName}}.",
    ]
}
