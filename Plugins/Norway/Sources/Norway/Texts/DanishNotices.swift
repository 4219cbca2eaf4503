/// The notices in Danish; the acts are the Norwegian ones.
extension DanishLetters {
    static func template(for notice: Notice) -> String {
        switch notice {
        case .registration: registration
        case .assignment: assignment
        }
    }

    static func clause(_ clause: NoticeClause) -> String {
        switch clause {
        case .registrationWhat:
            "Dette er kopien af det, der skal registreres, før det bliver brugt: at {{claimReferences}} er forfalden og ikke "
                + "betalt, hvor meget der er ubetalt, hvornår kravet forfaldt, og at {{creditorName}} er kreditor. Det "
                + "registreres sammen med \(din) identitet og adresse."
        case .registrationWhere:
            "Registreringen sker hos det norske kreditoplysningsbureau (kredittopplysningsforetak) {{bureauName}}, som en "
                + "betalingsanmærkning (betalingsanmerkning). Virksomheder kan spørge bureauet, før de giver kredit."
        case .registrationBy:
            "{{^bySelf}}Det er {{agencyName}}, der indberetter kravet til bureauet på vegne af {{creditorName}}.{{/bySelf}}"
                + "{{#bySelf}}Det er {{creditorName}}, der indberetter kravet til bureauet.{{/bySelf}}"
        case .registrationWhy:
            "Det sker, fordi kravet ikke er betalt. Efter den norske kredittopplysningslov § 10 kan oplysningen om en "
                + "forbruger tidligst bruges en måned efter, at stævning eller begæring om tvangsfuldbyrdelse blev sendt, og "
                + "om en juridisk person tidligst en måned efter, at betalingsopfordringen blev sendt. Den bruges ikke, så "
                + "længe en afdragsaftale bliver overholdt."
        case .registrationCorrection:
            "Er noget forkert, eller har \(du) allerede betalt, kan \(du) bede om rettelse i 14 dage efter, at dette brev er "
                + "sendt, før oplysningen kan bruges (kredittopplysningsloven § 20). Skriv til {{email}}, eller ring på "
                + "{{phone}}, og oplys sagsnummer {{caseNumber}}. Vi retter også fejl efter de 14 dage."
        case .registrationObjection:
            "\(capitalDu) kan gøre indsigelse mod hele kravet eller en del af det. Skriv til {{email}}, og oplys sagsnummer "
                + "{{caseNumber}}, og hvad \(du) ikke er \(enig) i. Vi sætter sagen i bero, mens indsigelsen bliver "
                + "undersøgt. Et omtvistet krav kan ikke bruges, medmindre indsigelsen er åbenbart grundløs, eller der "
                + "findes et tvangsgrundlag (kredittopplysningsloven § 11)."
        case .registrationDeletion:
            "Når gælden er betalt, beder vi bureauet om at slette oplysningen, og den kan ikke længere bruges."
        case .registrationAge:
            "Ellers bruges den i højst fire år. Nye retlige skridt kan give fire år mere (kredittopplysningsloven §§ 21 og "
                + "22)."
        case .assignmentSold:
            "{{creditorName}} har solgt kravet {{claimReferences}} til {{buyerName}}. Det gælder fra den {{transferredOn}}."
        case .assignmentBuyer:
            "Ny kreditor er {{buyerName}}. \(capitalDu) kan kontakte {{buyerName}} på adressen {{buyerAddress}}."
        case .assignmentPayment:
            "Fra \(du) modtager dette brev, skal betaling ske til {{buyerName}}{{^paysToSameAccount}}, som oplyser, hvordan "
                + "der kan betales; betal ikke længere til {{creditorName}}{{/paysToSameAccount}}."
        case .assignmentGoodFaith:
            "Har \(du) betalt til {{creditorName}}, før \(du) fik besked om salget, og vidste \(du) ikke, at kravet var "
                + "solgt, så gælder betalingen."
        case .assignmentObjections:
            "De indsigelser og modkrav, som \(du) har over for {{creditorName}}, kan \(du) også gøre gældende over for "
                + "{{buyerName}}."
        }
    }

    private static let registration = """
        # Besked om registrering: krav fra {{creditorName}}, sag {{caseNumber}}

        Kære {{debtorName}}

        Vi skriver for at fortælle \(dig), at kravet fra {{creditorName}} vil blive registreret, hvis det fortsat ikke er \
        betalt.

        ## Hvad der bliver registreret

        {{> registrationWhat}} Kravet er {{total}} {{currency}} pr. {{date}}, med hovedstol og tillæg sådan:

        [statement]

        ## Hvor, af hvem og hvorfor

        {{> registrationWhere}} {{> registrationBy}}

        {{> registrationWhy}}

        ## Er noget forkert?

        {{> registrationCorrection}}

        ## Er \(du) ikke \(enig) i kravet?

        {{> registrationObjection}}

        ## Betaling

        Er kravet betalt, før det er registreret, bliver det ikke registreret.

        [payment]

        ## Hvornår oplysningen ikke længere bruges

        {{> registrationDeletion}} {{> registrationAge}}

        Med venlig hilsen

        \(greeting)
        """

    private static let assignment = """
        # Besked om ny kreditor: {{buyerName}}, sag {{caseNumber}}

        Kære {{debtorName}}

        {{> assignmentSold}}

        ## Den nye kreditor

        {{> assignmentBuyer}}

        ## Betaling

        {{> assignmentPayment}} {{> assignmentGoodFaith}}

        {{#paysToSameAccount}}
        Kontoen er den samme som før:

        [payment]
        {{/paysToSameAccount}}

        ## Kravet

        Kravet er {{total}} {{currency}} pr. {{date}}, med hovedstol og tillæg sådan:

        [statement]

        ## Er \(du) ikke \(enig) i kravet?

        {{> assignmentObjections}}

        ## Spørgsmål

        Har \(du) spørgsmål til dette brev, så kontakt os på telefon {{phone}} eller e-mail {{email}}.

        Med venlig hilsen

        \(greeting)
        """
}
