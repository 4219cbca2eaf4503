package import FordringKit

/// The law of a country on a day, as it is printed: for people, and for programs with these keys.
package struct LawBookView: Sendable, Encodable {
    /// The plug-in that brings it.
    package struct Origin: Sendable, Encodable {
        package let identifier: String
        package let version: String
        package let sha256: String
    }

    package struct Act: Sendable, Encodable {
        package let title: String
        package let number: String
        package let rules: [Rule]
    }

    /// Where something stands.
    package struct Source: Sendable, Encodable, Equatable {
        package let source: String
        package let section: String
        /// What is doubtful; `nil` where the text was read in the source.
        package let doubt: String?

        init(_ citation: Citation) {
            source = citation.source
            section = citation.section
            doubt = citation.verification == .verified ? nil : citation.doubt
        }
    }

    /// What a rule has to say about the day.
    package enum Standing: String, Sendable, Encodable {
        /// It is a rule of words.
        case words
        /// It has figures that are in force.
        case inForce
        /// No figure is in force, and the book says so.
        case hole
        /// The table begins later.
        case notBegun
        /// Nobody has looked up what holds on the day.
        case pastHorizon
    }

    package struct Figure: Sendable, Encodable, Equatable {
        package let label: String
        package let text: String
    }

    package struct Line: Sendable, Encodable {
        package let from: String
        /// The last day before another line; `nil` for the last one.
        package let through: String?
        /// Empty for a hole.
        package let figures: [Figure]
        package let source: Source
        /// The number of the line among those added at run time; `nil` for one of the plug-in's.
        package let addedLine: Int64?
    }

    package struct Rule: Sendable, Encodable {
        package let identifier: String
        package let section: String
        package let text: String
        package let source: Source
        package let standing: Standing
        /// The line of the day; also a hole.
        package let line: Line?
        /// The last day for which the figures were looked up.
        package let checkedThrough: String?
        /// `rate` or `amount` where an administrator may add lines.
        package let extensible: String?
    }

    package let country: String
    package let title: String
    package let plugin: Origin
    package let on: String
    package let acts: [Act]
    /// What the plug-in knows that it does not support.
    package let unsupported: [String]

    init(_ book: LawBook, _ plugin: LoadedPlugin, on day: CivilDate, _ added: [LawLine]) {
        country = book.country.code
        title = book.title
        self.plugin = Origin(
            identifier: plugin.manifest.identifier, version: plugin.manifest.version, sha256: plugin.manifest.sha256)
        on = day.description
        let added = added.filter { $0.line.country == book.country }
        acts = book.acts.map { act in
            Act(
                title: act.title, number: act.number,
                rules: act.rules.map { rule in Rule(rule, on: day, added.filter { $0.line.rule == rule.identifier }) })
        }
        unsupported = book.unsupported
    }
}

extension LawBookView.Rule {
    init(_ rule: LawBook.Rule, on day: CivilDate, _ added: [LawLine]) {
        identifier = rule.identifier
        section = rule.section
        text = rule.text
        source = LawBookView.Source(rule.citation)
        checkedThrough = rule.checkedThrough?.description
        extensible = rule.extensible?.rawValue
        guard let first = rule.lines.first else {
            standing = .words
            line = nil
            return
        }
        let index = rule.lines.lastIndex { $0.from <= day }
        line = index.map { index in
            let line = rule.lines[index]
            // Of two that were added for one day the later holds.
            let number = added.last { $0.line.from == line.from && $0.line.citation == line.citation }?.number
            return LawBookView.Line(
                from: line.from.description,
                through: index + 1 < rule.lines.count
                    ? rule.lines[index + 1].from.adding(days: -1).description : nil,
                figures: (line.values ?? []).map { LawBookView.Figure(label: $0.label, text: $0.text) },
                source: LawBookView.Source(line.citation), addedLine: number)
        }
        standing =
            if day < first.from {
                .notBegun
            } else if let checkedThrough = rule.checkedThrough, day > checkedThrough {
                .pastHorizon
            } else {
                rule.line(on: day) == nil ? .hole : .inForce
            }
    }
}

extension PluginSet {
    /// The law books of the countries that a name means: a plug-in's identifier or name, or a country's code.
    ///
    /// Made with the standard settings, so that no tenant is needed.
    /// - Parameters:
    ///   - version: the version of the plug-in; the newest where it is `nil`.
    ///   - added: the lines that were added at run time.
    /// - Throws: ``HostError`` `badInput` where nothing has that name.
    package func lawBooks(
        named name: String, version: String? = nil, on day: CivilDate, _ added: [LawLine]
    ) throws -> [LawBookView] {
        let wanted = name.lowercased()
        let pool = version.map { version in loaded.filter { $0.manifest.version == version } } ?? newest
        let lines = added.map(\.line)
        var books: [LawBookView] = []
        for plugin in pool {
            let isNamed = [plugin.manifest.identifier, plugin.manifest.name].contains { $0.lowercased() == wanted }
            for country in plugin.countries where isNamed || country.code.lowercased() == wanted {
                books.append(LawBookView(try plugin.law(of: country, with: lines).lawBook, plugin, on: day, added))
            }
        }
        guard books.isEmpty else { return books }
        let known = pool.filter { !$0.countries.isEmpty }.map { plugin in
            "\(plugin.manifest.identifier) (\(plugin.countries.map(\.code).joined(separator: ", ")))"
        }
        let there = known.isEmpty ? "No plug-in in use brings one." : "There are: \(known.joined(separator: ", "))."
        throw HostError(
            .badInput,
            "No plug-in\(version.map { " of version \($0)" } ?? "") brings a law by the name '\(name)'. \(there)")
    }
}
