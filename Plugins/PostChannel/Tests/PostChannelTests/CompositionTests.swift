import FordringKit
import Testing

@testable import PostChannel

/// Random numbers that a seed repeats (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func letterBlocks() -> [LetterBlock] {
        (0..<Int.random(in: 0...8, using: &self)).map { _ in
            switch Int.random(in: 0..<4, using: &self) {
            case 0: .paragraph(String(repeating: "ord ærø ", count: Int.random(in: 0...400, using: &self)))
            case 1: .heading(String(repeating: "ord ", count: Int.random(in: 0...30, using: &self)))
            case 2: Sample.statement(lines: Int.random(in: 0...60, using: &self))
            default: .payment(paymentBox())
            }
        }
    }

    private mutating func paymentBox() -> PaymentBox {
        let fields = (0..<Int.random(in: 0...40, using: &self)).map { index in
            LabelledText("felt \(index)", String(repeating: "v ", count: Int.random(in: 0...90, using: &self)))
        }
        return PaymentBox(heading: "Betaling", fields: fields, codeLine: Bool.random(using: &self) ? "+71<000<" : "")
    }
}

@Suite struct CompositionTests {
    /// Goal: whatever a letter consists of, nothing stands outside the part of the sheet that is its own.
    ///
    /// Method: compose random letters and look at every mark; the feet, below the body, are known by their style.
    @Test(arguments: (0..<8).map { _ in UInt64.random(in: 0 ... .max) })
    func `nothing leaves the sheet (the argument is the seed)`(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        for _ in 0..<10 {
            let letter = Sample.letter(blocks: numbers.letterBlocks())
            let sheets = try Typesetter.with { typesetter in
                var composition = LetterComposition(letter, typesetter)
                return try composition.compose()
            }
            for mark in sheets.joined() {
                switch mark {
                case .text(let block, let lines, let x, let y):
                    let bottom = y + Double(lines.count) * block.style.leading
                    #expect(block.style == .foot || bottom <= Sheet.bodyBottom + 0.01)
                    #expect(x >= Sheet.left && x + block.width <= Sheet.right + 1)
                case .border(_, let y, _, let height, _, _): #expect(y + height <= Sheet.bodyBottom + 0.01)
                case .rule, .ground: break
                }
            }
        }
    }
}
