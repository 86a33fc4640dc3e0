public import Language
import Quantities

/// How far a document came.
public enum Stage: Int, Sendable, Hashable {
    case received, verified, checked, staged, active
}

/// What becomes of a document: said to whoever sent it, and to the people of the site.
public enum Answer: Sendable, Hashable {
    /// It came so far and was refused; what runs goes on as it was.
    case refused(Refusal, after: Stage)
    /// It is on the disk and starts on a day, or waits for somebody of the site.
    case staged(Int, from: String, waitsForApproval: Bool)
    case approved(Int)
    /// Somebody of the site does not want it: it is given up.
    case declined(Int)
    case active(Int)
    /// It was to start and did not; what ran before runs again.
    case cameBack(Int, because: Phrase)
    /// Nothing newer has come, and the base program of the site file runs.
    case ended(Int)
    /// The last good one is to run again.
    case returning(Int)
    /// There is no earlier one: the base program is to run again.
    case returningToBase
    case keys(version: Int)
    case noted(newest: Int)
    case nothingWaits
    case nothingToReturnTo
    /// No installer has begun yet.
    case nobodyTrusted
    /// The folder could not be read as it was written.
    case damaged(String)

    public var text: Phrase {
        switch self {
        case .refused(let refusal, let stage):
            Phrase(zh: "\(stage.text.zh)后被拒绝，现行方案不变。\n\(refusal.text(in: .chinese))",
                   en: "Refused after it was \(stage.text.en). What runs goes on unchanged.\n\(refusal.text(in: .english))")
        case .staged(let version, let day, true):
            Phrase(zh: "版本 \(version) 已存好，等现场批准；\(day) 起用。", en: "Version \(version) is kept. It waits for approval on the site and is for \(day) on.")
        case .staged(let version, let day, false):
            Phrase(zh: "版本 \(version) 已存好，\(day) 起、两次灌溉之间换上。", en: "Version \(version) is kept and starts from \(day) on, between two runs.")
        case .approved(let version): Phrase(zh: "版本 \(version) 已批准。", en: "Version \(version) is approved.")
        case .declined(let version): Phrase(zh: "版本 \(version) 已作废，现行方案不变；版本号不能再用。", en: "Version \(version) is given up. What runs goes on; its number stays used.")
        case .active(let version): Phrase(zh: "版本 \(version) 已启用。", en: "Version \(version) is in force.")
        case .cameBack(let version, let why):
            Phrase(zh: "版本 \(version) 没能启用，仍用原来的：\(why.zh)", en: "Version \(version) could not be put in force; what ran before goes on: \(why.en)")
        case .ended(let version): Phrase(zh: "版本 \(version) 已到期，没有更新的，改用站点文件的基本程序。", en: "Version \(version) has ended and nothing newer has come: the site file's own programs run.")
        case .returning(let version): Phrase(zh: "两次灌溉之间换回版本 \(version)。", en: "Version \(version) comes back between two runs.")
        case .returningToBase: Phrase(zh: "没有更早的方案，两次灌溉之间换回站点文件的基本程序。", en: "There is no earlier schedule: the site file's own programs come back between two runs.")
        case .keys(let version): Phrase(zh: "信任表换成版本 \(version)。", en: "The trust file is now version \(version).")
        case .noted(let newest): Phrase(zh: "已记下：最新版本是 \(newest)。", en: "Noted: the newest version is \(newest).")
        case .nothingWaits: Phrase(zh: "没有等批准的这一版方案；看 tidegate schedule state。", en: "No schedule of this version waits for approval; see tidegate schedule state.")
        case .nothingToReturnTo: Phrase(zh: "现行的就是站点文件的基本程序，没有可退的。", en: "The site file's own programs run; there is nothing to go back to.")
        case .nobodyTrusted: Phrase(zh: "这台网关还没有登记信任表，什么方案都不收。\n  请安装商到现场登记：tidegate schedule enroll。",
                                    en: "This gateway trusts nobody yet and takes no schedule.\n  An installer begins, on the spot: tidegate schedule enroll.")
        case .damaged(let what): Phrase(zh: "方案目录损坏（\(what)），改用站点文件的基本程序。", en: "The folder of schedules is damaged (\(what)): the site file's own programs run.")
        }
    }
}

extension Stage {
    fileprivate var text: Phrase {
        switch self {
        case .received: Phrase(zh: "收到", en: "received")
        case .verified: Phrase(zh: "验过签名", en: "verified")
        case .checked: Phrase(zh: "查过内容", en: "checked")
        case .staged: Phrase(zh: "存好", en: "kept")
        case .active: Phrase(zh: "启用", en: "put in force")
        }
    }
}
