import AuditTrail
package import Database
package import FordringKit
import Tenancy

/// A line that an administrator added to a country's table at run time.
///
/// The host numbers them; each tenant's books hold a copy of those of its countries, written with an entry of its log
/// before anything of the tenant is decided by them. Neither table lets a row be changed: a correction is another line.
package struct LawLine: Sendable, Equatable {
    /// The number, which the host gives and the copies keep.
    package let number: Int64
    package let line: LawExtension
    /// What held before, where the line corrects another; with ``reason``.
    package let corrected: String?
    /// Why another line was corrected.
    package let reason: String?
    /// Who added it, by login name.
    package let addedBy: String
    package let addedAt: Timestamp
}

/// The tables of lines that were added, alike in the host's database and in a tenant's books.
enum LawLines {
    static let hostMigration = Migration("0004 law extensions", appendOnly: ["law_extension"], table)
    static let tenantMigration = Migration("0025 law extensions", appendOnly: ["law_extension"], table)

    private static let table = """
        CREATE TABLE law_extension (
            number {integer} NOT NULL PRIMARY KEY CHECK (number >= 1),
            country TEXT NOT NULL,
            rule TEXT NOT NULL,
            first_day {integer} NOT NULL,
            last_day {integer} NOT NULL CHECK (last_day >= first_day),
            kind TEXT NOT NULL CHECK (kind IN ('rate', 'amount')),
            value {integer} NOT NULL,
            currency TEXT,
            source TEXT NOT NULL CHECK (source <> ''),
            section TEXT NOT NULL,
            doubt TEXT CHECK (doubt <> ''),
            corrected TEXT,
            reason TEXT,
            added_by TEXT NOT NULL,
            added_at {integer} NOT NULL,
            CHECK ((kind = 'amount') = (currency IS NOT NULL)),
            CHECK ((corrected IS NULL) = (reason IS NULL))
        ) {strict}
        """

    /// All lines, in the order in which they were added.
    static func all(_ transaction: ReadTransaction) throws -> [LawLine] {
        try transaction.all(
            """
            SELECT number, country, rule, first_day, last_day, kind, value, currency, source, section, doubt, corrected,
                reason, added_by, added_at
            FROM law_extension ORDER BY number
            """
        ) { row in
            let currency = row.textOrNil(7).flatMap { Currency(code: $0) }
            let value: LawValue? =
                switch (LawValue.Kind(rawValue: row.text(5)), currency) {
                case (.rate, nil): .rate(Rate(basisPoints: Int32(clamping: row.integer(6))))
                case (.amount, let currency?): .amount(Money(minorUnits: row.integer(6), currency))
                default: nil
                }
            guard let country = CountryCode(row.text(1)), let value else {
                throw DatabaseFault(.corrupt, "Line \(row.integer(0)) of the law's added lines cannot be read.")
            }
            let doubt = row.textOrNil(10)
            return LawLine(
                number: row.integer(0),
                line: LawExtension(
                    country: country, rule: row.text(2), from: row.date(3), through: row.date(4), value: value,
                    citation: Citation(
                        source: row.text(8), section: row.text(9), verification: doubt == nil ? .verified : .unverified,
                        doubt: doubt ?? "")),
                corrected: row.textOrNil(11), reason: row.textOrNil(12), addedBy: row.text(13),
                addedAt: Timestamp(milliseconds: row.integer(14)))
        }
    }

    /// The number of the newest line; 0 where there is none.
    static func newest(_ transaction: ReadTransaction) throws -> Int64 {
        try transaction.first("SELECT coalesce(max(number), 0) FROM law_extension") { $0.integer(0) } ?? 0
    }

    static func insert(_ added: LawLine, _ transaction: WriteTransaction) throws {
        let line = added.line
        let (value, currency): (Int64, String?) =
            switch line.value {
            case .rate(let rate): (Int64(rate.basisPoints), nil)
            case .amount(let money): (money.minorUnits, money.currency.code)
            @unknown default:
                throw DatabaseFault(.constraint, "A value of the kind '\(line.value.kind)' cannot be kept.")
            }
        try transaction.execute(
            """
            INSERT INTO law_extension (number, country, rule, first_day, last_day, kind, value, currency, source, section,
                doubt, corrected, reason, added_by, added_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """,
            added.number, line.country.code, line.rule, line.from, line.through, line.value.kind.rawValue, value,
            currency, line.citation.source, line.citation.section,
            line.citation.verification == .verified ? nil : line.citation.doubt, added.corrected, added.reason,
            added.addedBy, added.addedAt)
    }

    /// Copies what a tenant's books lack, with an entry for each line.
    static func copy(_ lines: [LawLine], _ transaction: WriteTransaction) throws {
        let known = Set(try all(transaction).map(\.number))
        for added in lines where !known.contains(added.number) {
            try insert(added, transaction)
            let line = added.line
            var change: [String: JSONValue] = [
                "addedAt": .string(added.addedAt.description), "addedBy": .string(added.addedBy),
                "from": .string(line.from.description), "through": .string(line.through.description),
                "value": .string(line.value.description),
            ]
            if let corrected = added.corrected, let reason = added.reason {
                change["before"] = .string(corrected)
                change["reason"] = .string(reason)
            }
            try transaction.audit(
                added.corrected == nil ? .lawExtended : .lawCorrected,
                subject: [
                    "country": .string(line.country.code), "line": .integer(added.number), "rule": .string(line.rule),
                ],
                change: .object(change), basis: [line.citation])
        }
    }
}

extension FordringHost {
    /// The lines that were added to the tables of countries, in the order in which they were added.
    package func lawLines() throws -> [LawLine] { try store.engine.readHost { try LawLines.all($0) } }

    /// The number of the newest of them; 0 where there is none.
    func newestLawLine() throws -> Int64 { try store.engine.readHost { try LawLines.newest($0) } }

    /// The lines that decisions of a tenant rest on: those in its books, brought up to date first where work is done.
    ///
    /// - Returns: the lines, and whether they are all that the host has of the tenant's countries.
    /// - Throws: ``HostError`` `unavailable` where the books have lines that the host does not know.
    func lawLines(
        of record: TenantRecord, in database: TenantDatabase, newest: Int64, mayCopy: Bool
    ) throws -> (lines: [LawExtension], areAll: Bool) {
        var copies = try database.read { try LawLines.all($0) }
        guard newest > 0 || !copies.isEmpty else { return ([], true) }
        let own = try lawLines().filter { record.settings.countries.contains($0.line.country.code) }
        let known = Dictionary(own.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        if let unknown = copies.first(where: { copy in
            record.settings.countries.contains(copy.line.country.code) && known[copy.number] != copy
        }) {
            throw HostError(
                .unavailable,
                "The books of '\(record.id)' rest on line \(unknown.number) of the law of \(unknown.line.country), "
                    + "which this host does not know. Restore the host.sqlite that belongs to them.")
        }
        let missing = own.filter { line in !copies.contains { $0.number == line.number } }
        if !missing.isEmpty, mayCopy {
            try database.write(provenance) { try LawLines.copy(missing, $0) }
            copies = try database.read { try LawLines.all($0) }
        }
        return (copies.map(\.line), missing.isEmpty || mayCopy)
    }
}
