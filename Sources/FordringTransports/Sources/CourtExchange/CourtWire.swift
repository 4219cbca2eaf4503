public import FordringKit
import Foundation
import SpoolFiles
import WebExchange

/// Filing by HTTP; `COURTS.md` of the package describes requests and answers.
///
/// Our own interface: no court's was read. Nothing is kept on our side, so what is known of a filing is what the court says
/// of its key.
public struct CourtWire: Sendable {
    private let client: WebClient
    private let tenant: TenantID
    private let currency: Currency

    init(client: WebClient, tenant: TenantID, currency: Currency) {
        self.client = client
        self.tenant = tenant
        self.currency = currency
    }

    /// Sends a package; a second time gives the first receipt.
    ///
    /// - Throws: `DeliveryFailure`; `unknown` where it may have arrived.
    public func file(_ filing: CourtFiling) throws(DeliveryFailure) -> DeliveryReceipt {
        let key = filing.idempotencyKey
        try SpoolKey.check(key, of: "filing")
        guard filing.permit.isLive, filing.permit.day == filing.day, filing.permit.tenant == tenant else {
            throw DeliveryFailure(.permanent, "The leave to file \(key) is no longer in force; nothing was filed.")
        }
        let answer: WebAnswer
        do {
            answer = try client.send(
                "POST", path("filings"), key: "\(tenant).\(key)", body: filing.package, type: "application/zip",
                headers: [
                    "Filing-Number": String(filing.number), "Filing-Day": filing.day.description,
                    "Filing-SHA256": filing.sha256,
                ])
        } catch {
            switch error {
            case .notSent:
                throw DeliveryFailure(
                    .temporary, "The court cannot be reached, and nothing was sent: look at endpoint.")
            case .lost: throw CourtWire.unknown("the court's answer was lost")
            case .tooLong: throw CourtWire.unknown("the court's answer is too long for a receipt")
            }
        }
        switch answer.status {
        case 200, 201:
            guard let receipt = receipt(answer, key), receipt.details["number"] == String(filing.number) else {
                throw CourtWire.unknown("the court's answer is not a receipt of the filing")
            }
            guard receipt.details["sha256"] == filing.sha256 else {
                throw DeliveryFailure(
                    .permanent, "The court has another content under \(key): report it as a fault, and ask the court.")
            }
            return receipt
        case 400, 401, 403, 404, 413, 422, 429: throw CourtWire.failure(answer.status, "the package was not taken")
        // Whatever stands between us and the court may say these after the court has taken it.
        default: throw CourtWire.unknown("the court answered with status \(answer.status)")
        }
    }

    /// What the court says of a key; `nil` where it knows of no filing.
    ///
    /// - Throws: `DeliveryFailure` where it cannot tell.
    public func receipt(for key: String) throws(DeliveryFailure) -> DeliveryReceipt? {
        try SpoolKey.check(key, of: "filing")
        let answer = try ask("filings/\(key)")
        switch answer.status {
        case 200:
            guard let receipt = receipt(answer, key) else {
                throw CourtWire.garbled("receipt", "it is not the filing's")
            }
            return receipt
        case 404: return nil
        default: throw CourtWire.failure(answer.status, "it is not known whether the package was taken")
        }
    }

    /// The answers that the court has, oldest first, each identifier once.
    ///
    /// - Throws: `DeliveryFailure`; nothing is taken of answers of which one cannot be read.
    public func answers() throws(DeliveryFailure) -> [CourtAnswer] {
        let answer = try ask("answers")
        guard answer.status == 200 else { throw CourtWire.failure(answer.status, "there are no answers") }
        guard let document = try? JSONDecoder().decode(AnswersDocument.self, from: Data(answer.body)) else {
            throw CourtWire.garbled("answers", "they are not the JSON that was agreed")
        }
        guard document.tenant == tenant.rawValue else {
            throw CourtWire.garbled("answers", "they are another tenant's")
        }
        var known: [String: CourtAnswer] = [:]
        var answers: [CourtAnswer] = []
        for (index, line) in document.answers.enumerated() {
            let read: CourtAnswer
            do {
                read = try line.answer(in: currency)
            } catch {
                throw CourtWire.garbled("answers", "answer \(index + 1) \(error.what)")
            }
            if let earlier = known[read.identifier] {
                guard earlier == read else {
                    throw CourtWire.garbled("answers", "answer \(index + 1) has the identifier of another")
                }
                continue
            }
            known[read.identifier] = read
            answers.append(read)
        }
        return answers.enumerated().sorted { ($0.element.on, $0.offset) < ($1.element.on, $1.offset) }.map(\.element)
    }

    /// Tells the court which answers were read; to say it twice does no harm.
    ///
    /// - Throws: `DeliveryFailure`, `temporary`: the answers come again, and are known by their identifiers.
    public func acknowledge(_ answers: [CourtAnswer]) throws(DeliveryFailure) {
        guard !answers.isEmpty else { return }
        let document = AcknowledgementDocument(tenant: tenant.rawValue, identifiers: answers.map(\.identifier))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let body = try? encoder.encode(document) else {
            throw DeliveryFailure(.permanent, "The acknowledgement cannot be written: report it as a fault.")
        }
        let answer: WebAnswer
        do {
            answer = try client.send("POST", path("acknowledgements"), body: [UInt8](body))
        } catch {
            throw DeliveryFailure(.temporary, "The court does not answer: the answers come again, and nothing is lost.")
        }
        guard (200..<300).contains(answer.status) else {
            throw CourtWire.failure(answer.status, "the answers come again")
        }
    }

    /// Keys and numbers are a tenant's own, so every address names the tenant.
    private func path(_ path: String) -> String { "tenants/\(tenant)/\(path)" }

    /// A question that changes nothing, so it can be asked again whatever became of it.
    private func ask(_ path: String) throws(DeliveryFailure) -> WebAnswer {
        do {
            return try client.send("GET", self.path(path))
        } catch {
            throw DeliveryFailure(.temporary, "The court does not answer: look at endpoint, and it is asked again.")
        }
    }

    private func receipt(_ answer: WebAnswer, _ key: String) -> DeliveryReceipt? {
        guard let document = try? JSONDecoder().decode(ReceiptDocument.self, from: Data(answer.body)),
            document.key == key, document.tenant == tenant.rawValue, let day = CivilDate(iso: document.day),
            !document.reference.isEmpty
        else { return nil }
        return DeliveryReceipt(
            reference: document.reference, sentOn: day,
            details: ["sha256": document.sha256, "number": String(document.number)])
    }

    /// What a status means: it can pass, or a person must look.
    private static func failure(_ status: Int, _ consequence: String) -> DeliveryFailure {
        switch status {
        case 408, 429, 500...:
            DeliveryFailure(
                .temporary, "The court answered with status \(status), so \(consequence); it is tried again.")
        default:
            DeliveryFailure(
                .permanent,
                "The court refused with status \(status), so \(consequence): look at endpoint and token, and ask the court."
            )
        }
    }

    private static func unknown(_ reason: String) -> DeliveryFailure {
        DeliveryFailure(
            .unknown, "The package may have been filed: \(reason). The court is asked for its receipt.")
    }

    private static func garbled(_ what: String, _ reason: String) -> DeliveryFailure {
        DeliveryFailure(
            .permanent, "The court's \(what) cannot be used: \(reason). Nothing of it was taken; ask the court.")
    }
}

/// A receipt.
private struct ReceiptDocument: Decodable {
    var tenant: String
    var key: String
    var number: Int64
    var reference: String
    var day: String
    var sha256: String
}

/// What courts have said.
private struct AnswersDocument: Decodable {
    var tenant: String
    var answers: [AnswerDocument]
}

/// What was read.
private struct AcknowledgementDocument: Encodable {
    var tenant: String
    var identifiers: [String]
}
