import FordringKit

/// The letters that tell the debtor of something and ask for no step: none is in the order of collecting.
///
/// They are queued by whoever registers or sells a claim, never decided by the rules; they state no last day to pay, cost
/// nothing, and leave every claim where it was.
enum Notice: Sendable, CaseIterable {
    /// That a claim will be registered with a credit bureau.
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
}

extension StepKind {
    /// The notice of a registration with a credit bureau.
    static let registrationNotice = StepKind("registrationNotice")
    /// The notice of a sale of the claim (overdragelse).
    static let assignmentNotice = StepKind("assignmentNotice")
}

/// What a country asks before a claim stands in the register of a credit bureau, as far as the debtor is told of it.
///
/// Whether a claim may be registered at all is the bureau plug-in's to say.
struct RegistrationRules: Sendable {
    /// The act's title in the book.
    let title: String
    /// That a letter warns before: `nil` where no source asks for a warning, so that no letter counts as one.
    let warning: Citation?
    /// That the debtor is told.
    let told: Citation
    /// What may be registered, and why.
    let reason: Citation
    /// How old it may become.
    let age: Citation
    /// That it goes when it is paid or disputed.
    let deletion: Citation
    /// That mistakes are put right.
    let correction: Citation

    private static let authority = "Datatilsynet, decision of 2013-05-08"

    /// Databeskyttelsesloven, §§ 20 and 21.
    static let denmark: RegistrationRules = {
        let act = "databeskyttelsesloven, LBK 289/2024"
        return RegistrationRules(
            title: "Databeskyttelsesloven, the data protection act, as far as the debtor is told of a registration",
            warning: .unverified(
                "project seed article 000", "possible consequences",
                "It lists the credit record among the consequences that are to be disclosed; no section of "
                    + "databeskyttelsesloven was read to ask for a warning before a registration."),
            told: .unverified(
                act, "§§ 19-21",
                "The debtor is told by the registers' practice, within about 4 weeks; the four weeks stand in Greenland's "
                    + "ordinance 1238/2016, and no section of the Danish act was read to say them."),
            reason: Citation(act, "§ 21"), age: Citation(act, "§ 20 (3)"),
            deletion: .unverified(
                authority, "deletion", "A decision and pages on practice; no section that was read says it."),
            correction: .unverified(
                act, "§ 20 (4)",
                "The section lets articles 12-19 of the data protection regulation apply, also to companies; what they say "
                    + "of putting mistakes right was not read."))
    }()

    /// The ordinance on personal data in Greenland, §§ 19 to 26.
    static let greenland: RegistrationRules = {
        let act = "anordning 1238/2016 om persondata i Grønland"
        return RegistrationRules(
            title: "The ordinance on personal data in Greenland, as far as the debtor is told of a registration",
            warning: nil, told: Citation(act, "§§ 19-26"), reason: Citation(act, "§§ 19-26"),
            age: Citation(act, "§§ 19-26"),
            deletion: .unverified(
                authority, "deletion",
                "A Danish decision, followed in Greenland by choice; no section was read to say it."),
            correction: .unverified(
                act, "§§ 19-26",
                "An answer within 4 weeks was read; that the debtor can have mistakes put right is taken from it."))
    }()

    /// The rules in the book of the law.
    var act: LawBook.Act {
        LawBook.Act(
            title, number: told.source,
            (warning.map {
                [
                    LawBook.Rule(
                        "registrationWarning",
                        "The collection letter says that the claim can be registered with a credit bureau; only one that does "
                            + "counts as the warning before a registration.", $0)
                ]
            } ?? []) + [
                LawBook.Rule(
                    "registrationNotice",
                    "The debtor is told of a registration with a credit bureau by a letter of its own, within 4 weeks: what is "
                        + "registered, with whom, by whom and why, how to object, correct and pay, and when it goes. Here "
                        + "the letter leaves first.",
                    told),
                LawBook.Rule(
                    "registrationReason",
                    "Debt to one creditor is registered only over 1,000 kr, and where it was acknowledged in writing or legal "
                        + "steps were taken.",
                    reason),
                LawBook.Rule("registrationAge", "What is registered goes after five years at the latest.", age),
                LawBook.Rule(
                    "registrationDeletion", "What is paid goes, and what is disputed and not decided by a court.",
                    deletion),
                LawBook.Rule("registrationCorrection", "The debtor can have mistakes put right.", correction),
            ])
    }
}

/// Gældsbrevsloven, the act on debt instruments, as far as a claim gets a new creditor.
struct AssignmentRules: Sendable {
    /// That paying the old creditor in good faith frees the debtor until the notice, and that objections and set-off stay.
    let notice: Citation

    private static let source = "gældsbrevsloven"
    private static let sections = "§§ 27-31"

    /// The act.
    static let denmark = AssignmentRules(notice: Citation(source, sections))

    /// The same by practice, where it was not looked up whether the act is in force.
    static func doubtful(in country: String) -> AssignmentRules {
        AssignmentRules(
            notice: .unverified(
                source, sections, "Whether the act is in force in \(country) was not looked up; kept by practice."))
    }

    /// What a seller and a buyer are called, and when it happened: no statute that was read lists what the notice says.
    static let contents = Citation.unverified(
        "project seed article", "notice of a sale", "No statute was found that lists the contents of the notice.")

    /// The rules in the book of the law.
    var act: LawBook.Act {
        LawBook.Act(
            "Gældsbrevsloven, the act on debt instruments, as far as a claim is sold",
            [
                LawBook.Rule(
                    "assignmentNotice",
                    "Until the debtor is told of the sale, paying the old creditor in good faith frees; from then on the new "
                        + "creditor is paid. Objections and set-off stay.",
                    notice),
                LawBook.Rule(
                    "assignmentContents",
                    "The notice names the new creditor, how to reach it, and the day of the transfer. How to pay is printed "
                        + "only where the account stays the same.",
                    AssignmentRules.contents),
            ])
    }
}

/// What the notices must tell.
extension LetterContents {
    /// What a notice must tell the debtor.
    func items(for notice: Notice) -> [LetterItem] {
        switch notice {
        case .registration: regime.registration.map(registrationItems) ?? []
        case .assignment: assignmentItems
        }
    }

    private func registrationItems(_ rules: RegistrationRules) -> [LetterItem] {
        // In Denmark the duty is practice, in Greenland it is written.
        let isStatutory = rules.told.verification == .verified
        func told(_ name: String, _ meaning: String, _ carriers: [LetterItem.Carrier]) -> LetterItem {
            LetterItem(name, meaning, carriers, isStatutory: isStatutory, rules.told)
        }
        func practice(
            _ name: String, _ meaning: String, _ carriers: [LetterItem.Carrier], _ citation: Citation
        ) -> LetterItem { LetterItem(name, meaning, carriers, isStatutory: false, citation) }
        return [
            told("registration", "what will be registered", [.clause("registrationWhat")]),
            practice("amount", "what is owed, split up", [.statement], Practice.letterContents),
            practice(
                "register", "with which kind of register", [.clause("registrationWhere")], Practice.letterContents),
            told("bureau", "with which bureau", [.field("bureauName")]),
            practice("reporter", "who has it registered", [.clause("registrationBy")], Practice.letterContents),
            practice("reason", "why it may be registered", [.clause("registrationWhy")], rules.reason),
            practice(
                "correction", "how to have mistakes put right", [.clause("registrationCorrection")], rules.correction),
            practice(
                "dispute", "that what is disputed is not registered", [.clause("registrationDispute")], rules.deletion),
            objection,
            practice("payment", "how to pay", [.payment], Practice.letterContents),
            practice(
                "deletionOnPayment", "that it goes when it is paid", [.clause("registrationDeletion")], rules.deletion),
            practice("age", "when it goes at the latest", [.clause("registrationAge")], rules.age),
        ]
    }

    private var assignmentItems: [LetterItem] {
        let contents = AssignmentRules.contents
        func item(
            _ name: String, _ meaning: String, _ carriers: [LetterItem.Carrier], _ citation: Citation
        ) -> LetterItem { LetterItem(name, meaning, carriers, isStatutory: false, citation) }
        return [
            item("sold", "that the claim was sold", [.clause("assignmentSold")], contents),
            item("transferredOn", "since when it is the new creditor's", [.field("transferredOn")], contents),
            item("buyerName", "who the new creditor is", [.field("buyerName")], contents),
            item("buyerAddress", "how to reach the new creditor", [.field("buyerAddress")], contents),
            item(
                "payBuyer", "from when the new creditor is paid", [.clause("assignmentPayment")],
                regime.assignment.notice),
            item(
                "goodFaith", "that an earlier payment to the old creditor counts", [.clause("assignmentGoodFaith")],
                regime.assignment.notice),
            item("objections", "that objections stay", [.clause("assignmentObjections")], regime.assignment.notice),
            item("amount", "what is owed, split up", [.statement], Practice.letterContents),
        ]
    }
}
