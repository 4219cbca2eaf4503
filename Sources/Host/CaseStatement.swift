import AuditTrail
import Casework
import Crypto
import Database
package import FordringKit
import Foundation
import Ledger
import Tenancy

/// What a debtor is told on demand: whose claim it is, how it arose, how every amount came about, and what is disputed.
struct CaseStatement: Codable, Sendable {
    static let format = "fordring-statement/1"

    struct Line: Codable, Sendable {
        let text: String
        let source: String
        let from: String?
        let through: String?
        let days: Int?
        let rate: String?
        let base: String?
    }

    struct Claim: Codable, Sendable {
        let claim: Int64
        let reference: String
        let text: String
        /// The day on which the debt arose: that of the invoice.
        let arisenOn: String
        let dueOn: String
        let principal: String
        /// What is left of the principal.
        let rest: String
    }

    struct Entry: Codable, Sendable {
        let claim: Int64?
        let component: String
        let kind: String
        let on: String
        let amount: String
        let lines: [Line]
    }

    struct Dispute: Codable, Sendable {
        let dispute: Int64
        let claim: Int64?
        let amount: String?
        let reason: String
        let openedOn: String
        let answerBy: String
        let state: String
        let decidedOn: String?
        let credited: String
    }

    let format: String
    let agency: String
    let creditor: String
    let creditorNumber: String
    let caseNumber: Int64
    let debtor: String
    let debtorAddress: [String]
    let day: String
    let currency: String
    let claims: [Claim]
    /// Everything that changed what is owed, with how it was worked out; the last of a kind may be interest of today.
    let entries: [Entry]
    let disputes: [Dispute]
    let owed: String
    /// Why the interest of today is not known, where it is not.
    let interestGap: String?

    var text: String {
        var lines = [
            "STATEMENT OF A CLAIM", "",
            "Creditor: \(creditor) (\(creditorNumber))", "Collected by: \(agency)",
            "Debtor: \(([debtor] + debtorAddress).joined(separator: ", "))",
            "Case \(caseNumber), as of \(day). All amounts in \(currency).",
        ]
        func add(_ entry: Entry) {
            lines.append("  \(entry.on)  \(entry.component), \(entry.kind): \(entry.amount)")
            for line in entry.lines {
                var text = "      \(line.text)"
                if let from = line.from, let through = line.through { text += " \(from)..\(through)" }
                if let days = line.days { text += ", \(days) days" }
                if let rate = line.rate, let base = line.base { text += ", \(rate) of \(base)" }
                lines.append("\(text) [\(line.source)]")
            }
        }
        for claim in claims {
            lines += [
                "", "Claim \(claim.claim): \(claim.reference) \(claim.text)",
                "  arose on \(claim.arisenOn), to be paid by \(claim.dueOn), principal \(claim.principal), rest \(claim.rest)",
            ]
            for entry in entries where entry.claim == claim.claim { add(entry) }
        }
        let common = entries.filter { $0.claim == nil }
        if !common.isEmpty {
            lines += ["", "Of the whole case"]
            for entry in common { add(entry) }
        }
        if !disputes.isEmpty { lines += ["", "Disputes"] }
        for dispute in disputes {
            let what = dispute.claim.map { "claim \($0)" } ?? "the whole case"
            lines.append(
                "  \(dispute.openedOn)  dispute \(dispute.dispute) of \(what)\(dispute.amount.map { ", \($0) of it" } ?? "") "
                    + "(\(dispute.reason)): \(dispute.state)"
                    + (dispute.decidedOn.map { " on \($0), \(dispute.credited) credited" }
                        ?? ", to be answered by \(dispute.answerBy)"))
        }
        lines += ["", "Owed: \(owed) \(currency)"]
        if let interestGap {
            lines.append("Without interest since the last letter, which is not known: \(interestGap)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension FordringHost {
    /// Writes a statement of a case for the debtor, with the part of the audit trail that is about it and what proves it.
    ///
    /// The statement's own hash is an entry of that part: so the proof covers the statement too.
    ///
    /// - Parameter folder: is made; `statement.txt`, `statement.json` and `audit.jsonl.gz` are written into it.
    /// - Returns: how many entries of the audit trail are with it.
    @discardableResult
    package func makeStatement(
        of caseID: CaseID, for tenant: OpenTenant, on day: CivilDate?, to folder: String
    ) throws -> Int64 {
        let statement = try translatingRefusals { try composeStatement(of: caseID, tenant, on: day ?? today) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        let json = try encoder.encode(statement) + Data("\n".utf8)
        let root = URL(filePath: folder)
        do {
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
            try json.write(to: root.appending(path: "statement.json"), options: .atomic)
            try Data(statement.text.utf8).write(to: root.appending(path: "statement.txt"), options: .atomic)
        } catch {
            throw HostError(.unavailable, "\(folder) cannot be written: \(error.localizedDescription)")
        }
        try tenant.database.write(provenance) { transaction in
            try transaction.audit(
                .statementMade, subject: ["case": .integer(caseID.rawValue)],
                change: ["day": .string(statement.day), "sha256": .string(SHA256.hash(data: json).hex)])
        }
        return try exportAudit(
            tenant.id, .aboutCase(caseID), to: root.appending(path: "audit.jsonl.gz").path(percentEncoded: false))
    }

    private func composeStatement(of caseID: CaseID, _ tenant: OpenTenant, on day: CivilDate) throws -> CaseStatement {
        let (record, disputes) = try tenant.database.read { transaction in
            (
                try CaseQueries.show(caseID, creditor: tenant.rules.creditor, transaction),
                try Disputes.list(caseID: caseID, all: true, after: 0, limit: .max, transaction)
            )
        }
        let explanation = try CaseExplanation(record, tenant.rules, on: day)
        let facts = record.snapshot.facts
        let address = record.party.address
        return CaseStatement(
            format: CaseStatement.format, agency: try agencyName, creditor: tenant.settings.legalName,
            creditorNumber: tenant.settings.registrationNumber, caseNumber: caseID.rawValue, debtor: record.party.name,
            debtorAddress: address.lines + ["\(address.postalCode) \(address.city)"], day: explanation.day.description,
            currency: facts.currency.code,
            claims: record.claims.map { claim in
                CaseStatement.Claim(
                    claim: claim.id.rawValue, reference: claim.reference, text: claim.text,
                    arisenOn: claim.issuedOn.description, dueOn: claim.dueOn.description,
                    principal: claim.principal.decimalText,
                    rest: facts.claims.first { $0.id == claim.id }?.outstandingPrincipal.decimalText ?? "")
            },
            entries: explanation.shares.flatMap { share in
                share.parts.flatMap { part in
                    part.entries.map { entry in
                        CaseStatement.Entry(
                            claim: share.claim?.rawValue, component: part.component.rawValue, kind: entry.kind.rawValue,
                            on: entry.on.description, amount: entry.amount.decimalText,
                            lines: entry.lines.map(CaseStatement.Line.init))
                    }
                }
            },
            disputes: disputes.map { dispute in
                CaseStatement.Dispute(
                    dispute: dispute.id, claim: dispute.claim?.rawValue, amount: dispute.amount?.decimalText,
                    reason: dispute.reason, openedOn: dispute.openedOn.description,
                    answerBy: dispute.answerBy.value.description, state: dispute.state.rawValue,
                    decidedOn: dispute.decidedOn?.description, credited: dispute.credited.decimalText)
            },
            owed: explanation.owed.decimalText, interestGap: explanation.interestGap?.description)
    }
}

extension CaseStatement.Line {
    fileprivate init(_ line: ExplanationLine) {
        self.init(
            text: line.text, source: line.citation.description, from: line.from?.description,
            through: line.through?.description, days: line.days, rate: line.rate?.description,
            base: line.base?.decimalText)
    }
}
