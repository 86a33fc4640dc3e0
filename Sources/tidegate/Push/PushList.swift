import Foundation
import Language
import Schedule
import Site
import Sparkplug
import Uplink

/// A signed document at the desk: of what kind it is, for which site, and its number.
struct PushDocument {
    let path: String
    let site: String
    let document: PushTarget.Document

    init(_ path: String) throws {
        let desk = try DeskFile(path)
        guard let envelope = desk.envelope else {
            throw Refused(.wrongUse, code: "not-signed", Phrase(zh: "\(path) 还没有签名", en: "\(path) is not signed"),
                          remedy: Phrase(zh: "先签名：tidegate schedule sign \(path) --key 钥匙文件。", en: "Sign it first: tidegate schedule sign \(path) --key KEYFILE."))
        }
        let version: Int
        switch envelope.kind {
        case .schedule:
            let head = try ScheduleHead.read(envelope.payload, file: path)
            (site, version) = (head.site, head.version)
        case .trust:
            let sheet = try TrustSheet.read(envelope.payload, file: path)
            (site, version) = (sheet.site, sheet.version)
        case .fresh:
            let word = try FreshWord.read(envelope.payload, file: path)
            (site, version) = (word.site, word.newest)
        }
        self.path = path
        document = .init(bytes: desk.bytes, kind: envelope.kind.rawValue, version: version, hash: fingerprint(of: desk.bytes))
    }
}

/// Sites and the names of their gateways at the broker, a line each: `SITE`, or `SITE GATEWAY` where the gateway has another name.
struct SiteList {
    struct Line: Hashable {
        let site: String
        let gateway: TopicName
    }

    let path: String
    let lines: [Line]

    private static let linesMax = 10_000

    init(_ path: String) throws {
        self.path = path
        lines = try Self.lines(String(decoding: bytes(ofFile: path), as: UTF8.self), path)
    }

    private static func lines(_ text: String, _ path: String) throws -> [Line] {
        var lines: [Line] = [], gateways: Set<TopicName> = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
            guard let site = words.first else { continue }
            guard words.count <= 2, let gateway = TopicName(words.last ?? site), gateways.insert(gateway).inserted else {
                throw Refused(.wrongUse, code: "sites", Phrase(zh: "\(path):\(number + 1) 不是“站点 [网关名]”，或网关写了两次", en: "\(path):\(number + 1) is not SITE [GATEWAY], or names a gateway twice"),
                              remedy: Phrase(zh: "一行一个站点，# 后面是备注。", en: "Write a site a line; # begins a remark."))
            }
            lines.append(Line(site: site, gateway: gateway))
        }
        guard (1...linesMax).contains(lines.count) else {
            throw Refused(.wrongUse, code: "sites", Phrase(zh: "\(path) 里有 \(lines.count) 个站点，应为 1 到 \(linesMax) 个", en: "\(path) has \(lines.count) sites; 1 to \(linesMax) are due"))
        }
        return lines
    }

    init(path: String, lines: [Line]) {
        self.path = path
        self.lines = lines
    }
}

/// Each document goes to the gateways of its own site, and to no other: nobody is sent what must be refused.
func pushTargets(_ documents: [PushDocument], _ list: SiteList?) throws -> [PushTarget] {
    var bySite: [String: PushDocument] = [:]
    for document in documents {
        if let other = bySite.updateValue(document, forKey: document.site) {
            throw Refused(.wrongUse, code: "twice", Phrase(zh: "\(other.path) 与 \(document.path) 都是给站点 \(document.site) 的", en: "\(other.path) and \(document.path) are both for site \(document.site)"),
                          remedy: Phrase(zh: "一次给一个站点送一份。", en: "Push one document to a site at a time."))
        }
    }
    let lines = try list?.lines ?? documents.map { SiteList.Line(site: $0.site, gateway: try gatewayName($0.site)) }
    let missing = Set(lines.map(\.site)).subtracting(bySite.keys).sorted()
    let unlisted = Set(bySite.keys).subtracting(lines.map(\.site)).sorted()
    guard missing.isEmpty else {
        throw Refused(.wrongUse, code: "no-document", Phrase(zh: "没有给这些站点的文件：\(missing.prefix(8).joined(separator: "、"))", en: "there is no document for \(missing.prefix(8).joined(separator: ", "))"),
                      remedy: Phrase(zh: "一份方案只给一个站点（文件里的 site:）；补上它们的文件，或从名单里删去。", en: "A schedule is for one site, its site:. Give theirs too, or take them off the list."))
    }
    guard unlisted.isEmpty else {
        throw Refused(.wrongUse, code: "not-listed", Phrase(zh: "名单里没有站点 \(unlisted.prefix(8).joined(separator: "、"))", en: "\(unlisted.prefix(8).joined(separator: ", ")) is not on the list"),
                      remedy: Phrase(zh: "加进 \(list?.path ?? "")，或不要给它的文件。", en: "Add it to \(list?.path ?? ""), or leave its document out."))
    }
    return lines.map { PushTarget(gateway: $0.gateway, document: bySite[$0.site]?.document) }
}

/// A gateway has the name of its site unless the list says otherwise.
func gatewayName(_ word: String) throws -> TopicName {
    if let name = TopicName(word) { return name }
    throw Refused(.wrongUse, code: "gateway", Phrase(zh: "“\(word)”不能作网关名", en: "\"\(word)\" cannot be the name of a gateway"),
                  remedy: Phrase(zh: "不含 / + #，最多 128 字节。", en: "No / + #, at most 128 bytes."))
}
