import Quantities

/// What a driver has seen of an input.
enum LineSight: Sendable, Equatable {
    /// The line went to a level. `missed`: edges of the same kind the driver knows it lost before this one.
    case edge(input: Int, to: Bool, at: Instant, missed: UInt64)
    /// The line is at a level; how it came there is not known.
    case level(input: Int, Bool, at: Instant)
    /// The line cannot be read any more.
    case lost(input: Int)
}

/// Who reaches the lines of a table. Lines are named by their number in the table (`LineTable.drivenLines`); `true` is
/// active, whatever the polarity on the board.
///
/// No call waits. What cannot be taken or driven is a fault of that line alone and never stops the others.
protocol LineDriver: AnyObject {
    /// Takes every line that is not held, outputs at their bit of `levels` in the same call. Called again and again: a
    /// line whose chip is gone is given back, so that it is taken anew when the chip is back.
    /// - Returns: the outputs this call took.
    @discardableResult
    func take(outputs levels: UInt64) -> UInt64
    /// Outputs that are not held or could not be driven.
    var faulted: UInt64 { get }
    /// - Returns: whether the line is at the level now.
    func set(output: Int, _ level: Bool) -> Bool
    /// The level of an input now; `nil` when it cannot be read.
    func level(input: Int) -> Bool?
    /// Descriptors that become readable when `read` has something.
    func forEachDescriptor(_ body: (Int32) -> Void)
    /// Reports what happened since the last call, oldest first.
    func read(_ report: (LineSight) -> Void)
    /// Gives all lines back.
    func release()
}

/// Lines by their driver's name. `runDirectory` is where a simulated board has its socket.
func makeDriver(_ table: LineTable, runDirectory: String) -> any LineDriver {
    switch table.driver {
    case .gpio: GPIODDriver(table)
    case .simulated: SimulatedDriver(table, runDirectory: runDirectory)
    }
}
