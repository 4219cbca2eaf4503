/// Finds what somebody probably meant to write.
package enum Spelling {
    /// The candidate nearest to a word, when it is near enough to be a slip; of equally near ones, the first.
    ///
    /// A slip is a letter too many, too few, wrong or swapped with its neighbour, at most one for each three letters.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let letters = Array(word.lowercased())
        guard letters.count <= 64 else { return nil }
        var best: (candidate: String, distance: Int)?
        for candidate in candidates where candidate != word {
            let distance = distance(letters, Array(candidate.lowercased()))
            guard distance <= max(1, letters.count / 3), distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.candidate
    }

    /// `, did you mean 'x'?` where there is a near candidate, else nothing.
    package static func suggestion(for word: String, among candidates: [String]) -> String {
        nearest(to: word, among: candidates).map { ", did you mean '\($0)'?" } ?? ""
    }

    /// The optimal string alignment distance.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
