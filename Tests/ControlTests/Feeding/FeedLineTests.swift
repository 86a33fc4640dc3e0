@testable import Control
import ProcessImage
import Foundation
import Quantities
import Testing

@Suite struct FeedLineTests {
    private static func plan(_ selector: FeedLinePlan.Selector, outlets: Int = 2, hasBlower: Bool = true) -> FeedLinePlan {
        FeedLinePlan(selector: selector, outlets: outlets, hasBlower: hasBlower, selectWithin: .seconds(2), airWithin: .seconds(2),
                     airSteady: .seconds(1), airLostAfter: .seconds(1), purge: .seconds(2), purgeAtMost: .seconds(3), pushAtMost: .seconds(1),
                     pushRest: .seconds(1), pushes: 2, stillWithin: .seconds(1))
    }

    @Sendable private static func right(_ line: inout FeedLine, _ sight: LineSight, _ wish: LineWish, _ plan: FeedLinePlan) -> LineOrder {
        line.step(sight, wish, plan, over: LineWorld.second)
    }

    private func told(_ what: String) {
        if ProcessInfo.processInfo.environment["TIDEGATE_SHOW_DEVIATIONS"] != nil { print(what) }
    }

    static let lines: [(String, FeedLinePlan)] = [
        ("rotary", plan(.rotary)), ("valves", plan(.valves)), ("one cage", plan(.none, outlets: 1)), ("hung over its cage", plan(.none, outlets: 1, hasBlower: false)),
    ]

    @Test(arguments: 0..<lines.count)
    func `no state that can be reached moves the selector under air or feed, doses without proven air, or stops the blower with feed in the line`(number: Int) {
        let (name, plan) = Self.lines[number]
        let found = LineWorld(plan: plan, step: Self.right).walk(stoppingAtFirst: false)
        told("feed line \(name): \(found.states) states, \(found.transitions) transitions")
        #expect(found.faults.isEmpty, "\(name): \(found.faults)")
        #expect(found.states > (plan.hasBlower ? 100 : 5))
        let expected = plan.hasBlower ? LinePhase.allCases.filter { $0 != .selecting || plan.selector != .none } : [.idle, .starting, .feeding, .purging, .coasting]
        #expect(found.phases == Set(expected), "\(name): every phase is reached")
    }

    /// Lines that are wrong on purpose; each must be caught.
    static let mutants: [(String, LineWorld.Step)] = [
        ("takes an unknown position for the right one", { line, sight, wish, plan in
            var seen = sight
            if seen.position == .unknown, let outlet = wish.outlet { seen.position = .at(outlet) }
            return right(&line, seen, wish, plan)
        }),
        ("takes unknown air for good", { line, sight, wish, plan in
            var seen = sight
            if seen.air == .unknown { seen.air = .good }
            return right(&line, seen, wish, plan)
        }),
        ("takes thin air for good", { line, sight, wish, plan in
            var seen = sight
            if seen.air == .low { seen.air = .good }
            return right(&line, seen, wish, plan)
        }),
        ("takes unknown air for still", { line, sight, wish, plan in
            var seen = sight
            if seen.air == .unknown { seen.air = .still }
            return right(&line, seen, wish, plan)
        }),
        ("does not look whether the blower has stopped", { line, sight, wish, plan in
            var seen = sight
            seen.blowerRuns = false
            return right(&line, seen, wish, plan)
        }),
        ("does not look whether the doser has stopped", { line, sight, wish, plan in
            var seen = sight
            seen.doserRuns = false
            return right(&line, seen, wish, plan)
        }),
        ("does not feel hot air", { line, sight, wish, plan in
            var seen = sight
            seen.isHot = false
            return right(&line, seen, wish, plan)
        }),
        ("purges too short", { line, sight, wish, plan in
            right(&line, sight, wish, FeedLinePlan(selector: plan.selector, outlets: plan.outlets, selectWithin: plan.selectWithin, airWithin: plan.airWithin,
                                                   airSteady: plan.airSteady, airLostAfter: plan.airLostAfter, purge: .seconds(1), purgeAtMost: plan.purgeAtMost,
                                                   pushAtMost: plan.pushAtMost, pushRest: plan.pushRest, pushes: plan.pushes, stillWithin: plan.stillWithin))
        }),
        ("stops everything when nobody asks for feed", { line, sight, wish, plan in
            var order = right(&line, sight, wish, plan)
            if wish == .rest { (order.blower, order.doser) = (false, false) }
            return order
        }),
        ("goes on dosing while it purges", { line, sight, wish, plan in
            var order = right(&line, sight, wish, plan)
            if line.phase == .purging, order.blower { order.doser = wish.doses }
            return order
        }),
        ("turns the selector ahead of time", { line, sight, wish, plan in
            var order = right(&line, sight, wish, plan)
            order.outlet = wish.outlet ?? order.outlet
            return order
        }),
        ("forgets the pipe when the blower is taken away", { line, sight, wish, plan in
            let order = right(&line, sight, wish, plan)
            if sight.blowerIsHeld { line.reset(isEmpty: true) }
            return order
        }),
        ("forgets the pipe when a blockage is given up", { line, sight, wish, plan in
            let order = right(&line, sight, wish, plan)
            if line.phase == .faulted, line.fault == .blocked { line.reset(isEmpty: true) }
            return order
        }),
        ("leaves the spreader off", { line, sight, wish, plan in
            var order = right(&line, sight, wish, plan)
            order.spreader = false
            return order
        }),
    ]

    @Test(arguments: 0..<mutants.count)
    func `a feed line that is wrong on purpose is caught`(number: Int) {
        let (name, step) = Self.mutants[number]
        let found = LineWorld(plan: Self.plan(.rotary), step: step).walk(stoppingAtFirst: true)
        told("feed line that \(name): \(found.faults)")
        #expect(!found.faults.isEmpty, "not caught: a line that \(name)")
    }

    // MARK: What it does, step by step

    /// A pipe that does what it is told.
    private struct Pipe {
        var line = FeedLine()
        let plan: FeedLinePlan
        var sight = LineSight()
        var orders: [LineOrder] = []
        var news: [LineNews] = []

        init(_ plan: FeedLinePlan) { self.plan = plan }

        mutating func run(_ seconds: Int, _ wish: LineWish, _ alter: (inout LineSight) -> Void = { _ in }) {
            for _ in 0..<seconds {
                alter(&sight)
                let order = line.step(sight, wish, plan, over: LineWorld.second)
                orders.append(order)
                if let one = order.news { news.append(one) }
                if let outlet = order.outlet, sight.air == .still { sight.position = .at(outlet) }
                sight.blowerRuns = order.blower
                sight.doserRuns = order.doser
                sight.air = order.blower ? .good : .still
            }
        }
    }

    @Test func `a meal goes through every step, and the next cage gets its turn after the purge`() {
        var pipe = Pipe(FeedLinePlan(outlets: 2))
        pipe.run(30, .feed(1, dose: true))
        #expect(pipe.line.phase == .feeding && pipe.orders.last?.doser == true && pipe.line.isLoaded)
        pipe.run(1, .feed(0, dose: true))
        #expect(pipe.line.phase == .purging && pipe.orders.last?.doser == false && pipe.orders.last?.blower == true)
        pipe.run(43, .feed(0, dose: true))
        #expect(pipe.line.phase == .purging && pipe.line.isLoaded)
        pipe.run(20, .feed(0, dose: true))
        #expect(pipe.line.phase == .feeding && pipe.line.outlet == 0)
        #expect(pipe.news == [.purgeBegan, .purged])
    }

    @Test func `an emergency stop drops everything at once, and the purge that is owed comes first when it is over`() {
        var pipe = Pipe(FeedLinePlan(outlets: 2))
        pipe.run(30, .feed(1, dose: true))
        pipe.run(5, .feed(1, dose: true)) { ($0.blowerIsHeld, $0.doserIsHeld, $0.selectorIsHeld) = (true, true, true) }
        #expect(pipe.orders.suffix(5).allSatisfy { !$0.blower && !$0.doser && $0.outlet == nil })
        #expect(pipe.news == [.purgeOwed] && pipe.line.isLoaded)
        pipe.run(10, .feed(0, dose: true)) { ($0.blowerIsHeld, $0.doserIsHeld, $0.selectorIsHeld) = (false, false, false) }
        #expect(pipe.line.phase == .purging && pipe.line.outlet == 1, "not the cage that is asked for now")
        pipe.run(60, .rest)
        #expect(pipe.line.phase == .idle && !pipe.line.isLoaded && pipe.news.last == .purged)
    }

    @Test func `a restart with feed in the pipe blows it out without being asked, and not through another outlet`() {
        var pipe = Pipe(FeedLinePlan(outlets: 2))
        pipe.line = FeedLine(owing: 1)
        pipe.run(10, .feed(0, dose: true)) { $0.position = .at(0) }
        #expect(pipe.line.phase == .idle && pipe.orders.allSatisfy { !$0.blower && $0.outlet == nil })
        pipe.run(80, .rest) { $0.position = .at(1) }
        #expect(!pipe.line.isLoaded && pipe.news == [.purgeBegan, .purged])
    }

    @Test func `a blockage stops the doser first, is pushed at with rests, and is given up`() {
        var pipe = Pipe(FeedLinePlan(outlets: 2))
        pipe.run(30, .feed(1, dose: true))
        let before = pipe.orders.count
        pipe.run(400, .feed(1, dose: true)) { if $0.blowerRuns { $0.air = .high } }
        let after = pipe.orders[before...]
        #expect(after.allSatisfy { !$0.doser })
        var longest = 0, length = 0, pushes = 0
        for order in after.dropFirst(12) {
            if order.blower, length == 0 { pushes += 1 }
            length = order.blower ? length + 1 : 0
            longest = max(longest, length)
        }
        #expect(longest <= 20 && pushes == 3, "\(longest) s, \(pushes) times")
        #expect(pipe.line.phase == .faulted && pipe.line.fault == .blocked && pipe.line.isLoaded)
    }

    @Test func `a hose that comes off stops the doser in the same scan, and the meal within its time`() {
        var pipe = Pipe(FeedLinePlan(outlets: 2))
        pipe.run(30, .feed(1, dose: true))
        pipe.run(1, .feed(1, dose: true)) { $0.air = .low }
        #expect(pipe.orders.last?.doser == false && pipe.line.phase == .feeding)
        pipe.run(300, .feed(1, dose: true)) { if $0.blowerRuns { $0.air = .low } }
        #expect(pipe.line.phase == .faulted && pipe.line.fault == .hoseOff && pipe.line.isLoaded, "nothing was proven to be blown out")
    }

    @Test func `a selector that does not arrive is a fault, and no air either`() {
        var stuck = Pipe(FeedLinePlan(outlets: 2))
        stuck.run(40, .feed(1, dose: true)) { $0.position = .between }
        #expect(stuck.line.fault == .selectorStuck && stuck.orders.allSatisfy { !$0.blower })
        var dead = Pipe(FeedLinePlan(outlets: 2))
        dead.run(80, .feed(1, dose: true)) { $0.air = .still }
        #expect(dead.line.fault == .noAir && dead.orders.allSatisfy { !$0.doser } && !dead.line.isLoaded)
        dead.line.reset()
        dead.run(30, .feed(1, dose: true))
        #expect(dead.line.phase == .feeding)
    }

    @Test func `a feeder without a line spreads before it doses and after`() {
        var pipe = Pipe(FeedLinePlan(selector: .none, outlets: 1, hasBlower: false, airWithin: .seconds(4), purge: .seconds(6)))
        pipe.run(20, .feed(0, dose: true)) { ($0.air, $0.position) = (.unknown, .unknown) }
        let first = pipe.orders.firstIndex { $0.doser } ?? 0, spread = pipe.orders.firstIndex { $0.spreader } ?? 0
        #expect(first - spread >= 4 && pipe.orders.allSatisfy { !$0.blower })
        pipe.run(20, .rest) { ($0.air, $0.position) = (.unknown, .unknown) }
        #expect(pipe.orders.suffix(20).count { $0.spreader } >= 6 && pipe.line.phase == .idle && !pipe.line.isLoaded)
    }

    @Test func `a line whose ledger was lost waits for a person, and is then blown out where its selector stands`() {
        let plan = FeedLinePlan(selector: .rotary, outlets: 3)
        var line = FeedLine.unknown
        let sight = LineSight(position: .at(2), air: .still)
        for _ in 0..<5 {
            let order = line.step(sight, .feed(0, dose: true), plan, over: .seconds(1))
            #expect(order == LineOrder() && line.phase == .faulted && line.fault == .notPurged)
        }
        line.reset()
        #expect(line.step(LineSight(position: .between, air: .still), .feed(0, dose: true), plan, over: .seconds(1)) == LineOrder())
        #expect(line.phase == .idle, "between outlets nobody knows where the feed would go")
        _ = line.step(sight, .feed(0, dose: true), plan, over: .seconds(1))
        #expect(line.phase == .starting && line.outlet == 2)
        var empty = FeedLine.unknown
        empty.reset(isEmpty: true)
        _ = empty.step(sight, .feed(0, dose: true), plan, over: .seconds(1))
        #expect(empty.phase == .selecting && empty.outlet == 0)
    }
}
