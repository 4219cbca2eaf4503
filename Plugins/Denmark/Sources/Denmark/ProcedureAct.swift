import FordringKit

/// Retsplejeloven, the act on the administration of justice, as far as it looks back on what was done out of court.
struct ProcedureAct: Sendable {
    /// What asks for the notice before a payment order, whoever the creditor is.
    let noticeBeforeCourt: Citation
    /// When a claim may go to court.
    let court: Citation
    /// The act's title in the book.
    let title: String
    /// What a payment order asks for, in a sentence with a space after it.
    var paymentOrder = ""

    /// LBK 1298 of 2025-11-07, §§ 477 a-477 b.
    static let denmark = ProcedureAct(
        noticeBeforeCourt: Citation("retsplejeloven, LBK 1298/2025", "§ 477 b (2)"),
        court: Citation("retsplejeloven, LBK 1298/2025", "§§ 477 a-477 b"),
        title: "Retsplejeloven, the act on the administration of justice",
        paymentOrder:
            "A payment order is for claims of at most 100,000 kr without interest and costs, each debtor apart, to which no "
            + "objection is expected, when the notice's deadline has passed. ")

    /// LBK 1007/2025 with act 342/2025, chapter 22.
    static let greenland = ProcedureAct(
        noticeBeforeCourt: Citation("retsplejelov for Grønland, LBK 1007/2025 (act 342/2025)", "ch. 22"),
        court: Citation("retsplejelov for Grønland, LBK 1007/2025 (act 342/2025)", "ch. 22"),
        title: "Retsplejelov for Grønland, the administration of justice act for Greenland",
        paymentOrder:
            "A payment order is for claims of at most 100,000 kr, when the notice's deadline has passed. ")

    /// LBK 457/2025, in which no payment order was found.
    static let faroeIslands = ProcedureAct(
        noticeBeforeCourt: .unverified(
            "agency practice", "notice in the Faroe Islands", "No rule was found; the notice is kept all the same."),
        court: .unverified(
            "retsplejelov for Færøerne, LBK 457/2025", "",
            "No payment order was found in it; a lawsuit is for a person."),
        title: "Retsplejelov for Færøerne, the administration of justice act for the Faroe Islands")

    /// The act in the book of the law.
    var act: LawBook.Act {
        LawBook.Act(
            title, number: court.source,
            [
                LawBook.Rule(
                    "readyForCourt",
                    "\(paymentOrder)A person decides on the court; the plug-in only says that nothing is left to do out of court.",
                    court),
                LawBook.Rule(
                    "noticeBeforeCourt", "The notice is sent also where the creditor's policy leaves it out.",
                    noticeBeforeCourt),
            ])
    }
}
