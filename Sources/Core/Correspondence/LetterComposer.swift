package import FordringKit
package import Tenancy

/// What a letter is to say, in figures and names; the words are added by ``LetterComposer``.
package struct LetterContent: Sendable {
    /// A claim that the letter covers.
    package struct ClaimLine: Sendable {
        package var reference: String
        package var text: String
        package var dueOn: CivilDate
        package var principal: Money
        /// What has been paid or credited on the principal.
        package var paid: Money

        package init(reference: String, text: String, dueOn: CivilDate, principal: Money, paid: Money) {
            self.reference = reference
            self.text = text
            self.dueOn = dueOn
            self.principal = principal
            self.paid = paid
        }
    }

    /// A charge that is still owed, one line a component.
    package struct ChargeLine: Sendable {
        package var component: DebtComponent
        package var amount: Money
        /// The yearly rate of the last interest line, for interest.
        package var rate: Rate?
        /// Through which day interest was counted, for interest.
        package var through: CivilDate?

        package init(component: DebtComponent, amount: Money, rate: Rate?, through: CivilDate?) {
            self.component = component
            self.amount = amount
            self.rate = rate
            self.through = through
        }
    }

    package var id: LetterID
    package var caseID: CaseID
    package var step: StepKind
    package var datedOn: CivilDate
    package var payBy: CivilDate?
    package var claims: [ClaimLine]
    package var charges: [ChargeLine]
    /// Which reminder this is, from 1; 0 for another letter.
    package var reminderNumber: Int

    package init(
        id: LetterID, caseID: CaseID, step: StepKind, datedOn: CivilDate, payBy: CivilDate?, claims: [ClaimLine],
        charges: [ChargeLine], reminderNumber: Int
    ) {
        self.id = id
        self.caseID = caseID
        self.step = step
        self.datedOn = datedOn
        self.payBy = payBy
        self.claims = claims
        self.charges = charges
        self.reminderNumber = reminderNumber
    }
}

/// Makes letters for one tenant: the tenant's own text where it has one, else the country's.
package struct LetterComposer: Sendable {
    private let settings: TenantSettings
    private let tenant: TenantID
    private let jurisdiction: any Jurisdiction
    private let agencyName: String
    private let templates: [String: LetterTemplate]

    /// Compiles all letter texts of the tenant.
    ///
    /// - Throws: a sentence that names the text with the fault.
    package init(
        tenant: TenantID, settings: TenantSettings, jurisdiction: any Jurisdiction, agencyName: String
    ) throws(LetterTemplate.Fault) {
        var templates: [String: LetterTemplate] = [:]
        for step in jurisdiction.steps where step.sendsLetter {
            for language in jurisdiction.languages {
                let key = "\(step.kind).\(language)"
                guard
                    let text = settings.letterTexts[key]
                        ?? jurisdiction.letterTemplate(for: step.kind, in: language)
                else { continue }
                do {
                    templates[key] = try LetterTemplate(text)
                } catch {
                    throw LetterTemplate.Fault(description: "letter text \(key): \(error)")
                }
            }
        }
        self.templates = templates
        self.settings = settings
        self.tenant = tenant
        self.jurisdiction = jurisdiction
        self.agencyName = agencyName
    }

    /// The language of a letter to a party: the party's, else the tenant's, of those that the step has a text in.
    package func language(for step: StepKind, to party: Party) -> Language? {
        ([party.language, Language(settings.language)] + jurisdiction.languages).first {
            templates["\(step).\($0)"] != nil
        }
    }

    /// Writes a letter.
    ///
    /// - Throws: ``LetterTemplate/Fault`` when there is no text for the step, ``MoneyError`` on overflow.
    package func compose(_ content: LetterContent, to party: Party) throws -> Letter {
        guard let language = language(for: content.step, to: party),
            let template = templates["\(content.step).\(language)"]
        else { throw LetterTemplate.Fault(description: "there is no letter text for the step \(content.step)") }
        let words = Wording.words(language)
        let statement = try statement(content, language, words)
        let payBy = content.payBy.map { Wording.date($0, language) } ?? ""
        let reference = jurisdiction.paymentReference(
            for: content.caseID, creditorNumber: settings.paymentCreditorNumber)
        let principal = try content.claims.reduce(Money.zero(jurisdiction.currency)) { try $0 + $1.principal }
        let values: [String: any Sendable] = [
            // A line break in a name could pass for a mark of the template.
            "debtorName": party.name.split(whereSeparator: \.isNewline).joined(separator: " "),
            "creditorName": settings.legalName,
            "agencyName": agencyName,
            "caseNumber": "\(content.caseID)",
            "claimCount": content.claims.count,
            "claimReferences": content.claims.map(\.reference).joined(separator: ", "),
            "total": statement.total.formatted(language),
            "principal": principal.formatted(language),
            "currency": jurisdiction.currency.code,
            "deadline": payBy,
            "date": Wording.date(content.datedOn, language),
            "reminderNumber": content.reminderNumber,
            "isBusiness": party.kind != .consumer,
            "isConsumer": party.kind == .consumer,
            "hasFees": content.charges.contains { $0.component == .reminderFee || $0.component == .collectionFee },
            "hasInterest": content.charges.contains { $0.component == .interest },
            "hasCosts": content.charges.contains { $0.component == .collectionCost },
            "phone": settings.letterhead.phone ?? "",
            "email": settings.letterhead.email ?? "",
        ]
        let (subject, parts) = template.render(values)
        let blocks: [LetterBlock] = parts.map { part in
            switch part {
            case .paragraph(let text): .paragraph(text)
            case .heading(let text): .heading(text)
            case .statement: .statement(statement)
            case .payment: .payment(paymentBox(statement.total, payBy, reference, language, words))
            }
        }
        var references = [
            LabelledText(words.caseNumber, "\(content.caseID)"), LabelledText(words.creditor, settings.legalName),
        ]
        if let number = party.customerNumber { references.append(LabelledText(words.customerNumber, number)) }
        return Letter(
            id: content.id, tenant: tenant, caseID: content.caseID, step: content.step, language: language,
            datedOn: content.datedOn, dateText: Wording.date(content.datedOn, language),
            pageWords: LabelledText(words.page, words.pageOf), letterhead: letterhead, recipient: party,
            references: references, subject: subject, blocks: blocks,
            shortText: "\(settings.legalName): \(words.shortText) \(content.caseID). "
                + (settings.letterhead.phone ?? settings.letterhead.email ?? ""))
    }

    private var letterhead: Letterhead {
        let head = settings.letterhead
        return Letterhead(
            name: settings.legalName, addressLines: head.address,
            contactLines: [head.phone, head.email, head.web].compactMap { $0 },
            registration: "\(jurisdiction.name(of: .company)) \(settings.registrationNumber)",
            accentColor: head.color ?? "")
    }

    private func statement(
        _ content: LetterContent, _ language: Language, _ words: Wording
    ) throws -> Statement {
        var lines: [StatementLine] = []
        for claim in content.claims {
            lines.append(
                StatementLine(
                    text: "\(words.invoice) \(claim.reference)",
                    detail: "\(claim.text), \(words.due) \(Wording.date(claim.dueOn, language))",
                    amount: claim.principal))
            if !claim.paid.isZero {
                lines.append(
                    StatementLine(
                        text: words.paid, detail: "", amount: try Money.zero(claim.paid.currency) - claim.paid))
            }
        }
        for charge in content.charges {
            let rate = charge.rate.map { $0.formatted(language) }
            let through = charge.through.map { "\(words.interestThrough) \(Wording.date($0, language))" }
            lines.append(
                StatementLine(
                    text: jurisdiction.name(of: charge.component, in: language),
                    detail: [rate, through].compactMap { $0 }.joined(separator: " "), amount: charge.amount))
        }
        let total = try lines.reduce(Money.zero(jurisdiction.currency)) { try $0 + $1.amount }
        return Statement(
            heading: words.statementHeading, amountHeading: "\(words.amount) (\(jurisdiction.currency))",
            lines: lines, totalLabel: words.total, total: total)
    }

    private func paymentBox(
        _ total: Money, _ payBy: String, _ reference: PaymentReference?, _ language: Language, _ words: Wording
    ) -> PaymentBox {
        var fields = [LabelledText(words.amount, "\(total.currency) \(total.formatted(language))")]
        if !payBy.isEmpty { fields.append(LabelledText(words.payBy, payBy)) }
        fields.append(LabelledText(words.account, settings.bank.account))
        if let iban = settings.bank.iban { fields.append(LabelledText("IBAN", iban)) }
        if let reference { fields.append(LabelledText(words.paymentReference, reference.number)) }
        return PaymentBox(heading: words.paymentHeading, fields: fields, codeLine: reference?.codeLine ?? "")
    }
}
