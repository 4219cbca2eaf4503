// A credit bureau and the courts of XA that take their time, and write a line for whatever they are handed, at once or not
// at all; they would write it twice if they were asked twice. Compiled together with FakeForum.swift.
import FordringKit
import Foundation

/// A file of lines to which several processes add.
struct Lines {
    let path: String

    func add(_ line: String) throws {
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        defer { close(file) }
        let bytes = Array("\(line)\n".utf8)
        guard file >= 0, write(file, bytes, bytes.count) == bytes.count else {
            throw DeliveryFailure(.temporary, "the office has no room")
        }
    }

    /// The words of each line.
    func all() -> [[String]] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { line in
            line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// The receipt of the line that begins with a key and a day.
    func receipt(_ key: String) -> DeliveryReceipt? {
        guard let line = all().first(where: { $0[0] == key }), let day = CivilDate(iso: line[1]) else { return nil }
        return DeliveryReceipt(reference: key, sentOn: day, details: [:])
    }
}

/// Takes up to some milliseconds, so that much happens meanwhile.
func takeTime(_ milliseconds: UInt32) { usleep(UInt32.random(in: 0...milliseconds * 1000)) }

/// A line is `KEY DAY NUMBER=AMOUNT,… NUMBER,…`: what is to be registered, and what to be deleted.
struct Register: CreditBureau {
    let country: CountryCode
    let lines: Lines
    let name = "register"

    func preconditions(for facts: RegistrationFacts, on day: CivilDate) throws -> [Precondition] {
        func rule(_ name: String, _ meaning: String, unless obstacle: String?) -> Precondition {
            Precondition(
                name, meaning, obstacle.map { .notYet(from: nil, by: $0) } ?? .met, Citation("The register", name))
        }
        return [
            rule("notHeld", "Nothing holds it.", unless: facts.holds.isEmpty ? nil : "the end of the hold"),
            rule("enoughOwed", "50.00 is owed.", unless: facts.owedToCreditor.minorUnits >= 5000 ? nil : "more debt"),
            rule("notThere", "It is not registered.", unless: facts.isRegistered ? "its deletion" : nil),
        ]
    }

    func expiry(of facts: RegistrationFacts, registeredOn day: CivilDate) throws -> Explained<CivilDate> {
        Explained(day.adding(days: 100), [ExplanationLine("A hundred days.", Citation("The register", "expiry"))])
    }

    func deletionDeadline(
        _ reason: RegistrationDeletion.Reason, orderedOn day: CivilDate
    ) -> Explained<CivilDate> {
        Explained(day.adding(days: 3), [ExplanationLine("Three days.", Citation("The register", "deletion"))])
    }

    func submit(_ batch: RegistrationBatch) throws -> DeliveryReceipt {
        takeTime(10)
        guard batch.registrations.allSatisfy(\.permit.isLive) else {
            throw DeliveryFailure(.permanent, "a permit is no longer in force")
        }
        let registrations = batch.registrations.map { "\($0.number)=\($0.amount.minorUnits)" }.joined(separator: ",")
        let deletions = batch.deletions.map { "\($0.number)" }.joined(separator: ",")
        try lines.add("\(batch.idempotencyKey) \(batch.day) \(registrations) \(deletions)")
        takeTime(10)
        return DeliveryReceipt(reference: batch.idempotencyKey, sentOn: batch.day, details: [:])
    }

    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? { lines.receipt(idempotencyKey) }

    func answers() throws -> [BureauAnswer] {
        try batches().flatMap { key, day, registrations, deletions in
            registrations.map {
                BureauAnswer(identifier: "\(key)-r\($0.number)", number: $0.number, outcome: .registered, on: day)
            } + deletions.map { BureauAnswer(identifier: "\(key)-d\($0)", number: $0, outcome: .deleted, on: day) }
        }
    }

    func register() throws -> [RegisterEntry]? {
        var entries: [Int64: RegisterEntry] = [:]
        for (_, _, registrations, deletions) in try batches() {
            for entry in registrations { entries[entry.number] = entry }
            for number in deletions { entries[number] = nil }
        }
        return entries.values.sorted { $0.number < $1.number }
    }

    func forget(idempotencyKey: String) throws {}

    private func batches() throws -> [(key: String, day: CivilDate, [RegisterEntry], [Int64])] {
        try lines.all().map { line in
            guard let day = CivilDate(iso: line[1]) else { throw DeliveryFailure(.permanent, "a line has no day") }
            let registrations = line[2].split(separator: ",").map { $0.split(separator: "=").compactMap { Int64($0) } }
            return (
                line[0], day,
                registrations.map {
                    RegisterEntry(number: $0[0], amount: Money(minorUnits: $0[1], .dkk), registeredOn: day)
                }, line[3].split(separator: ",").compactMap { Int64($0) }
            )
        }
    }
}

/// The rules of the fake forum; a line is `KEY DAY`.
struct Courthouse: LegalForum {
    let rules: FakeForum
    let lines: Lines

    var country: CountryCode { rules.country }
    var procedures: [LegalProcedure] { rules.procedures }

    func preconditions(
        for procedure: LegalProcedureKind, _ facts: LegalFacts, on day: CivilDate
    ) throws -> [Precondition] { try rules.preconditions(for: procedure, facts, on: day) }

    func form(_ facts: LegalFacts, on day: CivilDate, permit: HandoffPermit) throws -> CourtForm {
        try rules.form(facts, on: day, permit: permit)
    }

    func courtFee(
        for procedure: LegalProcedureKind, _ facts: LegalFacts, on day: CivilDate
    ) throws -> Explained<Money> { try rules.courtFee(for: procedure, facts, on: day) }

    func venue(for procedure: LegalProcedureKind, _ facts: LegalFacts) throws -> Explained<String> {
        try rules.venue(for: procedure, facts)
    }

    func limitationEvent(of procedure: LegalProcedureKind, reaching state: LegalState) -> ClaimEvent.Kind? {
        rules.limitationEvent(of: procedure, reaching: state)
    }

    func proposal(
        after procedure: LegalProcedureKind, reaching state: LegalState
    ) -> Explained<LegalProcedureKind>? { rules.proposal(after: procedure, reaching: state) }

    func followUpDays(for procedure: LegalProcedureKind, in state: LegalState) -> Int? {
        rules.followUpDays(for: procedure, in: state)
    }

    func file(_ filing: CourtFiling) throws -> DeliveryReceipt? {
        takeTime(5)
        guard filing.permit.isLive else { throw DeliveryFailure(.permanent, "the permit is no longer in force") }
        try lines.add("\(filing.idempotencyKey) \(filing.day)")
        takeTime(5)
        return DeliveryReceipt(reference: filing.idempotencyKey, sentOn: filing.day, details: [:])
    }

    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? { lines.receipt(idempotencyKey) }
}

/// A page is its subject.
struct Plain: LetterRenderer {
    func render(_ letter: Letter) throws -> RenderedLetter {
        RenderedLetter(bytes: Array(letter.subject.utf8), mediaType: "application/pdf", pageCount: 1)
    }
}

struct OfficesPlugin: Plugin {
    func register(in registry: inout PluginRegistry) throws {
        guard let country = CountryCode("XA") else { return }
        registry.offer(bureau: "register", country: country, settings: []) {
            Register(country: country, lines: Lines(path: "\($0.outbox)/batches.txt"))
        }
        registry.offer(forum: country, settings: []) {
            Courthouse(rules: FakeForum(country), lines: Lines(path: "\($0.outbox)/filed.txt"))
        }
        registry.offer(renderer: "application/pdf") { _ in Plain() }
    }
}

/// What the host calls.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(OfficesPlugin()) }
