import FordringKit

/// The notices in Danish.
extension DanishLetters {
    static let registration = """
        # Besked om registrering: krav fra {{creditorName}}, sag {{caseNumber}}

        Kære {{debtorName}}

        Vi skriver for at fortælle \(dig), at kravet fra {{creditorName}} vil blive registreret, hvis det fortsat ikke er \
        betalt.

        ## Hvad der bliver registreret

        {{> registrationWhat}} Kravet er {{total}} {{currency}} pr. {{date}} og er sammensat sådan:

        [statement]

        ## Hvor, af hvem og hvorfor

        {{> registrationWhere}} {{> registrationBy}}

        {{> registrationWhy}}

        ## Er noget forkert, eller er \(du) ikke \(enig)?

        {{> registrationCorrection}}

        {{> objection}}

        {{> registrationDispute}}

        ## Betaling

        Er kravet betalt, før det er registreret, bliver det ikke registreret.

        [payment]

        ## Hvornår registreringen bliver slettet

        {{> registrationDeletion}} {{> registrationAge}}

        Med venlig hilsen

        {{agencyName}} på vegne af {{creditorName}}
        """

    static let registrationClauses = [
        "registrationWhat":
            "Det registreres, at {{claimReferences}} er forfalden og ikke betalt, hvor meget der er ubetalt, hvornår kravet "
            + "forfaldt, og at {{creditorName}} er kreditor. Det registreres sammen med \(din) identitet og adresse.",
        "registrationWhere":
            "Registreringen sker hos kreditoplysningsbureauet {{bureauName}}. Det fører et register, som virksomheder kan "
            + "spørge, før de giver kredit.",
        "registrationBy": "Det er {{agencyName}}, der indberetter kravet til bureauet på vegne af {{creditorName}}.",
        "registrationCorrection":
            "Er en oplysning forkert, eller har \(du) allerede betalt, så skriv til os på {{email}}, eller ring på telefon "
            + "{{phone}}, og oplys sagsnummer {{caseNumber}}. Vi retter fejlen, også hos bureauet. \(capitalDu) kan også "
            + "henvende \(dig) til bureauet selv.",
        "registrationDispute":
            "Så længe \(din) indsigelse ikke er afgjort, bliver kravet ikke registreret. Er det allerede registreret, beder vi "
            + "bureauet om at slette det.",
        "registrationDeletion":
            "Når kravet er betalt, eller hvis registreringen viser sig at være forkert, beder vi bureauet om at slette den.",
        "registrationAge": "Registreringen bliver slettet senest efter fem år.",
    ]

    static func registrationReason(in country: CountryCode) -> String {
        let condition =
            "gælden til samme kreditor er over 1.000 kr., og når den enten er anerkendt skriftligt, eller der er taget "
            + "retslige skridt for at inddrive den."
        return country == .greenland
            ? "Det sker, fordi kravet ikke er betalt. Efter anordning nr. 1238 af 2016 om persondata i Grønland, §§ 19-26, kan "
                + "et krav registreres, når \(condition)"
            : "Det sker, fordi kravet ikke er betalt. Efter databeskyttelsesloven § 21 kan et krav registreres, når "
                + condition
    }

    static let assignment = """
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

        Kravet er {{total}} {{currency}} pr. {{date}} og er sammensat sådan:

        [statement]

        ## Er \(du) ikke \(enig) i kravet?

        {{> assignmentObjections}}

        ## Spørgsmål

        Har \(du) spørgsmål til dette brev, så kontakt os på telefon {{phone}} eller e-mail {{email}}.

        Med venlig hilsen

        {{agencyName}} på vegne af {{creditorName}}
        """

    static let assignmentClauses = [
        "assignmentSold":
            "{{creditorName}} har solgt kravet {{claimReferences}} til {{buyerName}}. Det gælder fra den {{transferredOn}}.",
        "assignmentBuyer":
            "Ny kreditor er {{buyerName}}. \(capitalDu) kan henvende \(dig) til {{buyerName}} på adressen {{buyerAddress}}.",
        "assignmentPayment":
            "Fra \(du) modtager dette brev, skal betaling ske til {{buyerName}}{{^paysToSameAccount}}, som oplyser, hvordan "
            + "der kan betales; betal ikke længere til {{creditorName}}{{/paysToSameAccount}}.",
        "assignmentGoodFaith":
            "Har \(du) betalt til {{creditorName}}, før \(du) fik besked om salget, og vidste \(du) ikke, at kravet var solgt, "
            + "så gælder betalingen.",
        "assignmentObjections":
            "De indsigelser og modkrav, som \(du) har over for {{creditorName}}, kan \(du) også gøre gældende over for "
            + "{{buyerName}}.",
    ]
}
