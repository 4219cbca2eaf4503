import CourtPapers
import FordringKit

/// Retsplejeloven (LBK 1298 of 2025-11-07) chapters 45 to 47: execution by the bailiff court (fogedretten).
enum Enforcement {
    /// The act as citations name it.
    static let source = PaymentOrders.source

    // MARK: § 478 The basis

    /// § 478: what can be enforced (fundament).
    static let basis = Citation(source, "§ 478")

    /// One kind of basis, as data.
    struct Kind: Sendable {
        /// The name that ``EnforcementBasis/kind`` carries.
        let name: String
        /// What the form calls it.
        let label: String
        /// Whether it must say that it can be enforced.
        var mustSayEnforceable = false
        /// Whether the debt must have been due when it was made.
        var onDueDebtOnly = false
        /// Days that must have passed since its day; ``waitingCitation`` says by what.
        var waitingDays = 0
        /// Where the days stand.
        var waitingCitation = Enforcement.earliest
        /// Whether it is a paper of which the original must go with the request.
        var needsOriginal = false
        /// Whether a digital signature is accepted, so that there is no original on paper.
        var mayBeDigital = false
        /// Whether it decides a claim that was there before it.
        var decidesClaim = false
        /// The years in which it can be enforced; for what § 5 forældelsesloven does not name the ordinary three.
        var years = 10
    }

    /// § 478: each kind of basis.
    static let kinds = [
        Kind(name: "judgment", label: "Dom eller kendelse", waitingDays: earliestDays, decidesClaim: true),
        Kind(
            name: "endorsedPaymentOrder", label: "Betalingspåkrav med påtegning", waitingDays: earliestDays,
            waitingCitation: .unverified(
                source, "§ 480",
                "It has the effect of a judgment (§ 477 e); that the 14 days run for it too is a careful reading."),
            decidesClaim: true),
        Kind(name: "courtSettlement", label: "Retsforlig", decidesClaim: true),
        Kind(
            name: "writtenSettlement", label: "Skriftligt forlig om forfalden gæld", mustSayEnforceable: true,
            onDueDebtOnly: true, needsOriginal: true, mayBeDigital: true),
        Kind(
            name: "debtInstrument", label: "Gældsbrev med bestemmelse om fuldbyrdelse", mustSayEnforceable: true,
            needsOriginal: true, mayBeDigital: true),
        Kind(name: "mortgage", label: "Pantebrev", needsOriginal: true),
        Kind(name: "bill", label: "Veksel eller check", needsOriginal: true, years: 3),
        Kind(name: "boardDecision", label: "Afgørelse fra et godkendt klagenævn", decidesClaim: true, years: 3),
    ]

    /// The kind of a request's basis.
    static func kind(_ facts: LegalFacts) -> Kind? {
        basis(of: facts).flatMap { basis in kinds.first { $0.name == basis.kind } }
    }

    static func basisStated(_ facts: LegalFacts) -> Precondition {
        var obstacle: Obstacle?
        if let stated = basis(of: facts) {
            if kind(facts) == nil {
                obstacle = Obstacle(
                    by: "“\(stated.kind)” is no basis for execution: it must be one of "
                        + kinds.map(\.name).joined(separator: ", "))
            }
        } else {
            obstacle = Obstacle(by: "there is no basis for execution; an invoice is none")
        }
        return Precondition("basisStated", "There is a basis for execution (fundament).", basis, unless: obstacle)
    }

    static func basisSaysEnforceable(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "basisSaysEnforceable", "A settlement or debt instrument says expressly that it can be enforced.", basis,
            unless: kind(facts)?.mustSayEnforceable == true && basis(of: facts)?.saysEnforceable == false
                ? Obstacle(
                    by: "the document does not say that it can serve as a basis for execution: a new one is signed")
                : nil)
    }

    static func basisOnDueDebt(_ facts: LegalFacts) -> Precondition {
        var obstacle: Obstacle?
        if kind(facts)?.onDueDebtOnly == true, let made = basis(of: facts)?.on {
            obstacle = facts.openClaims.first { $0.dueOn > made }.map {
                Obstacle(
                    by: "claim \($0.id) was due on \($0.dueOn), after the settlement of \(made): a new one is signed")
            }
        }
        return Precondition(
            "basisOnDueDebt", "A written settlement was made when the debt was due.", basis, unless: obstacle)
    }

    // MARK: § 480 When

    /// § 480: execution can be asked for when 14 days have passed since the judgment, unless it says otherwise.
    static let earliest = Citation(source, "§ 480")
    /// § 480: the days.
    static let earliestDays = 14

    static func waitingDaysPassed(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        let kind = kind(facts)
        var obstacle: Obstacle?
        // One that bears a later day is refused for that.
        if let kind, kind.waitingDays > 0, let made = basis(of: facts)?.on, made <= day {
            // The last of the days must have passed; one that is too early is rejected.
            let first = made.adding(days: kind.waitingDays + 1)
            if day < first {
                obstacle = Obstacle(
                    from: first, by: "the \(kind.waitingDays) days after \(made) must have passed")
            }
        }
        return Precondition(
            "waitingDaysPassed", "The 14 days after a judgment have passed.", kind?.waitingCitation ?? earliest,
            unless: obstacle)
    }

    // MARK: § 488 What it must contain

    /// § 488: the information that is needed, and the original where the basis is an instrument.
    static let contents = Citation(source, "§ 488")

    static func originalAtHand(_ facts: LegalFacts) -> Precondition {
        var obstacle: Obstacle?
        if let kind = kind(facts), kind.needsOriginal {
            let answer = facts.answers["originalAtHand"]?.plain ?? ""
            let isDigital = kind.mayBeDigital && answer == "digital"
            if facts.answer("originalAtHand") != true, !isDigital {
                obstacle = Obstacle(
                    by: "the original must be at hand: answer “originalAtHand” with ja"
                        + (kind.mayBeDigital ? ", or with digital where it was signed so" : ""))
            }
        }
        return Precondition(
            "originalAtHand", "The original goes with the request where the basis is an instrument.", contents,
            unless: obstacle)
    }

    // MARK: § 490 A new meeting

    /// § 490: after an insufficient meeting a new one is held after 12 months, unless there is reason to expect assets.
    static let repeatedMeeting = Citation(source, "§ 490")

    static func meetingAllowed(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        var obstacle: Obstacle?
        if let meeting = facts.legalSteps.last(where: { $0.state == .nothingFound }),
            facts.answer("assetsExpected") != true
        {
            let first = meeting.on.addingMonthsClampingToMonthEnd(12).adding(days: 1)
            if day < first {
                obstacle = Obstacle(
                    from: first,
                    by:
                        "12 months after the insufficient meeting of \(meeting.on), or earlier with reason to "
                        + "expect assets"
                )
            }
        }
        return Precondition(
            "meetingAllowed",
            "12 months have passed since an insufficient meeting, or there is reason to expect assets.",
            repeatedMeeting, unless: obstacle)
    }

    // MARK: § 492 Attendance

    /// § 492: the creditor attends the meeting, or the request is rejected; not where the claim is at most 2,500 kr.
    static let attendance = Citation(source, "§ 492")
    /// § 492: the claim up to which the creditor may stay away; what accrues after the request does not count.
    static let attendanceFreeThrough = Money.units(2_500, .dkk)

    static func attendanceReady(_ facts: LegalFacts) -> Precondition {
        var obstacle: Obstacle?
        let total = (try? ClaimStatement(facts))?.total ?? facts.facts.outstanding
        if facts.answer("creditorAttends") != true, total.currency == .dkk,
            total.minorUnits > attendanceFreeThrough.minorUnits
        {
            obstacle = Obstacle(
                by: "the claim is \(total), over \(attendanceFreeThrough): somebody attends for the creditor, answer "
                    + "“creditorAttends” with ja")
        }
        return Precondition(
            "attendanceReady", "Somebody attends the meeting for the creditor where the claim is over 2,500.00 DKK.",
            attendance, unless: obstacle)
    }

    // MARK: § 526 How long it lasts

    /// § 526: an attachment of movables lapses after a year unless an auction is demanded.
    static let lapse = Citation(source, "§ 526")
    /// § 526: the days of the year.
    static let attachmentLastsDays = 365

    // MARK: The gap list

    /// What the requester is asked.
    static let questions =
        [
            LabelledText(
                "originalAtHand",
                "Vedlægges det originale dokument, hvis fundamentet er et dokument? (ja/nej/digital, hvis det er "
                    + "underskrevet digitalt)"),
            LabelledText("creditorAttends", "Møder nogen for kreditor? (ja/nej; over 2.500 kr. afvises sagen ellers)"),
            LabelledText(
                "assetsExpected",
                "Er der efter et møde uden tilstrækkelige aktiver grund til at antage, at debitor nu har aktiver? "
                    + "(ja/nej)"),
        ] + basisQuestions

    /// Everything that the bailiff court rejects for, in the request's order.
    static func preconditions(_ facts: LegalFacts, on day: CivilDate) -> [Precondition] {
        [
            Parties.creditorNamed(facts, contents), Parties.creditorAddressed(facts, contents),
            Parties.debtorNamed(facts, contents), Parties.debtorAddressed(facts, contents),
            Venue.debtorInDenmark(facts, Venue.enforcement), Claims.currency(facts),
            Claims.outstanding(facts, contents),
            Claims.split(facts, contents), basisStated(facts), basisRecorded(facts),
            basisSaysEnforceable(facts), basisOnDueDebt(facts), basisDated(facts, on: day),
            basisInForce(facts, on: day), basisDescribed(facts), waitingDaysPassed(facts, on: day),
            basisAttached(facts), originalAtHand(facts), attendanceReady(facts),
            meetingAllowed(facts, on: day), House.notDisputed(facts, House.hold),
        ] + House.nothingHolds(facts, on: day, .bailiffRequest)
    }

    // MARK: The form

    /// The request's data: parties, court, basis, claim, attendance.
    static func form(_ facts: LegalFacts, on day: CivilDate, fee: Money, court: String) throws -> CourtForm {
        let statement = try ClaimStatement(facts)
        var basisFields: [CourtForm.Field] = []
        if let stated = basis(of: facts), let kind = kind(facts) {
            basisFields = [
                CourtForm.Field("basisKind", "Fundament", kind.label),
                CourtForm.Field("basisOn", "Dato", stated.on.dayMonthYear),
            ]
            if !stated.reference.plain.isEmpty {
                basisFields.append(CourtForm.Field("basisReference", "Sagsnummer", stated.reference))
            }
            if let court = facts.answers["basisCourt"]?.trimmed, !court.isEmpty {
                basisFields.append(CourtForm.Field("basisCourt", "Udstedt af", court))
            }
        }
        return CourtForm(
            title: "Fogedrekvisition", citation: contents, addressee: court,
            sections: [
                Parties.section(creditor: facts), Parties.section(debtor: facts),
                CourtForm.Section("Fogedretten", [CourtForm.Field("court", "Fogedretten", court)]),
                CourtForm.Section("Fundament", basisFields), try statement.section("Kravet", on: day, fee: fee),
                Claims.section("Fordringer", facts),
                CourtForm.Section(
                    "Mødet",
                    [
                        CourtForm.Field(
                            "creditorAttends", "Møder nogen for kreditor?",
                            facts.answer("creditorAttends") == true ? "ja" : "nej")
                    ]),
                .end("Dato og underskrift", on: day, name: "Navn", signature: "Underskrift"),
            ])
    }
}
