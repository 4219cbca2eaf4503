import CPango
import FordringKit

/// A PDF in the making: pages are drawn in order, then ``finish()`` gives the bytes.
final class Canvas {
    private let surface: OpaquePointer
    private let cairo: OpaquePointer
    private let sink = ByteSink()

    /// Collects what cairo writes.
    private final class ByteSink {
        var bytes: [UInt8] = []
    }

    /// Begins a document of A4 sheets.
    init(title: String, author: String, datedOn: CivilDate) throws {
        sink.bytes.reserveCapacity(65_536)
        let surface = cairo_pdf_surface_create_for_stream(
            { closure, data, length in
                guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
                let sink = Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
                sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
                return CAIRO_STATUS_SUCCESS
            }, Unmanaged.passUnretained(sink).toOpaque(), Sheet.width, Sheet.height)
        guard let surface, let cairo = cairo_create(surface) else {
            throw Canvas.failure(CAIRO_STATUS_NO_MEMORY)
        }
        self.surface = surface
        self.cairo = cairo
        // Without compressed object streams, so that the number of pages can be read from the file.
        cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4)
        // The letter's day instead of the clock: the same letter gives the same bytes.
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "\(datedOn)T00:00:00Z")
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, "\(datedOn)T00:00:00Z")
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title.printable)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, author.printable)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Fordring")
    }

    deinit {
        cairo_destroy(cairo)
        cairo_surface_destroy(surface)
    }

    /// Draws a mark on the sheet in hand.
    func draw(_ mark: Mark) {
        switch mark {
        case .text(let block, let lines, let x, let y):
            use(block.style.color)
            for (row, line) in lines.enumerated() {
                guard let line = pango_layout_get_line_readonly(block.layout, Int32(line)) else { continue }
                cairo_move_to(cairo, x, y + Double(row) * block.style.leading + block.style.baseline)
                pango_cairo_show_layout_line(cairo, line)
            }
        case .rule(let x, let y, let width, let thickness, let color):
            use(color)
            cairo_rectangle(cairo, x, y - thickness / 2, width, thickness)
            cairo_fill(cairo)
        case .ground(let x, let y, let width, let height, let color):
            use(color)
            cairo_rectangle(cairo, x, y, width, height)
            cairo_fill(cairo)
        case .border(let x, let y, let width, let height, let thickness, let color):
            use(color)
            cairo_set_line_width(cairo, thickness)
            cairo_rectangle(cairo, x, y, width, height)
            cairo_stroke(cairo)
        }
    }

    /// Ends the sheet in hand and begins the next.
    func nextSheet() { cairo_show_page(cairo) }

    /// Ends the document.
    ///
    /// - Throws: ``DeliveryFailure`` when anything went wrong since it was begun.
    func finish() throws -> [UInt8] {
        var status = cairo_status(cairo)
        if status == CAIRO_STATUS_SUCCESS {
            cairo_surface_finish(surface)
            status = cairo_surface_status(surface)
        }
        if status != CAIRO_STATUS_SUCCESS { throw Canvas.failure(status) }
        return sink.bytes
    }

    private func use(_ color: Color) { cairo_set_source_rgb(cairo, color.red, color.green, color.blue) }

    private static func failure(_ status: cairo_status_t) -> DeliveryFailure {
        let kind: DeliveryFailure.Kind = status == CAIRO_STATUS_NO_MEMORY ? .temporary : .permanent
        let reason = cairo_status_to_string(status).map { String(cString: $0) } ?? "unknown"
        return DeliveryFailure(
            kind,
            "The letter cannot be drawn as PDF (cairo says: \(reason)): look at its texts and at the installed fonts.")
    }
}

/// Something drawn at its place on a sheet, in points from the upper left corner.
enum Mark {
    case text(TextBlock, lines: Range<Int>, x: Double, y: Double)
    case rule(x: Double, y: Double, width: Double, thickness: Double, color: Color)
    case ground(x: Double, y: Double, width: Double, height: Double, color: Color)
    case border(x: Double, y: Double, width: Double, height: Double, thickness: Double, color: Color)
}
