import FordringKit

/// The letters in Norwegian (bokmål), for debtors who read it better than Danish.
///
/// The same contents as ``DanishLetters``; the law is the Danish one, and its terms stand in brackets where the debtor will
/// meet them again.
enum NorwegianLetters: LetterLanguage {
    static let du = either("du", "dere")
    static let capitalDu = either("Du", "Dere")
    static let deg = either("deg", "dere")
    static let enig = either("enig", "enige")
    static let din = either("din", "deres")

    static let months = [
        "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
        "desember",
    ]

    static let reminder = """
        # {{reminderNumber}}. purring: betaling til {{creditorName}}

        Hei {{debtorName}}

        {{agencyName}} skriver på vegne av {{creditorName}}. Vi har ennå ikke registrert \(din) betaling av \
        {{claimReferences}}. Har \(du) betalt de siste dagene, kan \(du) se bort fra dette brevet.

        Vi ber \(deg) betale {{total}} {{currency}} senest {{deadline}}. Beløpet er satt sammen slik:

        [statement]

        {{> feesBasis}}

        [payment]

        ## Kan \(du) ikke betale i tide?

        Ta gjerne kontakt før fristen på telefon {{phone}} eller e-post {{email}}, så ser vi på om vi kan finne en \
        løsning, for eksempel en avdragsordning.

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        ## Hvis beløpet ikke blir betalt

        Hører vi ikke fra \(deg) innen fristen, kan kravet bli sendt til inkasso. Før det får \(du) et inkassovarsel med \
        en ny betalingsfrist. Det kan komme flere gebyrer og renter i tillegg.

        Med vennlig hilsen

        {{agencyName}} på vegne av {{creditorName}}
        """

    static let notice = """
        # Inkassovarsel: betaling til {{creditorName}} senest {{deadline}}

        Hei {{debtorName}}

        {{agencyName}} har fått i oppdrag å inndrive et forfalt krav for {{creditorName}}. {{> noticeBasis}}

        ## Kravet

        {{creditorName}} opplyser at følgende ikke er betalt: {{claimReferences}}. Det samlede kravet er \
        {{total}} {{currency}} per {{date}} og er satt sammen slik:

        [statement]

        {{> interestBasis}} {{> feesBasis}}

        ## Siste frist er {{deadline}}

        {{> noFurtherCosts}}

        [payment]

        ## Hvis fristen ikke blir overholdt

        {{> goesToCollection}} {{> costWarning}} {{> consequences}}

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}} \(capitalDu) kan også be om dokumentasjon for kravet.

        ## Kan \(du) ikke betale alt på én gang?

        Ta kontakt før fristen på telefon {{phone}} eller e-post {{email}}. Da ser vi sammen på om det kan lages en \
        avdragsordning. Det er best å ta kontakt tidlig, også hvis økonomien er presset.

        Med vennlig hilsen

        {{agencyName}} på vegne av {{creditorName}}
        """

    static let letter = """
        # Inkassobrev: krav fra {{creditorName}}, sak {{caseNumber}}

        Hei {{debtorName}}

        {{> inCollection}}

        ## Kravet

        Det samlede kravet er {{total}} {{currency}} per {{date}} og er satt sammen slik:

        [statement]

        {{> interestBasis}} {{> feesBasis}} {{> costsBasis}}

        ## Betal senest {{deadline}}

        [payment]

        ## Hva som kan skje nå

        Er kravet ikke betalt senest {{deadline}}, og har vi ikke hørt fra \(deg), kan {{creditorName}} beslutte å gå \
        videre. {{> consequences}} Fastslår retten kravet, kan det tas utlegg (udlæg) i verdier som \(du) eier.

        {{> registrationWarning}}

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        ## Kan \(du) ikke betale alt på én gang?

        Ring oss på telefon {{phone}}, eller skriv til {{email}}. Vi vil heller finne en avdragsordning som \(du) kan \
        holde, enn å sende saken til retten.

        Med vennlig hilsen

        {{agencyName}} på vegne av {{creditorName}}
        """

    static let visit = """
        # Varsel om besøk: krav fra {{creditorName}}, sak {{caseNumber}}

        Hei {{debtorName}}

        {{agencyName}} inndriver et krav for {{creditorName}}: {{claimReferences}}. Fristen i inkassovarselet vårt er \
        utløpt, og vi har ikke registrert betaling. Vi vil derfor besøke \(deg) for å snakke om en løsning.

        ## Hvor og når

        {{> visitPlace}} {{> visitTime}}

        {{> visitRepeat}}

        {{> visitContact}}

        ## Kravet

        Det samlede kravet er {{total}} {{currency}} per {{date}} og er satt sammen slik:

        [statement]

        {{> interestBasis}} {{> feesBasis}} {{> costsBasis}}

        [payment]

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        Med vennlig hilsen

        {{agencyName}} på vegne av {{creditorName}}
        """

    static let clauses = [
        "noFurtherCosts":
            "Betaler \(du) {{total}} {{currency}} senest {{deadline}}, blir det ikke lagt flere kostnader til kravet. Det er "
            + "nok at betalingen er satt i gang i banken \(din) senest den dagen.",
        "goesToCollection": "Er kravet ikke betalt innen fristen, går det til inkasso uten nytt varsel.",
        "consequences":
            "Kravet kan bli brakt inn for retten, og det medfører rettsgebyr og sakskostnader som retten kan pålegge \(deg) "
            + "å betale.",
        "objection":
            "\(capitalDu) kan gjøre innsigelse mot hele kravet eller en del av det. Skriv til oss på {{email}}, og oppgi "
            + "saksnummer {{caseNumber}} og hva \(du) ikke er \(enig) i. Vi stiller saken i bero mens innsigelsen blir "
            + "undersøkt.",
        "inCollection":
            "Betalingsfristen i inkassovarselet vårt er utløpt uten at vi har registrert betaling av {{claimReferences}}. "
            + "Kravet er derfor nå til inkasso hos {{agencyName}}, som inndriver det for {{creditorName}}.",
        "visitPlace":
            "Besøket finner sted \(either("der du bor", "på forretningsstedet eller bostedet deres")), på adressen som dette "
            + "brevet er sendt til.",
        "visitTime": "Vi kommer på en hverdag, i tidsrommet {{visitTimeOfDay}}.",
        "visitRepeat": "Treffer vi \(deg) ikke, kan vi komme igjen uten å sende et nytt varsel.",
        "visitContact":
            "Passer det ikke, eller vil \(du) heller avtale noe annet, så ta kontakt på telefon {{collectorPhone}} eller på "
            + "adressen {{collectorAddress}}.",
    ]

    static let registrationWarning =
        "Blir kravet ikke betalt, kan det bli registrert hos et kredittopplysningsforetak. Det skjer bare hvis lovens vilkår "
        + "for det er oppfylt, og \(du) får i så fall beskjed om registreringen."

    static let interestRate =
        "{{#hasInterestRate}}Satsen er nå {{interestRate}} i året, og det er regnet rente fra {{interestFrom}}."
        + "{{/hasInterestRate}}"

    static func acts(of country: CountryCode) -> NamedActs {
        switch country {
        case .greenland:
            NamedActs(
                notice:
                    "Dette brevet er varselet som må sendes før det kan inngis betalingskrav (betalingspåkrav) til Retten i "
                    + "Grønland.",
                interest:
                    "Rentene er forsinkelsesrenter etter den grønlandske renteloven. De løper til hovedstolen er betalt.",
                fees: "Eventuelle gebyrer er beregnet etter den grønlandske renteloven § 9 b", compensation: "",
                costs: "",
                costWarning: "Da kan kravet bli økt med flere kostnader: rimelige og relevante inndrivingskostnader og "
                    + "forsinkelsesrenter fram til betaling.")
        case .faroeIslands:
            NamedActs(
                notice: "Dette brevet er et inkassovarsel.", interest: "", fees: "", compensation: "", costs: "",
                costWarning: "Da kan kravet bli økt med flere kostnader etter reglene som gjelder på Færøyene.")
        default:
            NamedActs(
                notice: "Dette brevet er et påkrav etter den danske inkassoloven § 10 (inkassovarsel).",
                interest:
                    "Rentene er forsinkelsesrenter etter den danske renteloven § 5. De løper til hovedstolen er betalt.",
                fees: "Eventuelle gebyrer er beregnet etter den danske renteloven § 9 b",
                compensation: " og et eventuelt kompensasjonsbeløp etter renteloven § 9 a (3)",
                costs:
                    "Inndrivingskostnadene er beregnet etter den danske renteloven § 9 a og den danske forskriften om "
                    + "utenrettslige inndrivingskostnader.",
                costWarning:
                    "Da kan kravet bli økt med flere kostnader: rimelige og relevante inndrivingskostnader etter den "
                    + "danske renteloven § 9 a og den danske forskriften om utenrettslige inndrivingskostnader, og "
                    + "forsinkelsesrenter fram til betaling.")
        }
    }
}
