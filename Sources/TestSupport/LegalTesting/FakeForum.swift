public import FordringKit
import Foundation
import Synchronization

/// The courts of a country that does not exist, small enough to be checked in the head.
///
/// A payment order asks that nothing is disputed, that at least 50.00 is owed and that ten days have gone since the last
/// letter's deadline; enforcement asks for a basis; a lawyer takes everything. The fee is 25.00. Where it has a folder,
/// packages are filed there, and answers are read from it; `mood.txt` there says how the wire fails: `temporary`,
/// `permanent`, `unknown` (nothing arrived), `lost` (it arrived, the answer did not), `silent` (it arrived, and no
/// receipt can be had). Compiled into the fixtures' plug-in too, so it imports the kit and Foundation only.
public struct FakeForum: LegalForum {
    /// Asks for all that a court asks for.
    public static let paymentOrder = LegalProcedureKind("paymentOrder")
    /// The same where no papers go with it.
    public static let plainOrder = LegalProcedureKind("plainOrder")
    /// Asks for a basis besides.
    public static let enforcement = LegalProcedureKind("enforcement")
    /// Takes everything, disputed or not.
    public static let lawyer = LegalProcedureKind("lawyer")
    private static let waitingDays = 10

    /// Every permit that was shown to this forum.
    private final class Seen: Sendable {
        let permits = Mutex<[HandoffPermit]>([])
    }

    private let seen = Seen()

    /// The country, as the test calls it.
    public let country: CountryCode
    /// Where packages are filed by wire; `nil` where a person files them.
    private let folder: String?

    /// Makes the courts of a country.
    public init(_ country: CountryCode, folder: String? = nil) {
        self.country = country
        self.folder = folder
    }

    private static func act(_ section: String) -> Citation { Citation("Courts Act of nowhere", section) }

    /// A payment order with papers and without, enforcement, and a lawyer.
    public var procedures: [LegalProcedure] {
        var plain = LegalProcedure(
            kind: Self.plainOrder, names: [.english: "Plain payment order"],
            next: [.prepared: [.filed], .filed: [.closed]], questions: [], citation: Self.act("§ 8"))
        plain.takesPapers = false
        var all = [
            LegalProcedure(
                kind: Self.paymentOrder, names: [.english: "Payment order"],
                next: [
                    .prepared: [.filed], .filed: [.rejected, .served, .closed],
                    .served: [.objected, .decided, .bankrupt, .closed], .objected: [.decided, .closed],
                    .decided: [.closed], .bankrupt: [.closed],
                ], questions: [LabelledText("service", "How is it to be served?")], citation: Self.act("§ 1")),
            LegalProcedure(
                kind: Self.enforcement, names: [.english: "Enforcement"],
                next: [
                    .prepared: [.enforcementRequested],
                    .enforcementRequested: [.meetingCalled, .nothingFound, .closed],
                    .meetingCalled: [.meetingCalled, .attached, .wageDeduction, .nothingFound],
                    .attached: [.sold, .closed], .wageDeduction: [.closed], .sold: [.closed], .nothingFound: [],
                ], questions: [], citation: Self.act("§ 20")),
            LegalProcedure(
                kind: Self.lawyer, names: [.english: "Transfer to a lawyer"],
                next: [.prepared: [.filed], .filed: [.closed]], questions: [], citation: Self.act("§ 30")),
            plain,
        ]
        all[1].bases = ["judgment"]
        all[2].takesDisputed = true
        return all
    }

    /// Few, so that each can fail alone.
    public func preconditions(
        for procedure: LegalProcedureKind, _ facts: LegalFacts, on day: CivilDate
    ) throws -> [Precondition] {
        func rule(_ name: String, _ meaning: String, _ section: String, _ status: Precondition.Status) -> Precondition {
            Precondition(name, meaning, status, Self.act(section))
        }
        if procedure == Self.lawyer { return [] }
        let disputes = facts.holds.filter { $0.kind == .dispute }
        let last = facts.facts.steps.compactMap(\.deadlineOn).max() ?? facts.facts.openedOn
        let from = last.adding(days: Self.waitingDays)
        var rules = [
            rule(
                "notDisputed", "Nothing is disputed.", "§ 2",
                disputes.isEmpty ? .met : .notYet(from: nil, by: "the decision of the dispute")),
            rule(
                "enoughOwed", "At least 50.00 is owed.", "§ 3",
                facts.facts.outstanding.minorUnits >= 5000
                    ? .met : .notYet(from: nil, by: "a debt of 50.00 or more; it is \(facts.facts.outstanding)")),
            rule(
                "waited", "Ten days have gone since the last deadline.", "§ 4",
                day >= from ? .met : .notYet(from: from, by: "the passing of ten days after \(last)")),
        ]
        if procedure == Self.enforcement {
            rules.append(
                rule(
                    "basis", "There is a basis for enforcement.", "§ 21",
                    facts.basis == nil ? .notYet(from: nil, by: "a judgment or an endorsed payment order") : .met))
        }
        return rules
    }

    /// The parties, what is owed, and one answer.
    public func form(_ facts: LegalFacts, on day: CivilDate, permit: HandoffPermit) throws -> CourtForm {
        try permit.check(facts.facts.id, permit.procedure, on: day)
        seen.permits.withLock { $0.append(permit) }
        return CourtForm(
            title: "Form of \(permit.procedure)", citation: Self.act("§ 5"), addressee: "The Court of Nowhere",
            sections: [
                CourtForm.Section(
                    "Creditor",
                    [
                        CourtForm.Field("creditorName", "Name", facts.creditor.name),
                        CourtForm.Field("creditorNumber", "Number", facts.creditor.nationalID ?? ""),
                        CourtForm.Field("representative", "Represented by", facts.agency),
                    ]),
                CourtForm.Section(
                    "Debtor",
                    [
                        CourtForm.Field("debtorName", "Name", facts.debtor.name),
                        CourtForm.Field(
                            "debtorAddress", "Address",
                            (facts.debtor.address.lines + [facts.debtor.address.postalCode, facts.debtor.address.city])
                                .joined(separator: ", ")),
                    ]),
                CourtForm.Section(
                    "Claim",
                    facts.balances.map {
                        CourtForm.Field(
                            "\($0.component.rawValue)\($0.claim.map { "Claim\($0)" } ?? "")", $0.component.rawValue,
                            $0.amount.description)
                    } + [CourtForm.Field("service", "Service", facts.answers["service"] ?? "by post")]),
            ])
    }

    /// 25.00, always.
    public func courtFee(
        for procedure: LegalProcedureKind, _ facts: LegalFacts, on day: CivilDate
    ) throws -> Explained<Money> {
        let fee = Money(minorUnits: 2500, facts.facts.currency)
        var line = ExplanationLine("A petition costs this.", Self.act("§ 6"))
        line.amount = fee
        return Explained(fee, [line])
    }

    /// With the filing; it falls back where the court rejects it.
    public func feeEvent(
        of procedure: LegalProcedureKind, reaching state: LegalState, on day: CivilDate, after history: LegalHistory
    ) throws -> CourtFeeEvent {
        if state == .rejected { return .takeBack([ExplanationLine("It was rejected.", Self.act("§ 6"))]) }
        return history.steps.isEmpty && state != .closed ? .charge(history.fee) : .none
    }

    /// Where the debtor lives.
    public func venue(for procedure: LegalProcedureKind, _ facts: LegalFacts) throws -> Explained<String> {
        Explained("where the debtor lives", [ExplanationLine("The debtor's court.", Self.act("§ 7"))])
    }

    /// Filing and a decision.
    public func limitationEvent(of procedure: LegalProcedureKind, reaching state: LegalState) -> ClaimEvent.Kind? {
        switch state {
        case .filed where procedure == Self.paymentOrder: .proceedingsFiled
        case .enforcementRequested: .enforcementRequested
        case .decided: .judgment
        default: nil
        }
    }

    /// Enforcement after a decision, a lawyer after an objection.
    public func proposal(
        after procedure: LegalProcedureKind, reaching state: LegalState
    ) -> Explained<LegalProcedureKind>? {
        guard procedure == Self.paymentOrder else { return nil }
        switch state {
        case .decided: return Explained(Self.enforcement, [ExplanationLine("It can be enforced.", Self.act("§ 20"))])
        case .objected: return Explained(Self.lawyer, [ExplanationLine("It is contested.", Self.act("§ 30"))])
        default: return nil
        }
    }

    /// Four weeks after filing.
    public func followUpDays(for procedure: LegalProcedureKind, in state: LegalState) -> Int? {
        state == .filed ? 28 : nil
    }

    // MARK: By wire

    private func path(_ name: String) -> String { "\(folder ?? "")/\(name)" }
    private func text(_ name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }

    /// Leaves the package in the folder, as the mood has it.
    public func file(_ filing: CourtFiling) throws -> DeliveryReceipt? {
        guard folder != nil else { return nil }
        seen.permits.withLock { $0.append(filing.permit) }
        if let known = text("\(filing.idempotencyKey).receipt") { return Self.receipt(known) }
        let mood = text("mood.txt") ?? ""
        switch mood {
        case "hand": return nil
        case "temporary": throw DeliveryFailure(.temporary, "the court is closed for lunch")
        case "permanent": throw DeliveryFailure(.permanent, "the court does not take this")
        case "unknown": throw DeliveryFailure(.unknown, "the line went dead")
        default: break
        }
        let receipt = "\(filing.idempotencyKey) \(filing.day)"
        do {
            try Data(filing.package).write(to: URL(filePath: path("\(filing.idempotencyKey).zip")))
            try (text("filed.txt") ?? "").appending("\(filing.idempotencyKey)\n").write(
                toFile: path("filed.txt"), atomically: true, encoding: .utf8)
            if mood != "silent" {
                try receipt.write(
                    toFile: path("\(filing.idempotencyKey).receipt"), atomically: true, encoding: .utf8)
            }
        } catch {
            throw DeliveryFailure(.temporary, "the court's box is full")
        }
        if mood == "lost" || mood == "silent" { throw DeliveryFailure(.unknown, "the answer was lost") }
        return Self.receipt(receipt)
    }

    private static func receipt(_ text: String) -> DeliveryReceipt? {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let day = CivilDate(iso: String(parts[1])) else { return nil }
        return DeliveryReceipt(reference: String(parts[0]), sentOn: day, details: [:])
    }

    /// What lies in the folder.
    public func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? {
        if text("mood.txt") == "silent" { throw DeliveryFailure(.unknown, "the court cannot tell") }
        return text("\(idempotencyKey).receipt").flatMap(Self.receipt)
    }

    /// Lines of `answers.txt`: identifier, number, state, day and words, with semicolons between; then, where it is decided,
    /// `creditor`, `debtor` or what was granted.
    ///
    /// A line that cannot be read is set aside, and fails the call in which it is met.
    /// Fails where a permit that it was shown is still alive: the work that it was made for is over by then.
    public func answers() throws -> [CourtAnswer] {
        let isOutlived = seen.permits.withLock { $0.contains(where: \.isLive) }
        if isOutlived { throw DeliveryFailure(.permanent, "a permit has outlived its work") }
        guard let text = text("answers.txt") else { return [] }
        let setAside = (self.text("unreadable.txt") ?? "").split(separator: "\n")
        return try text.split(separator: "\n").filter { !setAside.contains($0) }.map { line in
            let parts = line.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 5 || parts.count == 6, let number = Int64(parts[1]),
                let state = LegalState(rawValue: parts[2]),
                let day = CivilDate(iso: parts[3])
            else {
                try? "\(line)\n".write(toFile: path("unreadable.txt"), atomically: true, encoding: .utf8)
                throw DeliveryFailure(.temporary, "answers.txt has a line that cannot be read")
            }
            var answer = CourtAnswer(identifier: parts[0], number: number, state: state, on: day, text: parts[4])
            switch parts.count == 6 ? parts[5] : "" {
            case "": break
            case "creditor": answer.outcome = .forCreditor
            case "debtor": answer.outcome = .forDebtor
            case let amount:
                if let granted = Int64(amount), let currency = Currency(code: "DKK") {
                    answer.outcome = .inPart(granted: Money(minorUnits: granted, currency))
                }
            }
            return answer
        }
    }
}
