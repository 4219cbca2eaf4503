import FordringKit

/// The letters in Danish.
///
/// A paragraph is one line of the text. Consumers are addressed *du*, others *I*; the verbs are the same.
enum DanishLetters {
    /// The text of a step's letter; `nil` for a step without one.
    static func template(for step: CollectionStep) -> String? {
        switch step {
        case .reminder: reminder
        case .notice: notice
        case .letter: letter
        case .court: nil
        }
    }

    private static func either(_ consumer: String, _ other: String) -> String {
        "{{#isConsumer}}\(consumer){{/isConsumer}}{{^isConsumer}}\(other){{/isConsumer}}"
    }

    private static let du = either("du", "I")
    private static let capitalDu = either("Du", "I")
    private static let dig = either("dig", "jer")
    private static let enig = either("enig", "enige")
    private static let din = either("din", "jeres")

    /// Renteloven § 9 b: friendly, and says what is owed, until when, and what a reminder costs.
    private static let reminder = """
        # {{reminderNumber}}. rykker: betaling til {{creditorName}}

        Kære {{debtorName}}

        {{agencyName}} skriver på vegne af {{creditorName}}. Vi har endnu ikke registreret \(din) betaling af \
        {{claimReferences}}. Har \(du) betalt inden for de seneste dage, kan \(du) se bort fra dette brev.

        Vi beder \(dig) betale {{total}} {{currency}} senest den {{deadline}}. Beløbet er sammensat sådan:

        [statement]

        {{#hasFees}}Eventuelle rykkergebyrer er beregnet efter renteloven § 9 b{{^isConsumer}} og et eventuelt \
        kompensationsbeløb efter renteloven § 9 a, stk. 3{{/isConsumer}}.{{/hasFees}}

        [payment]

        ## Kan \(du) ikke betale til tiden?

        Kontakt os gerne inden fristen på telefon {{phone}} eller e-mail {{email}}, så ser vi på, om vi kan finde en \
        løsning, for eksempel en afdragsordning.

        ## Er \(du) ikke \(enig) i kravet?

        Skriv til os på {{email}} hurtigst muligt, og oplys sagsnummer {{caseNumber}}, og hvad \(du) ikke er \(enig) i. \
        Vi sætter sagen i bero, mens \(din) indsigelse bliver undersøgt.

        ## Hvis beløbet ikke bliver betalt

        Hører vi ikke fra \(dig) inden fristen, kan kravet blive sendt til inkasso. Inden da får \(du) et inkassovarsel \
        med en ny betalingsfrist. Der kan komme yderligere gebyrer og renter til.

        Med venlig hilsen

        {{agencyName}} på vegne af {{creditorName}}
        """

    /// Inkassoloven § 10: all that is needed to judge the claim, the last day, and the warning of further costs.
    ///
    /// Without the warning the cost order lets no collection cost be charged later.
    private static let notice = """
        # Inkassovarsel: betaling til {{creditorName}} senest den {{deadline}}

        Kære {{debtorName}}

        {{agencyName}} har fået til opgave at inddrive et forfaldent krav for {{creditorName}}. Dette brev er en \
        påkravsskrivelse efter inkassoloven § 10 (inkassovarsel).

        ## Kravet

        {{creditorName}} oplyser, at følgende ikke er betalt: {{claimReferences}}. Det samlede krav er \
        {{total}} {{currency}} pr. {{date}} og er sammensat sådan:

        [statement]

        {{#hasInterest}}Renterne er morarenter efter renteloven § 5. De løber, indtil hovedstolen er betalt. \
        {{/hasInterest}}{{#hasFees}}Eventuelle rykkergebyrer er beregnet efter renteloven § 9 b{{^isConsumer}} og et \
        eventuelt kompensationsbeløb efter renteloven § 9 a, stk. 3{{/isConsumer}}.{{/hasFees}}

        ## Sidste frist er den {{deadline}}

        Betaler \(du) {{total}} {{currency}} senest den {{deadline}}, bliver der ikke lagt yderligere omkostninger oven i \
        kravet. Det er tilstrækkeligt, at betalingen er sat i gang i \(din) bank senest den dag.

        [payment]

        ## Hvis fristen ikke bliver overholdt

        Er kravet ikke betalt inden fristen, går det til inkasso uden yderligere varsel. Så kan kravet blive forhøjet med \
        yderligere omkostninger: rimelige og relevante inddrivelsesomkostninger efter renteloven § 9 a og bekendtgørelsen \
        om udenretlige inddrivelsesomkostninger samt morarenter frem til betaling. Kravet kan også blive indbragt for \
        retten, og det medfører retsafgift og sagsomkostninger, som retten kan pålægge \(dig) at betale.

        ## Er \(du) ikke \(enig) i kravet?

        \(capitalDu) kan gøre indsigelse mod hele kravet eller en del af det. Skriv til os på {{email}} inden fristen, og \
        oplys sagsnummer {{caseNumber}}, og hvad \(du) ikke er \(enig) i. Vi sætter sagen i bero, mens \(din) indsigelse \
        bliver undersøgt. \(capitalDu) kan også bede om dokumentation for kravet.

        ## Kan \(du) ikke betale det hele på én gang?

        Kontakt os inden fristen på telefon {{phone}} eller e-mail {{email}}. Så ser vi sammen på, om der kan laves en \
        afdragsordning. Det er bedst at henvende sig tidligt, også hvis økonomien er presset.

        Med venlig hilsen

        {{agencyName}} på vegne af {{creditorName}}
        """

    /// The last demand before a court, after the notice's deadline.
    private static let letter = """
        # Inkassobrev: krav fra {{creditorName}}, sag {{caseNumber}}

        Kære {{debtorName}}

        Betalingsfristen i vores inkassovarsel er udløbet, uden at vi har registreret betaling af {{claimReferences}}. \
        Kravet er derfor nu til inkasso hos {{agencyName}}, som inddriver det for {{creditorName}}.

        ## Kravet

        Det samlede krav er {{total}} {{currency}} pr. {{date}} og er sammensat sådan:

        [statement]

        {{#hasInterest}}Renterne er morarenter efter renteloven § 5. De løber, indtil hovedstolen er betalt. \
        {{/hasInterest}}{{#hasFees}}Eventuelle rykkergebyrer er beregnet efter renteloven § 9 b{{^isConsumer}} og et \
        eventuelt kompensationsbeløb efter renteloven § 9 a, stk. 3{{/isConsumer}}. {{/hasFees}}{{#hasCosts}}\
        Inddrivelsesomkostningerne er beregnet efter renteloven § 9 a og bekendtgørelsen om udenretlige \
        inddrivelsesomkostninger.{{/hasCosts}}

        ## Betal senest den {{deadline}}

        [payment]

        ## Hvad der kan ske nu

        Er kravet ikke betalt senest den {{deadline}}, og har vi ikke hørt fra \(dig), kan {{creditorName}} beslutte at \
        indbringe sagen for retten, for eksempel med et betalingspåkrav til fogedretten. Det medfører retsafgift og kan \
        medføre sagsomkostninger, som retten kan pålægge \(dig) at betale. Fastslår retten kravet, kan fogedretten \
        foretage udlæg i værdier, som \(du) ejer.

        Kravet kan kun blive registreret i et kreditoplysningsbureau, hvis betingelserne i databeskyttelsesloven er \
        opfyldt, og \(du) får i så fald besked om registreringen.

        ## Er \(du) ikke \(enig) i kravet?

        \(capitalDu) kan stadig gøre indsigelse. Skriv til os på {{email}}, og oplys sagsnummer {{caseNumber}}, og hvad \
        \(du) ikke er \(enig) i. Vi sætter sagen i bero, mens \(din) indsigelse bliver undersøgt.

        ## Kan \(du) ikke betale det hele på én gang?

        Ring til os på telefon {{phone}}, eller skriv til {{email}}. Vi vil hellere finde en afdragsordning, som \(du) \
        kan overholde, end sende sagen i retten.

        Med venlig hilsen

        {{agencyName}} på vegne af {{creditorName}}
        """
}
