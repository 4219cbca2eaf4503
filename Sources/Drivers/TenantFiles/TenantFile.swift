import Foundation
package import Tenancy

/// Everything that is wrong with a tenant's file, in the order of its lines.
package struct TenantFileFaults: Error, Sendable, CustomStringConvertible {
    package let faults: [TenantFault]

    package init(_ faults: [TenantFault]) {
        self.faults = faults.enumerated().sorted { left, right in
            (left.element.line ?? 0, left.element.column ?? 0, left.offset)
                < (right.element.line ?? 0, right.element.column ?? 0, right.offset)
        }.map(\.element)
    }

    /// A line for each fault.
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// A tenant's file, read and checked for form.
///
/// ```swift
/// let file = try TenantFile.read("Tenants/midtfyns-el.yaml")
/// let check = TenantRules.check(file.settings, against: offers)
/// guard check.faults.isEmpty else { throw file.located(check.faults) }
/// ```
package struct TenantFile: Sendable {
    package let path: String
    package let settings: TenantSettings
    private let positions: [String: TextPosition]

    /// The largest file that is read.
    package static let bytesMax = 1024 * 1024

    /// Reads a tenant's file and the letter texts beside it.
    ///
    /// - Throws: every fault of form at once; where the file is not YAML, that alone.
    package static func read(_ path: String) throws(TenantFileFaults) -> TenantFile {
        let text: String
        do {
            text = try TextFile.read(path, bytesMax: bytesMax, followsLinks: true)
        } catch {
            throw TenantFileFaults([
                TenantFault(file: path, line: error.line, key: "", error.message, allowed: error.allowed)
            ])
        }
        let root: YAMLValue
        do {
            root = try YAMLDocument.read(text)
        } catch {
            throw TenantFileFaults([
                TenantFault(
                    file: path, line: error.position?.line, column: error.position?.column, key: "", error.message,
                    allowed: error.allowed)
            ])
        }
        var reader = SettingsReader(file: path, root: root)
        let settings = reader.read()
        guard let settings, reader.faults.isEmpty else { throw TenantFileFaults(reader.faults) }
        return TenantFile(path: path, settings: settings, positions: reader.positions)
    }

    /// Where a key stands; for one that is not in the file, the mapping that it belongs to.
    ///
    /// - Parameter keyPath: as faults write it: `policy.reminder.times`, `countries[0]`.
    package func location(of keyPath: String) -> (line: Int, column: Int) {
        let position = positions.nearest(to: keyPath)
        return (position.line, position.column)
    }

    /// Faults of the settings, with this file and their lines.
    package func located(_ faults: [TenantFault]) -> TenantFileFaults {
        TenantFileFaults(
            faults.map { fault in
                var located = fault
                located.file = path
                (located.line, located.column) = location(of: fault.key)
                return located
            })
    }
}

extension [String: TextPosition] {
    /// The place of a key path, or of the nearest one around it that is there.
    func nearest(to keyPath: String) -> TextPosition {
        var path = Substring(keyPath)
        while true {
            if let position = self[String(path)] { return position }
            guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { break }
            path = path[..<cut]
        }
        return self[""] ?? TextPosition(line: 1, column: 1)
    }
}
