import Bytes
import Quantities

/// Which words a terminal speaks.
public enum TerminalKind: Sendable, Hashable, CaseIterable {
    /// RDSS 2.1, BeiDou-2: `CCTXA`, `BDTXR`, `BDICI`.
    case beidou2
    /// BeiDou-3, regional service: `CCTCQ`, `BDTCI`, `BDICP`.
    case beidou3

    /// Asks for the card.
    var askCard: Sentence? { Sentence([self == .beidou2 ? "CCICA" : "CCICR", "0", "00"]) }

    /// A message to a card, written as code: two hexadecimal digits for each byte.
    func send(_ message: [UInt8], to card: CardNumber) -> Sentence? {
        let code = String(decoding: hexText(message), as: UTF8.self)
        switch self {
        case .beidou2: return Sentence(["CCTXA", card.description, "1", "1", code])
        case .beidou3: return Sentence(["CCTCQ", card.description, "2", "1", "2", code, "0"])
        }
    }
}

/// The number of a BeiDou card, written with seven digits or eight.
public struct CardNumber: Hashable, Sendable, CustomStringConvertible {
    public let value: UInt32

    /// `nil` for 0 and above 99 999 999.
    public init?(_ value: UInt32) {
        guard (1...99_999_999).contains(value) else { return nil }
        self.value = value
    }

    init?(_ field: String) {
        guard let value = UInt32(field) else { return nil }
        self.init(value)
    }

    public var description: String {
        let digits = String(value)
        return String(repeating: "0", count: max(7 - digits.count, 0)) + digits
    }
}

/// What a terminal says.
public enum TerminalWord: Hashable, Sendable {
    /// The card: whose it is, and how often it may send. `nil`: there is none.
    case card(CardNumber?, interval: Duration)
    /// The message was put on its way.
    case accepted
    /// It was not, and why; how long to wait where the terminal says so.
    case rejected(Rejection, wait: Duration)
    case message(from: CardNumber, [UInt8])
    /// A sentence of no concern, such as a position.
    case other

    /// Numbers as makers' open code for BeiDou-3 modules has them; another number is told as it is.
    public enum Rejection: Hashable, Sendable {
        case tooEarly, suppressed, silenced, noSignal, noCard, notPermitted
        case unknown(Int)

        init(_ code: Int) {
            self = switch code {
            case 1: .tooEarly
            case 2: .suppressed
            case 3: .silenced
            case 4: .noSignal
            case 5: .noCard
            case 6: .notPermitted
            default: .unknown(code)
            }
        }
    }

    public init(_ sentence: Sentence) {
        self = switch sentence.name {
        case "BDICI": TerminalWord.card(sentence[1], interval: sentence[5])
        case "BDICP": TerminalWord.card(sentence[1], interval: sentence[14])
        case "BDFKI": TerminalWord.feedback(sentence)
        case "BDTXR": TerminalWord.message(sentence[2], isCode: sentence[3] == "1", isMixed: sentence[3] == "2", sentence[5])
        case "BDTCI": TerminalWord.message(sentence[1], isCode: sentence[5] == "2", isMixed: sentence[5] == "3", sentence[7])
        default: .other
        }
    }

    /// 2 097 151 (all 21 bits) stands for no card.
    private static func card(_ number: String, interval: String) -> TerminalWord {
        guard let seconds = Double(interval), seconds.isFinite, let card = CardNumber(number), card.value != 2_097_151,
              seconds <= Limits.longestInterval.seconds else { return .card(nil, interval: Limits.longestInterval) }
        return .card(card, interval: max(.seconds(seconds), Limits.shortestInterval))
    }

    /// `BDFKI,TXA,Y,Y,0,0040` (2.1) or `BDFKI,080432,TCQ,Y,0,0` (BeiDou-3).
    private static func feedback(_ sentence: Sentence) -> TerminalWord {
        let isOld = sentence[1] == "TXA"
        guard isOld || sentence[2] == "TCQ" else { return .other }
        if sentence[isOld ? 2 : 3] == "Y" { return .accepted }
        let wait = min(max(Int(sentence[5]) ?? 0, 0), Int(Limits.longestInterval.seconds))
        return .rejected(Rejection(Int(sentence[4]) ?? 0), wait: .seconds(wait))
    }

    /// Code is hexadecimal; a mixed text begins with A4. Chinese characters are for people, not for us.
    private static func message(_ from: String, isCode: Bool, isMixed: Bool, _ text: String) -> TerminalWord {
        guard isCode || isMixed, let card = CardNumber(from), let all = bytes(hexText: text.utf8) else { return .other }
        if isCode { return .message(from: card, all) }
        return all.first == 0xA4 ? .message(from: card, Array(all.dropFirst())) : .other
    }
}
