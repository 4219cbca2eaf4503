package import FordringKit
import Synchronization
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
    /// The case with the claims that the letter covers, from which the country makes its own variables; `nil`: none are
    /// made.
    package var facts: CaseFacts?
    /// Who has bought the claims, by name and address, where the letter tells of a sale.
    package var newCreditor: LabelledText?
    /// Whether the debtor goes on paying to the same account after the sale.
    package var paysToSameAccount = false
    /// The credit bureau that the letter tells of.
    package var bureauName: String?

    package init(
        id: LetterID, caseID: CaseID, step: StepKind, datedOn: CivilDate, payBy: CivilDate?, claims: [ClaimLine],
        charges: [ChargeLine], reminderNumber: Int, facts: CaseFacts? = nil
    ) {
        self.id = id
        self.caseID = caseID
        self.step = step
        self.datedOn = datedOn
        self.payBy = payBy
        self.claims = claims
        self.charges = charges
        self.reminderNumber = reminderNumber
        self.facts = facts
    }
}

/// Makes letters for one tenant: the tenant's own text where it has one, else the country's.
package struct LetterComposer: Sendable {
    private let settings: TenantSettings
    private let tenant: TenantID
    private let jurisdiction: any Jurisdiction
    private let agencyName: String
    /// The steps that send a letter, in the country's order.
    private let steps: [StepKind]
    private let templates = CompiledTemplates()

    package init(tenant: TenantID, settings: TenantSettings, jurisdiction: any Jurisdiction, agencyName: String) {
        self.settings = settings
        self.tenant = tenant
        self.jurisdiction = jurisdiction
        self.agencyName = agencyName
        steps = jurisdiction.steps.filter(\.sendsLetter).map(\.kind)
    }

    private func text(_ step: StepKind, _ language: Language, on day: CivilDate) -> String? {
        guard steps.contains(step) else { return nil }
        return settings.letterTexts["\(step).\(language)"]
            ?? jurisdiction.letterTemplate(for: step, in: language, on: day)
    }

    private func template(_ step: StepKind, _ language: Language, on day: CivilDate) throws -> LetterTemplate {
        let name = "\(step).\(language)"
        return try templates.template(name, on: day) {
            guard let text = text(step, language, on: day) else {
                throw LetterTemplate.Fault(description: "there is no letter text \(name)")
            }
            do {
                return try LetterTemplate(text, clauses: jurisdiction.clauses(in: language, on: day))
            } catch {
                throw LetterTemplate.Fault(description: "letter text \(name): \(error)")
            }
        }
    }

    /// The language of a letter to a party: the party's, else the tenant's, of those that the step has a text in.
    package func language(for step: StepKind, to party: Party, on day: CivilDate) -> Language? {
        ([party.language, Language(settings.language)] + jurisdiction.languages).first {
            text(step, $0, on: day) != nil
        }
    }

    /// Writes a letter, and looks it over.
    ///
    /// - Throws: ``LetterTemplate/Fault`` when there is no text for the step, or the letter would not say all that it must
    ///   or would say what it may not; ``RuleGap`` when the law has no answer; ``MoneyError`` on overflow.
    package func compose(_ content: LetterContent, to party: Party) throws -> Letter {
        guard let language = language(for: content.step, to: party, on: content.datedOn) else {
            throw LetterTemplate.Fault(description: "there is no letter text for the step \(content.step)")
        }
        var fields: [String: LetterField] = [:]
        if let facts = content.facts {
            fields = try jurisdiction.letterFields(
                for: content.step, facts: facts, sentOn: content.datedOn, in: language)
        }
        let draft = try draft(content, to: party, in: language, fields)
        let faults = LetterCheck(jurisdiction, content.step, language, on: content.datedOn).faults(of: draft)
        guard faults.isEmpty else {
            throw LetterTemplate.Fault(
                description: "letter text \(content.step).\(language): \(faults.joined(separator: "; "))")
        }
        return draft.letter
    }

    /// What others could read of a debt on the screen of a telephone; `nil` where nothing.
    package func disclosure(by letter: Letter) -> String? {
        for rule in jurisdiction.wordingRules where rule.place == .outside {
            guard rule.language.map({ $0 == letter.language }) ?? true, let phrase = rule.found(in: letter.shortText)
            else { continue }
            return "a short message would say '\(phrase)' where others can read it: \(rule.meaning) (\(rule.citation))"
        }
        return nil
    }

    /// The same of any letter of the tenant's, by a specimen.
    package func disclosureBySpecimen(on day: CivilDate) -> String? {
        for step in steps {
            for language in jurisdiction.languages where text(step, language, on: day) != nil {
                guard let specimen = SpecimenLetter.all(step, jurisdiction.currency, language, on: day).first,
                    let draft = try? draft(specimen.content, to: specimen.party, in: language, [:])
                else { continue }
                if let disclosure = disclosure(by: draft.letter) { return disclosure }
            }
        }
        return nil
    }

    /// What is wrong with the letter texts that would be used on a day, tried out with specimen letters.
    package func faults(on day: CivilDate) -> [LetterTextFault] {
        var faults: [LetterTextFault] = []
        for step in steps {
            for language in jurisdiction.languages where text(step, language, on: day) != nil {
                let name = "\(step).\(language)"
                let isOwn = settings.letterTexts[name] != nil
                for message in textFaults(of: step, language, on: day) {
                    faults.append(LetterTextFault(name: name, isOwn: isOwn, message: message))
                }
            }
        }
        return faults
    }

    private func textFaults(of step: StepKind, _ language: Language, on day: CivilDate) -> [String] {
        do {
            let check = LetterCheck(jurisdiction, step, language, on: day)
            // Also in a section that no specimen shows.
            var faults = check.unfitting(in: try template(step, language, on: day).text)
            for specimen in SpecimenLetter.all(step, jurisdiction.currency, language, on: day) {
                var fields: [String: LetterField] = [:]
                for item in check.items {
                    if !item.condition.isEmpty { fields[item.condition] = .flag(true) }
                    for case .field(let name) in item.carriers { fields[name] = .text("specimen of \(name)") }
                }
                let draft = try draft(specimen.content, to: specimen.party, in: language, fields)
                for fault in check.faults(of: draft) where !faults.contains(fault) { faults.append(fault) }
            }
            return faults
        } catch {
            let prefix = "letter text \(step).\(language): "
            let message = "\(error)"
            return [message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message]
        }
    }

    /// Writes a letter without looking it over.
    ///
    /// - Parameter fields: variables of the country; a name that the host knows keeps the host's value.
    private func draft(
        _ content: LetterContent, to party: Party, in language: Language, _ fields: [String: LetterField]
    ) throws -> LetterDraft {
        let template = try template(content.step, language, on: content.datedOn)
        let words = Wording.words(language)
        let statement = try statement(content, language, words)
        let payBy = content.payBy.map { Wording.date($0, language) } ?? ""
        let reference = jurisdiction.paymentReference(
            for: content.caseID, creditorNumber: settings.paymentCreditorNumber)
        let principal = try content.claims.reduce(Money.zero(jurisdiction.currency)) { try $0 + $1.principal }
        var values: [String: any Sendable] = [
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
        if let buyer = content.newCreditor {
            values["buyerName"] = buyer.label
            values["buyerAddress"] = buyer.text
            values["transferredOn"] = Wording.date(content.datedOn, language)
            values["paysToSameAccount"] = content.paysToSameAccount
        }
        if let bureau = content.bureauName { values["bureauName"] = bureau }
        for (name, field) in fields where values[name] == nil {
            switch field {
            case .text(let text): values[name] = text
            case .flag(let flag): values[name] = flag
            @unknown default:
                throw LetterTemplate.Fault(description: "the country's variable '\(name)' is of a kind not known here")
            }
        }
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
        let letter = Letter(
            id: content.id, tenant: tenant, caseID: content.caseID, step: content.step, language: language,
            datedOn: content.datedOn, dateText: Wording.date(content.datedOn, language),
            pageWords: LabelledText(words.page, words.pageOf), letterhead: letterhead, recipient: party,
            references: references, subject: subject, blocks: blocks,
            shortText: "\(settings.legalName): \(words.shortText) \(content.caseID). "
                + (settings.letterhead.phone ?? settings.letterhead.email ?? ""))
        return LetterDraft(letter: letter, template: template, values: values)
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
        // Some slips carry a creditor and no number.
        if let reference, !reference.number.isEmpty {
            fields.append(LabelledText(words.paymentReference, reference.number))
        }
        return PaymentBox(heading: words.paymentHeading, fields: fields, codeLine: reference?.codeLine ?? "")
    }
}

/// The texts that were compiled lately; a country may have another text from one day to the next.
private final class CompiledTemplates: Sendable {
    private struct Key: Hashable {
        let name: String
        let day: CivilDate
    }

    private let known = Mutex<[Key: LetterTemplate]>([:])

    func template(
        _ name: String, on day: CivilDate, _ make: () throws -> LetterTemplate
    ) throws -> LetterTemplate {
        let key = Key(name: name, day: day)
        if let template = known.withLock({ $0[key] }) { return template }
        let made = try make()
        known.withLock { known in
            // A few days' worth; whoever plays half a year goes on to the next day.
            if known.count >= 64 { known = [:] }
            known[key] = made
        }
        return made
    }
}

/// A letter to nobody, with all that a letter can hold.
private struct SpecimenLetter {
    let content: LetterContent
    let party: Party

    /// To each kind of debtor, with every charge and with none.
    static func all(
        _ step: StepKind, _ currency: Currency, _ language: Language, on day: CivilDate
    ) -> [SpecimenLetter] {
        PartyKind.allCases.flatMap { kind in
            [true, false].map { specimen(step, currency, language, kind, isCharged: $0, on: day) }
        }
    }

    private static func specimen(
        _ step: StepKind, _ currency: Currency, _ language: Language, _ kind: PartyKind, isCharged: Bool,
        on day: CivilDate
    ) -> SpecimenLetter {
        let dueOn = day.adding(days: -60)
        let charges = DebtComponent.allCases.filter { $0 != .principal && isCharged }.map {
            LetterContent.ChargeLine(
                component: $0, amount: .units(1, currency),
                rate: $0 == .interest ? Rate(basisPoints: 975) : nil, through: $0 == .interest ? day : nil)
        }
        return SpecimenLetter(
            content: LetterContent(
                id: LetterID(rawValue: 1), caseID: CaseID(rawValue: 1), step: step, datedOn: day,
                payBy: day.adding(days: 14),
                claims: [
                    LetterContent.ClaimLine(
                        reference: "Specimen-1", text: "Specimen", dueOn: dueOn, principal: .units(1000, currency),
                        paid: .zero(currency))
                ],
                charges: charges, reminderNumber: 1),
            party: Party(
                name: "Specimen Debtor", kind: kind, nationalID: nil, customerNumber: nil,
                address: PostalAddress(
                    lines: ["Specimen Street 1"], postalCode: "0000", city: "Specimen", country: .denmark),
                email: nil, phone: nil, language: language))
    }
}
