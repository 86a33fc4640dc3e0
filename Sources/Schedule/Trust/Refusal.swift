public import Language
public import Site

/// Why a signed document was refused. Nothing was changed by it.
public struct Refusal: Error, Sendable, Hashable {
    public enum Reason: Sendable, Hashable {
        case tooLarge(bytes: Int)
        case notAnEnvelope
        case otherKind(Envelope.Kind, due: Envelope.Kind)
        case unknownKey(KeyID)
        case keyTwice(KeyID)
        case revoked(key: String)
        case wrongRole(key: String, TrustRole, due: TrustRole)
        case badSignature(key: String)
        case tooFew(there: Int, needed: Int, TrustRole)
        case keysExpired(String)
        case notReadable([Problem])
        case zone(String, there: Int, needed: Int)
        case otherSite(String, own: String)
        case older(Int, newest: Int)
        case tooFarAhead(Int, newest: Int)
        case alreadyThere(Int)
        case sameVersionOtherContent(Int)
        case notNext(Int, due: Int)
        case olderWord(String)
        case issuedInFuture(String)
        case expired(String)
        case clockNotTrusted
        case site([Problem])
        case disk(String)
        /// The power failed whenever it was to start.
        case cutOff
    }

    public let reason: Reason
    init(_ reason: Reason) { self.reason = reason }

    /// Somebody holds a key who should not, or signed two documents under one number: to be told at once.
    public var isAlarm: Bool {
        if case .sameVersionOtherContent = reason { return true }
        return false
    }

    /// What the document had passed when it was refused.
    public var stage: Stage {
        switch reason {
        case .site: .verified
        case .disk, .cutOff: .checked
        default: .received
        }
    }

    /// What is wrong and the rule; then, on a line of its own, what to do.
    public func text(in language: Language) -> String {
        switch reason {
        case .notReadable(let problems), .site(let problems): SiteRefused(problems: problems).text(in: language)
        default: "\(what[language])\n  \(remedy[language])"
        }
    }

    private var what: Phrase {
        switch reason {
        case .tooLarge, .notAnEnvelope, .otherKind: form
        case .unknownKey, .keyTwice, .revoked, .wrongRole, .badSignature, .tooFew, .keysExpired: signatures
        case .zone, .otherSite, .older, .tooFarAhead, .alreadyThere, .sameVersionOtherContent, .notNext: content
        case .olderWord, .issuedInFuture, .expired, .clockNotTrusted: time
        case .notReadable, .site: Phrase(zh: "内容有误。", en: "The content is refused.")
        case .cutOff: Phrase(zh: "几次启用都没有完成，程序中断了。", en: "Its start was cut off every time it was tried.")
        case .disk(let detail): Phrase(zh: "存不到磁盘（\(detail)）。", en: "It could not be kept on the disk (\(detail)).")
        }
    }

    private var form: Phrase {
        switch reason {
        case .tooLarge(let bytes):
            Phrase(zh: "文件 \(bytes) 字节，最多 \(Envelope.bytesMax) 字节。", en: "The file has \(bytes) bytes; at most \(Envelope.bytesMax) are read.")
        case .otherKind(let kind, let due):
            Phrase(zh: "这是 \(kind.rawValue)，此处要 \(due.rawValue)。", en: "This is a document of kind \(kind.rawValue); \(due.rawValue) is due here.")
        default:
            Phrase(zh: "不是签名文件，或已残缺、被改动。", en: "This is no signed document, or one that was cut or changed.")
        }
    }

    private var signatures: Phrase {
        switch reason {
        case .unknownKey(let key): Phrase(zh: "签名的钥匙 \(key.text) 不在信任表里。", en: "It is signed by key \(key.text), which is not in the trust file.")
        case .keyTwice(let key): Phrase(zh: "钥匙 \(key.text) 签了两次，只能算一次。", en: "Key \(key.text) has signed twice; a key counts once.")
        case .revoked(let key): Phrase(zh: "钥匙 \(key) 已吊销。", en: "Key \(key) is revoked.")
        case .wrongRole(let key, let role, let due):
            Phrase(zh: "钥匙 \(key) 的角色是 \(role.rawValue)，这类文件要 \(due.rawValue) 签。",
                   en: "Key \(key) has the role \(role.rawValue); this document is signed by role \(due.rawValue).")
        case .badSignature(let key): Phrase(zh: "钥匙 \(key) 的签名与内容不符。", en: "The signature of key \(key) does not fit the content.")
        case .tooFew(let there, let needed, let role):
            Phrase(zh: "\(role.rawValue) 签名有 \(there) 个，要 \(needed) 个。", en: "\(there) keys of role \(role.rawValue) have signed; \(needed) must.")
        case .keysExpired(let day): Phrase(zh: "信任表 \(day) 到期，之后不收新文件。", en: "The trust file ended on \(day); nothing new is taken by its keys.")
        default: form
        }
    }

    private var content: Phrase {
        switch reason {
        case .zone(let zone, let there, let needed):
            Phrase(zh: "分区 \(zone) 会变，有权的签名 \(there) 个，要 \(needed) 个。", en: "It changes zone \(zone): \(there) of the keys that signed answer for it; \(needed) must.")
        case .otherSite(let site, let own): Phrase(zh: "这是给站点 \(site) 的，本站是 \(own)。", en: "It is for site \(site); this is \(own).")
        case .older(let version, let newest): Phrase(zh: "版本 \(version) 旧于已收下的 \(newest)。", en: "Version \(version) is older than \(newest), which was taken before.")
        case .tooFarAhead(let version, let newest):
            Phrase(zh: "版本 \(version) 比 \(newest) 超前太多，一次最多加 \(Judge.versionStepMax)。",
                   en: "Version \(version) is too far ahead of \(newest); one step is \(Judge.versionStepMax) at most.")
        case .alreadyThere(let version): Phrase(zh: "版本 \(version) 早已收下，内容相同。", en: "Version \(version) was taken before, with the same content.")
        case .sameVersionOtherContent(let version):
            Phrase(zh: "版本 \(version) 已收下过，但内容不同：有人用同一个版本号签了两份。",
                   en: "Version \(version) was taken before with other content: two documents were signed under one number.")
        case .notNext(let version, let due): Phrase(zh: "信任表版本 \(version)，下一版应是 \(due)。", en: "This trust file has version \(version); the next one is \(due).")
        default: form
        }
    }

    private var time: Phrase {
        switch reason {
        case .olderWord(let moment): Phrase(zh: "已有 \(moment) 签发的，这份不更新。", en: "A word issued at \(moment) was taken before; this one is no later.")
        case .issuedInFuture(let moment): Phrase(zh: "签发时间 \(moment) 在将来。", en: "It was issued at \(moment), which is in the future.")
        case .expired(let day): Phrase(zh: "\(day) 已到期。", en: "It ended on \(day).")
        default: Phrase(zh: "时钟不可信，此时不能判断。", en: "The clock is not trusted, and this cannot be judged without it.")
        }
    }

    private var remedy: Phrase {
        switch reason {
        case .tooLarge: Phrase(zh: "请确认没有拿错文件。", en: "Make sure this is the right file.")
        case .notAnEnvelope, .badSignature: Phrase(zh: "重新签名，原样再发（不要用编辑器打开另存）。", en: "Sign the document anew and send the file as it is, not saved by an editor.")
        case .otherKind: Phrase(zh: "换成要的文件。", en: "Send the document that is due.")
        case .unknownKey, .wrongRole, .revoked: Phrase(zh: "用信任表里有效的钥匙签，或请安装商更新信任表。", en: "Sign with a key in force, or ask the installer for a new trust file.")
        case .keyTwice, .tooFew: Phrase(zh: "请其他有权的人也签。", en: "Have others who may sign it too.")
        case .keysExpired: Phrase(zh: "请安装商签发新的信任表。", en: "Ask the installer for a new trust file.")
        case .zone: Phrase(zh: "请管这个分区的农艺师一起签；删掉它的程序也算改动。", en: "Have the agronomist of that zone sign too; leaving its programs out is a change as well.")
        case .otherSite: Phrase(zh: "发给对的站点，或改 site: 后重签。", en: "Send it to its own site, or mend site: and sign again.")
        case .older, .tooFarAhead, .sameVersionOtherContent: Phrase(zh: "版本号写成已收下的加 1，重签。", en: "Number it one more than the newest and sign again.")
        case .alreadyThere: Phrase(zh: "不用再发；它若已被退回或换下、还想再用，请换更大的版本号重签。", en: "There is nothing to do. If it was rolled back or replaced and is wanted again, sign it under a higher number.")
        case .olderWord: Phrase(zh: "不用再发。", en: "There is nothing to do.")
        case .notNext: Phrase(zh: "逐版发送，不能跳。", en: "Send the files one by one, none left out.")
        case .issuedInFuture: Phrase(zh: "核对签名电脑的时钟后重签。", en: "Set the clock of the desk and sign again.")
        case .expired: Phrase(zh: "改 valid: 后重签。", en: "Mend valid: and sign again.")
        case .clockNotTrusted: Phrase(zh: "先让网关对时。", en: "Let the gateway set its clock first.")
        case .cutOff: Phrase(zh: "查看供电与日志，再以新版本号发一次。", en: "Look at the power supply and the log, then send it under a new number.")
        case .disk: Phrase(zh: "腾出空间或检查存储卡，再发一次。", en: "Free some space or look at the card, then send it again.")
        case .notReadable, .site: Phrase(zh: "改好后重签。", en: "Mend it and sign again.")
        }
    }
}
