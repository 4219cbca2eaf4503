public import FordringKit

/// Lays a letter out on A4 sheets as PDF.
///
/// The same letter gives the same bytes, as long as the installed fonts and libraries are the same. Safe to call from
/// several threads.
public struct PDFLetterRenderer: LetterRenderer {
    /// Makes the renderer.
    public init() {}

    /// Lays a letter out.
    ///
    /// - Throws: `DeliveryFailure`.
    public func render(_ letter: Letter) throws -> RenderedLetter {
        try Typesetter.with { typesetter in
            typesetter.use(letter.language)
            var composition = LetterComposition(letter, typesetter)
            let sheets = try composition.compose()
            let canvas = try Canvas(
                title: letter.subject, author: letter.letterhead.name, datedOn: letter.datedOn)
            for (index, marks) in sheets.enumerated() {
                if index > 0 { canvas.nextSheet() }
                for mark in marks { canvas.draw(mark) }
            }
            return RenderedLetter(
                bytes: try canvas.finish(), mediaType: "application/pdf", pageCount: sheets.count)
        }
    }
}
