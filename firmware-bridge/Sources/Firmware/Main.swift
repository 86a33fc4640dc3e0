#if hasFeature(Embedded)
internal import BridgeCore
internal import CBoard

// Shared with the interrupts. Each is filled at its first use, so `main` uses each before interrupts are on; afterwards
// `main` touches them only with interrupts masked, but for the frame, which stands still while it is complete.
nonisolated(unsafe) var server = BridgeServer(identity: Board.identity, boot: Retained.begin(resetCause: Board.resetCause))
nonisolated(unsafe) var receiver = Receiver(address: BridgeProtocol.address)
nonisolated(unsafe) var reply = Frame()

@main enum Firmware {
    static func main() {
        Board.drive(Retained.safeLevels)
        Board.begin()
        Retained.keep(safeLevels: server.safety.safeLevels)
        receiver.restart(wasIntact: true)
        reply.clear()
        Board.startInterrupts()
        tg_unmask_interrupts()
        var fedAt = server.clock
        while true {
            sleepUntilInterrupt()
            if server.clock != fedAt {
                fedAt = server.clock
                Board.feedWatchdog()
            }
            serveLine()
        }
    }

    /// The tick wakes it each millisecond at the latest.
    private static func sleepUntilInterrupt() {
        tg_mask_interrupts()
        if !receiver.isComplete { tg_wait() }
        tg_unmask_interrupts()
    }

    /// Checksums are reckoned with interrupts on: pulses and ticks must not wait for them.
    private static func serveLine() {
        guard receiver.isComplete else { return }
        let isIntact = receiver.frame.isIntact
        tg_mask_interrupts()
        server.lineErrors = receiver.errors
        if isIntact { server.answer(&receiver.frame, into: &reply) }
        Board.drive(server.relays)
        receiver.restart(wasIntact: isIntact)
        Retained.keep(safeLevels: server.safety.safeLevels)
        tg_unmask_interrupts()
        if isIntact { sendReply() }
    }

    private static func sendReply() {
        reply.finish()
        for index in 0..<reply.count { Board.send(reply[index]) }
    }
}

/// Each millisecond, whether the main loop lives or not.
@c(tg_tick) func tick() {
    server.inputs.digital = Board.digitalInputs
    Board.sampleAnalogue(into: &server.inputs)
    server.tick(at: server.clock &+ 1)
    Board.drive(server.relays)
}

@c(tg_line) func lineInterrupt() {
    Board.drainLine { receiver.receive($0, at: server.clock) }
}

@c(tg_pulse) func pulseInterrupt() {
    var edges = Board.takePulses()
    while edges != 0 {
        server.inputs.count(edges.trailingZeroBitCount, at: server.clock)
        edges &= edges &- 1
    }
}

/// A trap, or the warning of a watchdog that has one (exception 2). Pins first; then the watchdog resets.
@c(tg_fault) func fault(exception: UInt32) -> Never {
    Board.drive(Retained.safeLevels)
    Retained.record(exception == 2 ? .watchdog : .fault)
    tg_mask_interrupts()
    while true { tg_wait() }
}
#else
@main enum Firmware {
    static func main() { print("This is firmware: build it with make BOARD=lm3s6965evb") }
}
#endif
