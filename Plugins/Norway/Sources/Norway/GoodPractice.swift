import FordringKit

/// God inkassoskikk: what good practice keeps out of what the agency writes, by § 8 of the act of 1988.
enum GoodPractice {
    private static let pressure =
        "No threats, shaming or mention of family, neighbours and employers: good practice allows no unreasonable "
        + "pressure."
    // Offers only: that a claim is from a credit card or a consumer loan may be said.
    private static let loans = "No loan may be offered to a debtor: it breaches good practice."
    private static let outside = "Nobody but the debtor may be able to read that the letter is about a debt."

    private static let loanSource = Citation(CollectionAct1988.source, "§ 8")

    /// The rules in all languages of the letters.
    static let wordingRules: [WordingRule] = [
        WordingRule(
            .anywhere, in: .norwegian,
            [
                "politiet", "politianmeldelse", "politianmeldt", "fengsel", "fengsles", "arrestert", "arrestasjon",
                "familien din", "dine foreldre", "ektefellen din", "naboene", "naboene dine", "arbeidsgiveren din",
                "sjefen din", "kollegene dine", "oppsøke deg på jobben", "svindler", "skamfullt", "bør skamme deg",
                "offentliggjøre navnet", "siste sjanse", "ellers går det deg ille",
            ], pressure, CollectionAct1988.goodPractice),
        WordingRule(
            .anywhere, in: .danish,
            [
                "politiet", "politianmeldelse", "politianmeldt", "fængsel", "fængsles", "arresteret", "anholdt",
                "din familie", "dine forældre", "din ægtefælle", "naboerne", "dine naboer", "din arbejdsgiver",
                "din chef", "dine kolleger", "opsøge dig på arbejdet", "svindler", "skammeligt", "bør skamme dig",
                "offentliggøre dit navn", "sidste chance",
            ], pressure, CollectionAct1988.goodPractice),
        WordingRule(
            .anywhere, in: .english,
            [
                "the police", "police report", "prison", "jail", "arrested", "criminal charges", "your family",
                "your parents", "your spouse", "your neighbours", "your neighbors", "your employer", "your boss",
                "your colleagues", "visit you at work", "fraudster", "shameful", "ashamed of yourself",
                "publish your name", "last chance",
            ], pressure, CollectionAct1988.goodPractice),
        WordingRule(
            .anywhere, in: .norwegian,
            [
                "låne penger", "tilbyr lån", "tilbud om lån", "ta opp lån", "ta opp et lån",
                "refinansiering", "refinansieringslån", "lån hos oss",
            ], loans, loanSource),
        WordingRule(
            .anywhere, in: .danish,
            [
                "låne penge", "tilbyder lån", "tilbud om lån", "optage lån", "optage et lån",
                "refinansiering", "samlelån", "lån hos os",
            ], loans, loanSource),
        WordingRule(
            .anywhere, in: .english,
            [
                "borrow money", "offer you a loan", "loan offer", "take out a loan", "refinancing",
                "consolidation loan", "loan from us",
            ], loans, loanSource),
        WordingRule(
            .outside, in: .norwegian,
            [
                "inkasso", "inkassovarsel", "inkassosak", "gjeld", "skyldner", "skyldig", "purring", "purregebyr",
                "betalingspurring", "krav", "kravet", "betalingskrav", "betalingsoppfordring", "betalingsanmerkning",
                "forfalt", "ubetalt", "mislighold", "rettslige skritt", "forliksklage", "utlegg", "namsmannen",
            ], outside, CollectionAct1988.confidentiality),
        WordingRule(
            .outside, in: .danish,
            [
                "inkasso", "inkassovarsel", "inkassosag", "gæld", "skyldner", "skyldig", "rykker", "rykkergebyr",
                "krav",
                "kravet", "betalingskrav", "betalingspåmindelse", "forfalden", "forfaldent", "ubetalt",
                "misligholdelse",
                "retlige skridt", "udlæg", "fogedretten",
            ], outside, CollectionAct1988.confidentiality),
        WordingRule(
            .outside, in: .english,
            [
                "debt", "debts", "debtor", "debt collection", "collection notice", "collection letter", "reminder",
                "payment reminder", "payment demand", "overdue", "unpaid", "arrears", "owe", "owed", "legal action",
                "claim", "inkasso", "default",
            ], outside, CollectionAct1988.confidentiality),
    ]
}
