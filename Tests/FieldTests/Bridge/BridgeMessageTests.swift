import BridgeCore
@testable import Field
import Foundation
import ProcessImage
import Testing

/// The same file that the tests of the bridge's core and of its firmware read.
private struct GoldenFrames {
    let exchanges: [(request: [UInt8], reply: [UInt8])]

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("firmware-bridge/Tests/BridgeCoreTests/golden.txt")
        var exchanges: [(request: [UInt8], reply: [UInt8])] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            let bytes = words.dropFirst().compactMap { UInt8($0, radix: 16) }
            if words[0] == ">" { exchanges.append((bytes, [])) }
            if words[0].hasPrefix("<"), !exchanges.isEmpty { exchanges[exchanges.count - 1].reply = bytes }
        }
        self.exchanges = exchanges
    }

    /// The replies to a request, one for each time it is in the file.
    func replies(to message: BridgeMessage) -> [[UInt8]] {
        let bytes = RTUFrame(unit: BridgeProtocol.address, pdu: message.request.pdu).bytes
        return exchanges.filter { $0.request == bytes }.map(\.reply)
    }
}

@Suite struct BridgeMessageTests {
    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.heartbeatTimeout = 1000
        configuration.safeLevels = 0x21
        let longest: [UInt16] = [60, 60, 1, 3600, 0, 60]
        for (relay, seconds) in longest.enumerated() { configuration.setLongestOn(relay: relay, seconds: seconds) }
        return configuration
    }

    private static let golden: [BridgeMessage] = [
        .identify, .look, .stop, .commission(BridgeConfiguration(configuration)),
        .arm(ArmOrder(bootCount: 1, sealedCRC: 0x05C6, tripCount: 0)),
        .arm(ArmOrder(bootCount: 1, sealedCRC: 0x05C6, tripCount: 2)),
        .beat(1, relays: 0x21), .beat(2, relays: 0x30), .beat(4, relays: 0x24), .beat(6, relays: 0x01),
    ]

    @Test(arguments: golden.indices) func `what the gateway says is byte for byte what the golden frames have`(number: Int) throws {
        let message = BridgeMessageTests.golden[number]
        #expect(try !GoldenFrames().replies(to: message).isEmpty, "\(message.request)")
    }

    @Test func `every answer of the golden frames to what the gateway says is understood`() throws {
        let frames = try GoldenFrames()
        for message in BridgeMessageTests.golden {
            for reply in frames.replies(to: message) {
                var stream = reply
                #expect(RTUFrame.received(&stream, to: message) != nil, "\(message.request): \(reply)")
            }
        }
    }

    @Test func `all that lives is read where it stands`() throws {
        var stream = try #require(try GoldenFrames().replies(to: .look).first)
        let answer = try #require(RTUFrame.received(&stream, to: .look))
        let live = try #require(BridgeLive(answer))
        #expect(live.state == .unconfigured && live.bootCount == 3 && live.tripCause == 6 && live.tripCount == 0)
        #expect(live.clock == 70_005 && live.uptime == 70 && live.relays == 3 && live.digital == 0xA5)
        #expect(live.analogues == [0, 0x8001, 0, 0, 0, 0, 0, 0])
        #expect(live.counters[0] == BridgeLive.Counter(count: 3, lastEdge: 70_000))
        #expect(live.counters[3].count == 70_000)
    }

    @Test func `causes of the bridge and standings of the gateway are one list`() {
        for number in UInt16(1)...9 {
            let name = BridgeCore.Cause(rawValue: number).map { "\($0)" }
            #expect(name != nil && name == BridgeStanding(rawValue: UInt8(number)).map { "\($0)" })
            #expect(BridgeStanding(cause: number).rawValue == UInt8(number))
        }
        for number in [UInt16(0), 10, 20, 21, 300] { #expect(BridgeStanding(cause: number) == .reset) }
    }
}
