public import FordringKit
import FoundationEssentials
import Glibc
import SpoolFiles

/// Filing by folder: packages are left in one folder, and answers are read from another.
///
/// For a court's gateway, or a simulator, that works with files; an optional way, which a setting chooses. In the outbox:
///
/// - `filings/KEY.zip`: the package. It appears whole or not at all, and is written once. Whoever takes it copies it
///   and leaves it there, because it is the proof that it was filed.
/// - `filings/KEY.json`: its day, our number of the hand-off, its SHA-256 and the tenant; it is there before the
///   package.
/// - `answers/*.json`: one answer a file, written under another ending and renamed:
///   `{"identifier": "A-1", "number": 12, "state": "served", "on": "2026-03-05", "text": ""}`. `state` is a name of
///   `LegalState`; `number` is that of the hand-off. With `decided` comes `"outcome"`: `creditor`, `debtor`, or `inPart`
///   with `"granted": "1250.00"`, in the country's currency. Files stay, and are read again each time.
/// - `answers/unreadable/`: where a file is moved that is torn, has an unknown state or a day that does not exist, or
///   gives a known identifier another content. The reading that moves it fails and names it; the next one gives the
///   others. Mended, it can be moved back.
public struct CourtFolder: Sendable {
    private let folder: SpoolFolder
    private let tenant: TenantID
    private let currency: Currency

    /// The folder of a tenant.
    ///
    /// - Throws: `PluginSettingError` where the host gives no outbox.
    init(_ context: PluginContext, currency: Currency) throws(PluginSettingError) {
        guard !context.outbox.isEmpty else {
            throw PluginSettingError(
                key: "filing", "The host gives no outbox, so nothing can be left in one: use hand.")
        }
        folder = SpoolFolder(path: context.outbox)
        tenant = context.tenant
        self.currency = currency
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
    /// - Throws: `DeliveryFailure`; `permanent` for a permit that is not in force, and for another content under the key;
    ///   `unknown` where it cannot be told whether the package is there.
    public func file(_ filing: CourtFiling) throws(DeliveryFailure) -> DeliveryReceipt {
        let key = filing.idempotencyKey
        let earlier: DeliveryReceipt?
        do throws(DeliveryFailure) {
            earlier = try receipt(for: key)
        } catch {
            // An earlier attempt may have left it there.
            throw SpoolKey.isSafe(key) ? DeliveryFailure(.unknown, error.message) : error
        }
        if let earlier {
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
    /// - Throws: `DeliveryFailure` where its announcement cannot be read.
    public func receipt(for key: String) throws(DeliveryFailure) -> DeliveryReceipt? {
        try SpoolKey.check(key, of: "filing")
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

    // MARK: Answers

    /// The largest answer that is read; a longer file is no answer.
    private static let answerBytesMax = 1_048_576

    /// The answers in the folder, oldest first, each identifier once.
    ///
    /// - Throws: `DeliveryFailure` that names the files that were moved aside and why.
    public func answers() throws(DeliveryFailure) -> [CourtAnswer] {
        var answers: [String: (answer: CourtAnswer, name: String)] = [:]
        var faults: [String] = []
        for name in try names() {
            do {
                let answer = try read(name)
                if let known = answers[answer.identifier] {
                    if known.answer == answer { continue }
                    throw AnswerFault("gives “\(answer.identifier)” another content than \(known.name)")
                }
                answers[answer.identifier] = (answer, name)
            } catch let fault as AnswerFault {
                try setAside(name)
                faults.append("answers/\(name) \(fault.what)")
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
        guard bytes.count <= CourtFolder.answerBytesMax else { throw AnswerFault("is larger than an answer can be") }
        guard let document = try? JSONDecoder().decode(AnswerDocument.self, from: Data(bytes)) else {
            throw AnswerFault("is torn or no answer")
        }
        return try document.answer(in: currency)
    }

    /// Moves a file aside; another reader can have done it.
    private func setAside(_ name: String) throws(DeliveryFailure) {
        try folder.create("answers/unreadable")
        if rename("\(folder.path)/answers/\(name)", "\(folder.path)/answers/unreadable/\(name)") != 0, errno != ENOENT {
            throw folder.failure(errno)
        }
    }
}
