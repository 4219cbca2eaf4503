import CExpat
import Intake

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Reads a UBL document with expat and keeps the wanted elements only.
///
/// Refused at once: a document type (entities are the way to XML bombs and to files outside, and Peppol has none), depth over
/// 64, a tag or comment over 1 MiB, over 4096 different names (expat keeps them), a file over 100 MiB, a root or encoding that is not known. So memory does not grow with
/// the file, whatever is embedded in it.
final class UBLParser {
    /// What was read of one element.
    struct Value {
        var text: String
        var attribute: String?
    }

    static let depthLimit = 64
    static let fileLimit = 100 << 20
    private static let tokenLimit = 1 << 20
    /// UBL itself has some 3,000 names for all its documents, and an invoice uses a few hundred.
    static let nameLimit = 4096
    private static let chunkSize = 64 << 10

    private let parser: XML_Parser
    private(set) var kind: UBLDocumentKind?
    /// By ``UBLElement``: all that were read, in order.
    private(set) var values: [[Value]] = Array(repeating: [], count: UBLElement.allCases.count)
    /// What is wrong with elements that could be read past.
    private(set) var faults: [RowFault] = []
    /// Elements with a wanted name in a namespace that is not UBL's, by path.
    private(set) var foreign: [String: String] = [:]

    private var fault: ClaimFileFault?
    private var tree = UBLTree.invoice
    private var depth = 0
    /// The wanted nodes from the root to where the parser is; shorter than `depth` inside an unwanted element.
    private var nodes: [Int] = []
    private var text: [UInt8] = []
    private var textIsTooLong = false
    private var attribute: String?
    private var hasProgress = false
    /// The hashes of all names so far.
    private var names: Set<Int> = []
    private var foreignChecks = 0

    init() throws(ClaimFileFault) {
        // Names come as namespace, line feed, local name; expat refuses a namespace with a line feed in it.
        guard let parser = XML_ParserCreateNS(nil, CChar(bitPattern: UInt8(ascii: "\n"))) else {
            throw ClaimFileFault("there is no memory to read XML")
        }
        self.parser = parser
        // Unretained: the parser is freed in `deinit`, and calls back only inside `parse`.
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { context, name, attributes in
                guard let name else { return }
                UBLParser.from(context)?.start(name, attributes)
            },
            { context, _ in UBLParser.from(context)?.end() })
        XML_SetCharacterDataHandler(parser) { context, bytes, count in
            guard let bytes else { return }
            UBLParser.from(context)?.characters(bytes, Int(count))
        }
        XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in UBLParser.from(context)?.doctype() }
        XML_SetStartNamespaceDeclHandler(parser) { context, prefix, _ in
            guard let prefix else { return }
            UBLParser.from(context)?.note(UnsafeRawBufferPointer(start: prefix, count: strlen(prefix)))
        }
        // Everything else counts as progress and is dropped.
        XML_SetDefaultHandler(parser) { context, _, _ in UBLParser.from(context)?.hasProgress = true }
    }

    deinit { XML_ParserFree(parser) }

    private static func from(_ context: UnsafeMutableRawPointer?) -> UBLParser? {
        context.map { Unmanaged<UBLParser>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Reads the file to its end.
    func parse(_ file: InputFile) throws(ClaimFileFault) {
        var chunk = [UInt8](repeating: 0, count: UBLParser.chunkSize)
        var total = 0
        var withoutProgress = 0
        while true {
            let count = try chunk.withUnsafeMutableBufferPointer { (bytes) throws(ClaimFileFault) in
                try file.read(into: UnsafeMutableRawBufferPointer(bytes))
            }
            total += count
            guard total <= UBLParser.fileLimit else {
                throw ClaimFileFault("the file is over the limit of 100 MiB for one document")
            }
            hasProgress = false
            let status = chunk.withUnsafeBufferPointer { bytes in
                // The same bytes, seen as C's char.
                bytes.withMemoryRebound(to: CChar.self) {
                    XML_Parse(parser, $0.baseAddress, Int32(count), count == 0 ? 1 : 0)
                }
            }
            if let fault { throw fault }
            guard status == XML_STATUS_OK else { throw malformed() }
            if count == 0 { return }
            withoutProgress = hasProgress ? 0 : withoutProgress + count
            // Twice, because expat may put off looking at a long token until it has twice the bytes.
            guard withoutProgress < 2 * UBLParser.tokenLimit + UBLParser.chunkSize else {
                throw ClaimFileFault(line: line, "one tag or comment is over the limit of 1 MiB")
            }
        }
    }

    private var line: Int { Int(XML_GetCurrentLineNumber(parser)) }

    private func stop(_ message: String) {
        if fault == nil { fault = ClaimFileFault(line: line, message) }
        XML_StopParser(parser, XML_Bool(0))
    }

    private func malformed() -> ClaimFileFault {
        let code = XML_GetErrorCode(parser)
        let detail = XML_ErrorString(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
        let column = Int(XML_GetCurrentColumnNumber(parser)) + 1
        let message: String
        switch code {
        case XML_ERROR_NO_ELEMENTS, XML_ERROR_UNCLOSED_TOKEN, XML_ERROR_UNCLOSED_CDATA_SECTION,
            XML_ERROR_PARTIAL_CHAR:
            message = "the file ends before its document does (\(detail)): it was cut off; export or copy it again"
        case XML_ERROR_UNKNOWN_ENCODING:
            message =
                "the encoding that the XML declaration names is not supported: "
                + "save it as UTF-8, UTF-16, ISO-8859-1 or US-ASCII"
        case XML_ERROR_INCORRECT_ENCODING:
            message = "the encoding that the XML declaration names is not that of the file: correct the declaration"
        case XML_ERROR_INVALID_TOKEN:
            message =
                "column \(column) is not well-formed XML (\(detail)): a sign such as & or < that is not escaped, "
                + "or a letter in another encoding than the file's; export it again"
        case XML_ERROR_UNDEFINED_ENTITY:
            message = "column \(column) has an entity that is not one of XML's own five: write the letter itself"
        case XML_ERROR_NO_MEMORY:
            message = "there is no memory to read the file"
        default:
            message = "column \(column) is not well-formed XML (\(detail)): export the document again"
        }
        return ClaimFileFault(line: line, message)
    }

    private func doctype() {
        stop("the document has a document type (DOCTYPE), which UBL does not allow and which is not read: remove it")
    }

    private func start(_ name: UnsafePointer<XML_Char>, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) {
        hasProgress = true
        guard fault == nil else { return }
        depth += 1
        guard depth <= UBLParser.depthLimit else {
            stop("elements are nested more than \(UBLParser.depthLimit) deep, which no invoice needs")
            return
        }
        // The name lives as long as this call.
        let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
        note(bytes)
        // Name and value by turns, and a null pointer at the end.
        var index = 0
        while let name = attributes?[index] {
            note(UnsafeRawBufferPointer(start: name, count: strlen(name)))
            index += 2
        }
        guard fault == nil else { return }
        if depth == 1 {
            let parts = UBLParser.parts(name)
            root(parts.local, parts.namespace)
        } else if nodes.count == depth - 1, let parent = nodes.last {
            if let child = tree.nodes[parent].child(bytes) {
                enter(child, attributes)
            } else {
                noteForeign(name, parent)
            }
        }
    }

    /// Counts the names of elements, attributes and prefixes: expat keeps each one that it has seen.
    private func note(_ name: UnsafeRawBufferPointer) {
        var hasher = Hasher()
        hasher.combine(bytes: name)
        guard names.insert(hasher.finalize()).inserted, names.count > UBLParser.nameLimit else { return }
        stop("there are over \(UBLParser.nameLimit) different names of elements and attributes, which no invoice needs")
    }

    /// Remembers an element that would be wanted in UBL's namespace, for the message that it is missing.
    private func noteForeign(_ name: UnsafePointer<XML_Char>, _ parent: Int) {
        guard foreignChecks < 1000 else { return }
        foreignChecks += 1
        let parts = UBLParser.parts(name)
        guard parts.namespace != UBLNamespace.basic, parts.namespace != UBLNamespace.aggregate else { return }
        for prefixed in ["cbc:" + parts.local, "cac:" + parts.local]
        where UBLNamespace.expanded(prefixed).withUnsafeBytes(tree.nodes[parent].child) != nil {
            foreign[prefixed] = FieldText.excerpt(parts.namespace.utf8)
        }
    }

    private static func parts(_ name: UnsafePointer<XML_Char>) -> (namespace: String, local: String) {
        let parts = String(cString: name).split(separator: "\n", omittingEmptySubsequences: false)
        return (parts.count > 1 ? String(parts[0]) : "", String(parts.last ?? ""))
    }

    private func root(_ local: String, _ namespace: String) {
        if let kind = UBLDocumentKind(rawValue: local), kind.namespace == namespace {
            self.kind = kind
            tree = kind == .invoice ? .invoice : .creditNote
            nodes = [0]
            return
        }
        let shown = FieldText.excerpt(local.utf8)
        if let kind = UBLDocumentKind(rawValue: local) {
            let given = namespace.isEmpty ? "no namespace" : "the namespace '\(FieldText.excerpt(namespace.utf8))'"
            stop("the \(shown) is in \(given), and UBL's is \(kind.namespace): export it as UBL 2.1")
        } else if local == "StandardBusinessDocument" {
            stop("the document is in a Peppol envelope (\(shown)): give the Invoice or CreditNote that is inside it")
        } else {
            stop("the document is a '\(shown)', and only a UBL 2.1 Invoice or CreditNote is read")
        }
    }

    private func enter(_ child: Int, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) {
        nodes.append(child)
        guard let element = tree.nodes[child].element else { return }
        text.removeAll(keepingCapacity: true)
        textIsTooLong = false
        attribute = nil
        guard let wanted = element.attribute, let attributes else { return }
        // Name and value by turns, and a null pointer at the end.
        var index = 0
        while let name = attributes[index], let value = attributes[index + 1] {
            if String(cString: name) == wanted { attribute = String(String(cString: value).prefix(64)) }
            index += 2
        }
    }

    private func characters(_ bytes: UnsafePointer<XML_Char>, _ count: Int) {
        hasProgress = true
        guard fault == nil, nodes.count == depth, let node = nodes.last, tree.nodes[node].element != nil else { return }
        guard text.count + count <= FieldText.limit else {
            textIsTooLong = true
            return
        }
        UnsafeRawBufferPointer(start: bytes, count: count).withMemoryRebound(to: UInt8.self) {
            text.append(contentsOf: $0)
        }
    }

    private func end() {
        hasProgress = true
        guard fault == nil else { return }
        if nodes.count == depth {
            if let node = nodes.popLast(), let element = tree.nodes[node].element { finish(element) }
        }
        depth -= 1
    }

    private func finish(_ element: UBLElement) {
        let path = kind?.path(element) ?? element.path
        if textIsTooLong {
            addFault(RowFault(path, "is over the limit of 64 KiB for a text"))
            return
        }
        let collapsed = UBLParser.collapsed(text)
        if let control = FieldText.firstControl(collapsed) {
            addFault(RowFault(path, "the control character \(FieldText.codePoint(control)) is not allowed; remove it"))
            return
        }
        guard !collapsed.isEmpty else { return }
        guard values[element.rawValue].isEmpty || element.mayRepeat else {
            addFault(RowFault(path, "is there more than once"))
            return
        }
        // The first counts; of credited invoices it matters whether there are several.
        guard values[element.rawValue].count < (element == .creditedInvoice ? 8 : 1) else { return }
        values[element.rawValue].append(Value(text: String(decoding: collapsed, as: UTF8.self), attribute: attribute))
    }

    private func addFault(_ fault: RowFault) {
        if faults.count < 32, !faults.contains(fault) { faults.append(fault) }
    }

    /// Without white space at both ends, and with one space for each run of it inside.
    private static func collapsed(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        for byte in text {
            if [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
                if let last = result.last, last != 0x20 { result.append(0x20) }
            } else {
                result.append(byte)
            }
        }
        if result.last == 0x20 { result.removeLast() }
        return result
    }
}
