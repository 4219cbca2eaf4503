import CourtPapers
import FordringKit

/// Konkursloven, the act on bankruptcy: notice, petition, opening.
enum BankruptcyAct {
    /// The act as citations name it.
    static let source = "konkursloven"

    // MARK: §§ 60 to 62 The ground

    /// §§ 60 and 61: the debtor is insolvent.
    static let insolvency = Citation(source, "§§ 60-61")
    /// § 62: presumed for three months after an attachment that found nothing.
    static let presumption = Citation(source, "§ 62")

    // MARK: § 63 The notice

    /// § 63: only a debtor who must keep accounts; a demand that can be proven, on a clear and due debt; at least four
    /// weeks after it a demand is served to pay within two weeks; the petition reaches the court in the two weeks
    /// after.
    static let notice = Citation(source, "§ 63")
    /// § 63: the days between the earlier demand and the service.
    static let demandDays = 28
    /// § 63: the days to pay, from service.
    static let noticeDays = 14
    /// § 63: the days after those in which the petition must reach the court.
    static let windowDays = 14

    static func debtorInBusiness(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "debtorInBusiness", "The debtor is a business.", notice,
            unless: facts.debtor.kind == .business && facts.facts.debtorKind == .business
                ? nil : Obstacle(by: "a bankruptcy notice is for debtors who must keep accounts, and this is none"))
    }

    static func accountingObliged(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "accountingObliged", "The debtor must keep accounts by law (regnskapspliktig).", notice,
            unless: facts.answer("accountingObliged") == true
                ? nil : Obstacle(by: "somebody must look it up and answer “accountingObliged” with ja"))
    }

    static func demandProven(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "demandProven", "The earlier demand can be proven.", notice,
            unless: facts.answer("demandProven") == true
                ? nil : Obstacle(by: "answer “demandProven” with ja when the proof is among the papers"))
    }

    static func debtDue(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        let last = facts.openClaims.map(\.dueOn).max()
        return Precondition(
            "debtDue", "Every claim is due.", notice,
            unless: last.flatMap { $0 >= day ? Obstacle(from: $0.adding(days: 1), by: "a claim is not due yet") : nil })
    }

    static func demandOldEnough(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        let obstacle = facts.obstacle(ofEach: { claim in
            guard let sent = CollectionAct.demands(facts).first(where: { $0.claims.contains(claim.id) })?.sentOn else {
                return Obstacle(by: "no demand has left the house")
            }
            let first = sent.adding(days: demandDays + 1)
            return day < first
                ? Obstacle(from: first, by: "four weeks must have passed since the demand of \(sent)") : nil
        })
        return Precondition(
            "demandOldEnough", "At least four weeks have passed since an earlier demand of each claim.", notice,
            unless: obstacle)
    }

    /// What the agency is asked before the notice.
    static let noticeQuestions = [
        LabelledText("accountingObliged", "Er skyldneren regnskapspliktig? (ja/nei)"),
        LabelledText("demandProven", "Kan det dokumenteres at påkravet er sendt? (ja/nei)"),
    ]

    // MARK: §§ 66 and 67 The petition

    /// § 66: in writing, with its grounds.
    static let petition = Citation(source, "§ 66")
    /// § 67: a deposit for the costs that the petitioner answers for.
    static let deposit = Citation(source, "§ 67")

    /// The service of the latest notice.
    private static func service(_ facts: LegalFacts) -> LegalStepFacts? {
        facts.legalSteps.last { $0.procedure == NorwegianProcedure.bankruptcyNotice.kind && $0.state == .served }
    }

    static func noticeServed(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "noticeServed", "A bankruptcy notice was served.", notice,
            unless: service(facts) == nil ? Obstacle(by: "no bankruptcy notice was served") : nil)
    }

    static func noticeExpired(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        let first = service(facts)?.on.adding(days: noticeDays + 1)
        return Precondition(
            "noticeExpired", "The two weeks of the bankruptcy notice have passed.", notice,
            unless: first.flatMap { first in
                day < first ? Obstacle(from: first, by: "the debtor has two weeks from service to pay") : nil
            })
    }

    static func withinWindow(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        let last = service(facts)?.on.adding(days: noticeDays + windowDays)
        return Precondition(
            "withinWindow", "The petition reaches the court in the two weeks after the notice's deadline.", notice,
            unless: last.flatMap { last in
                day > last
                    ? Obstacle(by: "it had to reach the court by \(last): a new bankruptcy notice must be served") : nil
            })
    }

    static func groundsStated(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "groundsStated", "The grounds of the petition are stated.", petition,
            unless: facts.answers["grounds"]?.trimmed.isEmpty ?? true
                ? Obstacle(by: "answer “grounds” with what insolvency is seen from") : nil)
    }

    static func depositReady(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "depositReady", "The deposit is ready.", deposit,
            unless: facts.answer("depositReady") == true
                ? nil : Obstacle(by: "the creditor must provide the deposit; answer “depositReady” with ja"))
    }

    /// What the agency is asked before the petition.
    static let petitionQuestions = [
        LabelledText("grounds", "Hva bygger begjæringen på?"),
        LabelledText("depositReady", "Er depositum klart til innbetaling? (ja/nei)"),
    ]

    // MARK: §§ 70 and 72 The opening

    /// § 70: the hearing, normally within a week, with two days' notice.
    static let hearing = Citation(source, "§ 70")
    /// § 70: the days in which the hearing is normally held.
    static let hearingDays = 7
    /// § 72: the ruling.
    static let ruling = Citation(source, "§ 72")

    static func petitionFiled(_ facts: LegalFacts) -> Precondition {
        let last = facts.legalSteps.last { $0.procedure == NorwegianProcedure.bankruptcyPetition.kind }
        let isThere = last?.state == .filed || last?.state == .meetingCalled
        return Precondition(
            "petitionFiled", "The petition is with the court.", petition,
            unless: isThere ? nil : Obstacle(by: "no petition is with the court"))
    }

    static func hearingKnown(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "hearingKnown", "The day of the hearing is known.", hearing,
            unless: facts.answers["hearingOn"].flatMap { CivilDate(iso: $0.trimmed) } == nil
                ? Obstacle(by: "answer “hearingOn” with the day: 2026-03-05") : nil)
    }

    /// What the agency is asked for the record of the opening.
    static let openingQuestions = [
        LabelledText("hearingOn", "Hvilken dag er rettsmøtet? (åååå-mm-dd)")
    ]

    // MARK: The gap lists

    private static func common(_ facts: LegalFacts, _ citation: Citation) -> [Precondition] {
        [
            Venue.debtorInNorway(facts), Parties.creditorNamed(facts, citation),
            Parties.creditorAddressed(facts, citation), Parties.debtorNamed(facts, citation),
            Parties.debtorAddressed(facts, citation), Claims.currency(facts), Claims.outstanding(facts, citation),
            Claims.split(facts, citation), debtorInBusiness(facts),
        ]
    }

    /// Everything that must hold before a bankruptcy notice is served.
    static func noticePreconditions(_ facts: LegalFacts, on day: CivilDate) -> [Precondition] {
        common(facts, notice) + [
            accountingObliged(facts), debtDue(facts, on: day), demandOldEnough(facts, on: day), demandProven(facts),
            CollectionAct.actionNoticed(facts, on: day), House.notDisputed(facts, notice),
        ] + House.nothingHolds(facts, on: day, .bankruptcyNotice)
    }

    /// Everything that a bankruptcy petition is rejected for.
    static func petitionPreconditions(_ facts: LegalFacts, on day: CivilDate) -> [Precondition] {
        common(facts, petition) + [
            noticeServed(facts), noticeExpired(facts, on: day), withinWindow(facts, on: day), groundsStated(facts),
            depositReady(facts), House.notDisputed(facts, notice),
        ] + House.nothingHolds(facts, on: day, .bankruptcyPetition)
    }

    /// What the record of the opening needs.
    static func openingPreconditions(_ facts: LegalFacts, on day: CivilDate) -> [Precondition] {
        common(facts, ruling) + [petitionFiled(facts), hearingKnown(facts), House.notDisputed(facts, notice)]
            + House.nothingHolds(facts, on: day, .bankruptcyOpening)
    }

    // MARK: The forms

    private static func sections(
        _ facts: LegalFacts, on day: CivilDate, fee: Money, court: String, _ middle: [CourtForm.Section]
    ) throws -> [CourtForm.Section] {
        [
            CourtForm.Section("Mottaker", [CourtForm.Field("court", "Mottaker", court)]),
            Parties.section("Fordringshaver", creditor: facts), Parties.section("Skyldner", debtor: facts),
            try ClaimStatement(facts).section("Kravet", on: day, fee: fee), Claims.section("Fordringer", facts),
        ] + middle + [.end("Dato og underskrift", on: day, name: "Navn", signature: "Underskrift")]
    }

    /// The notice: a demand to pay within two weeks from service.
    static func noticeForm(_ facts: LegalFacts, on day: CivilDate, fee: Money, court: String) throws -> CourtForm {
        CourtForm(
            title: "Konkursvarsel", citation: notice, addressee: court,
            sections: try sections(
                facts, on: day, fee: fee, court: court,
                [
                    CollectionAct.section(facts),
                    CourtForm.Section(
                        "Oppfordring",
                        [
                            CourtForm.Field(
                                "demand", "Oppfordring",
                                "Skyldneren oppfordres til å betale innen to uker fra forkynnelsen. Ellers kan konkurs "
                                    + "begjæres.")
                        ]),
                ]))
    }

    /// The petition with its grounds.
    static func petitionForm(
        _ facts: LegalFacts, on day: CivilDate, fee: Money, deposit: Money, court: String
    ) throws -> CourtForm {
        let servedOn = service(facts)?.on
        return CourtForm(
            title: "Konkursbegjæring", citation: petition, addressee: court,
            sections: try sections(
                facts, on: day, fee: fee, court: court,
                [
                    CourtForm.Section(
                        "Konkursvarsel",
                        [
                            CourtForm.Field("servedOn", "Forkynt", servedOn?.dayMonthYear ?? ""),
                            CourtForm.Field(
                                "deadlineOn", "Frist", servedOn?.adding(days: noticeDays).dayMonthYear ?? ""),
                            CourtForm.Field(
                                "lastFilingOn", "Begjæringen må være kommet inn senest",
                                servedOn?.adding(days: noticeDays + windowDays).dayMonthYear ?? ""),
                        ]),
                    CourtForm.Section(
                        "Grunnlag",
                        [
                            CourtForm.Field("grounds", "Grunnlag", facts.answers["grounds"]?.trimmed ?? ""),
                            CourtForm.Field("deposit", "Depositum, inntil (kr)", deposit.formatted(.norwegian)),
                        ]),
                ]))
    }

    /// The record of the hearing.
    static func openingForm(_ facts: LegalFacts, on day: CivilDate, fee: Money, court: String) throws -> CourtForm {
        let petitioned = facts.legalSteps.last {
            $0.procedure == NorwegianProcedure.bankruptcyPetition.kind && $0.state == .filed
        }
        var record: [CourtForm.Field] = []
        if let petitioned { record.append(CourtForm.Field("petitionedOn", "Begjært", petitioned.on.dayMonthYear)) }
        if let hearingOn = facts.answers["hearingOn"].flatMap({ CivilDate(iso: $0.trimmed) }) {
            record.append(CourtForm.Field("hearingOn", "Rettsmøte", hearingOn.dayMonthYear))
        }
        return CourtForm(
            title: "Konkursåpning", citation: ruling, addressee: court,
            sections: try sections(
                facts, on: day, fee: fee, court: court, [CourtForm.Section("Rettsmøte", record)]))
    }
}
