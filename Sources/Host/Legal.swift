import AuditTrail
import Casework
import Database
@_spi(FordringHost) package import FordringKit
import Foundation
import GzipFiles
import JobQueue
package import LegalTrack
import Tenancy

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A paper that a person adds to a hand-off.
package struct HandoffDocument: Sendable {
    package let facts: DocumentFacts
    package let bytes: [UInt8]

    package init(name: String, kind: String, on day: CivilDate, bytes: [UInt8]) {
        facts = DocumentFacts(name: name, kind: kind, on: day, sha256: Digest.sha256(bytes))
        self.bytes = bytes
    }
}

/// What somebody asks a hand-off for.
package struct HandoffRequest: Sendable {
    package var caseID: CaseID
    package var procedure: LegalProcedureKind
    /// The day that is looked at; today where it is `nil`.
    ///
    /// A case is handed over today only.
    package var day: CivilDate?
    package var basis: EnforcementBasis?
    /// What a person answered to the form's questions.
    package var answers: [String: String]
    package var documents: [HandoffDocument]

    package init(
        caseID: CaseID, procedure: LegalProcedureKind, day: CivilDate? = nil, basis: EnforcementBasis? = nil,
        answers: [String: String] = [:], documents: [HandoffDocument] = []
    ) {
        self.caseID = caseID
        self.procedure = procedure
        self.day = day
        self.basis = basis
        self.answers = answers
        self.documents = documents
    }

    /// Names what was asked for, without saying it.
    var sha256: String {
        let basis: JSONValue =
            if let basis = self.basis {
                [
                    "enforceable": .bool(basis.saysEnforceable), "kind": .string(basis.kind),
                    "on": .string(basis.on.description), "reference": .string(basis.reference),
                ]
            } else {
                .null
            }
        let value: JSONValue = [
            "answers": .object(answers.mapValues { .string($0) }), "basis": basis,
            "documents": .array(documents.map { .array([.string($0.facts.name), .string($0.facts.sha256)]) }),
        ]
        return Digest.sha256(value.canonicalBytes)
    }
}

/// Where making a hand-off has come: what tests are told, so that they can end it there.
package enum HandoffStep: String, Sendable, CaseIterable {
    /// All is made, and nothing committed; no byte of it is outside.
    case beforeCommit
    /// The hand-off is recorded, and its file has a temporary name.
    case committed
    /// The file has its name.
    case named
}

/// A hand-off whose package lies in its folder.
package struct HandoffResult: Sendable {
    package let handoff: Handoff
    package let path: String
    package let size: Int
    /// Whether it was made before, and only written out again.
    package let isAgain: Bool
    /// The claims of the case that stayed behind; empty where it was only written out again.
    package let leftOut: [LeftOutClaim]
}

/// What reading the answers of courts has come to.
package struct CourtAnswersRead: Sendable {
    /// How many were new, and are recorded.
    package var taken = 0
    /// What could not be read or recorded, in words; each is a task.
    package var faults: [String] = []
}

/// A hand-off with what happened to it.
package struct HandoffRecord: Sendable {
    package let handoff: Handoff
    package let events: [HandoffEvent]
    /// What may follow, by the chart.
    package let allowed: [LegalState]
}

extension FordringHost {
    // MARK: Who is asked

    /// The courts of a tenant's country, as the plug-ins bring them.
    package func forum(of tenant: OpenTenant) throws -> any LegalForum {
        guard let forum = try tenant.parts.forum else {
            throw HostError(
                .unavailable,
                "No plug-in of the tenant '\(tenant.id)' brings the courts of \(tenant.settings.countries.first ?? ""). "
                    + "Name one under 'plugins' in its file; 'fordring plugin list' shows what is installed.")
        }
        return forum
    }

    func legalDesk(of tenant: OpenTenant) throws -> LegalDesk {
        let rules = tenant.rules
        // What a step does to limitation is an event of each claim, so that the country's limitation is asked with it.
        return LegalDesk(try forum(of: tenant), rules, try sealer(of: tenant.database)) {
            event, claim, reason, today, transaction in
            guard try !ClaimEvents.isWritten(event, of: claim, transaction) else { return }
            do {
                _ = try ClaimEvents.record(event, of: claim, reason: reason, today: today, rules, transaction)
            } catch let refusal as CaseworkRefusal where refusal.code == .caseClosed {
                // Nothing can be enforced in a case that is closed.
            }
        }
    }

    /// The creditor as a court is told of it.
    private func creditor(of tenant: OpenTenant) throws -> Party {
        let settings = tenant.settings
        var lines = settings.letterhead.address
        var code = ""
        var city = ""
        // `5750 Ringe`: the last line where it begins with a number.
        if let last = lines.last, lines.count > 1, let first = last.split(separator: " ").first,
            first.allSatisfy(\.isNumber)
        {
            lines.removeLast()
            code = String(first)
            city = last.dropFirst(first.count).trimmingCharacters(in: .whitespaces)
        }
        return Party(
            name: settings.legalName, kind: .business, nationalID: settings.registrationNumber, customerNumber: nil,
            address: PostalAddress(
                lines: lines, postalCode: code, city: city, country: tenant.rules.jurisdiction.country),
            email: settings.letterhead.email, phone: settings.letterhead.phone, language: Language(settings.language))
    }

    /// Everything that must hold, seen in a transaction.
    ///
    /// - Parameter documents: the papers besides the letters; those of the request and of the case's disputes where they
    ///   are not given.
    private func check(
        _ request: HandoffRequest, on day: CivilDate, _ desk: LegalDesk, _ tenant: OpenTenant,
        _ copies: [LetterCopy], documents: [DocumentFacts]? = nil, _ transaction: ReadTransaction
    ) throws -> HandoffCheck {
        // Letters about claims only that stay behind stay behind with them.
        let record = try desk.part(of: request.caseID, request.procedure, on: day, transaction).record
        let documents =
            try documents ?? HandoffPackage.papers(request.documents).map(\.facts)
            + disputeFacts(request.caseID, request.procedure, desk, transaction)
        let letters = copies.compactMap { copy -> DocumentFacts? in
            // What is void shows nothing.
            guard let step = record.steps.first(where: { $0.id == copy.step }), let sentOn = step.sentOn,
                step.voidBecause == nil
            else { return nil }
            return DocumentFacts(
                name: HandoffPackage.name(of: copy, step), kind: "letter", on: sentOn, sha256: copy.sha256)
        }
        return try desk.check(
            request.caseID, request.procedure, on: day, creditor: try creditor(of: tenant), agency: try agencyName,
            basis: request.basis, answers: request.answers,
            documents: letters + documents, transaction)
    }

    /// The same for a hand-off that is about to be filed: what must hold for its form was answered when it was made.
    func check(
        _ handoff: Handoff, _ desk: LegalDesk, _ tenant: OpenTenant, on day: CivilDate, _ transaction: ReadTransaction
    ) throws -> HandoffCheck {
        let copies = try LetterArchive.copies(of: handoff.caseID, desk.sealer, transaction)
        let stored = try desk.request(of: handoff.id, transaction)
        let request = HandoffRequest(
            caseID: handoff.caseID, procedure: handoff.procedure, basis: handoff.basis, answers: stored.answers)
        return try check(
            request, on: day, desk, tenant, copies, documents: stored.documentFacts, transaction
        ).without("onlyOne").with(papersComplete(handoff, desk, transaction))
    }

    // MARK: Looking

    /// What stands between a case and a court; an entry says who looked.
    package func legalCheck(_ request: HandoffRequest, of tenant: OpenTenant) throws -> HandoffCheck {
        try translatingRefusals {
            let desk = try legalDesk(of: tenant)
            let day = request.day ?? localTime(of: tenant).day
            let check = try tenant.database.read { transaction in
                let copies = try LetterArchive.copies(of: request.caseID, desk.sealer, transaction)
                return try self.check(request, on: day, desk, tenant, copies, transaction)
            }
            try tenant.database.write(provenance) { transaction in
                try transaction.audit(.caseRead, subject: ["case": .integer(request.caseID.rawValue)], change: [:])
            }
            return check
        }
    }

    /// A tenant's hand-offs; an entry says who looked.
    package func handoffs(of id: TenantID, onlyOpen: Bool) throws -> [Handoff] {
        let database = try database(of: id)
        let handoffs = try database.read { try Handoffs.list(onlyOpen: onlyOpen, $0) }
        try database.write(provenance) { transaction in
            try transaction.audit(
                .handoffListed, subject: ["tenant": .string(id.rawValue)],
                change: ["count": .integer(Int64(handoffs.count))])
        }
        return handoffs
    }

    /// One hand-off with what happened to it; an entry says who looked.
    package func showHandoff(_ number: Int64, of tenant: OpenTenant) throws -> HandoffRecord {
        try translatingRefusals {
            let desk = try legalDesk(of: tenant)
            let (handoff, events) = try tenant.database.read {
                (try Handoffs.load(number, $0), try desk.events(of: number, $0))
            }
            try tenant.database.write(provenance) { transaction in
                try transaction.audit(.caseRead, subject: ["case": .integer(handoff.caseID.rawValue)], change: [:])
            }
            return HandoffRecord(
                handoff: handoff, events: events,
                allowed: try desk.chart(handoff.procedure).allowed(after: handoff.state)
            )
        }
    }

    /// The chart of a procedure.
    package func legalChart(_ kind: LegalProcedureKind, of tenant: OpenTenant) throws -> LegalChart {
        try translatingRefusals { try legalDesk(of: tenant).chart(kind) }
    }

    // MARK: Handing over

    /// Makes the package of a case for a court, and records that it is prepared.
    ///
    /// In one transaction everything is seen to hold, the permit is made and used, the files and their manifest are made,
    /// an entry names the manifest's hash, the head of the log with that entry is signed and put into the package, and the
    /// hand-off is recorded with the hash of the package. The file is written after the commit under a temporary name;
    /// broken off in between, the same call writes it out again byte for byte, and before that nothing is left.
    ///
    /// - Throws: ``HostError`` `refused` with every gap; nothing is changed then.
    package func handOff(
        _ request: HandoffRequest, to folder: String, of tenant: OpenTenant,
        observe: (HandoffStep) throws -> Void = { _ in }
    ) throws -> HandoffResult {
        try FordringHost.translatingFaults {
            try translatingRefusals {
                do {
                    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                } catch {
                    throw HostError(.unavailable, "The folder \(folder) cannot be made: \(error.localizedDescription).")
                }
                let desk = try legalDesk(of: tenant)
                let today = localTime(of: tenant).day
                // On another day other things hold: what must wait has not waited, and what was paid is not known.
                if let day = request.day, day != today {
                    throw LegalRefusal(
                        .badDate,
                        "A case is handed over today, \(today), not on \(day). 'fordring legal check --date \(day)' says what "
                            + "will hold then.")
                }
                if let known = try madeBefore(request, on: today, desk, tenant) {
                    return try write(known.package, of: known.handoff, to: folder, tenant, observe)
                }
                return try make(request, on: today, to: folder, desk, tenant, observe)
            }
        }
    }

    /// The package of the same request that is prepared already.
    private func madeBefore(
        _ request: HandoffRequest, on today: CivilDate, _ desk: LegalDesk, _ tenant: OpenTenant
    ) throws -> (handoff: Handoff, package: [UInt8])? {
        try tenant.database.read { transaction in
            let open = try Handoffs.of(request.caseID, transaction).first {
                $0.procedure == request.procedure && $0.endedOn == nil
            }
            guard let open else { return nil }
            guard open.state == .prepared else {
                throw LegalRefusal(
                    .openAlready,
                    "Case \(request.caseID) is handed over for \(request.procedure) already: hand-off \(open.id) is "
                        + "\(open.state.rawValue). 'fordring legal show \(open.id)' shows it.")
            }
            // It states what was owed on its day, and what held then.
            guard open.preparedOn == today else {
                throw LegalRefusal(
                    .openAlready,
                    "Hand-off \(open.id) of case \(request.caseID) was prepared on \(open.preparedOn), and what it says held "
                        + "on that day. Recall it and make it anew: 'fordring legal recall \(open.id) --reason …'.")
            }
            guard open.requestSHA256 == request.sha256 else {
                throw LegalRefusal(
                    .openAlready,
                    "Hand-off \(open.id) of case \(request.caseID) was prepared on \(open.preparedOn) with other answers. "
                        + "Recall it first: 'fordring legal recall \(open.id) --reason …'.")
            }
            let papers = try papersComplete(open, desk, transaction)
            guard papers.isMet else {
                throw LegalRefusal(
                    .openAlready,
                    "Hand-off \(open.id) of case \(request.caseID) was prepared before a paper of a dispute was added. "
                        + "Recall it first: 'fordring legal recall \(open.id) --reason …'.")
            }
            return (open, try desk.package(of: open.id, transaction))
        }
    }

    private func make(
        _ request: HandoffRequest, on day: CivilDate, to folder: String, _ desk: LegalDesk, _ tenant: OpenTenant,
        _ observe: (HandoffStep) throws -> Void
    ) throws -> HandoffResult {
        guard let renderer = try tenant.parts.renderer else {
            throw HostError(
                .unavailable, "No plug-in of the tenant '\(tenant.id)' makes PDFs; add post-channel to its file.")
        }
        // What is not ready need not have its trail read.
        let early = try tenant.database.read { transaction in
            let copies = try LetterArchive.copies(of: request.caseID, desk.sealer, transaction)
            return try check(request, on: day, desk, tenant, copies, transaction)
        }
        guard early.gaps.isEmpty else { throw LegalDesk.refusal(early, request.procedure) }
        let known = try CaseTrail(request.caseID, tenant.database)
        let agency = try agencyName
        var file: PartialFile?
        var package: [UInt8] = []
        var leftOut: [LeftOutClaim] = []
        let handoff = try tenant.database.write(provenance) { transaction in
            let copies = try LetterArchive.copies(of: request.caseID, desk.sealer, transaction)
            let check = try check(request, on: day, desk, tenant, copies, transaction)
            guard check.gaps.isEmpty else { throw LegalDesk.refusal(check, request.procedure) }
            let permit = Permits.authority.handoffPermit(
                tenant: tenant.id, caseID: request.caseID, procedure: request.procedure, day: day)
            defer { Permits.authority.end(permit) }
            leftOut = check.part.leftOut
            let number = try LegalDesk.number(transaction)
            let fee = try desk.forum.courtFee(for: request.procedure, check.facts, on: day)
            var trail = known
            try trail.read(through: try AuditLog.size(transaction), transaction)
            let papers = HandoffPackage.papers(request.documents)
            let contents = try HandoffPackage(
                number: number, tenant: tenant.id, settings: tenant.settings, agency: agency,
                procedure: try desk.chart(request.procedure).procedure, day: day, check: check,
                form: try desk.forum.form(check.facts, on: day, permit: permit), fee: fee,
                venue: try desk.forum.venue(for: request.procedure, check.facts),
                letters: copies.filter { copy in check.part.record.steps.contains { $0.id == copy.step } },
                sentHashes: try trail.sentHashes(transaction),
                documents: papers + disputePapers(request.caseID, desk, transaction),
                key: try AuditKeys.verifier(transaction).description, jurisdiction: tenant.rules.jurisdiction
            ).contents(renderer)
            // The package holds the proof of this entry, so it comes before the package's own.
            try LegalDesk.recordPacked(
                number, permit, manifestSHA256: contents.manifestSHA256, files: contents.parts.count, transaction)
            package = try contents.archive(try caseExtract(trail, of: tenant.id, transaction))
            let handoff = try desk.prepare(
                NewHandoff(
                    id: number, day: day, basis: request.basis, requestSHA256: request.sha256, fee: fee,
                    owed: check.explanation.owed, package: package,
                    request: StoredRequest(
                        answers: request.answers,
                        documents: try papers.map(\.facts)
                            + disputeFacts(request.caseID, request.procedure, desk, transaction))),
                permit, check, today: day, transaction)
            try JobQueue.enqueue(LegalAnswersJob.next(after: transaction.provenance.time), transaction)
            file = try begin(handoff, size: package.count, in: folder, tenant)
            try observe(.beforeCommit)
            return handoff
        }
        // The package holds a signed head of the log, which is one only now.
        if let file { try FordringHost.fill(file, package) }
        try observe(.committed)
        try file?.finish()
        try observe(.named)
        return HandoffResult(
            handoff: handoff, path: Self.path(of: handoff, in: folder, tenant.id), size: package.count, isAgain: false,
            leftOut: leftOut)
    }

    private func write(
        _ package: [UInt8], of handoff: Handoff, to folder: String, _ tenant: OpenTenant,
        _ observe: (HandoffStep) throws -> Void
    ) throws -> HandoffResult {
        let file = try begin(handoff, size: package.count, in: folder, tenant)
        try FordringHost.fill(file, package)
        try observe(.committed)
        try file.finish()
        try observe(.named)
        return HandoffResult(
            handoff: handoff, path: Self.path(of: handoff, in: folder, tenant.id), size: package.count,
            isAgain: true, leftOut: [])
    }

    /// Begins a file under a temporary name.
    ///
    /// - Parameter size: how many bytes it will have. They are reserved now, so that a full disk is met before the commit.
    private func begin(
        _ handoff: Handoff, size: Int, in folder: String, _ tenant: OpenTenant
    ) throws -> PartialFile {
        let file = try PartialFile(Self.path(of: handoff, in: folder, tenant.id))
        let code = posix_fallocate(file.descriptor, 0, off_t(size))
        guard code == 0 else {
            throw HostError(
                .unavailable,
                "\(file.path) cannot be written: \(String(cString: strerror(code))). Choose another folder, or free space."
            )
        }
        return file
    }

    private static func fill(_ file: PartialFile, _ package: [UInt8]) throws {
        do {
            try FileHandle(fileDescriptor: file.descriptor, closeOnDealloc: false).write(contentsOf: package)
        } catch {
            throw HostError(.unavailable, "\(file.path) cannot be written: \(error.localizedDescription).")
        }
    }

    private static func path(of handoff: Handoff, in folder: String, _ tenant: TenantID) -> String {
        let name = "handoff-\(tenant)-\(handoff.id)-case-\(handoff.caseID)-\(handoff.procedure).zip"
        return URL(filePath: folder).appending(path: name).path
    }

    // MARK: What follows

    /// Takes back a package that has not been filed.
    ///
    /// - Returns: whether it is recalled now; one that is being filed is as soon as it is known that it was not.
    @discardableResult
    package func recallHandoff(
        _ number: Int64, reason: String, of tenant: OpenTenant, on day: CivilDate? = nil
    ) throws -> Bool {
        try translatingRefusals {
            let day = day ?? localTime(of: tenant).day
            return try tenant.database.write(provenance) { transaction in
                try LegalDesk.recall(number, because: reason, on: day, transaction)
            }
        }
    }

    /// Records what a court or a person did in a case that was handed over.
    package func recordLegal(
        _ event: NewLegalEvent, of number: Int64, for tenant: OpenTenant, on day: CivilDate? = nil
    ) throws -> RecordedEvent {
        try translatingRefusals {
            let desk = try legalDesk(of: tenant)
            let today = day ?? localTime(of: tenant).day
            return try tenant.database.write(provenance) { transaction in
                let recorded = try desk.record(event, of: number, today: today, transaction)
                try JobQueue.enqueue(LegalAnswersJob.next(after: transaction.provenance.time), transaction)
                return recorded
            }
        }
    }

    /// Reads what courts have answered by wire; each answer counts once.
    ///
    /// What cannot be recorded stays unread, is a task, and is tried again each time: the answer that must come before it may
    /// still be on its way. A fault in one answer keeps no other back.
    package func readCourtAnswers(of tenant: OpenTenant, on day: CivilDate? = nil) throws -> CourtAnswersRead {
        try translatingRefusals {
            let desk = try legalDesk(of: tenant)
            let today = day ?? localTime(of: tenant).day
            var result = CourtAnswersRead()
            var faults: [(caseID: CaseID?, words: String)] = []
            var waiting: [CourtAnswer] = []
            var known: [CourtAnswer] = []
            do {
                (waiting, known) = try answers(desk, tenant, &faults)
            } catch let failure as DeliveryFailure {
                throw HostError(.unavailable, failure.message)
            }
            var hasChanged = true
            var refusals: [String] = []
            while hasChanged, !waiting.isEmpty {
                hasChanged = false
                refusals = []
                var rest: [CourtAnswer] = []
                for answer in waiting {
                    do {
                        let isNew = try tenant.database.write(provenance(as: .host("court answers"))) {
                            try desk.take(answer, today: today, $0)
                        }
                        if isNew { result.taken += 1 }
                        known.append(answer)
                        hasChanged = true
                    } catch {
                        refusals.append(try Self.words(ofRefused: answer, error))
                        rest.append(answer)
                    }
                }
                waiting = rest
            }
            for (answer, words) in zip(waiting, refusals) {
                faults.append((try tenant.database.read { try? Handoffs.load(answer.number, $0).caseID }, words))
            }
            result.faults = faults.map(\.words)
            let told = faults
            try tenant.database.write(provenance(as: .host("court answers"))) {
                try LegalDesk.tellUnread(told, on: today, $0)
            }
            // Where the court cannot be told, they come again and are known.
            try? desk.forum.acknowledge(known)
            return result
        }
    }

    /// The answers that were not read, in the order in which they happened, and those that were.
    private func answers(
        _ desk: LegalDesk, _ tenant: OpenTenant, _ faults: inout [(caseID: CaseID?, words: String)]
    ) throws -> (unread: [CourtAnswer], read: [CourtAnswer]) {
        let answers: [CourtAnswer]
        do {
            answers = try desk.forum.answers()
        } catch let failure as DeliveryFailure {
            // What could not be read was moved aside by then, or is met again.
            answers = try desk.forum.answers()
            faults.append((nil, "An answer of a court cannot be read: \(failure.message)"))
        }
        let read = try tenant.database.read { transaction in try answers.map { try LegalDesk.isRead($0, transaction) } }
        let unread = zip(answers, read).filter { !$0.1 }.map(\.0).sorted { one, other in
            guard one.on == other.on else { return one.on < other.on }
            // `A-9` before `A-10`.
            let order = one.identifier.compare(other.identifier, options: .numeric)
            return order == .orderedSame ? one.identifier < other.identifier : order == .orderedAscending
        }
        return (unread, zip(answers, read).filter(\.1).map(\.0))
    }

    /// Why an answer is not recorded; what is no refusal is thrown on.
    private static func words(ofRefused answer: CourtAnswer, _ error: any Error) throws -> String {
        let reason: String
        switch error {
        case let refusal as LegalRefusal: reason = refusal.message
        case let refusal as CaseworkRefusal: reason = refusal.message
        case let gap as RuleGap: reason = gap.description
        default: throw error
        }
        return "The answer '\(answer.identifier)' of a court is not recorded: \(reason)"
    }

    /// Puts an answer aside that cannot be recorded.
    package func dismissAnswer(_ identifier: String, reason: String, of tenant: OpenTenant) throws {
        try translatingRefusals {
            let desk = try legalDesk(of: tenant)
            var faults: [(caseID: CaseID?, words: String)] = []
            let answers: [CourtAnswer]
            do {
                answers = try self.answers(desk, tenant, &faults).unread
            } catch let failure as DeliveryFailure {
                throw HostError(.unavailable, failure.message)
            }
            guard let answer = answers.first(where: { $0.identifier == identifier }) else {
                let names = answers.map(\.identifier).joined(separator: ", ")
                throw HostError(
                    .badInput,
                    "No answer '\(identifier)' of a court waits. "
                        + (names.isEmpty ? "None does." : "There are: \(names)."))
            }
            try tenant.database.write(provenance) { try LegalDesk.dismiss(answer, because: reason, $0) }
        }
        _ = try readCourtAnswers(of: tenant)
    }
}
