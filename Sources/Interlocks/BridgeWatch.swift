import ProcessImage
import Quantities

/// A bridge of the plan, from 0.
struct BridgeNumber: DenseIndex {
    let rawValue: UInt16
}

/// One safety bridge as it was seen last.
struct BridgeWatch: BitwiseCopyable {
    let device: DeviceIndex
    let state: BridgePoint
    let stateNoOlderThan: Duration
    var isArmed = false
    private(set) var standing = BridgeStanding.armed

    init(_ bridge: BridgeGuard) {
        device = bridge.device
        state = bridge.state
        stateNoOlderThan = bridge.stateNoOlderThan
    }

    /// - Returns: what it stands at, when that is news. What is not known changes nothing: it says nothing new.
    mutating func look(_ known: Known<BridgeStanding>) -> BridgeStanding? {
        isArmed = known == .known(.armed)
        guard let now = known.value, now != standing else { return nil }
        standing = now
        return now
    }
}

extension Interlocks {
    /// A standing that needs a person latches when it comes, once: the bridge stays at it until it is armed again, which is
    /// after the reset.
    mutating func watchBridges(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<bridgeWatch.count {
            let watch = bridgeWatch[number]
            let known = image.standing(of: watch.state, noOlderThan: watch.stateNoOlderThan)
            guard let news = bridgeWatch[number].look(known), news.needsPerson else { continue }
            latch(.bridge, .device(watch.device), &records, value: Double(news.rawValue))
        }
    }
}
