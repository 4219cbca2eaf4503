/// How Prometheus' text format writes names, labels and numbers.
enum PrometheusText {
    /// A name of the letters, digits and signs that are allowed, with `_` for others.
    static func name(_ text: String, allowing more: String = ":") -> String {
        let mended = String(
            text.map { sign in
                sign.isASCII && (sign.isLetter || sign.isNumber || sign == "_" || more.contains(sign)) ? sign : "_"
            })
        guard let first = mended.first else { return "_" }
        return first.isNumber ? "_" + mended : mended
    }

    /// `a="1",b="2"`, by name; of two with the same name the first counts.
    static func labels(_ dimensions: [(String, String)]) -> String {
        var values: [String: String] = [:]
        for (label, value) in dimensions {
            var label = name(label, allowing: "")
            // Histograms have a label of this name; names that begin with two are Prometheus' own.
            if label == "le" || label.hasPrefix("__") { label = "label_" + label }
            if values[label] == nil { values[label] = value }
        }
        return values.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escaped(value: $0.value))\"" }
            .joined(separator: ",")
    }

    static func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    static func escaped(value: String) -> String { escaped(help: value).replacing("\"", with: "\\\"") }

    static func escaped(help: String) -> String {
        // Scalars, because Swift counts a carriage return and a newline as one character.
        var result = String.UnicodeScalarView()
        for scalar in help.unicodeScalars {
            switch scalar {
            case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        // Sums of fractions carry errors far behind what was measured, which is nanoseconds at best.
        let rounded = abs(value) < 1e6 ? (value * 1e9).rounded() / 1e9 : value
        return Int64(exactly: rounded).map(String.init) ?? "\(rounded)"
    }
}
