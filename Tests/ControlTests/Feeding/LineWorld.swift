@testable import Control
import ProcessImage
import Quantities

/// Everything a small line can meet, and a judge outside it who sees only what goes in and what comes out.
struct LineWorld {
    struct State: Hashable {
        var line: FeedLine
        var ledger = LineJudge()
    }

    /// A line, or one that is wrong on purpose.
    typealias Step = @Sendable (inout FeedLine, LineSight, LineWish, FeedLinePlan) -> LineOrder

    let plan: FeedLinePlan
    let step: Step

    static let second = Duration.seconds(1)

    /// Every sight × wish of a line with two outlets.
    static func inputs(_ plan: FeedLinePlan) -> [(LineSight, LineWish)] {
        let positions: [SelectorPosition] = plan.selector == .none ? [.unknown] : [.at(0), .at(1), .between, .unknown]
        let airs: [LineAir] = plan.hasBlower ? LineAir.allCases : [.unknown]
        let holds: [(Bool, Bool, Bool)] = [(false, false, false), (true, false, false), (false, true, false), (false, false, true)]
        let wishes: [LineWish] = plan.outlets > 1 ? [.rest, .feed(0, dose: false), .feed(0, dose: true), .feed(1, dose: true)]
            : [.rest, .feed(0, dose: false), .feed(0, dose: true)]
        var inputs: [(LineSight, LineWish)] = []
        for position in positions { for air in airs { for isHot in plan.hasBlower ? [false, true] : [false] { for hold in holds { for bits in 0..<4 {
            let sight = LineSight(position: position, air: air, isHot: isHot, doserRuns: bits & 1 > 0, blowerRuns: bits & 2 > 0,
                                  selectorIsHeld: hold.0, blowerIsHeld: hold.1, doserIsHeld: hold.2)
            for wish in wishes { inputs.append((sight, wish)) }
        } } } } }
        return inputs
    }

    /// Walks every state that can be reached from rest, from a restart with feed in the pipe, and from a reset of a fault.
    /// - Returns: how many states and transitions there are, and what the judge found first.
    func walk(stoppingAtFirst isShort: Bool) -> (states: Int, transitions: Int, faults: Set<String>, phases: Set<LinePhase>) {
        let inputs = Self.inputs(plan)
        var seen: Set<State> = [], todo: [State] = [], faults: Set<String> = [], phases: Set<LinePhase> = []
        var transitions = 0
        func meet(_ state: State) { if seen.insert(state).inserted { todo.append(state) } }
        meet(State(line: FeedLine()))
        if plan.hasBlower { for outlet in 0..<plan.outlets { meet(State(line: FeedLine(owing: UInt8(outlet)), ledger: LineJudge(loadedAt: UInt8(outlet)))) } }
        if plan.hasBlower { meet(State(line: .unknown, ledger: LineJudge(loadedAt: LineJudge.somewhere))) }
        while let state = todo.popLast() {
            phases.insert(state.line.phase)
            if state.line.phase == .faulted {
                var reset = state
                reset.line.reset()
                meet(reset)
                reset.line.reset(isEmpty: true)
                reset.ledger.loadedAt = nil
                meet(reset)
            }
            for (sight, wish) in inputs {
                var next = state
                let order = step(&next.line, sight, wish, plan)
                transitions += 1
                if let fault = next.ledger.judge(order, sight, before: state.line, after: next.line, plan) {
                    faults.insert(fault)
                    if isShort { return (seen.count, transitions, faults, phases) }
                    continue
                }
                meet(next)
            }
        }
        return (seen.count, transitions, faults, phases)
    }
}

/// What a line may never do, told from its orders and what it saw.
struct LineJudge: Hashable {
    /// Where feed lies in the pipe, by our own account.
    var loadedAt: UInt8?
    /// Of a line whose ledger was lost: until it is blown out where its selector stands, that must not move.
    static let somewhere = UInt8.max
    /// Blown without the doser, in scans.
    private var blown = 0
    private var drove: UInt8?
    private var blew = false

    init(loadedAt outlet: UInt8? = nil) { loadedAt = outlet }

    mutating func judge(_ order: LineOrder, _ sight: LineSight, before: FeedLine, after: FeedLine, _ plan: FeedLinePlan) -> String? {
        defer {
            drove = order.outlet
            blew = order.blower
        }
        if let fault = dosing(order, sight, after, plan) ?? turning(order, sight, before, plan) ?? stopping(order, sight, before, plan) { return fault }
        if loadedAt == Self.somewhere, after.phase == .starting { loadedAt = after.outlet }
        account(order, sight, after, plan)
        return loadedAt != nil && (!after.isLoaded || after.outlet != loadedAt) ? "forgets feed in the pipe" : nil
    }

    private func dosing(_ order: LineOrder, _ sight: LineSight, _ line: FeedLine, _ plan: FeedLinePlan) -> String? {
        guard order.doser else { return nil }
        if plan.selector != .none, sight.position != .at(line.outlet) { return "doses without a proven outlet" }
        if plan.hasBlower, !order.blower || sight.air != .good { return "doses without proven air" }
        if plan.hasBlower, sight.isHot { return "doses into hot air" }
        if !order.spreader { return "doses without the spreader" }
        return nil
    }

    private func turning(_ order: LineOrder, _ sight: LineSight, _ before: FeedLine, _ plan: FeedLinePlan) -> String? {
        guard plan.selector != .none else { return nil }
        let isTurning = plan.selector == .rotary ? order.outlet != nil : order.outlet != drove
        guard isTurning else { return nil }
        if order.blower || order.doser || sight.blowerRuns || sight.air != .still { return "moves the selector under air" }
        if sight.doserRuns, order.outlet != nil { return "moves the selector under feed" }
        if let loadedAt, let outlet = order.outlet, outlet != loadedAt { return "moves the selector away from feed in the pipe" }
        if plan.selector == .rotary, loadedAt != nil { return "turns the selector with feed in the pipe" }
        return nil
    }

    /// Taken off with feed in the pipe only where the interlocks take it, against a blockage, or when a purge had all its time.
    private func stopping(_ order: LineOrder, _ sight: LineSight, _ before: FeedLine, _ plan: FeedLinePlan) -> String? {
        guard plan.hasBlower, blew, !order.blower, loadedAt != nil, !isBlownOut(sight, plan) else { return nil }
        if sight.blowerIsHeld || before.phase == .blocked || before.phase == .starting { return nil }
        if before.phase == .feeding || before.phase == .purging, sight.air == .high { return nil }
        if before.phase == .purging, before.elapsed + LineWorld.second >= plan.purgeAtMost { return nil }
        return "stops the blower with feed in the pipe"
    }

    private func isBlownOut(_ sight: LineSight, _ plan: FeedLinePlan) -> Bool {
        LineWorld.second * (sight.doserRuns ? 0 : blown + 1) >= plan.purge && sight.air == .good
    }

    private mutating func account(_ order: LineOrder, _ sight: LineSight, _ line: FeedLine, _ plan: FeedLinePlan) {
        guard plan.hasBlower else { return }
        let cap = Int(plan.purge.seconds)
        blown = sight.doserRuns || order.doser || !blew ? 0 : min(blown + 1, cap)
        if !line.isLoaded, blew, LineWorld.second * blown >= plan.purge, sight.air == .good { loadedAt = nil }
        if order.doser { loadedAt = line.outlet }
    }
}
