import FordringKit

/// The letters in Danish, for debtors who read it better than Norwegian.
///
/// The same contents as ``NorwegianLetters``; the acts and boards are named as the Norwegian ones.
enum DanishLetters: LetterWords {
    static func template(for step: CollectionStep, isUnderNewAct: Bool) -> String? {
        switch step {
        case .reminder: reminder
        case .notice: isUnderNewAct ? noticeOf2026 : notice
        case .demand: demand
        case .legalNotice: legalNotice
        case .court: nil
        }
    }

    static let du = Letters.either("du", "I")
    static let capitalDu = Letters.either("Du", "I")
    static let dig = Letters.either("dig", "jer")
    static let enig = Letters.either("enig", "enige")
    static let din = Letters.either("din", "jeres")
    private static let tilfreds = Letters.either("tilfreds", "tilfredse")

    static let greeting = """
        {{^bySelf}}{{agencyName}} på vegne af {{creditorName}}{{/bySelf}}{{#bySelf}}{{creditorName}}{{/bySelf}}
        """

    static func clause(_ clause: Clause, isUnderNewAct: Bool) -> String {
        let act = isUnderNewAct ? "den norske inkassolov af 2026" : "den norske inkassolov"
        return switch clause {
        case .inTime:
            "Betalingen er rettidig, når banken har modtaget betalingsordren senest den {{deadline}}."
        case .collectionNoticeFollows:
            "Hører vi ikke fra \(dig) inden fristen, kan sagen blive sendt til inkasso i Norge. Inden da får \(du) et "
                + "inkassovarsel med en ny betalingsfrist."
        case .collectionFollows:
            "Dette er et inkassovarsel efter \(act) § \(isUnderNewAct ? "20" : "9"). Er kravet ikke betalt senest den "
                + "{{deadline}}, går det til inkasso."
        case .estimatedCosts:
            "{{#hasEstimatedCosts}}Så kommer der omkostninger til, efter de nuværende satser {{estimatedCosts}} "
                + "{{currency}}. "
                + "{{/hasEstimatedCosts}}{{^hasEstimatedCosts}}\(capitalDu) kommer ikke til at betale omkostninger for "
                + "betalingsopfordringen. {{/hasEstimatedCosts}}Morarenten løber, indtil kravet er betalt."
        case .interest:
            "Morarente efter den norske forsinkelsesrentelov løber, indtil hovedstolen er betalt, fra dagen efter "
                + "forfaldsdagen, tidligst fra den {{interestFrom}}. Rentesatsen er nu {{interestRate}} om året."
        case .consequences:
            "Er kravet ikke betalt inden fristen, kan det føre til øgede omkostninger og retlige skridt."
        case .legalAction:
            "Er kravet ikke betalt senest den {{deadline}}, og har vi ikke fået nogen indsigelse, varsler vi hermed, "
                + "at der kan blive taget retlige skridt uden nyt varsel"
                + "\(isUnderNewAct ? "" : ", efter den norske inkassolov § 11")."
        case .objection:
            "\(capitalDu) kan gøre indsigelse mod hele kravet eller en del af det. Skriv til {{email}} senest den "
                + "{{deadline}}, og oplys sagsnummer {{caseNumber}}, og hvad \(du) ikke er \(enig) i. Vi sætter sagen "
                + "i bero, mens indsigelsen bliver undersøgt."
        case .paymentDifficulty:
            "Kan \(du) ikke betale det hele på én gang, så kontakt os inden fristen på telefon {{phone}} eller e-mail "
                + "{{email}}. Så ser vi sammen på, om der kan aftales afdrag eller en ny frist."
        case .complaintsBoard:
            "{{^bySelf}}\(capitalDu) kan indbringe sagen for det norske klagenævn, Inkassoklagenemnda, efter \(act)"
                + "\(isUnderNewAct ? "" : " § 22").{{/bySelf}}"
        case .complaint:
            "Er \(du) ikke \(tilfreds) med den måde, vi behandler sagen på, kan \(du) klage til os på {{email}}. Vi "
                + "svarer skriftligt."
        }
    }

    private static let reminder = """
        # {{reminderNumber}}. rykker: betaling til {{creditorName}}

        Kære {{debtorName}}

        {{^bySelf}}{{agencyName}} skriver på vegne af {{creditorName}}. {{/bySelf}}Vi har endnu ikke registreret \
        \(din) \
        betaling af {{claimReferences}}. Har \(du) betalt inden for de seneste dage, kan \(du) se bort fra dette brev.

        Vi beder \(dig) betale {{total}} {{currency}} senest den {{deadline}}. Beløbet er sammensat sådan:

        [statement]

        {{#hasFees}}Gebyret er beregnet efter den norske inkassoforskrift § 1-2.{{/hasFees}}

        [payment]

        ## Kan \(du) ikke betale til tiden?

        {{> paymentDifficulty}}

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        ## Hvis beløbet ikke bliver betalt

        {{> collectionNoticeFollows}} Der kan komme gebyrer og renter til.

        Med venlig hilsen

        \(greeting)
        """

    private static let notice = """
        # Inkassovarsel: betaling til {{creditorName}} senest den {{deadline}}

        Kære {{debtorName}}

        {{^bySelf}}{{agencyName}} har fået til opgave at skrive til \(dig) for {{creditorName}}. {{/bySelf}}\
        {{> collectionFollows}}

        ## Kravet

        {{creditorName}} oplyser, at dette ikke er betalt: {{claimReferences}}. Kravet er {{total}} {{currency}} pr. \
        {{date}}:

        [statement]

        {{#hasInterestTerms}}{{> interest}}{{/hasInterestTerms}}

        {{#hasFees}}Rykker- og varselsgebyr er beregnet efter den norske inkassoforskrift § 1-2.{{/hasFees}}

        ## Sidste frist er den {{deadline}}

        Betaler \(du) {{total}} {{currency}} senest den {{deadline}}, kommer der ingen inkassoomkostninger. {{> inTime}}

        [payment]

        ## Hvis fristen ikke bliver overholdt

        Så får \(du) en betalingsopfordring. {{> estimatedCosts}}

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        ## Kan \(du) ikke betale det hele på én gang?

        {{> paymentDifficulty}}

        Med venlig hilsen

        \(greeting)
        """

    private static let noticeOf2026 = """
        # Inkassovarsel: betaling til {{creditorName}} senest den {{deadline}}

        Kære {{debtorName}}

        {{> collectionFollows}}

        ## Kravet

        Kreditor, også den oprindelige, er {{creditorName}}. Kravet vedrører faktura {{claimReferences}}, dateret \
        {{invoiceDates}}. Det forfaldne beløb er {{total}} {{currency}} pr. {{date}}, med hovedstol og tillæg sådan:

        [statement]

        {{#hasInterestTerms}}{{> interest}}{{/hasInterestTerms}}

        ## Ny frist er den {{deadline}}

        {{> inTime}}

        [payment]

        ## Hvis fristen ikke bliver overholdt

        Så følger inkasso med en betalingsopfordring. {{> estimatedCosts}}

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        ## Kan \(du) ikke betale det hele på én gang?

        {{> paymentDifficulty}}

        ## Vil \(du) klage?

        {{> complaint}}

        {{> complaintsBoard}}

        Med venlig hilsen

        \(greeting)
        """

    private static let demand = """
        # Betalingsopfordring: krav fra {{creditorName}}, sag {{caseNumber}}

        Kære {{debtorName}}

        Fristen i inkassovarslet er udløbet, og vi har ikke registreret betaling af {{claimReferences}}. \
        {{^bySelf}}Kravet \
        er derfor til inkasso hos {{agencyName}}, som inddriver det for {{creditorName}}. {{/bySelf}}Vi beder \(dig) \
        betale \
        eller gøre indsigelse senest den {{deadline}}. Dette brev er en betalingsopfordring efter den norske inkassolov.

        ## Kravet

        Kravet er {{total}} {{currency}} pr. {{date}}, med hovedstol og tillæg sådan:

        [statement]

        {{> interest}}

        {{#hasCosts}}Inkassosalæret er beregnet efter den norske inkassoforskrift kapitel 2. \
        {{/hasCosts}}{{#hasFees}}Gebyr er beregnet efter den norske inkassoforskrift kapitel 1.{{/hasFees}}

        ## Betal senest den {{deadline}}

        {{> inTime}}

        [payment]

        ## Hvis kravet ikke bliver betalt

        {{> consequences}} Retten eller det norske forligsråd kan da pålægge \(dig) at betale gebyr og \
        sagsomkostninger.

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        {{> complaintsBoard}}

        ## Kan \(du) ikke betale det hele på én gang?

        {{> paymentDifficulty}}{{^bySelf}} \(capitalDu) kan trygt betale til os; betalingen gælder også over for \
        {{creditorName}}.{{/bySelf}}

        Med venlig hilsen

        \(greeting)
        """

    private static let legalNotice = """
        # Varsel om retlige skridt: krav fra {{creditorName}}, sag {{caseNumber}}

        Kære {{debtorName}}

        Fristen i betalingsopfordringen er udløbet, og vi har ikke registreret betaling af {{claimReferences}}. \
        {{> legalAction}}

        ## Kravet

        Kravet er {{total}} {{currency}} pr. {{date}}, med hovedstol og tillæg sådan:

        [statement]

        {{> interest}}

        {{#hasCosts}}Inkassosalæret er beregnet efter den norske inkassoforskrift kapitel 2.{{/hasCosts}}

        ## Betal senest den {{deadline}}

        {{> inTime}}

        [payment]

        ## Hvad retlige skridt kan være

        {{creditorName}} kan for eksempel indbringe sagen for det norske forligsråd. Det kan medføre gebyr og \
        sagsomkostninger, som forligsrådet eller retten kan pålægge \(dig) at betale. Det er aldrig for sent at \
        kontakte os.

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        {{> complaintsBoard}}

        ## Kan \(du) ikke betale det hele på én gang?

        {{> paymentDifficulty}}

        Med venlig hilsen

        \(greeting)
        """
}
