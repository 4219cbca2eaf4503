import Foundation

/// A tenant's own letter texts: files `<step>.<language>.mustache`.
enum LetterTextFolder {
    static let filesMax = 200
    static let bytesMax = 256 * 1024

    /// What is wrong with one of the files, or with the folder.
    struct Fault {
        var message: String
        var allowed = ""
    }

    /// Reads a folder that is named in a file.
    ///
    /// - Returns: the texts by `<step>.<language>`, and all faults.
    static func read(_ folder: String, beside file: String) -> (texts: [String: String], faults: [Fault]) {
        let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
        guard !folder.utf8.contains(0), parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            return ([:], [Fault(message: "'\(shortened(folder))' is not a folder beside the file", allowed: "letters")])
        }
        let parent = URL(fileURLWithPath: file).deletingLastPathComponent().path
        let path = "\(parent)/\(folder)"
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted().filter { !$0.hasPrefix(".") }
        } catch {
            return ([:], [Fault(message: "there is no folder '\(shortened(folder))' beside the file")])
        }
        guard names.count <= filesMax else {
            return ([:], [Fault(message: "the folder has \(names.count) files", allowed: "at most \(filesMax)")])
        }
        var texts: [String: String] = [:]
        var faults: [Fault] = []
        for name in names {
            guard let key = key(of: name) else {
                faults.append(
                    Fault(
                        message: "'\(shortened(name))' is not the name of a letter text",
                        allowed: "<step>.<language>.mustache, for example reminder.da.mustache"))
                continue
            }
            do {
                texts[key] = try TextFile.read("\(path)/\(name)", bytesMax: bytesMax, followsLinks: false)
            } catch {
                let place = error.line.map { "\(name), line \($0)" } ?? name
                faults.append(Fault(message: "\(place): \(error.message)", allowed: error.allowed))
            }
        }
        return (texts, faults)
    }

    /// `reminder.da` of `reminder.da.mustache`.
    private static func key(of name: String) -> String? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[2] == "mustache", TextForm.isName(parts[0]), TextForm.isLanguage(parts[1]) else {
            return nil
        }
        return "\(parts[0]).\(parts[1])"
    }
}
