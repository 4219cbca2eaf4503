import FordringKit
import Foundation
import WebExchange

/// Batches by HTTP, in JSON; each bureau's `RECORDS.md` describes requests and answers.
///
/// Our own interface: no bureau's manual was read. Nothing is kept on our side, so what is known of a batch is what the
/// bureau says of its key.
struct HTTPTransport: BureauTransport {
    let client: WebClient
    let rules: BatchRules

    /// The statuses that say for certain that a batch was not taken; every other may follow one that was.
    static let refusals: Set = [400, 401, 403, 404, 413, 422, 429]

    func submit(_ batch: RegistrationBatch) throws -> DeliveryReceipt {
        let checked = try rules.check(batch)
        let body = try HTTPTransport.encoder.encode(BatchDocument(checked))
        let answer: WebAnswer
        do {
            answer = try client.send(
                "POST", path("batches"), key: "\(checked.tenant).\(checked.key)", body: Array(body))
        } catch .notSent {
            throw DeliveryFailure(.temporary, "The bureau cannot be reached, and nothing was sent: look at endpoint.")
        } catch .lost {
            throw HTTPTransport.unknown("the bureau's answer was lost")
        } catch .tooLong {
            throw HTTPTransport.unknown("the bureau's answer is too long for a receipt")
        }
        switch answer.status {
        case 200, 201:
            guard let receipt = try? receipt(answer, checked.key) else {
                throw HTTPTransport.unknown("the bureau's answer is not a receipt of the batch")
            }
            return receipt
        case let status where HTTPTransport.refusals.contains(status):
            throw HTTPTransport.failure(status, "the batch was not taken")
        // Also one of 5xx: the server may have failed after it took the batch. Were it taken for a refusal, the host would
        // let the debtors go in its books, who then stand in the register.
        case let status: throw HTTPTransport.unknown("the bureau answered with status \(status)")
        }
    }

    func receipt(for key: String) throws -> DeliveryReceipt? {
        let answer = try ask("batches/\(key)")
        switch answer.status {
        case 200: return try receipt(answer, key)
        case 404: return nil
        default: throw HTTPTransport.failure(answer.status, "it is not known whether the batch was taken")
        }
    }

    /// All answers, page by page: a bureau that has many says `more`, and is asked for what comes after the last.
    func answers() throws -> [BureauAnswer] {
        var answers = AnswerCollection()
        var after: String?
        var pages: Set<String> = []
        repeat {
            after = try page(after: after, &answers)
            if let after, !pages.insert(after).inserted {
                throw HTTPTransport.garbled("answers", "there are more after the last of them, which came before")
            }
        } while after != nil
        return answers.oldestFirst
    }

    /// Reads the answers after one.
    ///
    /// - Returns: the last of them; `nil` where no more follow.
    private func page(after last: String?, _ answers: inout AnswerCollection) throws -> String? {
        let answer = try ask("answers", after: last)
        guard answer.status == 200 else { throw HTTPTransport.failure(answer.status, "there are no answers") }
        let document = try read(AnswersDocument.self, answer, "answers")
        if document.tenant != rules.tenant.rawValue { throw HTTPTransport.garbled("answers", "it is another tenant's") }
        var totals = BatchTotals()
        for (index, line) in document.answers.enumerated() {
            guard line.number > 0, !line.identifier.isEmpty, let outcome = line.outcomeOrNone,
                let day = CivilDate(iso: line.on)
            else { throw HTTPTransport.garbled("answers", "answer \(index + 1) is not of the form that was agreed") }
            totals.count(line.number)
            let answer = BureauAnswer(identifier: line.identifier, number: line.number, outcome: outcome, on: day)
            guard answers.add(answer) else {
                throw HTTPTransport.garbled("answers", "answer \(index + 1) has the identifier of another")
            }
        }
        try document.control.check(records: document.answers.count, totals, rules.currency, "answers")
        guard document.more == true else { return nil }
        guard let next = document.answers.last?.identifier else {
            throw HTTPTransport.garbled("answers", "there are said to be more, and none came")
        }
        return next
    }

    func register() throws -> [RegisterEntry]? {
        let answer = try ask("register")
        if answer.status == 204 || answer.status == 404 { return nil }
        guard answer.status == 200 else { throw HTTPTransport.failure(answer.status, "there is no register") }
        let document = try read(RegisterDocument.self, answer, "register")
        if document.tenant != rules.tenant.rawValue {
            throw HTTPTransport.garbled("register", "it is another tenant's")
        }
        var totals = BatchTotals()
        var numbers: Set<Int64> = []
        var entries: [RegisterEntry] = []
        for (index, line) in document.entries.enumerated() {
            guard line.number > 0, numbers.insert(line.number).inserted, line.currency == rules.currency.code,
                let amount = try? Money(parsing: line.amount, rules.currency), amount.isPositive,
                let day = CivilDate(iso: line.registeredOn)
            else { throw HTTPTransport.garbled("register", "entry \(index + 1) is not of the form that was agreed") }
            let (sum, overflow) = totals.sum.addingReportingOverflow(amount.minorUnits)
            if overflow { throw HTTPTransport.garbled("register", "the sum is too large") }
            totals.sum = sum
            totals.count(line.number)
            entries.append(RegisterEntry(number: line.number, amount: amount, registeredOn: day))
        }
        try document.control.check(records: document.entries.count, totals, rules.currency, "register")
        return entries
    }

    /// Nothing was kept.
    func forget(_ key: String) throws {}

    /// Keys and numbers are a tenant's own, so every address names the tenant.
    private func path(_ path: String) -> String { "tenants/\(rules.tenant)/\(path)" }

    /// A question that changes nothing, so it can be asked again whatever became of it.
    private func ask(_ path: String, after last: String? = nil) throws -> WebAnswer {
        do {
            return try client.send("GET", self.path(path), query: last.map { [("after", $0)] } ?? [])
        } catch .tooLong {
            throw DeliveryFailure(
                .permanent,
                "The bureau's answer to \(path) is over \(client.bytesMax >> 20) MB, so nothing of it was taken: ask the "
                    + "bureau for pages, or to drop what is old.")
        } catch {
            throw DeliveryFailure(.temporary, "The bureau does not answer: look at endpoint, and it is asked again.")
        }
    }

    private func receipt(_ answer: WebAnswer, _ key: String) throws -> DeliveryReceipt {
        let document = try read(ReceiptDocument.self, answer, "receipt")
        guard document.key == key, document.tenant == rules.tenant.rawValue, let day = CivilDate(iso: document.day),
            document.registrations >= 0,
            document.deletions >= 0, let sum = try? Money(parsing: document.sum, rules.currency), !sum.isNegative
        else { throw HTTPTransport.garbled("receipt", "it is not the batch's") }
        let totals = BatchTotals(
            registrations: document.registrations, deletions: document.deletions, sum: sum.minorUnits)
        return BatchProof(reference: document.reference, day: day, totals: totals, currency: rules.currency).receipt
    }

    private func read<Document: Decodable>(
        _ type: Document.Type, _ answer: WebAnswer, _ what: String
    ) throws -> Document {
        guard let document = try? JSONDecoder().decode(type, from: Data(answer.body)) else {
            throw HTTPTransport.garbled(what, "it is not the JSON that was agreed")
        }
        return document
    }

    /// What a status means: it can pass, or a person must look.
    static func failure(_ status: Int, _ consequence: String) -> DeliveryFailure {
        switch status {
        case 408, 429, 500...:
            DeliveryFailure(
                .temporary, "The bureau answered with status \(status), so \(consequence); it is tried again.")
        default:
            DeliveryFailure(
                .permanent,
                "The bureau refused with status \(status), so \(consequence): look at endpoint and token, and ask the bureau."
            )
        }
    }

    private static func unknown(_ reason: String) -> DeliveryFailure {
        DeliveryFailure(
            .unknown, "The batch may have been handed over: \(reason). The bureau is asked for its receipt.")
    }

    fileprivate static func garbled(_ what: String, _ reason: String) -> DeliveryFailure {
        DeliveryFailure(
            .permanent, "The bureau's \(what) cannot be used: \(reason). Nothing of it was taken; ask the bureau.")
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

/// Counts and sums at the end of a document.
private struct ControlDocument: Codable {
    var records: Int
    var registrations: Int?
    var deletions: Int?
    var sum: String?
    /// As text: not every reader of JSON has numbers of 18 digits.
    var numberTotal: String

    func check(records: Int, _ totals: BatchTotals, _ currency: Currency, _ what: String) throws {
        guard self.records == records, numberTotal == String(totals.numberTotal) else {
            throw HTTPTransport.garbled(what, "its control record does not agree with it")
        }
        guard what == "register" else { return }
        guard let sum, let amount = try? Money(parsing: sum, currency), amount.minorUnits == totals.sum else {
            throw HTTPTransport.garbled(what, "its control record does not agree with it")
        }
    }
}

/// A batch.
private struct BatchDocument: Encodable {
    struct Line: Encodable {
        var number: Int64
        var debtor: Debtor
        var creditor: String
        var amount: String
        var dueOn: String
    }

    struct Debtor: Encodable {
        var kind: String
        var nationalID: String?
        var name: String
        var addressLines: [String]
        var postalCode: String
        var city: String
        var country: String
    }

    struct Deletion: Encodable {
        var number: Int64
        var reason: String
    }

    var key: String
    var tenant: String
    var day: String
    var currency: String
    var registrations: [Line]
    var deletions: [Deletion]
    var control: ControlDocument

    init(_ batch: CheckedBatch) {
        key = batch.key
        tenant = batch.tenant.rawValue
        day = batch.day.description
        currency = batch.currency.code
        registrations = batch.registrations.map { line in
            Line(
                number: line.number,
                debtor: Debtor(
                    kind: line.kind.rawValue, nationalID: line.nationalID.isEmpty ? nil : line.nationalID,
                    name: line.name, addressLines: line.addressLines, postalCode: line.postalCode, city: line.city,
                    country: line.country),
                creditor: line.creditor, amount: line.amount.decimalText, dueOn: line.dueOn.description)
        }
        deletions = batch.deletions.map { Deletion(number: $0.number, reason: $0.code) }
        let totals = batch.totals
        control = ControlDocument(
            records: totals.registrations + totals.deletions, registrations: totals.registrations,
            deletions: totals.deletions, sum: Money(minorUnits: totals.sum, batch.currency).decimalText,
            numberTotal: String(totals.numberTotal))
    }
}

/// A receipt.
private struct ReceiptDocument: Decodable {
    var tenant: String
    var key: String
    var reference: String
    var day: String
    var registrations: Int
    var deletions: Int
    var sum: String
}

/// What became of registrations.
private struct AnswersDocument: Decodable {
    struct Line: Decodable {
        var identifier: String
        var number: Int64
        var outcome: String
        var refusal: String?
        var on: String

        var outcomeOrNone: BureauAnswer.Outcome? {
            switch (outcome, refusal) {
            case ("registered", nil): .registered
            case ("deleted", nil): .deleted
            case ("refused", let code?) where code.utf8.count == 2: .refused(RefusalCode.words(code))
            default: nil
            }
        }
    }

    var tenant: String
    var answers: [Line]
    /// Whether others come after these; a bureau that gives all at once need not say.
    var more: Bool?
    var control: ControlDocument
}

/// The bureau's list.
private struct RegisterDocument: Decodable {
    struct Line: Decodable {
        var number: Int64
        var amount: String
        var currency: String
        var registeredOn: String
    }

    var tenant: String
    var entries: [Line]
    var control: ControlDocument
}
