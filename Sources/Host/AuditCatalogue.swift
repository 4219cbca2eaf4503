import AuditTrail

/// The catalogue of actions for programs and people.
package enum AuditCatalogue {
    /// A member of an entry's subject or change.
    package struct Member: Encodable, Sendable {
        let name: String
        let meaning: String
        let optional: Bool
    }

    /// What an entry of one action holds.
    package struct Action: Encodable, Sendable {
        package let action: String
        package let meaning: String
        let subject: [Member]
        let change: [Member]
        let basis: String
    }

    /// Every action, in the catalogue's order.
    package static var actions: [Action] {
        func members(_ members: [AuditActionDescription.Member]) -> [Member] {
            members.map { Member(name: $0.name, meaning: $0.meaning, optional: $0.isOptional) }
        }
        return AuditAction.allCases.map { action in
            let entry = action.catalogue
            return Action(
                action: action.rawValue, meaning: entry.meaning, subject: members(entry.subject),
                change: members(entry.change), basis: entry.basis)
        }
    }

    /// The same as Markdown.
    package static var markdown: String { AuditActionCatalogue.markdown }
}
