import CourtPapers
import FordringKit

/// Tvangsfullbyrdelsesloven, the act on enforcement: attachment (chapter 7) and what follows it.
enum EnforcementAct {
    /// The act as citations name it.
    static let source = "tvangsfullbyrdelsesloven"

    // MARK: Chapters 4 and 7: The ground

    /// Judgments and settlements in court.
    static let generalGround = Citation.unverified(
        source, "chapter 4", "That judgments and settlements are grounds was not read in the section.")
    /// § 7-2: the special grounds; (f) a written statement that the creditor sent.
    static let specialGround = Citation.unverified(
        source, "§ 7-2", "The text of § 7-2 f was partly recalled; verify before relying on it.")

    /// One kind of ground (tvangsgrunnlag), as data.
    struct Kind: Sendable {
        /// The name that ``EnforcementBasis/kind`` carries.
        let name: String
        /// What the form calls it.
        let label: String
        /// Where it stands.
        let citation: Citation
        /// Whether it must say that it can be enforced.
        var mustSayEnforceable = false
        /// Whether it is a special ground, before which § 4-18 asks for a notice.
        var isSpecial = false
        /// Whether the month must have passed in which the judgment can be challenged, tvisteloven § 6-14.
        var waitsForChallenge = false
        /// Whether it decides a claim that was there before it.
        var decidesClaim = false
        /// The years in which it can be enforced; for what §§ 5 and 21 foreldelsesloven do not name the ordinary three.
        var years = 10
    }

    /// Each kind of ground.
    static let kinds = [
        Kind(name: "judgment", label: "Dom", citation: generalGround, decidesClaim: true),
        Kind(
            name: "boardJudgment", label: "Dom fra forliksrådet", citation: generalGround, waitsForChallenge: true,
            decidesClaim: true),
        Kind(name: "courtSettlement", label: "Rettsforlik", citation: generalGround, decidesClaim: true),
        Kind(
            name: "debtInstrument", label: "Gjeldsbrev med vedtakelse av tvangsfullbyrdelse", citation: specialGround,
            mustSayEnforceable: true, isSpecial: true),
        Kind(
            name: "writtenStatement", label: "Skriftlig meddelelse fra kreditor (§ 7-2 f)", citation: specialGround,
            isSpecial: true, years: 3),
    ]

    /// The kind of a request's ground.
    static func kind(_ facts: LegalFacts) -> Kind? {
        basis(of: facts).flatMap { basis in kinds.first { $0.name == basis.kind } }
    }

    static func basisStated(_ facts: LegalFacts) -> Precondition {
        var obstacle: Obstacle?
        let kind = kind(facts)
        if let stated = facts.basis, kind == nil {
            obstacle = Obstacle(
                by: "“\(stated.kind)” is no ground for execution: it must be one of "
                    + kinds.map(\.name).joined(separator: ", "))
        } else if kind == nil {
            obstacle = Obstacle(by: "there is no ground for execution")
        }
        return Precondition(
            "basisStated", "There is a ground for execution (tvangsgrunnlag).", kind?.citation ?? generalGround,
            unless: obstacle)
    }

    static func basisSaysEnforceable(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "basisSaysEnforceable", "A debt instrument says that it can be enforced (vedtakelse).", specialGround,
            unless: kind(facts)?.mustSayEnforceable == true && basis(of: facts)?.saysEnforceable == false
                ? Obstacle(by: "the debt instrument has no such clause: a judgment must be had first") : nil)
    }

    /// A judgment of the board can be challenged for a month, tvisteloven § 6-14.
    static let challenge = Citation.unverified(
        DisputeAct.source, "§ 6-14",
        "The month was read; that execution waits for it is a careful reading.")

    static func challengePassed(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        var obstacle: Obstacle?
        // One that bears a later day is refused for that.
        if let basis = basis(of: facts), basis.on <= day, kind(facts)?.waitsForChallenge == true {
            let first = basis.on.addingMonthsClampingToMonthEnd(1).adding(days: 1)
            if day < first {
                obstacle = Obstacle(
                    from: first,
                    by: "the month in which the judgment of \(basis.on) can be challenged must have passed")
            }
        }
        return Precondition(
            "challengePassed", "The month in which a judgment of the board can be challenged has passed.", challenge,
            unless: obstacle)
    }

    // MARK: § 4-18 Notice

    /// § 4-18: before execution on a special ground two weeks' notice in writing, at the earliest on the due date.
    static let notice = Citation(source, "§ 4-18")
    /// § 4-18: the days.
    static let noticeDays = 14

    /// The notice for a claim: the latest notice of legal action, else the latest payment demand.
    private static func notice(for claim: ClaimFacts, _ facts: LegalFacts) -> StepFacts? {
        let letters = CollectionAct.warnings(facts).filter { $0.claims.contains(claim.id) }
        return letters.last { $0.kind == CollectionAct.legalActionNotice } ?? letters.last
    }

    static func enforcementNoticed(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        let isSpecial = kind(facts)?.isSpecial == true
        let obstacle = facts.obstacle(ofEach: { claim in
            guard isSpecial else { return nil }
            guard let sentOn = notice(for: claim, facts)?.sentOn else {
                return Obstacle(by: "no notice of enforcement has left the house")
            }
            if sentOn < claim.dueOn {
                return Obstacle(
                    by: "the notice of \(sentOn) was sent before the due date \(claim.dueOn), and a new one is sent")
            }
            let first = sentOn.adding(days: noticeDays + 1)
            return day < first
                ? Obstacle(from: first, by: "the two weeks of the notice of \(sentOn) must have passed") : nil
        })
        return Precondition(
            "enforcementNoticed", "Two weeks' notice was given in writing for each claim when it was due.", notice,
            unless: obstacle)
    }

    // MARK: § 4-19 Age of the notice

    /// § 4-19: a notice that is over a year old is given anew.
    static let noticeAge = Citation(source, "§ 4-19")

    static func noticeFresh(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        let isSpecial = kind(facts)?.isSpecial == true
        let obstacle = facts.obstacle(ofEach: { claim in
            guard isSpecial, let sentOn = notice(for: claim, facts)?.sentOn,
                day > sentOn.addingMonthsClampingToMonthEnd(12)
            else { return nil }
            return Obstacle(by: "the notice of \(sentOn) is over a year old, and a new one of two weeks is given")
        })
        return Precondition(
            "noticeFresh", "The notice of enforcement is not over a year old.", noticeAge, unless: obstacle)
    }

    // MARK: § 5-2 What it must contain

    /// § 5-2: what is asked for, the parties with address and number, who acts, the claim split in two, the ground.
    static let contents = Citation(source, "§ 5-2")

    static func creditorNumbered(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "creditorNumbered", "The creditor's number is stated.", contents,
            unless: facts.creditor.nationalID?.trimmed.isEmpty ?? true
                ? Obstacle(by: "the creditor's organisation number must be entered") : nil)
    }

    static func debtorNumbered(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "debtorNumbered", "The debtor's number is stated.", contents,
            unless: facts.debtor.nationalID?.trimmed.isEmpty ?? true
                ? Obstacle(by: "the debtor's national or organisation number must be looked up") : nil)
    }

    // MARK: §§ 7-6 and 7-7 Objection

    /// §§ 7-6 and 7-7: the debtor can object, and the request goes to the conciliation board.
    static let objection = Citation(source, "§§ 7-6, 7-7")

    // MARK: § 7-18 Realisation

    /// § 7-18: what was attached can be sold after two weeks.
    static let realisation = Citation(source, "§ 7-18")
    /// § 7-18: the days.
    static let realisationDays = 14

    /// The attachment that a sale rests on.
    private static func attachment(_ facts: LegalFacts) -> LegalStepFacts? {
        facts.legalSteps.last { $0.procedure == NorwegianProcedure.attachment.kind && $0.state == .attached }
    }

    static func attached(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "attached", "Something was attached.", realisation,
            unless: attachment(facts) == nil ? Obstacle(by: "nothing is attached yet") : nil)
    }

    static func realisable(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        let first = attachment(facts)?.on.adding(days: realisationDays + 1)
        return Precondition(
            "realisable", "Two weeks have passed since the attachment.", realisation,
            unless: first.flatMap { first in
                day < first ? Obstacle(from: first, by: "two weeks must have passed since the attachment") : nil
            })
    }

    /// The answer that means movables.
    static let movables = "løsøre"
    /// The answer that means real estate.
    static let realEstate = "fast eiendom"

    /// What the requester of a sale is asked.
    static let saleQuestions = [
        LabelledText("assetKind", "Hva slags formuesgode skal selges? (løsøre/fast eiendom)"),
        LabelledText("asset", "Hvilket formuesgode skal selges?"),
    ]

    static func assetStated(_ facts: LegalFacts) -> [Precondition] {
        let kind = facts.answers["assetKind"]?.plain
        return [
            Precondition(
                "assetKindStated", "It is known whether movables or real estate are to be sold.", contents,
                unless: kind == movables || kind == realEstate
                    ? nil : Obstacle(by: "answer “assetKind” with løsøre or fast eiendom")),
            Precondition(
                "assetStated", "It is said what is to be sold.", contents,
                unless: facts.answers["asset"]?.trimmed.isEmpty ?? true ? Obstacle(by: "answer “asset”") : nil),
        ]
    }

    // MARK: The gap lists

    private static func common(_ facts: LegalFacts) -> [Precondition] {
        [
            Venue.debtorInNorway(facts), Parties.creditorNamed(facts, contents),
            Parties.creditorAddressed(facts, contents), creditorNumbered(facts), Parties.debtorNamed(facts, contents),
            Parties.debtorAddressed(facts, contents), debtorNumbered(facts), Claims.currency(facts),
            Claims.outstanding(facts, contents), Claims.split(facts, contents),
        ]
    }

    /// Everything that a request for attachment is rejected for, in its order.
    static func attachmentPreconditions(_ facts: LegalFacts, on day: CivilDate) -> [Precondition] {
        // § 11 asks for a demand before the first legal step; a judgment came after one.
        let isFirstStep = kind(facts)?.isSpecial == true
        let before =
            isFirstStep
            ? [CollectionAct.demandExpired(facts, on: day), CollectionAct.actionNoticed(facts, on: day)] : []
        return common(facts) + [
            basisStated(facts), basisRecorded(facts), basisSaysEnforceable(facts), basisDated(facts, on: day),
            basisInForce(facts, on: day), basisDescribed(facts), basisAttached(facts), challengePassed(facts, on: day),
            enforcementNoticed(facts, on: day), noticeFresh(facts, on: day),
        ] + before + [House.notDisputed(facts, objection)] + House.nothingHolds(facts, on: day, .attachment)
    }

    /// Everything that a request for forced sale is rejected for.
    static func salePreconditions(_ facts: LegalFacts, on day: CivilDate) -> [Precondition] {
        common(facts) + [attached(facts), realisable(facts, on: day)] + assetStated(facts)
            + [House.notDisputed(facts, House.hold)] + House.nothingHolds(facts, on: day, .forcedSale)
    }

    // MARK: The forms

    private static func basisFields(_ facts: LegalFacts) -> [CourtForm.Field] {
        guard let stated = basis(of: facts), let kind = kind(facts) else { return [] }
        var fields = [
            CourtForm.Field("basisKind", "Tvangsgrunnlag", kind.label),
            CourtForm.Field("basisOn", "Dato", stated.on.dayMonthYear),
        ]
        if !stated.reference.trimmed.isEmpty {
            fields.append(CourtForm.Field("basisReference", "Saksnummer", stated.reference.trimmed))
        }
        if let court = facts.answers["basisCourt"]?.trimmed, !court.isEmpty {
            fields.append(CourtForm.Field("basisCourt", "Utstedt av", court))
        }
        return fields
    }

    /// The request for attachment in the order of § 5-2.
    static func attachmentForm(_ facts: LegalFacts, on day: CivilDate, fee: Money, officer: String) throws -> CourtForm
    {
        var sections = [
            CourtForm.Section(
                "Begjæringen",
                [
                    CourtForm.Field("requested", "Begjæringen gjelder", "Utlegg"),
                    CourtForm.Field("officer", "Namsmyndighet", officer),
                ]), Parties.section("Saksøker", creditor: facts), Parties.section("Saksøkte", debtor: facts),
            try ClaimStatement(facts).section("Kravet", on: day, fee: fee), Claims.section("Hovedkrav", facts),
            CourtForm.Section("Tvangsgrunnlag", basisFields(facts)),
        ]
        let warnings = CollectionAct.section(facts)
        if !warnings.fields.isEmpty { sections.append(warnings) }
        sections += [
            Claims.documents(facts), .end("Dato og underskrift", on: day, name: "Navn", signature: "Underskrift"),
        ]
        return CourtForm(title: "Begjæring om utlegg", citation: contents, addressee: officer, sections: sections)
    }

    /// The request for forced sale in the order of § 5-2.
    static func saleForm(_ facts: LegalFacts, on day: CivilDate, fee: Money, officer: String) throws -> CourtForm {
        let attachedOn = attachment(facts)?.on
        return CourtForm(
            title: "Begjæring om tvangssalg", citation: contents, addressee: officer,
            sections: [
                CourtForm.Section(
                    "Begjæringen",
                    [
                        CourtForm.Field("requested", "Begjæringen gjelder", "Tvangssalg"),
                        CourtForm.Field("officer", "Namsmyndighet", officer),
                        CourtForm.Field("assetKind", "Formuesgode", facts.answers["assetKind"]?.trimmed ?? ""),
                        CourtForm.Field("asset", "Beskrivelse", facts.answers["asset"]?.trimmed ?? ""),
                    ]), Parties.section("Saksøker", creditor: facts), Parties.section("Saksøkte", debtor: facts),
                try ClaimStatement(facts).section("Kravet", on: day, fee: fee), Claims.section("Hovedkrav", facts),
                CourtForm.Section(
                    "Tvangsgrunnlag",
                    [CourtForm.Field("attachedOn", "Utlegg tatt", attachedOn?.dayMonthYear ?? "")] + basisFields(facts)),
                .end("Dato og underskrift", on: day, name: "Navn", signature: "Underskrift"),
            ])
    }
}
