import FordringKit

/// The letters in Norwegian bokmål.
///
/// A paragraph is one line of the text. Consumers are addressed *du*, others *dere*; the verbs are the same.
enum NorwegianLetters: LetterWords {
    static func template(for step: CollectionStep, isUnderNewAct: Bool) -> String? {
        switch step {
        case .reminder: reminder
        case .notice: isUnderNewAct ? noticeOf2026 : notice
        case .demand: demand
        case .legalNotice: legalNotice
        case .court: nil
        }
    }

    static let du = Letters.either("du", "dere")
    static let capitalDu = Letters.either("Du", "Dere")
    static let deg = Letters.either("deg", "dere")
    static let enig = Letters.either("enig", "enige")
    static let din = Letters.either("din", "deres")

    static let greeting = """
        {{^bySelf}}{{agencyName}} på vegne av {{creditorName}}{{/bySelf}}{{#bySelf}}{{creditorName}}{{/bySelf}}
        """

    static func clause(_ clause: Clause, isUnderNewAct: Bool) -> String {
        let act = isUnderNewAct ? "inkassoloven av 2026" : "inkassoloven"
        return switch clause {
        case .inTime:
            "Betalingen er rettidig når banken har mottatt betalingsoppdraget senest {{deadline}}."
        case .collectionNoticeFollows:
            "Hører vi ikke fra \(deg) innen fristen, kan saken bli sendt til inkasso. Før det får \(du) et "
                + "inkassovarsel med en ny betalingsfrist."
        case .collectionFollows:
            "Dette er et inkassovarsel etter \(act) § \(isUnderNewAct ? "20" : "9"). Er kravet ikke betalt innen "
                + "{{deadline}}, blir inkasso satt i gang."
        case .estimatedCosts:
            "{{#hasEstimatedCosts}}Da kommer det kostnader i tillegg, etter dagens satser {{estimatedCosts}} "
                + "{{currency}}. "
                + "{{/hasEstimatedCosts}}{{^hasEstimatedCosts}}\(capitalDu) blir ikke belastet for kostnader ved "
                + "betalingsoppfordringen. {{/hasEstimatedCosts}}Forsinkelsesrenten løper til kravet er betalt."
        case .interest:
            "Forsinkelsesrente etter forsinkelsesrenteloven løper til hovedstolen er betalt, fra dagen etter forfall, "
                + "tidligst fra {{interestFrom}}. Rentesatsen er nå {{interestRate}} i året."
        case .consequences:
            "Er kravet ikke betalt innen fristen, kan det føre til økte kostnader og rettslige skritt."
        case .legalAction:
            "Er kravet ikke betalt innen {{deadline}}, og har vi ikke fått noen innsigelse, varsler vi med dette at "
                + "det kan bli tatt rettslige skritt uten nytt varsel\(isUnderNewAct ? "" : ", etter inkassoloven § 11")."
        case .objection:
            "\(capitalDu) kan komme med innsigelser mot hele kravet eller en del av det. Skriv til {{email}} innen "
                + "{{deadline}}, og oppgi saksnummer {{caseNumber}} og hva \(du) ikke er \(enig) i. Vi stanser saken "
                + "mens innsigelsen blir undersøkt."
        case .paymentDifficulty:
            "Kan \(du) ikke betale alt på én gang, så ta kontakt innen fristen på telefon {{phone}} eller e-post "
                + "{{email}}. Da ser vi sammen på om det går an å avtale avdrag eller en ny frist."
        case .complaintsBoard:
            "{{^bySelf}}\(capitalDu) kan bringe saken inn for Inkassoklagenemnda etter \(act)"
                + "\(isUnderNewAct ? "" : " § 22").{{/bySelf}}"
        case .complaint:
            "Er \(du) ikke fornøyd med måten vi behandler saken på, kan \(du) klage til oss på {{email}}. Vi svarer "
                + "skriftlig."
        }
    }

    /// Inkassoforskriften §§ 1-2 and 1-3: friendly, and says what is owed, until when, and what the fee is.
    private static let reminder = """
        # Purring {{reminderNumber}}: betaling til {{creditorName}}

        Hei {{debtorName}}

        {{^bySelf}}{{agencyName}} skriver på vegne av {{creditorName}}. {{/bySelf}}Vi kan ikke se at vi har fått \
        \(din) betaling for {{claimReferences}}. Har \(du) betalt de siste dagene, kan \(du) se bort fra dette brevet.

        Vi ber \(deg) betale {{total}} {{currency}} senest {{deadline}}. Beløpet er satt sammen slik:

        [statement]

        {{#hasFees}}Gebyret er beregnet etter inkassoforskriften § 1-2.{{/hasFees}}

        [payment]

        ## Kan \(du) ikke betale i tide?

        {{> paymentDifficulty}}

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        ## Hvis beløpet ikke blir betalt

        {{> collectionNoticeFollows}} Det kan komme gebyr og renter i tillegg.

        Vennlig hilsen

        \(greeting)
        """

    /// Inkassoloven § 9: that inkasso follows unless the claim is paid within 14 days.
    private static let notice = """
        # Inkassovarsel: betaling til {{creditorName}} senest {{deadline}}

        Hei {{debtorName}}

        {{^bySelf}}{{agencyName}} har fått i oppdrag å skrive til \(deg) for {{creditorName}}. {{/bySelf}}\
        {{> collectionFollows}}

        ## Kravet

        {{creditorName}} opplyser at dette ikke er betalt: {{claimReferences}}. Kravet er {{total}} {{currency}} per \
        {{date}}:

        [statement]

        {{#hasInterestTerms}}{{> interest}}{{/hasInterestTerms}}

        {{#hasFees}}Purre- og varselgebyr er beregnet etter inkassoforskriften § 1-2.{{/hasFees}}

        ## Siste frist er {{deadline}}

        Betaler \(du) {{total}} {{currency}} senest {{deadline}}, kommer det ingen inkassokostnader. {{> inTime}}

        [payment]

        ## Hvis fristen ikke blir holdt

        Da får \(du) en betalingsoppfordring. {{> estimatedCosts}}

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        ## Kan \(du) ikke betale alt på én gang?

        {{> paymentDifficulty}}

        Vennlig hilsen

        \(greeting)
        """

    /// § 20 a) to i) of the act of 2026.
    private static let noticeOf2026 = """
        # Inkassovarsel: betaling til {{creditorName}} senest {{deadline}}

        Hei {{debtorName}}

        {{> collectionFollows}}

        ## Kravet

        Kreditor, også opprinnelig, er {{creditorName}}. Kravet gjelder faktura {{claimReferences}}, datert \
        {{invoiceDates}}. Det forfalte beløpet er {{total}} {{currency}} per {{date}}, med hovedstol og tilleggskrav \
        slik:

        [statement]

        {{#hasInterestTerms}}{{> interest}}{{/hasInterestTerms}}

        ## Ny frist er {{deadline}}

        {{> inTime}}

        [payment]

        ## Hvis fristen ikke blir holdt

        Da følger inkasso med en betalingsoppfordring. {{> estimatedCosts}}

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        ## Kan \(du) ikke betale alt på én gang?

        {{> paymentDifficulty}}

        ## Vil \(du) klage?

        {{> complaint}}

        {{> complaintsBoard}}

        Vennlig hilsen

        \(greeting)
        """

    /// Inkassoloven § 10: the payment demand.
    private static let demand = """
        # Betalingsoppfordring: krav fra {{creditorName}}, sak {{caseNumber}}

        Hei {{debtorName}}

        Fristen i inkassovarselet er ute, og vi kan ikke se at {{claimReferences}} er betalt. {{^bySelf}}Kravet er \
        derfor \
        til inkasso hos {{agencyName}}, som krever det inn for {{creditorName}}. {{/bySelf}}Vi ber \(deg) betale \
        eller komme med innsigelser senest {{deadline}}. Dette brevet er en betalingsoppfordring etter inkassoloven.

        ## Kravet

        Kravet er {{total}} {{currency}} per {{date}}, med hovedstol og tilleggskrav slik:

        [statement]

        {{> interest}}

        {{#hasCosts}}Inkassosalæret er beregnet etter inkassoforskriften kapittel 2. {{/hasCosts}}{{#hasFees}}Gebyr er \
        beregnet etter inkassoforskriften kapittel 1.{{/hasFees}}

        ## Betal senest {{deadline}}

        {{> inTime}}

        [payment]

        ## Hvis kravet ikke blir betalt

        {{> consequences}} Retten eller forliksrådet kan da pålegge \(deg) å betale gebyr og sakskostnader.

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        {{> complaintsBoard}}

        ## Kan \(du) ikke betale alt på én gang?

        {{> paymentDifficulty}}{{^bySelf}} \(capitalDu) kan trygt betale til oss; betalingen gjelder også overfor \
        {{creditorName}}.{{/bySelf}}

        Vennlig hilsen

        \(greeting)
        """

    /// Inkassoloven §§ 10 and 11: the separate notice of legal action.
    private static let legalNotice = """
        # Varsel om rettslige skritt: krav fra {{creditorName}}, sak {{caseNumber}}

        Hei {{debtorName}}

        Fristen i betalingsoppfordringen er ute, og vi kan ikke se at {{claimReferences}} er betalt. {{> legalAction}}

        ## Kravet

        Kravet er {{total}} {{currency}} per {{date}}, med hovedstol og tilleggskrav slik:

        [statement]

        {{> interest}}

        {{#hasCosts}}Inkassosalæret er beregnet etter inkassoforskriften kapittel 2.{{/hasCosts}}

        ## Betal senest {{deadline}}

        {{> inTime}}

        [payment]

        ## Hva rettslige skritt kan være

        {{creditorName}} kan for eksempel ta saken til forliksrådet. Det kan medføre gebyr og sakskostnader, som \
        forliksrådet eller retten kan pålegge \(deg) å betale. Det er aldri for sent å ta kontakt med oss.

        ## Er \(du) ikke \(enig) i kravet?

        {{> objection}}

        {{> complaintsBoard}}

        ## Kan \(du) ikke betale alt på én gang?

        {{> paymentDifficulty}}

        Vennlig hilsen

        \(greeting)
        """
}
