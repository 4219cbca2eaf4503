import CPango
import FordringKit
import Synchronization

/// Text that has been broken into lines, ready to be drawn.
final class TextBlock {
    /// A `PangoLayout`.
    let layout: OpaquePointer
    let style: TextStyle
    let lineCount: Int

    var height: Double { Double(lineCount) * style.leading }

    /// Takes over the layout.
    init(taking layout: OpaquePointer, _ style: TextStyle) {
        self.layout = layout
        self.style = style
        lineCount = Int(pango_layout_get_line_count(layout))
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(layout)) }

    /// The width of the widest line, in points.
    var width: Double {
        var extents = PangoRectangle()
        pango_layout_get_extents(layout, nil, &extents)
        return Double(extents.x + extents.width) / Double(PANGO_SCALE)
    }
}

/// Breaks text into lines with Pango.
///
/// Pango's objects may move between threads but not be used by two at once, so a typesetter serves one letter at a time
/// and ``Typesetter/with(_:)`` keeps the idle ones, whose fonts are loaded. (Pango's own default font map is one a
/// thread, which would load the fonts again on each thread of a pool.)
final class Typesetter: @unchecked Sendable {
    private let fontMap: UnsafeMutablePointer<PangoFontMap>
    private let context: OpaquePointer

    private init?() {
        guard let map = pango_cairo_font_map_new(), let context = pango_font_map_create_context(map) else { return nil }
        fontMap = map
        self.context = context
        // A point of the PDF is a unit of the layout, and no screen's pixels take part in it.
        pango_cairo_context_set_resolution(context, 72)
        let options = cairo_font_options_create()
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        pango_cairo_context_set_font_options(context, options)
        cairo_font_options_destroy(options)
        pango_context_set_round_glyph_positions(context, 0)
        pango_context_set_base_dir(context, PANGO_DIRECTION_LTR)
    }

    deinit {
        g_object_unref(UnsafeMutableRawPointer(context))
        g_object_unref(UnsafeMutableRawPointer(fontMap))
    }

    private static let idle = Mutex<[Typesetter]>([])

    /// Lends a typesetter for one letter.
    static func with<Result>(_ body: (Typesetter) throws -> Result) throws -> Result {
        guard let typesetter = idle.withLock({ $0.popLast() }) ?? Typesetter() else {
            throw DeliveryFailure(
                .temporary,
                "Pango makes no font map: look whether its libraries and fontconfig are installed, then try again.")
        }
        defer { idle.withLock { $0.append(typesetter) } }
        return try body(typesetter)
    }

    /// The language decides the shapes of some letters and which fonts stand in; the machine's locale must not.
    func use(_ language: Language) {
        pango_context_set_language(context, pango_language_from_string(language.code))
    }

    /// Breaks a text into lines.
    ///
    /// - Parameters:
    ///   - width: where lines are broken, in points; `nil` for one line.
    ///   - linesMax: from this number of lines on the rest is replaced by an ellipsis; `nil` for all.
    /// - Throws: `DeliveryFailure`; a letter with a text left out would be another letter.
    func set(_ text: String, _ style: TextStyle, width: Double? = nil, linesMax: Int? = nil) throws -> TextBlock {
        guard let layout = pango_layout_new(context) else {
            throw DeliveryFailure(.temporary, "Pango makes no layout: look at the machine's memory, then try again.")
        }
        pango_layout_set_text(layout, text.printable, -1)
        let font = pango_font_description_new()
        pango_font_description_set_family(font, style.face)
        pango_font_description_set_absolute_size(font, style.size * Double(PANGO_SCALE))
        pango_font_description_set_weight(font, style.weight == .bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
        pango_layout_set_font_description(layout, font)
        pango_font_description_free(font)
        let attributes = pango_attr_list_new()
        // Figures of one width stand below each other; a number broken over two lines must not gain a hyphen.
        pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1, lnum=1"))
        pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(0))
        pango_layout_set_attributes(layout, attributes)
        pango_attr_list_unref(attributes)
        if let width {
            pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
            pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        }
        if let linesMax {
            pango_layout_set_height(layout, -Int32(linesMax))
            pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
        }
        return TextBlock(taking: layout, style)
    }
}

extension String {
    /// The text without signs that cannot be printed.
    ///
    /// Those that turn the direction of writing go as well: they could make an amount or a name read as another. So do
    /// the code points that Unicode reserves for programs, for which cairo refuses the whole document.
    var printable: String {
        var kept = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x0A: kept.append(scalar)
            case 0x09, 0x0B, 0x0C, 0x85, 0x2028, 0x2029: kept.append(" ")
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFDD0...0xFDEF, 0xFEFF: break
            case let value where value & 0xFFFE == 0xFFFE || (0xFFF9...0xFFFB).contains(value): break
            default: kept.append(scalar)
            }
        }
        return String(kept)
    }
}
