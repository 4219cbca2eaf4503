import FordringKit
import FoundationEssentials
import Glibc

/// Filing by folder, the optional way: packages are left in one folder, and answers are read from another.
///
/// For a court's gateway, or a simulator, that works with files. In the outbox:
///
/// - `filings/KEY.zip`: the package. It appears whole or not at all, and is written once. Whoever takes it copies it
///   and leaves it there, because it is the proof that it was filed.
/// - `filings/KEY.json`: its day, our number of the hand-off, its SHA-256 and the tenant; it is there before the
///   package.
/// - `answers/*.json`: one answer a file, written under another ending and renamed:
///   `{"identifier": "A-1", "number": 12, "state": "served", "on": "2026-03-05", "text": ""}`. `state` is a name of
///   ``LegalState``; `number` is that of the hand-off. Files stay, and are read again each time.
/// - `answers/unreadable/`: where a file is moved that is torn, has an unknown state or a day that does not exist, or
///   gives a known identifier another content. The reading that moves it fails and names it; the next one gives the
///   others. Mended, it can be moved back.
struct CourtFolder: Sendable {
    /// The setting that chooses it.
    static let setting = SettingDescription(
        key: "filing", allowed: ["hand", "folder"], standard: "hand",
        meaning: "Whether a person files the packages (hand), or they are left in the outbox (folder).")

    private let folder: SpoolFolder
    private let tenant: TenantID

    /// The folder of a tenant; `nil` where a person files by hand.
    init?(_ context: PluginContext) throws {
        switch context.setting("filing") {
        case "hand", "": return nil
        case "folder": break
        case let other:
            throw PluginSettingError(key: "filing", "“\(other)” is not one of hand and folder.")
        }
        guard !context.outbox.isEmpty else {
            throw PluginSettingError(
                key: "filing", "The host gives no outbox, so nothing can be left in one: use hand.")
        }
        folder = SpoolFolder(path: context.outbox)
        tenant = context.tenant
    }

    // MARK: Filing

    /// What is written beside a package.
    private struct Announcement: Codable {
        var idempotencyKey: String
        var number: Int64
        var sha256: String
        var filedOn: String
        var tenant: String
    }

    /// Leaves a package in the folder; a second time gives the first receipt.
    ///
    /// - Throws: ``DeliveryFailure``.
    func file(_ filing: CourtFiling) throws(DeliveryFailure) -> DeliveryReceipt {
        let key = filing.idempotencyKey
        if let earlier = try receipt(for: key) {
            guard earlier.details["sha256"] == filing.sha256 else {
                throw DeliveryFailure(
                    .permanent, "filings/\(key).zip was filed with another content: report it as a fault of the host.")
            }
            return earlier
        }
        guard filing.permit.isLive, filing.permit.day == filing.day, filing.permit.tenant == tenant else {
            throw DeliveryFailure(.permanent, "The leave to file \(key) is no longer in force; nothing was filed.")
        }
        let announcement = Announcement(
            idempotencyKey: key, number: filing.number, sha256: filing.sha256, filedOn: filing.day.description,
            tenant: tenant.rawValue)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        guard let note = try? encoder.encode(announcement) else {
            throw DeliveryFailure(.permanent, "The announcement of \(key) cannot be written: report it as a fault.")
        }
        try folder.create("filings")
        try folder.write([UInt8](note), to: "filings/\(key).json", through: "filings/.\(key).json.tmp")
        try folder.write(filing.package, to: "filings/\(key).zip", through: "filings/.\(key).zip.tmp")
        return receipt(of: announcement)
    }

    /// The receipt of a package that lies in the folder.
    ///
    /// - Throws: ``DeliveryFailure`` where its announcement cannot be read.
    func receipt(for key: String) throws(DeliveryFailure) -> DeliveryReceipt? {
        try CourtFolder.checkKey(key)
        // The package is the proof: an announcement alone is what a crash left.
        guard try folder.read("filings/\(key).zip", atMost: 1) != nil else { return nil }
        guard let note = try folder.read("filings/\(key).json"),
            let announcement = try? JSONDecoder().decode(Announcement.self, from: Data(note)),
            CivilDate(iso: announcement.filedOn) != nil, announcement.idempotencyKey == key
        else {
            throw DeliveryFailure(
                .permanent, "filings/\(key).json cannot be read, so nobody knows when \(key).zip was filed: look at it."
            )
        }
        return receipt(of: announcement)
    }

    private func receipt(of announcement: Announcement) -> DeliveryReceipt {
        DeliveryReceipt(
            reference: "filings/\(announcement.idempotencyKey).zip",
            sentOn: CivilDate(iso: announcement.filedOn) ?? CivilDate(day: 0),
            details: ["sha256": announcement.sha256, "number": String(announcement.number)])
    }

    /// Refuses a key that could name something outside the folder.
    private static func checkKey(_ key: String) throws(DeliveryFailure) {
        let allowed = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        if !allowed || !(1...200).contains(key.utf8.count) {
            throw DeliveryFailure(
                .permanent,
                "The filing's key has other signs than letters, digits and hyphens: report it as a fault of the host.")
        }
    }

    // MARK: Answers

    /// An answer as its file states it.
    private struct Answer: Decodable {
        var identifier: String
        var number: Int64
        var state: String
        var on: String
        var text: String?
        /// With `decided`: `creditor`, `inPart` or `debtor`.
        var outcome: String?
        /// With `inPart`: what of the principal was granted, as `1250.00`.
        var granted: String?

        /// For whom it was decided; `nil` where it is not said.
        func stated() throws(Obstacle) -> CourtOutcome? {
            switch outcome {
            case nil: return nil
            case "creditor": return .forCreditor
            case "debtor": return .forDebtor
            case "inPart":
                guard let granted, let money = try? Money(parsing: granted, .nok), money.isPositive else {
                    throw Obstacle(by: "says “inPart” without what was granted")
                }
                return .inPart(granted: money)
            case let other?: throw Obstacle(by: "has an unknown outcome “\(other)”")
            }
        }
    }

    /// The largest answer that is read; a longer file is no answer.
    private static let answerBytesMax = 1_048_576

    /// The answers in the folder, oldest first, each identifier once.
    ///
    /// - Throws: ``DeliveryFailure`` that names the files that were moved aside and why.
    func answers() throws(DeliveryFailure) -> [CourtAnswer] {
        var answers: [String: (answer: CourtAnswer, name: String)] = [:]
        var faults: [String] = []
        for name in try names() {
            do {
                let answer = try read(name)
                if let known = answers[answer.identifier] {
                    if known.answer == answer { continue }
                    throw Obstacle(by: "gives “\(answer.identifier)” another content than \(known.name)")
                }
                answers[answer.identifier] = (answer, name)
            } catch let fault as Obstacle {
                try setAside(name)
                faults.append("answers/\(name) \(fault.by)")
            } catch let failure as DeliveryFailure {
                throw failure
            } catch {
                throw DeliveryFailure(.temporary, "answers/\(name) cannot be read: \(error)")
            }
        }
        guard faults.isEmpty else {
            throw DeliveryFailure(
                .temporary,
                faults.joined(separator: "; ")
                    + ": moved to answers/unreadable; mend it and move it back. The others are read next time.")
        }
        return answers.values.sorted { ($0.answer.on, $0.name) < ($1.answer.on, $1.name) }.map(\.answer)
    }

    /// The files in the folder, by name; those with another ending are still being written.
    private func names() throws(DeliveryFailure) -> [String] {
        var status = stat()
        if stat("\(folder.path)/answers", &status) != 0 {
            if errno == ENOENT { return [] }
            throw folder.failure(errno, "read")
        }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/answers")
                .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
        } catch {
            throw DeliveryFailure(.temporary, "answers cannot be listed: \(error); look at the folder and its rights.")
        }
    }

    private func read(_ name: String) throws -> CourtAnswer {
        guard let bytes = try folder.read("answers/\(name)", atMost: CourtFolder.answerBytesMax + 1) else {
            throw DeliveryFailure(.temporary, "answers/\(name) was taken away while it was read; it is tried again.")
        }
        guard bytes.count <= CourtFolder.answerBytesMax else { throw Obstacle(by: "is larger than an answer can be") }
        let answer: Answer
        do {
            answer = try JSONDecoder().decode(Answer.self, from: Data(bytes))
        } catch {
            throw Obstacle(by: "is torn or no answer")
        }
        guard !answer.identifier.trimmed.isEmpty else { throw Obstacle(by: "has no identifier") }
        guard answer.number > 0 else { throw Obstacle(by: "names no hand-off") }
        guard let state = LegalState(rawValue: answer.state) else {
            throw Obstacle(by: "has an unknown state “\(answer.state)”")
        }
        guard state != .prepared, state != .recalled else {
            throw Obstacle(by: "has the state “\(answer.state)”, which is ours and no court's")
        }
        guard let day = CivilDate(iso: answer.on) else {
            throw Obstacle(by: "has a day that does not exist: “\(answer.on)”")
        }
        var stated = CourtAnswer(
            identifier: answer.identifier, number: answer.number, state: state, on: day, text: answer.text ?? "")
        stated.outcome = try answer.stated()
        return stated
    }

    /// Moves a file aside; another reader can have done it.
    private func setAside(_ name: String) throws(DeliveryFailure) {
        try folder.create("answers/unreadable")
        if rename("\(folder.path)/answers/\(name)", "\(folder.path)/answers/unreadable/\(name)") != 0, errno != ENOENT {
            throw folder.failure(errno)
        }
    }
}
