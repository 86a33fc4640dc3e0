import Foundation
import Glibc
import Language
import LocalAPI

/// The plant's control socket: one line there, one line back.
struct PlantClient {
    let path: String

    /// What the plant's `state` line says, as far as the demo looks.
    struct State: Decodable {
        struct Zone: Decodable {
            let openingPercent: Double
            let flowCubicMetersPerHour: Double
        }

        let zones: [String: Zone]
        let outputs: [String: String]
    }

    func state() throws -> State {
        try JSONDecoder().decode(State.self, from: Data(ask("state").utf8))
    }

    /// Anything but `ok` is a refusal, told in the plant's own words.
    func order(_ line: String) throws {
        let answer = try ask(line)
        guard answer == "ok" else {
            throw Refused(.wrongUse, code: "plant", Phrase(verbatim: answer))
        }
        say(answer)
    }

    func ask(_ line: String) throws -> String {
        guard let connection = try? connectedUnixSocket(path) else {
            throw Refused(.notReachable, code: "no-plant",
                Phrase(zh: "模拟农场没有运行（\(path)）", en: "the plant is not running (\(path))"),
                remedy: Phrase(zh: "先启动：tidegate demo", en: "Start it first: tidegate demo"))
        }
        defer { close(connection) }
        limitWaits(connection, receive: .seconds(5), send: .seconds(5))
        let answer = exchange(Array("\(line)\n".utf8), over: connection, bytesMax: 4 << 20) { $0.last == UInt8(ascii: "\n") }
        return String(decoding: (answer ?? []).dropLast(), as: UTF8.self)
    }
}
