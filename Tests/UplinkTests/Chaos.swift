import Foundation
import Quantities
import Testing
@testable import Uplink

/// Three gateways over links of their own to one office, and what goes wrong, drawn from a seed. Everything that is broken in a round is
/// whole again at its end.
struct Chaos {
    private enum Fault: CaseIterable { case broker, receiver, receivers, database, gateway, swallow, slow, cut, nothing }

    private let office: Office
    private var gateways: [(gateway: TestGateway, link: BadLink)] = []
    private var random: Seeded
    /// The gateways' clock, which is stepped too.
    private var milliseconds: Int64 = 1_764_000_000_000

    init(seed: UInt64) throws {
        random = Seeded(seed)
        let names = ["gate-7", "闸-8", "cage 9"]
        office = try Office(gateways: names)
        for (number, name) in names.enumerated() {
            let link = try BadLink(to: office.port)
            let gateway = TestGateway(name, .rows(number == 0 ? .json : .cbor))
            try gateway.start(at: office.address(of: name, through: link.port))
            gateways.append((gateway, link))
        }
    }

    mutating func round() throws {
        let victim = random.below(gateways.count)
        let fault = Fault.allCases[random.below(Fault.allCases.count)]
        write()
        strike(fault, victim)
        write()
        Thread.sleep(forTimeInterval: Double(random.below(1500)) / 1000)
        try mend(fault, victim)
        write()
    }

    private func strike(_ fault: Fault, _ victim: Int) {
        let (gateway, link) = gateways[victim]
        switch fault {
        case .broker: office.kill("broker")
        case .receiver: office.kill("receiver-\(1 + victim % 2)")
        case .receivers: for number in 1...2 { office.kill("receiver-\(number)") }
        case .database: office.kill("database/postmaster")
        case .gateway: gateway.stop()
        case .swallow: link.be(.swallow)
        case .slow: link.be(.slow)
        case .cut: link.be(.cut)
        case .nothing: break
        }
    }

    private func mend(_ fault: Fault, _ victim: Int) throws {
        let (gateway, link) = gateways[victim]
        switch fault {
        case .broker, .receiver, .receivers, .database: try office.up()
        case .gateway: try gateway.start(at: office.address(of: gateway.name, through: link.port))
        case .swallow, .slow: link.be(.pass)
        case .cut, .nothing: break
        }
    }

    private mutating func write() {
        if random.chance(20) { milliseconds = random.chance(50) ? 0 : milliseconds + Int64(random.below(7_200_000)) - 3_600_000 }
        for index in gateways.indices {
            for _ in 0..<20 {
                let stream = SyncStream.all[random.below(SyncStream.all.count)]
                guard stream != .gaps else { continue }
                milliseconds = max(0, milliseconds + Int64(random.below(1000)))
                gateways[index].gateway.commit(stream.name, values(), at: milliseconds)
            }
        }
    }

    /// Litres in eighths, so that their sum is exact in any order; a share of any bits.
    private mutating func values() -> [SyncValue] {
        let texts = ["east-1", "东一\"\n\\u0000", "", "\u{1F41F}"]
        return [.text(texts[random.below(texts.count)]), .number(Double(random.below(8000)) / 8), .integer(Int64(bitPattern: random.next())),
                SyncValue(random.chance(5) ? -0.0 : Double(bitPattern: random.next()))]
    }

    mutating func end() throws {
        for (gateway, _) in gateways {
            eventually("all of \(gateway.name) is stored", within: 180) { gateway.waiting == 0 }
            gateway.stop()
            try office.check(gateway)
        }
        #expect(try office.ask("select reason from set_aside") == [])
    }
}
