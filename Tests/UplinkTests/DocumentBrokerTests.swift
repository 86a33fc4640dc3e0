import Foundation
import Language
import Quantities
import Sparkplug
import Synchronization
import Testing
@testable import Uplink

/// A gateway that takes every document with an even first byte, once, as a disk would remember it.
private final class FakeGateway: Sendable {
    struct Books { var taken: [String] = [], judged = 0 }

    let books = Mutex(Books())
    let name: String

    init(_ name: String) { self.name = name }

    private static func hash(_ bytes: [UInt8]) -> String { "\(bytes.count)x\(bytes.first ?? 0)" }

    func link(_ broker: RealBroker) throws -> DocumentLink {
        var settings = DialSettings()
        (settings.firstRest, settings.longestRest) = (.milliseconds(200), .milliseconds(400))
        let ports = DocumentLink.Ports(
            recognise: { DocumentAnswer(.received, document: Self.hash($0), version: nil, at: 1, Phrase(zh: "收到", en: "received")) },
            judge: { [self] bytes in judge(bytes) }, standing: { [self] in standing }, report: { _ in }, wall: { WallTime(unixSeconds: 1_772_337_600, trust: .synced) })
        let link = DocumentLink(gateway: try #require(TopicName(name)), settings, brokers: [broker.address], clientName: name,
                                keepAlive: 5, ports)
        link.start()
        return link
    }

    private func judge(_ bytes: [UInt8]) -> DocumentAnswer {
        let hash = Self.hash(bytes)
        books.withLock { books in
            books.judged += 1
            if (bytes.first ?? 1) % 2 == 0, !books.taken.contains(hash) { books.taken.append(hash) }
        }
        let isTaken = (bytes.first ?? 1) % 2 == 0
        return DocumentAnswer(isTaken ? .staged : .refused, document: hash, version: isTaken ? 12 : nil, at: 1, Phrase(zh: "话", en: "words"))
    }

    private var standing: DocumentStanding {
        var standing = DocumentStanding(at: 1)
        standing.staged = books.withLock { $0.taken.last }.map {
            .init(version: 12, first: "2026-03-01", last: "2026-06-30", waitsForApproval: false, document: $0)
        }
        return standing
    }

    func target(_ bytes: [UInt8]) throws -> PushTarget {
        PushTarget(gateway: try #require(TopicName(name)), document: .init(bytes: bytes, kind: "schedule", version: 12, hash: Self.hash(bytes)))
    }
}

@Suite("Documents by a real mosquitto", .enabled(if: RealBroker.isHere != nil, "skipped: mosquitto is not installed"))
struct DocumentBrokerTests {
    private func push(_ targets: [PushTarget], _ broker: RealBroker) -> PushLink {
        var settings = DialSettings()
        (settings.firstRest, settings.longestRest) = (.milliseconds(200), .milliseconds(400))
        let link = PushLink(targets, settings, broker: broker.address, clientName: "desk-\(UUID().uuidString)")
        link.start()
        return link
    }

    private func stages(_ link: PushLink) -> [PushStage] { link.session.rows.map(\.stage) }

    @Test func `forty gateways, every second of them without a link when it is pushed: each takes it once or says why not`() throws {
        let broker = try RealBroker()
        try broker.start()
        let gateways = (0..<40).map { FakeGateway("gate-\($0)") }
        var links = try gateways.enumerated().filter { $0.offset % 2 == 0 }.map { try $0.element.link(broker) }
        // Every fifth is sent what it must refuse; every fourth a long one, in parts.
        let targets = try gateways.enumerated().map { number, gateway in
            try gateway.target([number % 5 == 0 ? 1 : 2] + [UInt8](repeating: 7, count: number % 4 == 0 ? 100_000 : 500))
        }
        let desk = push(targets, broker)
        eventually("those with a link have answered, the others' are kept by the broker") {
            zip(0..., stages(desk)).allSatisfy { $0 % 2 == 1 ? $1 == .kept : $0 % 5 == 0 ? $1 == .refused : $1 == .accepted }
        }
        links += try gateways.enumerated().filter { $0.offset % 2 == 1 }.map { try $0.element.link(broker) }
        eventually("all have answered") { zip(0..., stages(desk)).allSatisfy { $0 % 5 == 0 ? $1 == .refused : $1 == .accepted } }
        #expect(desk.stop(within: .seconds(5)))
        // Another desk pushes the same again: who has it is sent nothing.
        let again = push(targets, broker)
        eventually("all have answered again") { zip(0..., stages(again)).allSatisfy { $0 % 5 == 0 ? $1 == .refused : $1 == .accepted } }
        for (number, gateway) in gateways.enumerated() {
            #expect(gateway.books.withLock { $0.taken.count } == (number % 5 == 0 ? 0 : 1))
            if number % 5 != 0 { #expect(gateway.books.withLock { $0.judged } == 1) }
        }
        #expect(again.stop(within: .seconds(5)))
        for link in links { #expect(link.stop(within: .seconds(5))) }
    }

    @Test func `a broker that dies in the push: all is done when another is there, though it has forgotten everything`() throws {
        let broker = try RealBroker()
        try broker.start()
        let gateway = FakeGateway("gate")
        let link = try gateway.link(broker)
        broker.kill()
        let desk = push([try gateway.target([2, 2])], broker)
        eventually("the desk says that there is no broker") { desk.session.fault != nil }
        try broker.start()
        eventually("it was taken") { stages(desk) == [.accepted] }
        broker.kill()
        try broker.start()
        eventually("the gateway says anew how it stands") {
            let look = push([PushTarget(gateway: TopicName("gate") ?? desk.session.rows[0].target.gateway, document: nil)], broker)
            defer { look.stop(within: .seconds(5)) }
            let end = Date(timeIntervalSinceNow: 2)
            while Date() < end, look.session.rows[0].standing == nil { Thread.sleep(forTimeInterval: 0.02) }
            return look.session.rows[0].standing?.staged?.version == 12
        }
        #expect(gateway.books.withLock { $0.taken } == ["2x2"])
        #expect(desk.stop(within: .seconds(5)) && link.stop(within: .seconds(5)))
    }
}
