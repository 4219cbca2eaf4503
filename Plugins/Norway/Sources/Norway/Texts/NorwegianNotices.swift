/// The notices in Norwegian bokmål.
extension NorwegianLetters {
    static func template(for notice: Notice) -> String {
        switch notice {
        case .registration: registration
        case .assignment: assignment
        }
    }

    static func clause(_ clause: NoticeClause) -> String {
        switch clause {
        case .registrationWhat:
            "Dette er kopien av det som skal registreres, før det blir brukt: at {{claimReferences}} er forfalt og ikke "
                + "betalt, hvor mye som er ubetalt, når kravet forfalt, og at {{creditorName}} er kreditor. Det registreres "
                + "sammen med identiteten og adressen \(din)."
        case .registrationWhere:
            "Registreringen skjer hos kredittopplysningsforetaket {{bureauName}}, som en betalingsanmerkning. Virksomheter "
                + "kan spørre foretaket før de gir kreditt."
        case .registrationBy:
            "{{^bySelf}}Det er {{agencyName}} som melder kravet til foretaket på vegne av {{creditorName}}.{{/bySelf}}"
                + "{{#bySelf}}Det er {{creditorName}} som melder kravet til foretaket.{{/bySelf}}"
        case .registrationWhy:
            "Det skjer fordi kravet ikke er betalt. Etter kredittopplysningsloven § 10 kan opplysningen om en forbruker "
                + "brukes tidligst én måned etter at stevning eller begjæring om tvangsfullbyrdelse ble sendt, og om en "
                + "juridisk person tidligst én måned etter at betalingsoppfordringen ble sendt. Den brukes ikke så lenge en "
                + "avdragsavtale blir holdt."
        case .registrationCorrection:
            "Er noe feil, eller har \(du) allerede betalt, kan \(du) be om retting i 14 dager etter at dette brevet er sendt, "
                + "før opplysningen kan brukes (kredittopplysningsloven § 20). Skriv til {{email}} eller ring {{phone}}, og "
                + "oppgi saksnummer {{caseNumber}}. Vi retter feil også etter de 14 dagene."
        case .registrationObjection:
            "\(capitalDu) kan komme med innsigelser mot hele kravet eller en del av det. Skriv til {{email}}, og oppgi "
                + "saksnummer {{caseNumber}} og hva \(du) ikke er \(enig) i. Vi stanser saken mens innsigelsen blir "
                + "undersøkt. Et omtvistet krav kan ikke brukes med mindre innsigelsen er åpenbart grunnløs eller det finnes "
                + "tvangsgrunnlag (kredittopplysningsloven § 11)."
        case .registrationDeletion:
            "Når gjelden er gjort opp, ber vi foretaket om å slette opplysningen, og den kan ikke lenger brukes."
        case .registrationAge:
            "Ellers brukes den i høyst fire år. Nye rettslige skritt kan gi fire år til (kredittopplysningsloven §§ 21 og 22)."
        case .assignmentSold:
            "{{creditorName}} har solgt kravet {{claimReferences}} til {{buyerName}}. Det gjelder fra {{transferredOn}}."
        case .assignmentBuyer:
            "Ny kreditor er {{buyerName}}. \(capitalDu) kan ta kontakt med {{buyerName}} på adressen {{buyerAddress}}."
        case .assignmentPayment:
            "Fra \(du) mottar dette brevet, skal betalingen gå til {{buyerName}}{{^paysToSameAccount}}, som opplyser hvordan "
                + "det kan betales; betal ikke lenger til {{creditorName}}{{/paysToSameAccount}}."
        case .assignmentGoodFaith:
            "Har \(du) betalt til {{creditorName}} før \(du) fikk beskjed om salget, og visste \(du) ikke at kravet var "
                + "solgt, så gjelder betalingen."
        case .assignmentObjections:
            "De innsigelsene og motkravene som \(du) har overfor {{creditorName}}, kan \(du) også gjøre gjeldende overfor "
                + "{{buyerName}}."
        }
    }

    private static let registration = """
        # Varsel om registrering: krav fra {{creditorName}}, sak {{caseNumber}}

        Hei {{debtorName}}

        Vi skriver for å fortelle \(deg) at kravet fra {{creditorName}} vil bli registrert hvis det fortsatt ikke er \
        betalt.

        ## Hva som blir registrert

        {{> registrationWhat}} Kravet er {{total}} {{currency}} per {{date}}, med hovedstol og tilleggskrav slik:

        [statement]

        ## Hvor, av hvem og hvorfor

        {{> registrationWhere}} {{> registrationBy}}

        {{> registrationWhy}}

        ## Er noe feil?

        {{> registrationCorrection}}

        ## Er \(du) ikke \(enig) i kravet?

        {{> registrationObjection}}

        ## Betaling

        Er kravet betalt før det er registrert, blir det ikke registrert.

        [payment]

        ## Når opplysningen ikke lenger brukes

        {{> registrationDeletion}} {{> registrationAge}}

        Vennlig hilsen

        \(greeting)
        """

    private static let assignment = """
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

        Kravet er {{total}} {{currency}} per {{date}}, med hovedstol og tilleggskrav slik:

        [statement]

        ## Er \(du) ikke \(enig) i kravet?

        {{> assignmentObjections}}

        ## Spørsmål

        Har \(du) spørsmål til dette brevet, så ta kontakt på telefon {{phone}} eller e-post {{email}}.

        Vennlig hilsen

        \(greeting)
        """
}
