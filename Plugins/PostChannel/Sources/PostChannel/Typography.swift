import FordringKit

/// The fonts of a letter, all in one place.
///
/// Lato is Debian's `fonts-lato`; where it or a sign of it is missing, Pango takes DejaVu (`fonts-dejavu-core`), which
/// also has the evenly spaced figures of the code line.
enum Face {
    static let text = "Lato, DejaVu Sans"
    static let code = "DejaVu Sans Mono"
}

/// How a piece of text is set.
struct TextStyle: Hashable {
    enum Weight { case regular, bold }

    var face = Face.text
    /// In points.
    var size: Double
    /// From baseline to baseline, in points.
    var leading: Double
    var weight = Weight.regular
    var color = Color.ink

    static let senderName = TextStyle(size: 19, leading: 23, weight: .bold)
    static let continuationName = TextStyle(size: 9, leading: 11, weight: .bold)
    static let contact = TextStyle(size: 8, leading: 10.5, color: .quiet)
    static let senderLine = TextStyle(size: 6.5, leading: 8, color: .quiet)
    static let address = TextStyle(size: 10, leading: 12)
    static let referenceLabel = TextStyle(size: 8.5, leading: 13, color: .quiet)
    static let reference = TextStyle(size: 9.5, leading: 13)
    static let subject = TextStyle(size: 14, leading: 18, weight: .bold)
    static let body = TextStyle(size: 10.5, leading: 14.5)
    static let heading = TextStyle(size: 11.5, leading: 15, weight: .bold)
    static let tableHeading = TextStyle(size: 8.5, leading: 12, weight: .bold, color: .quiet)
    static let row = TextStyle(size: 10, leading: 13.5)
    static let detail = TextStyle(size: 8.5, leading: 11, color: .quiet)
    static let total = TextStyle(size: 11, leading: 15, weight: .bold)
    static let boxHeading = TextStyle(size: 11, leading: 14, weight: .bold)
    static let fieldLabel = TextStyle(size: 8, leading: 10.5, color: .quiet)
    static let field = TextStyle(size: 11, leading: 14, weight: .bold)
    static let codeLine = TextStyle(face: Face.code, size: 12, leading: 16)
    static let foot = TextStyle(size: 7.5, leading: 10, color: .quiet)

    /// How far below its top the baseline of a line is.
    ///
    /// Lines stand on a grid of the style's own; a stand-in font with taller signs does not move them.
    var baseline: Double { leading * 0.5 + size * 0.36 }

    func colored(_ color: Color) -> TextStyle {
        var style = self
        style.color = color
        return style
    }
}

/// A colour, each part from 0 to 1.
struct Color: Hashable {
    var red: Double
    var green: Double
    var blue: Double

    static let ink = Color(red: 0.10, green: 0.11, blue: 0.13)
    static let quiet = Color(red: 0.36, green: 0.39, blue: 0.43)
    static let hairline = Color(red: 0.80, green: 0.82, blue: 0.84)

    /// Reads `#RRGGBB`.
    ///
    /// Anything else, and a colour too light to be read on white paper, becomes the colour of the text.
    init(accent text: String) {
        let digits = text.utf8.dropFirst().compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard text.utf8.count == 7, text.hasPrefix("#"), digits.count == 6 else {
            self = .ink
            return
        }
        func part(_ index: Int) -> Double { Double(digits[index] * 16 + digits[index + 1]) / 255 }
        self.init(red: part(0), green: part(2), blue: part(4))
        if 0.30 * red + 0.59 * green + 0.11 * blue > 0.62 { self = .ink }
    }

    init(red: Double, green: Double, blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// The colour mixed with white, for the ground below text.
    func tint(_ share: Double) -> Color {
        Color(red: 1 - (1 - red) * share, green: 1 - (1 - green) * share, blue: 1 - (1 - blue) * share)
    }
}

/// The measures of an A4 letter, in points from the upper left corner.
enum Sheet {
    static let width = mm(210)
    static let height = mm(297)
    static let left = mm(22)
    static let right = width - mm(22)
    static let textWidth = right - left

    static let headTop = mm(14)
    /// The letterhead ends above every common window, of which the highest begins 39 mm below the sheet's edge.
    static let headBottom = mm(36.5)
    static let headLinesMax = 6

    /// The part of the sheet that the windows of C5, C6/5 and EC4 envelopes share: 15 to 110 mm from the left, 44 to
    /// 74 mm from the top.
    static let windowTop = mm(44.5)
    static let addressTop = mm(49)
    static let addressWidth = mm(82)
    static let addressLinesMax = 6

    /// Beside the window, not behind it.
    static let referencesLeft = mm(122)
    /// More would push the letter itself off the sheet.
    static let referencesMax = 12
    static let dateTop = mm(84)

    static let continuationTop = mm(30)
    static let bodyBottom = height - mm(22)
    static let footTop = height - mm(18)

    static func mm(_ millimetres: Double) -> Double { millimetres * 72 / 25.4 }
}
