import Language

/// "Did you mean …": the one known word that a mistyped one is closest to.
///
/// Another digit is another thing, not a slip: R4 is no guess for R3, but V-1 is one for V-11.
func nearest(to word: String, among known: some Sequence<String>, atMost limit: Int = .max) -> String? {
    guard word.count <= 64 else { return nil }
    let typed = Array(word.lowercased())
    let allowed = min(max(1, typed.count / 3), limit)
    let alike = known.lazy.filter { abs($0.utf8.count - word.utf8.count) <= 2 * allowed && !namesAnotherNumber(word, $0) }
    let scored = alike.prefix(candidatesMax).map { (word: $0, distance: editDistance(typed, Array($0.lowercased()))) }
    return scored.filter { $0.distance <= allowed }.min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
}

/// Levenshtein's distance with swapped neighbours counted as one (optimal string alignment).
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    guard !a.isEmpty, !b.isEmpty, abs(a.count - b.count) <= 8 else { return max(a.count, b.count) }
    // In R4 or P-2 another letter is another kind of thing.
    let wrongLetter = a.count(where: \.isLetter) <= 2 ? 2 : 1
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
        var row = [i] + [Int](repeating: 0, count: b.count)
        for j in 1...b.count {
            row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : wrongLetter))
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}

/// Words that are compared for one guess: a site may have thousands of points, and a file many mistakes.
private let candidatesMax = 200

private func namesAnotherNumber(_ a: String, _ b: String) -> Bool {
    let (first, second) = (a.filter(\.isNumber), b.filter(\.isNumber))
    return first.count == second.count && first != second
}

/// The second line of a refusal about an unknown word: what there is, and the likely one.
/// - Parameter most: so many are told; of more their count.
func choices(_ known: [String], insteadOf word: String, zh subject: String, en subjects: String, atMost most: Int = 12) -> Phrase {
    guard !known.isEmpty else {
        return Phrase(zh: "还没有任何\(subject)；请先添加。", en: "There are no \(subjects) yet; add one first.")
    }
    let shown = known.prefix(most).joined(separator: ", ")
    let more = known.count - most
    let guess = nearest(to: word, among: known)
    return Phrase(
        zh: "\(subject)有 \(shown)\(more > 0 ? " 等 \(known.count) 个" : "")。" + (guess.map { "是不是 \($0)？" } ?? ""),
        en: "\(subjects.prefix(1).uppercased() + subjects.dropFirst()) are \(shown)\(more > 0 ? " and \(more) more" : "")."
            + (guess.map { " Did you mean \($0)?" } ?? ""))
}

extension Phrase {
    /// One sentence behind another.
    func then(_ next: Phrase?) -> Phrase { next.map { Phrase(zh: zh + $0.zh, en: "\(en) \($0.en)") } ?? self }
}
