import FordringKit

/// Decides what stands where on which sheet of a letter.
///
/// Nothing is drawn before all is placed, because each sheet says how many there are.
struct LetterComposition {
    private let letter: Letter
    private let typesetter: Typesetter
    private let accent: Color
    private var sheets: [[Mark]] = [[]]
    /// How far down the sheet in hand is filled.
    private var y = 0.0
    /// Whether nothing of the body stands on the sheet in hand, so that the next sheet would have no more room.
    private var sheetIsFresh: Bool { y <= Sheet.continuationTop }

    init(_ letter: Letter, _ typesetter: Typesetter) {
        self.letter = letter
        self.typesetter = typesetter
        accent = Color(accent: letter.letterhead.accentColor)
    }

    /// The marks of each sheet.
    ///
    /// - Throws: ``DeliveryFailure`` for a part of a letter that a newer kit knows.
    mutating func compose() throws -> [[Mark]] {
        try letterhead()
        try addressField()
        let referencesBottom = try references()
        y = max(Sheet.dateTop, referencesBottom + Sheet.mm(4))
        try text(letter.dateText, .body, linesMax: 1)
        y += 6
        try text(letter.subject, .subject.colored(accent), linesMax: 3)
        y += 8
        for (index, block) in letter.blocks.enumerated() {
            switch block {
            case .paragraph(let words): try paragraph(words)
            case .heading(let words): try heading(words, before: letter.blocks.dropFirst(index + 1).first)
            case .statement(let statement): try place(set(statement))
            case .payment(let box): try place(set(box))
            @unknown default:
                // A letter with a part left out would be another letter.
                throw DeliveryFailure(
                    .permanent,
                    "The letter has a part that this version of post-channel cannot lay out: install a newer one.")
            }
        }
        try feet()
        return sheets
    }

    // MARK: The head of the first sheet

    private mutating func letterhead() throws {
        let head = letter.letterhead
        var contacts = head.addressLines + head.contactLines
        while contacts.count > Sheet.headLinesMax {
            let last = contacts.removeLast()
            contacts[contacts.count - 1] += " \u{B7} \(last)"
        }
        var top = Sheet.headTop
        var widest = 0.0
        for line in contacts {
            let block = try typesetter.set(line, .contact, width: Sheet.mm(80), linesMax: 1)
            widest = max(widest, block.width)
            mark(.text(block, lines: 0..<1, x: Sheet.right - block.width, y: top))
            top += block.height
        }
        let name = try typesetter.set(
            head.name, .senderName.colored(accent), width: Sheet.textWidth - widest - Sheet.mm(8), linesMax: 2)
        mark(.text(name, lines: 0..<name.lineCount, x: Sheet.left, y: Sheet.headTop - 3))
        mark(.rule(x: Sheet.left, y: Sheet.headBottom, width: Sheet.textWidth, thickness: 1.5, color: accent))
    }

    private mutating func addressField() throws {
        let head = letter.letterhead
        let sender = ([head.name] + head.addressLines).joined(separator: " \u{B7} ")
        let senderLine = try typesetter.set(sender, .senderLine, width: Sheet.addressWidth, linesMax: 1)
        mark(.text(senderLine, lines: 0..<1, x: Sheet.left, y: Sheet.windowTop))
        let recipient = letter.recipient
        let address = recipient.address
        var below = address.lines.filter { !$0.isEmpty } + ["\(address.postalCode) \(address.city)"]
        if let country = Destination.countryLine(of: address.country, in: letter.language) { below.append(country) }
        while below.count > Sheet.addressLinesMax - 1 { below[0] += ", \(below.remove(at: 1))" }
        var top = Sheet.addressTop
        let nameLines = min(2, Sheet.addressLinesMax - below.count)
        let name = try typesetter.set(recipient.name, .address, width: Sheet.addressWidth, linesMax: nameLines)
        mark(.text(name, lines: 0..<name.lineCount, x: Sheet.left, y: top))
        top += name.height
        for line in below {
            let block = try typesetter.set(line, .address, width: Sheet.addressWidth, linesMax: 1)
            mark(.text(block, lines: 0..<1, x: Sheet.left, y: top))
            top += block.height
        }
    }

    /// Places the reference block; returns where it ends.
    private mutating func references() throws -> Double {
        let width = Sheet.right - Sheet.referencesLeft
        let shown = letter.references.prefix(Sheet.referencesMax)
        let labels = try shown.map {
            try typesetter.set($0.label, .referenceLabel, width: width * 0.5, linesMax: 1)
        }
        let indent = (labels.map(\.width).max() ?? 0) + 10
        var top = Sheet.windowTop
        for (label, reference) in zip(labels, shown) {
            let value = try typesetter.set(reference.text, .reference, width: width - indent, linesMax: 3)
            let labelTop = top + value.style.baseline - label.style.baseline
            mark(.text(label, lines: 0..<1, x: Sheet.referencesLeft, y: labelTop))
            mark(.text(value, lines: 0..<value.lineCount, x: Sheet.referencesLeft + indent, y: top))
            top += value.height
        }
        return top
    }

    // MARK: The body

    private mutating func paragraph(_ words: String) throws {
        try flow(typesetter.set(words, .body, width: Sheet.textWidth))
        y += 8
    }

    private mutating func heading(_ words: String, before next: LetterBlock?) throws {
        let block = try typesetter.set(words, .heading, width: Sheet.textWidth, linesMax: 3)
        if !sheetIsFresh { y += 3 }
        // A heading does not stand alone at the foot of a sheet.
        try need(block.height + 3 + (next.map { try leadHeight($0) } ?? 0))
        place(block)
        y += 3
    }

    /// How much of a block must stand on the sheet where it begins.
    private func leadHeight(_ block: LetterBlock) throws -> Double {
        switch block {
        case .paragraph(let words):
            let lines = try typesetter.set(words, .body, width: Sheet.textWidth).lineCount
            return Double(lines > 3 ? 2 : lines) * TextStyle.body.leading
        case .heading: return TextStyle.heading.leading
        case .statement(let statement): return try set(statement).leadHeight
        case .payment(let box): return try set(box).height
        @unknown default: return 0
        }
    }

    /// Places text that may go on on the next sheet, with no single line of it left behind or carried over.
    private mutating func flow(_ block: TextBlock) throws {
        var first = 0
        while first < block.lineCount {
            let left = block.lineCount - first
            var fits = max(0, Int((Sheet.bodyBottom - y) / block.style.leading))
            if fits < left {
                if left - fits == 1 { fits -= 1 }
                if fits < min(2, left) {
                    if !sheetIsFresh {
                        try nextSheet()
                        continue
                    }
                    fits = 1
                }
            }
            let count = min(left, fits)
            mark(.text(block, lines: first..<first + count, x: Sheet.left, y: y))
            y += Double(count) * block.style.leading
            first += count
            if first < block.lineCount { try nextSheet() }
        }
    }

    // MARK: The statement

    /// A line of the table with its texts broken into lines.
    private struct Row {
        var words: TextBlock
        var detail: TextBlock?
        var amount: TextBlock
        var padding: Double

        var height: Double { words.height + (detail?.height ?? 0) + 2 * padding }
    }

    /// A statement with its texts broken into lines.
    private struct Table {
        var heading: TextBlock
        var amountHeading: TextBlock
        var rows: [Row]
        var total: Row

        var headingHeight: Double { heading.height + 4 }
        /// What must stand on one sheet at its beginning: the heading and a row, which may be the last one.
        var leadHeight: Double {
            2 + headingHeight + (rows.first?.height ?? 0) + (rows.count < 2 ? total.height : 0)
        }
    }

    private func set(_ statement: Statement) throws -> Table {
        let amounts = try (statement.lines.map(\.amount) + [statement.total]).map { money in
            try typesetter.set(amountText(money), .total).width
        }
        let amountHeading = try typesetter.set(
            statement.amountHeading, .tableHeading, width: Sheet.mm(50), linesMax: 1)
        let amountWidth = max(amounts.max() ?? 0, amountHeading.width)
        let wordsWidth = Sheet.textWidth - amountWidth - Sheet.mm(8)
        let heading = try typesetter.set(statement.heading, .tableHeading, width: wordsWidth, linesMax: 1)
        let total = try row(statement.totalLabel, "", statement.total, .total, wordsWidth, padding: 5)
        let rows = try statement.lines.map { try row($0.text, $0.detail, $0.amount, .row, wordsWidth, padding: 3) }
        return Table(heading: heading, amountHeading: amountHeading, rows: rows, total: total)
    }

    private mutating func place(_ table: Table) throws {
        try need(table.leadHeight)
        y += 2
        tableHeading(table.heading, table.amountHeading)
        for (index, row) in table.rows.enumerated() {
            // The total does not stand on a sheet without a line to add up.
            let last = index == table.rows.count - 1
            if y + row.height + (last ? table.total.height : 0) > Sheet.bodyBottom {
                try nextSheet()
                tableHeading(table.heading, table.amountHeading)
            }
            place(row)
            if !last { mark(.rule(x: Sheet.left, y: y, width: Sheet.textWidth, thickness: 0.4, color: .hairline)) }
        }
        mark(.rule(x: Sheet.left, y: y, width: Sheet.textWidth, thickness: 0.9, color: .ink))
        place(table.total)
        mark(.rule(x: Sheet.left, y: y, width: Sheet.textWidth, thickness: 0.4, color: .ink))
        y += 12
    }

    private mutating func tableHeading(_ words: TextBlock, _ amount: TextBlock) {
        mark(.text(words, lines: 0..<1, x: Sheet.left, y: y))
        mark(.text(amount, lines: 0..<1, x: Sheet.right - amount.width, y: y))
        y += words.height + 3
        mark(.rule(x: Sheet.left, y: y, width: Sheet.textWidth, thickness: 0.9, color: .ink))
        y += 1
    }

    private func row(
        _ words: String, _ detail: String, _ amount: Money, _ style: TextStyle, _ width: Double, padding: Double
    ) throws -> Row {
        try Row(
            words: typesetter.set(words, style, width: width, linesMax: 8),
            detail: detail.isEmpty ? nil : typesetter.set(detail, .detail, width: width, linesMax: 24),
            amount: typesetter.set(amountText(amount), style), padding: padding)
    }

    private mutating func place(_ row: Row) {
        let top = y + row.padding
        mark(.text(row.words, lines: 0..<row.words.lineCount, x: Sheet.left, y: top))
        mark(.text(row.amount, lines: 0..<1, x: Sheet.right - row.amount.width, y: top))
        if let detail = row.detail {
            mark(.text(detail, lines: 0..<detail.lineCount, x: Sheet.left, y: top + row.words.height))
        }
        y += row.height
    }

    /// The amount with a true minus sign, which is as wide as a figure.
    private func amountText(_ amount: Money) -> String {
        let text = amount.formatted(letter.language)
        return text.hasPrefix("-") ? "\u{2212}\(text.dropFirst())" : text
    }

    // MARK: The payment box

    /// A payment box with its texts broken into lines: two fields side by side.
    private struct Box {
        struct Field {
            var label: TextBlock
            var value: TextBlock
        }

        static let inset = 12.0
        static let gap = 16.0
        static let innerWidth = Sheet.textWidth - 2 * inset
        static let fieldWidth = (innerWidth - gap) / 2

        var heading: TextBlock
        var pairs: [[Field]]
        var code: TextBlock?

        var headingHeight: Double { heading.height + 14 }
        var codeHeight: Double { code.map { $0.height + 18 } ?? 0 }
        var height: Double { 2 + headingHeight + 9 + pairs.reduce(0) { $0 + Box.height($1) } + codeHeight }

        static func height(_ pair: [Field]) -> Double {
            (pair.map { $0.label.height + $0.value.height }.max() ?? 0) + 9
        }
    }

    private func set(_ box: PaymentBox) throws -> Box {
        let heading = try typesetter.set(
            box.heading, .boxHeading.colored(accent), width: Box.innerWidth, linesMax: 2)
        let fields = try box.fields.map { field in
            try Box.Field(
                label: typesetter.set(field.label, .fieldLabel, width: Box.fieldWidth, linesMax: 1),
                value: typesetter.set(field.text, .field, width: Box.fieldWidth, linesMax: 4))
        }
        let pairs = stride(from: 0, to: fields.count, by: 2).map { Array(fields[$0..<min($0 + 2, fields.count)]) }
        let code = try box.codeLine.isEmpty ? nil : codeLine(box.codeLine, width: Box.innerWidth)
        return Box(heading: heading, pairs: pairs, code: code)
    }

    private mutating func place(_ whole: Box) throws {
        var box = whole
        // One sheet holds the whole box, unless no sheet could; then each sheet gets a box of its own.
        while true {
            try need(box.height)
            y += 2
            let top = y
            var marks: [Mark] = []
            marks.append(.text(box.heading, lines: 0..<box.heading.lineCount, x: Sheet.left + Box.inset, y: top + 7))
            y += box.headingHeight + 9
            let fieldsTop = y
            while let pair = box.pairs.first {
                let after = box.pairs.count > 1 ? 0 : box.codeHeight
                if y + Box.height(pair) + after > Sheet.bodyBottom, y > fieldsTop { break }
                for (column, field) in pair.enumerated() {
                    let x = Sheet.left + Box.inset + Double(column) * (Box.fieldWidth + Box.gap)
                    marks.append(.text(field.label, lines: 0..<1, x: x, y: y))
                    marks.append(
                        .text(field.value, lines: 0..<field.value.lineCount, x: x, y: y + field.label.height))
                }
                y += Box.height(pair)
                box.pairs.removeFirst()
            }
            if box.pairs.isEmpty, let code = box.code {
                marks.append(.rule(x: Sheet.left, y: y, width: Sheet.textWidth, thickness: 0.4, color: accent))
                marks.append(.text(code, lines: 0..<code.lineCount, x: Sheet.left + Box.inset, y: y + 9))
                y += box.codeHeight
            }
            mark(
                .ground(
                    x: Sheet.left, y: top, width: Sheet.textWidth, height: box.headingHeight,
                    color: accent.tint(0.08)))
            for mark in marks { self.mark(mark) }
            mark(
                .border(x: Sheet.left, y: top, width: Sheet.textWidth, height: y - top, thickness: 0.9, color: accent))
            if box.pairs.isEmpty { break }
            try nextSheet()
        }
        y += 12
    }

    /// The code line in the largest size in which it fits on one line.
    private func codeLine(_ text: String, width: Double) throws -> TextBlock {
        var style = TextStyle.codeLine
        while style.size > 7, try typesetter.set(text, style).width > width { style.size -= 1 }
        return try typesetter.set(text, style, width: width, linesMax: 4)
    }

    // MARK: The other sheets, and the foot of all

    private mutating func nextSheet() throws {
        sheets.append([])
        y = Sheet.headTop
        let reference = letter.references.first.map { "\($0.label) \($0.text)" }
        let right = [reference, letter.dateText].compactMap { $0 }.joined(separator: " \u{B7} ")
        let reminder = try typesetter.set(right, .contact, width: Sheet.textWidth * 0.6, linesMax: 1)
        mark(.text(reminder, lines: 0..<1, x: Sheet.right - reminder.width, y: y))
        let name = try typesetter.set(
            letter.letterhead.name, .continuationName.colored(accent), width: Sheet.textWidth * 0.38, linesMax: 1)
        mark(.text(name, lines: 0..<1, x: Sheet.left, y: y))
        mark(.rule(x: Sheet.left, y: y + 17, width: Sheet.textWidth, thickness: 0.6, color: accent))
        y = Sheet.continuationTop
    }

    private mutating func feet() throws {
        let head = letter.letterhead
        let words = ([head.name] + head.addressLines + [head.registration]).filter { !$0.isEmpty }
        let sender = try typesetter.set(
            words.joined(separator: " \u{B7} "), .foot, width: Sheet.textWidth * 0.8, linesMax: 1)
        for index in sheets.indices {
            let page = "\(letter.pageWords.label) \(index + 1) \(letter.pageWords.text) \(sheets.count)"
            sheets[index].append(
                .rule(x: Sheet.left, y: Sheet.footTop, width: Sheet.textWidth, thickness: 0.4, color: .hairline))
            sheets[index].append(.text(sender, lines: 0..<1, x: Sheet.left, y: Sheet.footTop + 5))
            let number = try typesetter.set(page, .foot, width: Sheet.textWidth * 0.19, linesMax: 1)
            sheets[index].append(.text(number, lines: 0..<1, x: Sheet.right - number.width, y: Sheet.footTop + 5))
        }
    }

    // MARK: Placing

    private mutating func mark(_ mark: Mark) { sheets[sheets.count - 1].append(mark) }

    /// Goes to the next sheet where this one has not that much room, unless it is empty.
    private mutating func need(_ height: Double) throws {
        if y + height > Sheet.bodyBottom, !sheetIsFresh { try nextSheet() }
    }

    private mutating func place(_ block: TextBlock) {
        mark(.text(block, lines: 0..<block.lineCount, x: Sheet.left, y: y))
        y += block.height
    }

    private mutating func text(_ words: String, _ style: TextStyle, linesMax: Int) throws {
        place(try typesetter.set(words, style, width: Sheet.textWidth, linesMax: linesMax))
    }
}

/// The last line of an address.
enum Destination {
    /// The country as the post wants it on a letter from abroad; `nil` at home.
    ///
    /// A letterhead names no country, so a letter in a country's own language counts as posted there.
    static func countryLine(of country: CountryCode, in language: Language) -> String? {
        switch (language, country) {
        case (.danish, .denmark), (.norwegian, .norway): nil
        default: names[country.code] ?? country.code
        }
    }

    /// In English, in capitals, by ISO 3166-1 code.
    private static let names = [
        "AT": "AUSTRIA", "BE": "BELGIUM", "CH": "SWITZERLAND", "CZ": "CZECHIA", "DE": "GERMANY", "DK": "DENMARK",
        "EE": "ESTONIA", "ES": "SPAIN", "FI": "FINLAND", "FO": "FAROE ISLANDS", "FR": "FRANCE",
        "GB": "UNITED KINGDOM", "GL": "GREENLAND", "IE": "IRELAND", "IS": "ICELAND", "IT": "ITALY", "LT": "LITHUANIA",
        "LU": "LUXEMBOURG", "LV": "LATVIA", "NL": "NETHERLANDS", "NO": "NORWAY", "PL": "POLAND", "PT": "PORTUGAL",
        "RO": "ROMANIA", "SE": "SWEDEN", "UA": "UKRAINE", "US": "UNITED STATES OF AMERICA",
    ]
}
