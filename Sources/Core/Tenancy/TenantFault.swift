/// One thing that is wrong with a tenant's file, and what would be right.
package struct TenantFault: Sendable, Hashable, CustomStringConvertible {
    /// The file; empty where only the settings are known.
    package var file: String
    /// The line, from 1, where it is known.
    package var line: Int?
    /// The column, from 1, where it is known.
    package var column: Int?
    /// The path of the key: `policy.reminder.times`, `countries[0]`; empty where the whole file is meant.
    package var key: String
    /// What is wrong.
    package var message: String
    /// What is allowed; empty where the message says it all.
    package var allowed: String

    package init(
        file: String = "", line: Int? = nil, column: Int? = nil, key: String, _ message: String, allowed: String = ""
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.key = key
        self.message = message
        self.allowed = allowed
    }

    /// One line: `Tenants/x.yaml:12: policy.reminder.times: 11 is too many; allowed: 0 to 3`.
    package var description: String {
        var parts: [String] = []
        if !file.isEmpty { parts.append(line.map { "\(file):\($0)" } ?? file) }
        if !key.isEmpty { parts.append(key) }
        parts.append(allowed.isEmpty ? message : "\(message); allowed: \(allowed)")
        return parts.joined(separator: ": ")
    }
}
