import CGPIODShim
import CRealtime
import Glibc
import Quantities

/// Lines of the kernel's GPIO character device through libgpiod, v1.6 or v2.
final class GPIODDriver: LineDriver {
    private let table: LineTable
    private let drivenLines: [LineTable.Address]
    private var outputs: [OpaquePointer?]
    private var inputs: [OpaquePointer?]
    private var lastSequence: [UInt32]
    private var stamps = KernelStamps()
    private(set) var faulted: UInt64 = 0
    private let events = UnsafeMutableBufferPointer<tg_gpio_event>.allocate(capacity: 64)

    init(_ table: LineTable) {
        self.table = table
        drivenLines = table.drivenLines
        outputs = Array(repeating: nil, count: drivenLines.count)
        inputs = Array(repeating: nil, count: table.inputs.count)
        lastSequence = Array(repeating: 0, count: table.inputs.count)
    }

    deinit {
        release()
        events.deallocate()
    }

    @discardableResult
    func take(outputs levels: UInt64) -> UInt64 {
        var taken: UInt64 = 0
        compareClocks()
        for index in outputs.indices where !isHeld(output: index) {
            let address = drivenLines[index]
            outputs[index] = tg_gpio_take_output(
                address.chip, address.offset, address.activeLow, levels & bit(index) != 0)
            mark(output: index, isFaulted: outputs[index] == nil)
            if outputs[index] != nil { taken |= bit(index) }
        }
        for index in inputs.indices where inputs[index] == nil {
            inputs[index] = takeInput(table.inputs[index])
            lastSequence[index] = 0
        }
        return taken
    }

    /// A hold that cannot be read any more is of a chip that is gone: it would stay dead when the chip comes back.
    private func isHeld(output: Int) -> Bool {
        guard let line = outputs[output] else { return false }
        if tg_gpio_get(line) >= 0 { return true }
        tg_gpio_release(line)
        outputs[output] = nil
        return false
    }

    /// A meter's line reports only the counted edge, unless its pulses have a shortest width: less to lose.
    private func takeInput(_ input: LineTable.Input) -> OpaquePointer? {
        let pull = switch input.pull {
        case .none: TG_PULL_NONE
        case .up: TG_PULL_UP
        case .down: TG_PULL_DOWN
        }
        let edge = switch input.kind {
        case .pulses(.rising) where input.debounce == .zero: TG_EDGE_RISING
        case .pulses(.falling) where input.debounce == .zero: TG_EDGE_FALLING
        default: TG_EDGE_BOTH
        }
        return tg_gpio_take_input(input.address.chip, input.address.offset, input.address.activeLow, pull, edge)
    }

    func set(output: Int, _ level: Bool) -> Bool {
        guard let line = outputs[output] else { return false }
        let isSet = tg_gpio_set(line, level) == 0
        mark(output: output, isFaulted: !isSet)
        return isSet
    }

    func level(input: Int) -> Bool? {
        guard let line = inputs[input] else { return nil }
        let level = tg_gpio_get(line)
        return level < 0 ? nil : level == 1
    }

    func forEachDescriptor(_ body: (Int32) -> Void) {
        for line in inputs { if let line { body(tg_gpio_fd(line)) } }
    }

    func read(_ report: (LineSight) -> Void) {
        for index in inputs.indices {
            guard let line = inputs[index] else { continue }
            let count = tg_gpio_read(line, events.baseAddress, Int32(events.count))
            guard count >= 0 else {
                tg_gpio_release(line)
                inputs[index] = nil
                report(.lost(input: index))
                continue
            }
            for event in events.prefix(Int(count)) { report(sight(event, of: index)) }
        }
    }

    private func sight(_ event: tg_gpio_event, of input: Int) -> LineSight {
        // The kernel counts from 1 when the line is taken, so the first that is read tells of those lost before it too.
        let gap = event.sequence &- lastSequence[input]
        lastSequence[input] = event.sequence
        // A lost event is known to have been a counted edge only where nothing else is reported.
        let countsAll = table.inputs[input].debounce == .zero && table.inputs[input].kind != .level
        let missed = countsAll && event.sequence != 0 && gap > 1 ? UInt64(gap - 1) : 0
        return .edge(input: input, to: event.rising, at: moment(ofKernel: event.timestamp_ns), missed: missed)
    }

    private func moment(ofKernel stamp: Int64) -> Instant {
        stamps.moment(of: stamp, now: compareClocks())
    }

    /// - Returns: now by the kernel's clock of edges, in nanoseconds.
    @discardableResult
    private func compareClocks() -> Int64 {
        let ours = tg_boottime_ns(), kernel = tg_monotonic_ns()
        stamps.compare(ours: ours, kernel: kernel)
        return kernel
    }

    private func mark(output: Int, isFaulted: Bool) {
        faulted = isFaulted ? faulted | bit(output) : faulted & ~bit(output)
    }

    func release() {
        for line in outputs + inputs { if let line { tg_gpio_release(line) } }
        outputs = Array(repeating: nil, count: outputs.count)
        inputs = Array(repeating: nil, count: inputs.count)
    }
}
