import ArgumentParser
import Foundation
import Language
import Quantities
import Schedule
import Site

struct ScheduleKey: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "key", abstract: Phrase(zh: "生成签名钥匙，打印公钥", en: "make a key to sign with; prints its public key").said,
            discussion: Phrase(
                zh: "私钥存进新文件，只有本人能读（0600），不会覆盖已有的。公钥交给安装商，写进站点的信任表。",
                en: "The secret key goes into a new file that its owner alone may read (0600); none is written over. The public key is for the installer, who lists it in the site's trust file.").said)
    }

    @Argument(help: .said(zh: "钥匙文件", en: "the key file", valueName: Phrase(zh: "文件", en: "file")))
    var file: String

    @Flag(help: .said(zh: "不生成，只打印已有钥匙的公钥", en: "makes none; prints the public key of one there is"))
    var show = false

    @OptionGroup var common: CommonOptions

    func run() throws {
        let key = show ? try Self.read(file) : SigningKey()
        if !show {
            do {
                try KeyFile.write(key, to: file)
            } catch {
                throw Self.refused(file, error)
            }
        }
        let text = Data(key.publicBytes).base64EncodedString()
        if common.json { return try say(json: ["id": key.id.text, "key": text]) }
        say(Phrase(zh: "公钥  \(text)", en: "public key  \(text)"))
        say(Phrase(zh: "编号  \(key.id.text)", en: "id          \(key.id.text)"))
    }

    static func read(_ file: String) throws -> SigningKey {
        do {
            return try KeyFile.read(file)
        } catch {
            throw refused(file, error)
        }
    }

    private static func refused(_ file: String, _ fault: KeyFile.Fault) -> Refused {
        Refused(.wrongUse, code: "key", Phrase(zh: "\(file)：\(fault.what.zh)", en: "\(file): \(fault.what.en)"), remedy: fault.remedy)
    }
}

struct ScheduleSign: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "sign", abstract: Phrase(zh: "给方案或信任表签名", en: "sign a schedule or a trust file").said,
            discussion: Phrase(
                zh: "签的是文件的原样字节。未签的文件，结果写进“文件名.signed”；已签的再加一个签名，写回原文件。签前按网关的读法通读一遍；能不能在站点上用，请先 lint。",
                en: "Signs the exact bytes. Of a file that is not signed yet the result goes into FILE.signed; to a signed one a signature is added in place. It is read through first as a gateway reads it; whether the site can run it is for lint to say.").said)
    }

    @Argument(help: .said(zh: "方案、信任表或“最新版本”文件", en: "a schedule, a trust file, or a word about the newest", valueName: Phrase(zh: "文件", en: "file")))
    var file: String

    @Option(help: .said(zh: "钥匙文件；可写多次", en: "a key file; may be given several times", valueName: Phrase(zh: "文件", en: "file")))
    var key: [String]

    @Option(help: .said(zh: "写到这个文件", en: "writes to this file", valueName: Phrase(zh: "文件", en: "file")))
    var out: String?

    @OptionGroup var common: CommonOptions

    func run() throws {
        let keys = try key.map { try ScheduleKey.read($0) }
        let desk = try DeskFile(file)
        var envelope = try desk.envelope ?? Envelope(of: desk.bytes, file: file, issued: unixNow)
        for key in keys { key.sign(&envelope) }
        let target = out ?? (desk.envelope == nil ? file + ".signed" : file)
        try write(envelope.bytes, toFile: target)
        let ids = envelope.signatures.map(\.key.text)
        if common.json { return try say(json: SignedJSON(file: target, kind: envelope.kind.rawValue, keys: ids)) }
        say(Phrase(zh: "已签：\(target)，签名 \(ids.count) 个。", en: "Signed: \(target), \(ids.count) signature\(ids.count == 1 ? "" : "s")."))
        for id in ids { say("  " + id) }
    }
}

/// What `schedule sign --json` prints; the keys are stable.
struct SignedJSON: Encodable {
    let file: String
    let kind: String
    let keys: [String]
}

struct ScheduleVerify: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "verify", abstract: Phrase(zh: "像网关那样验签", en: "judge a signed document as a gateway does").said,
            discussion: Phrase(
                zh: "按站点的信任表、当前时间与网关的次序逐项检查，第一处不对就停。版本号新旧要看网关收过哪些，写 --newest 才查。通过时退出码 0，否则 1。",
                en: "Goes by the site's trust file and the time now, in a gateway's order, and stops at the first thing wrong. Whether its number is newer rests on what the gateway has taken: give --newest to have it judged. Exit code 0 when it holds, else 1.").said)
    }

    @Argument(help: .said(zh: "签过名的方案", en: "a signed schedule", valueName: Phrase(zh: "文件", en: "file")))
    var file: String

    @Option(help: .said(zh: "站点的信任表（签过名的）", en: "the site's trust file, signed", valueName: Phrase(zh: "文件", en: "file")))
    var trust: String

    @Option(help: .said(zh: "网关已收下的最新版本号", en: "the newest number the gateway has taken", valueName: Phrase(zh: "版本", en: "number")))
    var newest: Int?

    @OptionGroup var common: CommonOptions

    func run() throws {
        let (desk, keys) = (try DeskFile(file), try DeskFile(trust))
        let now = WallTime(unixSeconds: unixNow, trust: .synced)
        let judge = try Judge(trusted(keys, before: desk, now), clock: .shanghai)
        let verified = try judge.schedule(desk.bytes, now: now)
        if common.json { return try say(json: VerifiedJSON(verified)) }
        let (head, signers) = (verified.head, verified.signers.joined(separator: ", "))
        let days = "\(head.valid.lowerBound.text) .. \(head.valid.upperBound.text)"
        say(Phrase(zh: "有效：\(head.schedule) \(head.version)，站点 \(head.site)，\(days)。", en: "It holds: \(head.schedule) \(head.version) for \(head.site), \(days)."))
        say(Phrase(zh: "签名：\(signers)；管 \(head.zones.joined(separator: "、"))。", en: "Signed by \(signers); for \(head.zones.joined(separator: ", "))."))
    }

    private func trusted(_ keys: DeskFile, before desk: DeskFile, _ now: WallTime) throws -> Trusted {
        let site = keys.envelope.flatMap { try? TrustSheet.read($0.payload, file: trust) }?.site ?? ""
        let sheet = try Judge.firstTrust(keys.bytes, site: site, clock: .shanghai, now: now).next.sheet
        let version = desk.envelope.flatMap { try? ScheduleHead.read($0.payload, file: file) }?.version ?? 1
        let last = newest ?? version - 1
        return Trusted(sheet: sheet, newest: last > 0 ? Trusted.Newest(version: last, fingerprint: "") : nil)
    }
}

/// What `schedule verify --json` prints; the keys are stable.
struct VerifiedJSON: Encodable {
    let schedule: String
    let site: String
    let version: Int
    let first: String
    let last: String
    let zones: [String]
    let signers: [String]
    let sha256: String

    init(_ verified: Verified) {
        let head = verified.head
        (schedule, site, version, zones) = (head.schedule, head.site, head.version, head.zones)
        (first, last) = (head.valid.lowerBound.text, head.valid.upperBound.text)
        (signers, sha256) = (verified.signers, verified.fingerprint)
    }
}
