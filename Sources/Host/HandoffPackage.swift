import Casework
import Correspondence
import FordringKit
import Foundation
import Ledger
import LegalTrack
import Tenancy
import ZipFiles

/// A paper as it lies in a package.
struct HandoffPaper {
    /// With the name that it has in the package, without a folder.
    let facts: DocumentFacts
    let bytes: [UInt8]
}

/// Everything that a court or a lawyer gets of one case, in one zip: a value, from which the same bytes come each time.
///
/// It is made in two steps. All files but the extract of the audit trail come first, with a manifest of them
/// (``contents(_:)``); the manifest's hash becomes an entry; and the extract, which then holds that entry, is put with them
/// (``Contents/archive(_:)``). So whoever has the archive can prove every file by the agency's signature.
struct HandoffPackage {
    let number: Int64
    let tenant: TenantID
    let settings: TenantSettings
    let agency: String
    let procedure: LegalProcedure
    let day: CivilDate
    let check: HandoffCheck
    let form: CourtForm
    let fee: Explained<Money>
    let venue: Explained<String>
    let letters: [LetterCopy]
    /// The SHA-256 of each letter by its step, as the audit trail names it.
    let sentHashes: [Int64: String]
    let documents: [HandoffPaper]
    /// The key that the audit trail is verified with.
    let key: String
    let jurisdiction: any Jurisdiction

    var record: CaseRecord { check.explanation.record }
    var caseID: CaseID { check.facts.facts.id }
    var language: Language { Language(settings.language) }

    /// A file with what it is, as manifest and README say it.
    struct Part {
        let name: String
        let meaning: String
        let bytes: [UInt8]

        init(_ name: String, _ meaning: String, _ bytes: [UInt8]) {
            self.name = name
            self.meaning = meaning
            self.bytes = bytes
        }

        init(_ name: String, _ meaning: String, _ text: String) { self.init(name, meaning, Array(text.utf8)) }
    }

    /// The files of a package but for the extract of the audit trail, and what names them all.
    struct Contents {
        /// The first is the README.
        let parts: [Part]
        let manifest: [UInt8]
        let day: CivilDate
        let caseID: CaseID

        /// What the audit trail names.
        var manifestSHA256: String { Digest.sha256(manifest) }

        /// The zip.
        func archive(_ trail: CaseExtract) throws -> [UInt8] {
            let all =
                [(parts[0].name, parts[0].bytes), ("manifest.json", manifest)]
                + parts.dropFirst().map { ($0.name, $0.bytes) }
                + [("audit/case.jsonl.gz", trail.bytes), ("audit/checkpoint.txt", Array(trail.checkpoint.utf8))]
            let sums = all.map { "\(Digest.sha256($0.1))  \($0.0)\n" }.joined()
            var archive = ZipArchive(dated: day.parts)
            do throws(ZipFault) {
                try archive.add(all[0].0, all[0].1)
                try archive.add("SHA256SUMS", Array(sums.utf8))
                for (name, bytes) in all.dropFirst() { try archive.add(name, bytes) }
                return try archive.bytes()
            } catch {
                throw HostError(.fault, "The package of case \(caseID) cannot be made: \(error.message).")
            }
        }
    }

    /// Where papers lie with which the court is not to be troubled.
    static let notFiled = "not-filed/"
    /// What is filed where no papers are.
    private static let formFiles = ["form.pdf", "form.json", "form.xml"]

    /// Where letters and documents lie.
    private var papersFolder: String { procedure.takesPapers ? "" : HandoffPackage.notFiled }
    var lettersFolder: String { "\(papersFolder)letters/" }
    var documentsFolder: String { "\(papersFolder)documents/" }

    /// All files but the extract of the audit trail.
    ///
    /// - Throws: ``HostError`` where the renderer fails.
    func contents(_ renderer: any LetterRenderer) throws -> Contents {
        var parts = [
            Part("form.pdf", "the form, in its own order", try pdf(formLetter, renderer)),
            Part("form.json", "the same for programs", try HandoffPackage.json(FormFile(self))),
            Part("form.xml", "the same as XML", formXML),
            Part(
                "statement.pdf", "what is owed, with interest to the day", try pdf(statementLetter, renderer)),
            Part(
                "statement.json", "the same with period, days, rate, source and amount of each line",
                try HandoffPackage.json(StatementFile(self))),
            Part(
                "checks.json", "court fee, venue, and what was seen to hold before the hand-off, with sections",
                try HandoffPackage.json(ChecksFile(self))),
            Part("timeline.csv", "what happened in the case, day by day", timeline),
            Part("\(lettersFolder)letters.csv", "every letter that left the house, with its SHA-256", letterList),
        ]
        for copy in letters {
            guard let step = record.steps.first(where: { $0.id == copy.step }) else { continue }
            parts.append(
                Part(
                    "\(lettersFolder)\(HandoffPackage.name(of: copy, step))",
                    "the \(step.kind) of \(step.sentOn.map(\.description) ?? "")", copy.bytes))
        }
        for document in documents {
            let facts = document.facts
            parts.append(Part(documentsFolder + facts.name, "\(facts.kind) of \(facts.on)", document.bytes))
        }
        parts += [
            Part("audit/key.txt", "the key that the signature is verified with", key + "\n"),
            Part("verify.py", "verifies all of this without fordring", HandoffVerifier.script),
        ]
        parts.insert(Part("README.txt", "what this is, and how to verify it", readme(parts)), at: 0)
        return Contents(parts: parts, manifest: ManifestFile.bytes(self, parts), day: day, caseID: caseID)
    }

    /// What is filed of a package by wire: all of it, or the form alone where no papers go with the procedure.
    static func filed(_ package: [UInt8], takesPapers: Bool) throws -> [UInt8] {
        if takesPapers { return package }
        do throws(ZipFault) {
            var archive = try ZipArchive(package)
            archive.keep(formFiles)
            return try archive.bytes()
        } catch {
            throw HostError(.fault, "The package cannot be read: \(error.message).")
        }
    }

    // MARK: Names

    /// The name of a letter's copy in the package.
    static func name(of copy: LetterCopy, _ step: StepRecord) -> String {
        let ending = copy.mediaType == "application/pdf" ? "pdf" : "txt"
        return "\(padded(Int(copy.step)))-\(fileName(step.kind))-\(step.sentOn?.description ?? "").\(ending)"
    }

    /// Documents that a person adds, with the names that they have in a package.
    static func papers(_ documents: [HandoffDocument]) -> [HandoffPaper] {
        documents.enumerated().map { index, document in
            var facts = document.facts
            facts.name = "\(padded(index + 1))-\(fileName(facts.name))"
            return HandoffPaper(facts: facts, bytes: document.bytes)
        }
    }

    /// A dispute's document, with the name that it has in a package.
    static func facts(_ document: DocumentRecord) -> DocumentFacts {
        let name = fileName(document.name ?? "")
        return DocumentFacts(
            name: "dispute-\(padded(Int(document.dispute)))-\(padded(Int(document.id)))-\(document.role)-\(name)",
            kind: "dispute", on: document.addedOn, sha256: document.sha256)
    }

    private static func padded(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 4 - text.count)) + text
    }

    /// A name that is one everywhere; others may have chosen it.
    private static func fileName(_ name: String) -> String {
        let last = name.split(separator: "/").last.map(String.init) ?? "file"
        let plain = last.map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) ? $0 : "_" }
        // Where names are long, their end says what the file is; no name ends with a full stop on Windows.
        var text = String(plain.drop { $0 == "." })
        if text.count > 100 { text = String(text.prefix(60)) + "-" + String(text.suffix(39)) }
        while text.last == "." { text.removeLast() }
        return text.isEmpty ? "file" : text
    }

    // MARK: PDF

    private func pdf(_ letter: Letter, _ renderer: any LetterRenderer) throws -> [UInt8] {
        do {
            return try renderer.render(letter).bytes
        } catch let failure as DeliveryFailure {
            throw HostError(.unavailable, "The PDF of case \(caseID) cannot be made: \(failure.message)")
        }
    }

    private func letter(_ subject: String, to name: String, _ blocks: [LetterBlock]) -> Letter {
        let words = Wording.words(language)
        let own = HandoffWords(language)
        let head = settings.letterhead
        let country = jurisdiction.country
        return Letter(
            id: LetterID(rawValue: number), tenant: tenant, caseID: caseID, step: StepKind("handoff"),
            language: language, datedOn: day, dateText: Wording.date(day, language),
            pageWords: LabelledText(words.page, words.pageOf),
            letterhead: Letterhead(
                name: settings.legalName, addressLines: head.address,
                contactLines: [head.phone, head.email, head.web].compactMap(\.self),
                registration: "\(jurisdiction.name(of: .company)) \(settings.registrationNumber)",
                accentColor: head.color ?? ""),
            recipient: Party(
                name: name, kind: .publicAuthority, nationalID: nil, customerNumber: nil,
                address: PostalAddress(lines: [], postalCode: "", city: "", country: country), email: nil, phone: nil,
                language: language),
            references: [
                LabelledText(words.caseNumber, "\(caseID)"), LabelledText(own.handoff, "\(number)"),
                LabelledText(words.creditor, settings.legalName), LabelledText(own.representative, agency),
            ], subject: subject, blocks: blocks, shortText: "")
    }

    /// Longer labels would be cut in a box of two columns, and nothing of a form may be.
    private static let boxedLabelMax = 48

    private var formLetter: Letter {
        let boxes = form.sections.flatMap { section -> [LetterBlock] in
            let fields = section.fields.map { LabelledText($0.label, $0.text.isEmpty ? "\u{2013}" : $0.text) }
            guard fields.allSatisfy({ $0.label.count <= HandoffPackage.boxedLabelMax }) else {
                return [.heading(section.heading)] + fields.map { .paragraph("\($0.label): \($0.text)") }
            }
            return [.payment(PaymentBox(heading: section.heading, fields: fields, codeLine: ""))]
        }
        return letter(form.title, to: form.addressee, [.paragraph("\(form.citation)")] + boxes)
    }

    private var statementLetter: Letter {
        let words = Wording.words(language)
        let own = HandoffWords(language)
        let explanation = check.explanation
        let heading = "\(words.amount) (\(explanation.owed.currency))"
        var blocks: [LetterBlock] = [.paragraph("\(own.asOf) \(Wording.date(day, language)).")]
        for share in explanation.shares where !share.parts.isEmpty {
            let claim = record.claims.first { $0.id == share.claim }
            let lines = share.parts.flatMap { part in
                part.entries.map { entry in
                    let origin = entry.kind == .claim ? claim : nil
                    let due = origin.map { "\(words.due) \(Wording.date($0.dueOn, language))" }
                    return StatementLine(
                        text: "\(jurisdiction.name(of: part.component, in: language)): \(own.entry(entry.kind)) "
                            + Wording.date(origin?.issuedOn ?? entry.on, language),
                        detail: due ?? own.describe(entry.lines, language), amount: entry.amount)
                }
            }
            blocks.append(
                .statement(
                    Statement(
                        heading: claim.map { "\(words.invoice) \($0.reference)" } ?? own.wholeCase,
                        amountHeading: heading, lines: lines, totalLabel: own.sum, total: share.owed)))
        }
        blocks.append(
            .statement(
                Statement(
                    heading: own.all, amountHeading: heading,
                    lines: explanation.shares.filter { !$0.parts.isEmpty }.map { share in
                        let claim = record.claims.first { $0.id == share.claim }
                        return StatementLine(
                            text: claim.map { "\(words.invoice) \($0.reference)" } ?? own.wholeCase, detail: "",
                            amount: share.owed)
                    }, totalLabel: words.total, total: explanation.owed)))
        let feeName = jurisdiction.name(of: .courtFee, in: language)
        blocks.append(
            .paragraph(
                "\(feeName): \(fee.value.formatted(language)) \(fee.value.currency). "
                    + fee.lines.map { "\($0.citation)" }.joined(separator: "; ")))
        return letter(own.statement, to: form.addressee, blocks)
    }

    // MARK: Tables

    /// A line of comma-separated values (RFC 4180).
    private static func csv(_ cells: [String]) -> String {
        cells.map { cell in
            let needsQuotes = cell.contains { ",\"\r\n".contains($0) }
            return needsQuotes ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
        }.joined(separator: ",") + "\r\n"
    }

    /// What says of a step that it is void, and why.
    private static func remark(ofVoid step: StepRecord) -> String? {
        step.voidBecause.map { "void: counts no more, \($0)" }
    }

    private var timeline: String {
        var events: [(day: CivilDate, what: String, detail: String, amount: String)] = []
        for claim in record.claims {
            events.append((claim.issuedOn, "claim arose", claim.reference, claim.principal.decimalText))
            events.append((claim.dueOn, "claim due", claim.reference, ""))
        }
        events.append((check.facts.facts.openedOn, "case opened", "\(caseID)", ""))
        for step in record.steps {
            let void = HandoffPackage.remark(ofVoid: step).map { "; \($0)" } ?? ""
            events.append((step.decidedOn, "step decided", "\(step.kind) (step \(step.id))\(void)", ""))
            if let sentOn = step.sentOn, step.state == "sent" {
                let until = step.deadlineOn.map { ", to be paid by \($0)" } ?? ""
                events.append((sentOn, "letter sent", "\(step.kind) by \(step.channel ?? "")\(until)\(void)", ""))
            }
        }
        for (transfer, _) in record.transfers where transfer.cause.kind != "claim" {
            let detail = "\(transfer.debit) / \(transfer.credit)" + (transfer.claim.map { ", claim \($0)" } ?? "")
            events.append((transfer.bookedOn, "booked: \(transfer.cause.kind)", detail, transfer.amount.decimalText))
        }
        for step in check.facts.legalSteps {
            events.append((step.on, "legal step", "\(step.procedure): \(step.state.rawValue)", ""))
        }
        events.append((day, "hand-off prepared", "\(procedure.kind) (hand-off \(number))", ""))
        let sorted = events.enumerated().sorted { ($0.element.day, $0.offset) < ($1.element.day, $1.offset) }
        return HandoffPackage.csv(["day", "what", "detail", "amount"])
            + sorted.map(\.element).map { HandoffPackage.csv(["\($0.day)", $0.what, $0.detail, $0.amount]) }.joined()
    }

    private var letterList: String {
        var lines = HandoffPackage.csv(["step", "kind", "sentOn", "channel", "reference", "sha256", "file", "remark"])
        for step in record.steps where step.state == "sent" {
            let copy = letters.first { $0.step == step.id }
            let sent = sentHashes[step.id]
            var remarks: [String] = []
            if sent == nil { remarks.append("what left was not hashed; the hash is of the copy") }
            if let copy {
                if copy.isRemade {
                    remarks.append("the copy was made again after a crash; the channel kept the one that left")
                }
            } else {
                remarks = [
                    sent == nil
                        ? "neither copy nor hash was kept; the channel has its receipt"
                        : "no copy was kept; the channel has its receipt"
                ]
            }
            if let void = HandoffPackage.remark(ofVoid: step) { remarks.insert(void, at: 0) }
            lines += HandoffPackage.csv([
                "\(step.id)", step.kind, step.sentOn?.description ?? "", step.channel ?? "", step.receipt ?? "",
                sent ?? copy?.sha256 ?? "", copy.map { HandoffPackage.name(of: $0, step) } ?? "",
                remarks.joined(separator: "; "),
            ])
        }
        return lines
    }

    // MARK: XML

    private var formXML: String {
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            "<form case=\"\(caseID)\" handOff=\"\(number)\" procedure=\"\(xml(procedure.kind.rawValue))\" day=\"\(day)\">",
            "  <title>\(xml(form.title))</title>", "  <rule>\(xml(form.citation.description))</rule>",
            "  <addressee>\(xml(form.addressee))</addressee>",
        ]
        for section in form.sections {
            lines.append("  <section heading=\"\(xml(section.heading))\">")
            for field in section.fields {
                lines.append(
                    "    <field key=\"\(xml(field.key))\" label=\"\(xml(field.label))\">\(xml(field.text))</field>")
            }
            lines.append("  </section>")
        }
        lines.append("</form>")
        return lines.joined(separator: "\n") + "\n"
    }

    /// Text as XML has it; what no XML 1.0 document may hold becomes the replacement character.
    private func xml(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\r", "\t": result += "&#\(scalar.value);"
            case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            case _ where scalar.value < 32: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    // MARK: JSON

    static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }
}
