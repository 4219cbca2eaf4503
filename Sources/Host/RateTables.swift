import Database
package import FordringKit
import Tenancy

/// A line that an administrator wants to add to a country's table.
package struct LawLineRequest: Sendable {
    package var country: CountryCode
    /// The rule, by its name in the law book.
    package var rule: String
    package var from: CivilDate
    package var through: CivilDate
    /// The value as written: `1.75`, `1.75 %`, `750.00`.
    package var value: String
    package var source: String
    /// The section; the rule's own where it is `nil`.
    package var section: String?
    /// What is doubtful; `nil` where the text was read in the source.
    package var doubt: String?
    /// Why a line that is there is wrong; `nil` where no line is corrected.
    package var correction: String?

    package init(
        country: CountryCode, rule: String, from: CivilDate, through: CivilDate, value: String, source: String,
        section: String? = nil, doubt: String? = nil, correction: String? = nil
    ) {
        self.country = country
        self.rule = rule
        self.from = from
        self.through = through
        self.value = value
        self.source = source
        self.section = section
        self.doubt = doubt
        self.correction = correction
    }
}

/// What adding a line has done.
package struct LawLineReceipt: Sendable {
    package let line: LawLine
    /// Whether the line was there already; then nothing was added.
    package let wasKnown: Bool
    /// The days between the table's horizon and the line, which stay without a figure.
    package let gap: ClosedRange<CivilDate>?
    /// The tenants of the country whose books have the line now.
    package let tenants: [TenantID]
    /// Those whose books will get it when they are next opened for work, and why not yet.
    package let later: [(tenant: TenantID, reason: String)]
}

/// A table that can be extended, as it stands.
package struct RateTable: Sendable {
    package let country: CountryCode
    /// The plug-in that brings it, with its version.
    package let plugin: String
    package let rule: LawBook.Rule
    /// The lines that were added, in their order.
    package let added: [LawLine]
    /// Lines that a newer plug-in has itself by now, by the number of the added line, which still holds.
    package let overtaken: [Int64: LawBook.Line]
}

extension FordringHost {
    /// The tables that can be extended, with the lines that were added.
    package func rateTables(of country: CountryCode? = nil) throws -> [RateTable] {
        let lines = try lawLines()
        var tables: [RateTable] = []
        for plugin in plugins.newest {
            for offered in plugin.registry.jurisdictions.map(\.country) where country.map({ $0 == offered }) ?? true {
                let own = try plugin.law(of: offered).lawBook
                for rule in try plugin.law(of: offered, with: lines.map(\.line)).lawBook.rules
                where rule.extensible != nil {
                    let added = lines.filter { $0.line.country == offered && $0.line.rule == rule.identifier }
                    let builtIn = own.rules.first { $0.identifier == rule.identifier }?.lines ?? []
                    var overtaken: [Int64: LawBook.Line] = [:]
                    for line in added where line.corrected == nil {
                        overtaken[line.number] = builtIn.first { $0.from == line.line.from && $0.values != nil }
                    }
                    tables.append(
                        RateTable(
                            country: offered, plugin: plugin.versionedName, rule: rule, added: added,
                            overtaken: overtaken))
                }
            }
        }
        return tables
    }

    /// Adds a line to a table, and writes it into the books of the country's active tenants.
    ///
    /// Repeating it adds nothing, and writes it into the books that lack it still.
    /// - Throws: ``HostError`` `badInput` for a rule, a value or days that cannot be, `refused` for what would change a line.
    package func addLawLine(_ request: LawLineRequest) throws -> LawLineReceipt {
        guard case .operatorNamed(let addedBy) = configuration.actor else {
            throw HostError(.refused, "Only a person may add a line to the law.")
        }
        guard let plugin = plugins.newest.first(where: { $0.countries.contains(request.country) }) else {
            let served = plugins.newest.flatMap(\.countries).sorted().map(\.code).joined(separator: ", ")
            throw HostError(
                .badInput,
                "No installed plug-in brings the law of \(request.country). There is: \(served.isEmpty ? "none" : served)."
            )
        }
        typealias Added = (line: LawLine, wasKnown: Bool, gap: ClosedRange<CivilDate>?)
        let (line, wasKnown, gap) = try store.engine.write(provenance) { transaction -> Added in
            let lines = try LawLines.all(transaction)
            let check = try LawLineCheck(request, plugin, lines.map(\.line))
            let line = check.line
            let sameDay = lines.last {
                $0.line.country == line.country && $0.line.rule == line.rule && $0.line.from == line.from
            }
            if let sameDay, sameDay.line == line, sameDay.reason == request.correction { return (sameDay, true, nil) }
            let (corrected, gap) = try check.place()
            try check.expectTaken(with: lines.map(\.line))
            let added = LawLine(
                number: (lines.last?.number ?? 0) + 1, line: line, corrected: corrected, reason: request.correction,
                addedBy: addedBy, addedAt: transaction.provenance.time)
            try LawLines.insert(added, transaction)
            return (added, false, gap)
        }
        var tenants: [TenantID] = []
        var later: [(tenant: TenantID, reason: String)] = []
        for id in try activeTenants() {
            do {
                guard try tenant(id).settings.countries.contains(request.country.code) else { continue }
                _ = try openForWork(id)
                tenants.append(id)
            } catch {
                later.append((id, HostError(error).message))
            }
        }
        return LawLineReceipt(line: line, wasKnown: wasKnown, gap: gap, tenants: tenants, later: later)
    }
}

/// A request for a line, read against the table that it is for.
private struct LawLineCheck {
    let request: LawLineRequest
    let plugin: LoadedPlugin
    let rule: LawBook.Rule
    let line: LawExtension

    /// Checks everything but the place in the table.
    init(_ request: LawLineRequest, _ plugin: LoadedPlugin, _ lines: [LawExtension]) throws {
        self.request = request
        self.plugin = plugin
        let law = try plugin.law(of: request.country, with: lines)
        let rules = law.lawBook.rules
        let extensible = rules.filter { $0.extensible != nil }.map(\.identifier)
        let list = extensible.isEmpty ? "none" : extensible.joined(separator: ", ")
        guard let rule = rules.first(where: { $0.identifier == request.rule }) else {
            throw HostError(
                .badInput,
                "The law of \(request.country) has no rule '\(request.rule)'"
                    + Spelling.suggestion(for: request.rule, among: extensible)
                    + ". Those that can be extended: \(list).")
        }
        guard let kind = rule.extensible, rule.checkedThrough != nil else {
            throw HostError(
                .refused,
                "The rule '\(rule.identifier)' of \(request.country) cannot be extended at run time; its figures come "
                    + "with the plug-in. Those that can be: \(list).")
        }
        guard let value = LawValue(parsing: request.value, as: kind, currency: law.currency) else {
            let wanted = kind == .rate ? "a percentage, such as 1.75" : "an amount in \(law.currency), such as 750.00"
            throw HostError(.badInput, "--value: '\(request.value)' is not \(wanted).")
        }
        guard request.from <= request.through else {
            throw HostError(.badInput, "--through: \(request.through) is before --from \(request.from).")
        }
        func text(_ text: String, _ option: String) throws -> String {
            guard text.contains(where: { !$0.isWhitespace }), !text.contains(where: \.isNewline) else {
                throw HostError(.badInput, "\(option): one line of text is wanted.")
            }
            return text
        }
        let source = try text(request.source, "--source")
        let section = request.section ?? rule.section
        if let correction = request.correction { _ = try text(correction, "--correct") }
        let doubt = try request.doubt.map { try text($0, "--unverified") }
        self.rule = rule
        line = LawExtension(
            country: request.country, rule: rule.identifier, from: request.from, through: request.through, value: value,
            citation: Citation(
                source: source, section: section, verification: doubt == nil ? .verified : .unverified,
                doubt: doubt ?? ""))
    }

    private func lastDay(ofLine index: Int) -> CivilDate {
        index + 1 < rule.lines.count
            ? rule.lines[index + 1].from.adding(days: -1) : rule.checkedThrough ?? rule.lines[index].from
    }

    private static func words(_ line: LawBook.Line) -> String {
        (line.values ?? []).map { $0.label.isEmpty ? $0.text : "\($0.text) \($0.label)" }.joined(separator: ", ")
    }

    /// Whether the line may stand where it wants to.
    ///
    /// - Returns: what it corrects, and the days before it that nobody has looked up.
    func place() throws -> (corrected: String?, gap: ClosedRange<CivilDate>?) {
        let name = "'\(rule.identifier)' of \(request.country)"
        if request.correction != nil { return (try placeOfCorrection(name), nil) }
        guard let first = rule.lines.first?.from, line.from >= first else {
            throw HostError(
                .refused,
                "The table \(name) begins on \(rule.lines.first.map { "\($0.from)" } ?? "no day"); what held before "
                    + "comes with the plug-in only.")
        }
        for (index, known) in rule.lines.enumerated() where known.values != nil {
            let last = lastDay(ofLine: index)
            guard line.from <= last, line.through >= known.from else { continue }
            throw HostError(
                .refused,
                "\(name) has \(LawLineCheck.words(known)) from \(known.from) through \(last) already, and a line is never "
                    + "changed. To correct it, say why: --from \(known.from) --through \(last) --correct REASON.")
        }
        // What nobody has looked up is written as a hole; what was looked up and is none, is one already.
        if let horizon = rule.checkedThrough, line.from > horizon.adding(days: 1) {
            return (nil, horizon.adding(days: 1)...line.from.adding(days: -1))
        }
        return (nil, nil)
    }

    private func placeOfCorrection(_ name: String) throws -> String {
        guard
            let index = rule.lines.firstIndex(where: { known in
                known.values != nil && known.from <= line.through
                    && lastDay(ofLine: rule.lines.firstIndex { $0.from == known.from } ?? 0) >= line.from
            })
        else {
            throw HostError(
                .refused,
                "\(name) has no line from \(line.from) through \(line.through). Leave --correct out to add it.")
        }
        let known = rule.lines[index]
        let last = lastDay(ofLine: index)
        let isLast = index + 1 == rule.lines.count
        guard line.from == known.from, isLast ? line.through >= last : line.through == last else {
            throw HostError(
                .refused,
                "A correction has the days of the line that it corrects. \(name) has \(LawLineCheck.words(known)) with "
                    + "--from \(known.from) --through \(last)\(isLast ? " or later" : "").")
        }
        return "\(LawLineCheck.words(known)) from \(known.from) through \(last) (\(known.citation))"
    }

    /// A plug-in that does not look at added lines would leave the administrator in the belief that they hold.
    func expectTaken(with lines: [LawExtension]) throws {
        let book = try plugin.law(of: request.country, with: lines + [line]).lawBook
        let taken = book.rules.first { $0.identifier == rule.identifier }
        guard let taken, taken.line(on: line.from)?.citation == line.citation,
            taken.checkedThrough.map({ $0 >= line.through }) ?? false
        else {
            throw HostError(
                .refused,
                "The plug-in \(plugin.versionedName) says that '\(rule.identifier)' can be extended and does not take the "
                    + "line. Tell its author; nothing was added.")
        }
    }
}
