import Synchronization

/// Whether devices are asked half as often, because the battery empties. Set by the scan, read by the lines' threads.
final class Thrift: Sendable {
    /// What is polled faster is steered by, and is not spared.
    static let slowFrom = Duration.seconds(5)

    private let flag = Atomic<Bool>(false)

    var isOn: Bool {
        get { flag.load(ordering: .relaxed) }
        set { flag.store(newValue, ordering: .relaxed) }
    }
}
