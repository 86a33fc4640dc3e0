import Foundation
import Language

/// What a route gives back. A refusal is thrown, so that it can come from anywhere below.
struct Answer: Error {
    let status: Int
    let reply: any Encodable & Sendable
    var allow: [String] = []

    init(_ reply: any Encodable & Sendable, status: Int = 200) {
        self.reply = reply
        self.status = status
    }

    static func refused(_ status: Int, _ code: String, _ what: Phrase, _ remedy: Phrase? = nil) -> Answer {
        Answer(ErrorReply(error: .init(code: code, message: WireText(what), remedy: remedy.map { WireText($0) })), status: status)
    }

    /// A name that is none of those there are: lists them.
    static func unknown(_ kind: Phrase, code: String, _ name: String, among names: [String]) -> Answer {
        let harmless = name.unicodeScalars.filter { $0.properties.generalCategory != .control }.prefix(60)
        let shown = Phrase(verbatim: String(String.UnicodeScalarView(harmless)))
        let list = names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
        let meant = closestName(to: name, among: names)
        return refused(
            404, code,
            Phrase(zh: "没有名为 {name} 的{kind}", en: "there is no {kind} {name}").filled(["name": shown, "kind": kind]),
            Phrase(zh: (meant.map { "是否指 \($0)？" } ?? "") + "现有：" + (list.isEmpty ? "无" : list),
                   en: (meant.map { "Did you mean \($0)? " } ?? "") + "There are: " + (list.isEmpty ? "none" : list)))
    }

    var response: HTTPResponse {
        guard let body = try? encoded(reply) else {
            let refusal = #"{"error":{"code":"internal","message":{"en":"the answer cannot be written","zh":"应答无法写出"}}}"#
            return HTTPResponse(status: 500, body: Data(refusal.utf8))
        }
        return HTTPResponse(status: status, body: body, allow: allow)
    }
}

/// The name a person probably meant: one that begins as typed, or with at most a third of its letters wrong. Names beyond
/// 64 letters are not compared.
public func closestName(to name: String, among names: [String]) -> String? {
    guard name.count <= 64 else { return nil }
    let typed = name.lowercased()
    if typed.count >= 2, let begun = names.first(where: { $0.lowercased().hasPrefix(typed) }) { return begun }
    let best = names.filter { $0.count <= 64 }.map { ($0, editDistance(typed, $0.lowercased())) }.min { $0.1 < $1.1 }
    guard let best, best.1 <= max(1, max(name.count, best.0.count) / 3) else { return nil }
    return best.0
}

/// Letters to add, drop or change to make one text the other.
private func editDistance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, y) in b.enumerated() {
            let above = row[j + 1]
            row[j + 1] = x == y ? diagonal : 1 + min(diagonal, above, row[j])
            diagonal = above
        }
    }
    return row[b.count]
}
