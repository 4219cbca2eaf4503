import AuditTrail
import Casework
import Crypto
import Database
package import FordringKit
import Foundation
import Tenancy

/// A sale for the buyer: who owes what, and since when.
package struct SaleView: Codable, Sendable {
    static let format = "fordring-sale/1"

    struct Claim: Codable, Sendable {
        let claim: Int64
        let reference: String
        let text: String
        let issuedOn: String
        let dueOn: String
        let principal: String
    }

    struct Amount: Codable, Sendable {
        /// `nil` for what belongs to the whole case.
        let claim: Int64?
        let component: String
        let amount: String
        /// Whether it had accrued since the last letter, and was in no letter.
        let accrued: Bool
    }

    struct Debtor: Codable, Sendable {
        let name: String
        let address: [String]
    }

    struct Dispute: Codable, Sendable {
        let dispute: Int64
        /// `nil` for the whole case.
        let claim: Int64?
        /// `nil` for all of it.
        let amount: String?
        let reason: String
        let openedOn: String
        /// `open`, how it was decided, or `lapsed` where nobody had decided it when the claims were sold.
        let state: String
        let decidedOn: String?
    }

    let format: String
    let sale: Int64
    let caseNumber: Int64
    /// `selling`, `sold` or `calledOff`.
    let state: String
    let creditor: String
    let buyer: String
    let buyerAddress: String
    /// Whether the debtor was told to go on paying to the creditor's account.
    let takesSameAccount: Bool
    let agreedOn: String
    let begunOn: String
    /// The day on which the debtor's notice left, or the sale was called off.
    let endedOn: String?
    let currency: String
    let debtor: Debtor
    let claims: [Claim]
    let amounts: [Amount]
    let total: String
    /// Every dispute about these claims, also those that were decided: the buyer takes the claims as they are.
    let disputes: [Dispute]

    package var text: String {
        var lines = [
            "Sale \(sale) of case \(caseNumber) to \(buyer), \(buyerAddress): \(state)"
                + (endedOn.map { " on \($0)" } ?? ", the debtor's notice has not left yet"),
            "Agreed \(agreedOn), begun \(begunOn).",
        ]
        lines += amounts.map { amount in
            "  \(amount.claim.map { "claim \($0)" } ?? "the case")  \(amount.component): \(amount.amount) \(currency)"
                + (amount.accrued ? " (accrued, in no letter)" : "")
        }
        if !amounts.isEmpty { lines.append("Owed on the day: \(total) \(currency)") }
        lines += disputes.map { dispute in
            "Dispute \(dispute.dispute) about \(dispute.claim.map { "claim \($0)" } ?? "the case")"
                + (dispute.amount.map { ", \($0) \(currency)" } ?? "")
                + " (\(dispute.reason)), opened \(dispute.openedOn): \(dispute.state)"
                + (dispute.decidedOn.map { " \($0)" } ?? "")
        }
        if takesSameAccount { lines.append("The debtor goes on paying to the creditor's account.") }
        return lines.joined(separator: "\n")
    }

    /// A line for each amount, with the claim that it belongs to.
    var csv: String {
        func cell(_ text: String) -> String {
            // What a spreadsheet would take for a formula is marked as text.
            let safe = text.first.map { "=+-@".contains($0) } == true ? "'\(text)" : text
            return safe.contains(where: { ",\"\r\n".contains($0) })
                ? "\"\(safe.replacing("\"", with: "\"\""))\"" : safe
        }
        var rows = [
            [
                "case", "claim", "reference", "text", "issued_on", "due_on", "component", "amount", "currency",
                "accrued",
                "debtor", "debtor_address",
            ]
        ]
        for amount in amounts {
            let claim = claims.first { $0.claim == amount.claim }
            rows.append([
                "\(caseNumber)", amount.claim.map(String.init) ?? "", cell(claim?.reference ?? ""),
                cell(claim?.text ?? ""), claim?.issuedOn ?? "", claim?.dueOn ?? "", amount.component, amount.amount,
                currency, amount.accrued ? "yes" : "no", cell(debtor.name),
                cell(debtor.address.joined(separator: ", ")),
            ])
        }
        return rows.map { $0.joined(separator: ",") }.joined(separator: "\r\n") + "\r\n"
    }
}

extension FordringHost {
    /// Sells the claims of a case; the debtor's notice goes first, and nothing else.
    package func sellCase(
        _ caseID: CaseID, to buyer: String, takesSameAccount: Bool = false, agreedOn: CivilDate, reason: String,
        for tenant: OpenTenant, on day: CivilDate
    ) throws -> (id: Int64, step: Int64) {
        try translatingRefusals {
            let buyer = try Buyer(buyer, takesSameAccount: takesSameAccount)
            if let notice = tenant.rules.jurisdiction.assignmentNotice, tenant.settings.channels(for: notice).isEmpty {
                throw HostError(
                    .refused,
                    "The file of tenant \(tenant.id) names no channel for the letter \(notice), which tells the debtor of a "
                        + "sale. Add policy.\(notice) with channels to it, and run 'fordring tenant update'.")
            }
            return try tenant.database.write(provenance) { transaction in
                try Sales.begin(
                    caseID, to: buyer, agreedOn: agreedOn, reason: reason, on: day, tenant.rules, transaction)
            }
        }
    }

    /// The latest sale of a case; an entry says who looked.
    package func sale(of caseID: CaseID, for tenant: OpenTenant) throws -> SaleView {
        let view = try readSale(of: caseID, tenant)
        try tenant.database.write(provenance) { transaction in
            try transaction.audit(.caseRead, subject: ["case": .integer(caseID.rawValue)], change: [:])
        }
        return view
    }

    /// Writes the record of a sale for the buyer; an entry names its hash.
    ///
    /// - Parameter folder: is made; `sale.json` and `sale.csv` are written into it.
    package func exportSale(of caseID: CaseID, for tenant: OpenTenant, to folder: String) throws -> SaleView {
        let view = try readSale(of: caseID, tenant)
        guard view.state == "sold" else {
            throw HostError(
                .refused,
                "Sale \(view.sale) of case \(caseID) is \(view.state): there is a record for the buyer only once the debtor's "
                    + "notice has left.")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        let json = try encoder.encode(view) + Data("\n".utf8)
        // The entry comes first: nothing leaves that the log does not name.
        try tenant.database.write(provenance) { transaction in
            try transaction.audit(
                .saleExported, subject: ["case": .integer(caseID.rawValue), "sale": .integer(view.sale)],
                change: ["sha256": .string(SHA256.hash(data: json).hex)])
        }
        let root = URL(filePath: folder)
        do {
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
            try json.write(to: root.appending(path: "sale.json"), options: .atomic)
            try Data(view.csv.utf8).write(to: root.appending(path: "sale.csv"), options: .atomic)
        } catch {
            throw HostError(.unavailable, "\(folder) cannot be written: \(error.localizedDescription)")
        }
        return view
    }

    private func readSale(of caseID: CaseID, _ tenant: OpenTenant) throws -> SaleView {
        let (sale, record, disputes) = try translatingRefusals {
            try tenant.database.read { transaction in
                (
                    try Sales.latest(of: caseID, transaction),
                    try CaseQueries.show(caseID, creditor: tenant.rules.creditor, transaction),
                    try Disputes.list(caseID: caseID, all: true, after: 0, limit: .max, transaction)
                )
            }
        }
        let currency = record.snapshot.facts.currency
        let address = record.party.address
        let total = try sale.amounts.reduce(Money.zero(currency)) { try $0 + $1.amount }
        return SaleView(
            format: SaleView.format, sale: sale.id, caseNumber: caseID.rawValue, state: sale.state,
            creditor: tenant.settings.legalName, buyer: sale.buyer.name, buyerAddress: sale.buyer.address,
            takesSameAccount: sale.buyer.takesSameAccount, agreedOn: sale.agreedOn.description,
            begunOn: sale.begunOn.description,
            endedOn: sale.endedOn?.description, currency: currency.code,
            debtor: SaleView.Debtor(
                name: record.party.name, address: address.lines + ["\(address.postalCode) \(address.city)"]),
            claims: record.claims.map { claim in
                SaleView.Claim(
                    claim: claim.id.rawValue, reference: claim.reference, text: claim.text,
                    issuedOn: claim.issuedOn.description, dueOn: claim.dueOn.description,
                    principal: claim.principal.decimalText)
            },
            amounts: sale.amounts.map {
                SaleView.Amount(
                    claim: $0.claim?.rawValue, component: $0.component.rawValue, amount: $0.amount.decimalText,
                    accrued: $0.isAccrued)
            },
            total: total.decimalText,
            disputes: disputes.map {
                SaleView.Dispute(
                    dispute: $0.id, claim: $0.claim?.rawValue, amount: $0.amount?.decimalText, reason: $0.reason,
                    openedOn: $0.openedOn.description, state: $0.state.rawValue, decidedOn: $0.decidedOn?.description)
            })
    }
}
