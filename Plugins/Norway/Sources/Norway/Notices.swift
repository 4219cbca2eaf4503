import FordringKit

/// The letters that tell the debtor of something and ask for no step: none is in the order of collecting.
///
/// They are queued by whoever registers or sells a claim, never decided by the rules; they state no last day to pay,
/// cost nothing, and leave every claim where it was.
enum Notice: Sendable, CaseIterable {
    /// The copy of what a credit bureau will use, kredittopplysningsloven § 19.
    case registration
    /// That a claim was sold.
    case assignment

    /// The notice that the kit calls by a name; `nil` for a step of collecting or of another country.
    init?(_ kind: StepKind) {
        guard let notice = Notice.allCases.first(where: { $0.kind == kind }) else { return nil }
        self = notice
    }

    /// The kit's name.
    var kind: StepKind {
        switch self {
        case .registration: .registrationNotice
        case .assignment: .assignmentNotice
        }
    }

    /// The most times that a claim gets the letter: a registration can be asked for anew, and a claim sold again.
    ///
    /// No rule limits it; the host only wants to know when something goes round in a circle.
    var timesMax: Int { 10 }

    /// What the letter must tell the debtor.
    var items: [LetterItem] {
        switch self {
        case .registration: Notice.registrationItems
        case .assignment: Notice.assignmentItems
        }
    }

    private static func item(
        _ name: String, _ meaning: String, _ carrier: LetterItem.Carrier, isStatutory: Bool = false,
        _ citation: Citation
    ) -> LetterItem { LetterItem(name, meaning, [carrier], isStatutory: isStatutory, citation) }

    private static func clause(_ clause: NoticeClause) -> LetterItem.Carrier { .clause(clause.rawValue) }

    private static let registrationItems: [LetterItem] = [
        item(
            "copy", "what will be used, before it is", clause(.registrationWhat), isStatutory: true,
            CreditInformationAct.copy),
        item("amount", "what is owed, principal and additions apart", .statement, Practice.letters),
        item("register", "with which kind of register", clause(.registrationWhere), Practice.letters),
        item("bureau", "with which bureau", .field("bureauName"), CreditInformationAct.copy),
        item("reporter", "who has it registered", clause(.registrationBy), Practice.letters),
        item("reason", "why it may be used", clause(.registrationWhy), CreditInformationAct.use),
        item(
            "correction", "the 14 days to have it put right before it is used", clause(.registrationCorrection),
            isStatutory: true, CreditInformationAct.correction),
        item(
            "objection", "how to object, and what is not used then", clause(.registrationObjection),
            CreditInformationAct.dispute),
        item("payment", "how to pay", .payment, Practice.letters),
        item(
            "settled", "that it is not used when the debt is settled", clause(.registrationDeletion),
            CreditInformationAct.settled),
        item("age", "how long it is used at most", clause(.registrationAge), CreditInformationAct.age),
    ]

    private static let assignmentItems: [LetterItem] = [
        item("sold", "that the claim was sold", clause(.assignmentSold), Practice.letters),
        item("transferredOn", "since when it is the new creditor's", .field("transferredOn"), Practice.letters),
        item("buyerName", "who the new creditor is", .field("buyerName"), Practice.letters),
        item("buyerAddress", "how to reach the new creditor", .field("buyerAddress"), Practice.letters),
        item("payBuyer", "from when the new creditor is paid", clause(.assignmentPayment), DebtInstrumentsAct.notice),
        item(
            "goodFaith", "that an earlier payment to the old creditor counts", clause(.assignmentGoodFaith),
            DebtInstrumentsAct.notice),
        item("objections", "that objections stay", clause(.assignmentObjections), DebtInstrumentsAct.objections),
        item("amount", "what is owed, principal and additions apart", .statement, Practice.letters),
    ]
}

extension StepKind {
    /// The copy to the debtor of what a credit bureau will use.
    static let registrationNotice = StepKind("registrationNotice")
    /// The notice of a sale of the claim (overdragelse).
    static let assignmentNotice = StepKind("assignmentNotice")
}

/// The sentences that the texts of the notices place with `{{> name}}`.
enum NoticeClause: String, Sendable, CaseIterable {
    /// The copy of what will be used, § 19.
    case registrationWhat
    /// With which kind of register.
    case registrationWhere
    /// Who reports it.
    case registrationBy
    /// When the act lets it be used, § 10.
    case registrationWhy
    /// The 14 days to have it put right, § 20.
    case registrationCorrection
    /// How to object, and what follows, § 11.
    case registrationObjection
    /// What is settled is not used, § 24.
    case registrationDeletion
    /// How old it may become, §§ 21 and 22.
    case registrationAge
    /// What was sold, by whom, to whom and since when.
    case assignmentSold
    /// Who the new creditor is, and where.
    case assignmentBuyer
    /// From when it is paid.
    case assignmentPayment
    /// That an earlier payment counts.
    case assignmentGoodFaith
    /// That objections stay.
    case assignmentObjections
}

/// Kredittopplysningsloven, 2019 no 109, in force 2022-07-01, as far as the debtor is told.
///
/// Whether a claim may be registered at all is the bureau plug-in's to say.
enum CreditInformationAct {
    private static let source = "kredittopplysningsloven, Act 2019 no 109"

    /// § 10: when information on collecting may be used.
    static let use = Citation(source, "§ 10")
    /// § 11: disputed claims.
    static let dispute = Citation(source, "§ 11")
    /// § 19: a copy to a natural person before the use.
    static let copy = Citation(source, "§ 19")
    /// § 20: 14 days to correct before the use.
    static let correction = Citation(source, "§ 20")
    /// §§ 21 and 22: four years, and four more on a new legal step.
    static let age = Citation(source, "§§ 21-22")
    /// § 24: the end when the debt is settled.
    static let settled = Citation(source, "§ 24")
}

/// Gjeldsbrevloven, the act on debt instruments, as far as a claim gets a new creditor; recalled only.
enum DebtInstrumentsAct {
    private static let source = "gjeldsbrevloven"

    /// Paying the old creditor in good faith frees the debtor until the notice.
    static let notice = Citation.unverified(source, "notice of a sale", "Recalled; no section was looked up.")
    /// Objections stay.
    static let objections = Citation.unverified(
        source, "objections",
        "Taken over from the Danish act (gældsbrevsloven §§ 27-31); no Norwegian section was read.")
}
