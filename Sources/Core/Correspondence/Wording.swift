package import FordringKit

/// The words of the host's own on every letter.
///
/// The country names the parts of the debt; the template says the rest.
package struct Wording: Sendable {
    package var page: String
    package var pageOf: String
    package var caseNumber: String
    package var customerNumber: String
    package var creditor: String
    package var statementHeading: String
    package var amount: String
    package var total: String
    package var invoice: String
    package var due: String
    package var paid: String
    package var interestThrough: String
    package var paymentHeading: String
    package var payBy: String
    package var account: String
    package var paymentReference: String
    /// For a text message, which must not disclose a debt to whoever sees the screen: sender, case number, contact.
    package var shortText: String

    /// The words in a language; those of letters in Danish for Greenlandic and Faroese, English where there are none.
    package static func words(_ language: Language) -> Wording {
        switch language {
        case .danish, .greenlandic, .faroese:
            Wording(
                page: "Side", pageOf: "af", caseNumber: "Sagsnr.", customerNumber: "Kundenr.", creditor: "Kreditor",
                statementHeading: "Opgørelse", amount: "Beløb", total: "I alt at betale", invoice: "Faktura",
                due: "forfaldt", paid: "Betalt", interestThrough: "til og med", paymentHeading: "Betaling",
                payBy: "Betales senest", account: "Konto", paymentReference: "Betalings-id",
                shortText: "Vi har sendt dig et brev med sagsnr.")
        case .norwegian:
            Wording(
                page: "Side", pageOf: "av", caseNumber: "Saksnr.", customerNumber: "Kundenr.", creditor: "Kreditor",
                statementHeading: "Oppstilling", amount: "Beløp", total: "Sum å betale", invoice: "Faktura",
                due: "forfalt", paid: "Betalt", interestThrough: "til og med", paymentHeading: "Betaling",
                payBy: "Betalingsfrist", account: "Konto", paymentReference: "KID",
                shortText: "Vi har sendt deg et brev med saksnr.")
        default:
            Wording(
                page: "Page", pageOf: "of", caseNumber: "Case no.", customerNumber: "Customer no.",
                creditor: "Creditor", statementHeading: "Statement", amount: "Amount", total: "Total to pay",
                invoice: "Invoice", due: "due", paid: "Paid", interestThrough: "through", paymentHeading: "Payment",
                payBy: "To be paid by", account: "Account", paymentReference: "Payment reference",
                shortText: "We have sent you a letter with case no.")
        }
    }

    /// A date as it is written in a letter: `12. januar 2026`, `12 January 2026`.
    package static func date(_ date: CivilDate, _ language: Language) -> String {
        let (year, month, day) = date.parts
        let months: [String] =
            switch language {
            case .danish, .greenlandic, .faroese:
                [
                    "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober",
                    "november", "december",
                ]
            case .norwegian:
                [
                    "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober",
                    "november", "desember",
                ]
            default:
                [
                    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                    "November", "December",
                ]
            }
        return language == .english
            ? "\(day) \(months[month - 1]) \(year)" : "\(day). \(months[month - 1]) \(year)"
    }
}
