import FordringKit

/// The letters in Danish.
///
/// Consumers are addressed *du*, others *I*; the verbs are the same.
enum DanishLetters: LetterLanguage {
    static let du = either("du", "I")
    static let capitalDu = either("Du", "I")
    static let dig = either("dig", "jer")
    static let enig = either("enig", "enige")
    static let din = either("din", "jeres")

    static let months = [
        "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november",
        "december",
    ]

    static let reminder = """
        # {{reminderNumber}}. rykker: betaling til {{creditorName}}

        Kære {{debtorName}}

        {{agencyName}} skriver på vegne af {{creditorName}}. Vi har endnu ikke registreret \(din) betaling af \
        {{claimReferences}}. Har \(du) betalt inden for de seneste dage, kan \(du) se bort fra dette brev.

        Vi beder \(dig) betale {{total}} {{currency}} senest den {{deadline}}. Beløbet er sammensat sådan:

        [statement]

        {{> feesBasis}}

        [payment]

        ## Kan \(du) ikke betale til tiden?

        Kontakt os gerne inden fristen på telefon {{phone}} eller e-mail {{email}}, så ser vi på, om vi kan finde en \
        løsning, for eksempel en afdragsordning.

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        ## Hvis beløbet ikke bliver betalt

        Hører vi ikke fra \(dig) inden fristen, kan kravet blive sendt til inkasso. Inden da får \(du) et inkassovarsel \
        med en ny betalingsfrist. Der kan komme yderligere gebyrer og renter til.

        Med venlig hilsen

        {{agencyName}} på vegne af {{creditorName}}
        """

    static let notice = """
        # Inkassovarsel: betaling til {{creditorName}} senest den {{deadline}}

        Kære {{debtorName}}

        {{agencyName}} har fået til opgave at inddrive et forfaldent krav for {{creditorName}}. {{> noticeBasis}}

        ## Kravet

        {{creditorName}} oplyser, at følgende ikke er betalt: {{claimReferences}}. Det samlede krav er \
        {{total}} {{currency}} pr. {{date}} og er sammensat sådan:

        [statement]

        {{> interestBasis}} {{> feesBasis}}

        ## Sidste frist er den {{deadline}}

        {{> noFurtherCosts}}

        [payment]

        ## Hvis fristen ikke bliver overholdt

        {{> goesToCollection}} {{> costWarning}} {{> consequences}}

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}} \(capitalDu) kan også bede om dokumentation for kravet.

        ## Kan \(du) ikke betale det hele på én gang?

        Kontakt os inden fristen på telefon {{phone}} eller e-mail {{email}}. Så ser vi sammen på, om der kan laves en \
        afdragsordning. Det er bedst at henvende sig tidligt, også hvis økonomien er presset.

        Med venlig hilsen

        {{agencyName}} på vegne af {{creditorName}}
        """

    static let letter = """
        # Inkassobrev: krav fra {{creditorName}}, sag {{caseNumber}}

        Kære {{debtorName}}

        {{> inCollection}}

        ## Kravet

        Det samlede krav er {{total}} {{currency}} pr. {{date}} og er sammensat sådan:

        [statement]

        {{> interestBasis}} {{> feesBasis}} {{> costsBasis}}

        ## Betal senest den {{deadline}}

        [payment]

        ## Hvad der kan ske nu

        Er kravet ikke betalt senest den {{deadline}}, og har vi ikke hørt fra \(dig), kan {{creditorName}} beslutte at \
        gå videre. {{> consequences}} Fastslår retten kravet, kan der foretages udlæg i værdier, som \(du) ejer.

        {{> registrationWarning}}

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        ## Kan \(du) ikke betale det hele på én gang?

        Ring til os på telefon {{phone}}, eller skriv til {{email}}. Vi vil hellere finde en afdragsordning, som \(du) \
        kan overholde, end sende sagen i retten.

        Med venlig hilsen

        {{agencyName}} på vegne af {{creditorName}}
        """

    static let visit = """
        # Varsel om besøg: krav fra {{creditorName}}, sag {{caseNumber}}

        Kære {{debtorName}}

        {{agencyName}} inddriver et krav for {{creditorName}}: {{claimReferences}}. Fristen i vores inkassovarsel er \
        udløbet, og vi har ikke registreret betaling. Vi vil derfor besøge \(dig) for at tale om en løsning.

        ## Hvor og hvornår

        {{> visitPlace}} {{> visitTime}}

        {{> visitRepeat}}

        {{> visitContact}}

        ## Kravet

        Det samlede krav er {{total}} {{currency}} pr. {{date}} og er sammensat sådan:

        [statement]

        {{> interestBasis}} {{> feesBasis}} {{> costsBasis}}

        [payment]

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        Med venlig hilsen

        {{agencyName}} på vegne af {{creditorName}}
        """

    static let clauses = [
        "noFurtherCosts":
            "Betaler \(du) {{total}} {{currency}} senest den {{deadline}}, bliver der ikke lagt yderligere omkostninger oven i "
            + "kravet. Det er tilstrækkeligt, at betalingen er sat i gang i \(din) bank senest den dag.",
        "goesToCollection": "Er kravet ikke betalt inden fristen, går det til inkasso uden yderligere varsel.",
        "consequences":
            "Kravet kan blive indbragt for retten, og det medfører retsafgift og sagsomkostninger, som retten kan pålægge "
            + "\(dig) at betale.",
        "objection":
            "\(capitalDu) kan gøre indsigelse mod hele kravet eller en del af det. Skriv til os på {{email}}, og oplys "
            + "sagsnummer {{caseNumber}}, og hvad \(du) ikke er \(enig) i. Vi sætter sagen i bero, mens \(din) indsigelse "
            + "bliver undersøgt.",
        "inCollection":
            "Betalingsfristen i vores inkassovarsel er udløbet, uden at vi har registreret betaling af {{claimReferences}}. "
            + "Kravet er derfor nu til inkasso hos {{agencyName}}, som inddriver det for {{creditorName}}.",
        "visitPlace":
            "Besøget finder sted på \(either("din bopæl", "jeres forretningssted eller bopæl")), på den adresse, som dette "
            + "brev er sendt til.",
        "visitTime": "Vi kommer på en hverdag, i tidsrummet {{visitTimeOfDay}}.",
        "visitRepeat": "Træffer vi \(dig) ikke, kan vi komme igen uden at sende et nyt varsel.",
        "visitContact":
            "Passer det ikke, eller vil \(du) hellere aftale noget andet, så kontakt os på telefon {{collectorPhone}} eller "
            + "på adressen {{collectorAddress}}.",
    ]

    static let registrationWarning =
        "Bliver kravet ikke betalt, kan det blive registreret i et kreditoplysningsbureau. Det sker kun, hvis lovens "
        + "betingelser for det er opfyldt, og \(du) får i så fald besked om registreringen."

    static let interestRate =
        "{{#hasInterestRate}}Satsen er nu {{interestRate}} om året, og der er regnet rente fra den {{interestFrom}}."
        + "{{/hasInterestRate}}"

    static func acts(of country: CountryCode) -> NamedActs {
        switch country {
        case .greenland:
            NamedActs(
                notice:
                    "Dette brev er det varsel, som skal sendes, før der kan indgives betalingspåkrav til Retten i Grønland.",
                interest:
                    "Renterne er morarenter efter renteloven for Grønland. De løber, indtil hovedstolen er betalt.",
                fees: "Eventuelle gebyrer er beregnet efter renteloven for Grønland § 9 b", compensation: "", costs: "",
                costWarning: "Så kan kravet blive forhøjet med yderligere omkostninger: rimelige og relevante "
                    + "inddrivelsesomkostninger samt morarenter frem til betaling.")
        case .faroeIslands:
            NamedActs(
                notice: "Dette brev er et inkassovarsel.", interest: "", fees: "", compensation: "", costs: "",
                costWarning:
                    "Så kan kravet blive forhøjet med yderligere omkostninger efter de regler, der gælder på Færøerne.")
        default:
            NamedActs(
                notice: "Dette brev er en påkravsskrivelse efter inkassoloven § 10 (inkassovarsel).",
                interest: "Renterne er morarenter efter renteloven § 5. De løber, indtil hovedstolen er betalt.",
                fees: "Eventuelle gebyrer er beregnet efter renteloven § 9 b",
                compensation: " og et eventuelt kompensationsbeløb efter renteloven § 9 a, stk. 3",
                costs:
                    "Inddrivelsesomkostningerne er beregnet efter renteloven § 9 a og bekendtgørelsen om udenretlige "
                    + "inddrivelsesomkostninger.",
                costWarning: "Så kan kravet blive forhøjet med yderligere omkostninger: rimelige og relevante "
                    + "inddrivelsesomkostninger efter renteloven § 9 a og bekendtgørelsen om udenretlige "
                    + "inddrivelsesomkostninger samt morarenter frem til betaling.")
        }
    }
}
