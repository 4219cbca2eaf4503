import FordringKit
import Testing

/// A country that answers only what kit 1.0 asked.
private struct OldLand: Jurisdiction {
    var country: CountryCode { .norway }
    var currency: Currency { .dkk }
    var languages: [Language] { [.english] }
    var steps: [StepDescription] { [] }
    var allocationOrder: Explained<[DebtComponent]> { Explained([], []) }

    func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        Decision(steps: [], reviewOn: nil, waiting: [])
    }
    func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] { [] }
    func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? { nil }
    func holiday(on day: CivilDate) -> Holiday? { nil }
    func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict { .valid(normalized: text) }
    func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? { nil }
    func letterTemplate(for step: StepKind, in language: Language) -> String? { nil }
    func name(of component: DebtComponent, in language: Language) -> String { "" }
}

/// A channel that has only what kit 1.0 asked for.
private struct OldChannel: LetterChannel {
    var needsDocument: Bool { false }
    func canReach(_ party: Party) -> ReachVerdict { .reachable }
    func deliver(_ delivery: Delivery) throws -> DeliveryReceipt {
        throw DeliveryFailure(.unknown, "the answer was lost")
    }
    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? { nil }
}

@Suite struct `A kit that has grown` {
    @Test func `is 1.3`() {
        #expect(KitVersion.text == "1.3")
    }

    @Test func `takes the whole day for a country that states no contact hours, and says that nobody looked them up`()
        throws
    {
        let law: any Jurisdiction = OldLand()
        let hours = law.contactHours(on: CivilDate(2026, 12, 25))
        #expect(hours.value == .wholeDay)
        let line = try #require(hours.lines.first)
        #expect(hours.lines.count == 1)
        #expect(line.text == "No contact hours are stated for NO, so the whole day is open.")
        #expect(line.citation.verification == .unverified)
        #expect(law.timeZone == "UTC")
    }

    @Test func `takes a channel that does not say so for one that nobody hears`() {
        let channel: any LetterChannel = OldChannel()
        #expect(!channel.reachesAtOnce)
    }

    @Test func `has contact hours whose last minute is included`() {
        #expect(ContactHours(from: 8, until: 21) == ContactHours(firstMinute: 480, lastMinute: 1259))
        #expect(ContactHours(from: 8, until: 21).minutes == 480..<1260)
        #expect(ContactHours.wholeDay.minutes == 0..<1440)
        #expect(ContactHours(firstMinute: 5, lastMinute: 5).minutes.count == 1)
    }

    @Test func `refuses contact hours that no day has`() async {
        await #expect(processExitsWith: .failure) { _ = ContactHours(from: 9, until: 9) }
        await #expect(processExitsWith: .failure) { _ = ContactHours(firstMinute: 0, lastMinute: 1440) }
        await #expect(processExitsWith: .failure) { _ = ContactHours(firstMinute: -1, lastMinute: 5) }
    }
}
