import Field
import Interlocks
import Language
import ProcessImage
import Quantities

/// A safety bridge of the board, of which the site uses at least one line. To the site it is a device.
struct BridgeDraft {
    let board: Board.Bridge
    let index: DeviceIndex
    let label: Label
    let online: PointIndex
    let state: PointIndex
    var inputs: [BridgeInput] = []
}

extension SiteReader {
    /// The bridge with this tag: it becomes a device of the site with its first line.
    func addBridge(_ tag: String, at entry: Entry) {
        guard !bridges.contains(where: { $0.board.tag == tag }), let board = board?.bridge(tag),
              claim(tag: tag, at: entry) else { return }
        let index = DeviceIndex(devices.count + bridges.count)
        let online = addPoint("\(tag).online", name: Phrase(zh: "\(tag) 在线", en: "\(tag) online"), unit: .one, device: index,
                              every: SiteReader.lineInterval, isDigital: true)
        let state = addPoint("\(tag).state", name: Phrase(zh: "\(tag) 状态", en: "\(tag) state"), unit: .one, device: index,
                             every: SiteReader.lineInterval)
        bridges.append(BridgeDraft(board: board, index: index, label: Label(tag: tag), online: online, state: state))
    }

    /// An input of a bridge, once its points are there.
    func addBridgeInput(_ line: Board.Line, _ use: BridgeInput.Use) {
        guard let position = bridges.firstIndex(where: { $0.board.tag == line.bridge }) else { return }
        bridges[position].inputs.append(BridgeInput(name: line.address.name, number: line.address.offset, use: use))
    }

    /// Whether a point is a contact of a bridge.
    func isOnBridge(_ point: PointIndex) -> Bool {
        bridges.contains { $0.inputs.contains { if case .level(point, _) = $0.use { true } else { false } } }
    }

    // MARK: Outputs

    /// Without current every relay of a bridge drops out, and after that it is off until we come: that must be safe.
    func checkRelay(_ entry: Entry, _ line: LineAddress, safe: OutputLevel, kind: OutputKind) {
        guard safe.isOn != line.activeLow else { return }
        if line.activeLow {
            entry.refuse(Phrase(zh: "\(line.name) 是 active-low：桥断电时继电器释放，\(kind.name.zh)反而\(kind.isValve ? "打开" : "运转")。",
                                en: "\(line.name) is active-low: when the bridge has no current its relay drops out, and \(kind.name.en) would be \(kind.isValve ? "open" : "on")."),
                         Phrase(zh: "接到常开触点，板文件里写 out: active-high。", en: "Wire it to the normally open contact and write out: active-high in the board file."))
        } else {
            entry.notice(Phrase(zh: "安全状态是开，但桥断电时继电器释放，它会停。", en: "its safe state is on, but when the bridge has no current its relay drops out and it stops."),
                         Phrase(zh: "接到常闭触点，板文件里写 out: active-low。", en: "Wire it to the normally closed contact and write out: active-low in the board file."))
        }
    }

    func checkLongest(_ entry: Entry?, _ longest: Duration) {
        guard let entry, longest > BridgeRelay.maximumOnMax else { return }
        entry.refuse(Phrase(zh: "安全桥最多数到 \(BridgeRelay.maximumOnMax.text)。", en: "a safety bridge counts up to \(BridgeRelay.maximumOnMax.text)."),
                     Phrase(zh: "写 at-most: \(BridgeRelay.maximumOnMax.text) 或更短，或接到板的输出线上。",
                            en: "Write at-most: \(BridgeRelay.maximumOnMax.text) or less, or wire it to an output line of the board."))
    }

    // MARK: The lease

    /// A bridge's heartbeat is what is left of the lease, and must outlive a lost exchange.
    func settleBridges() {
        guard !bridges.isEmpty else { return }
        let least = max(BridgeTiming.leaseMin, period * BridgeTiming.scansMin)
        guard lease < least else { return }
        if let entry = fields["lease"], !entry.isBroken {
            entry.refuse(Phrase(zh: "有安全桥的站点，租约至少 \(least.text)（四次扫描，且不少于 \(BridgeTiming.leaseMin.text)）。",
                                en: "a site with a safety bridge needs a lease of at least \(least.text) (four scans, and \(BridgeTiming.leaseMin.text))."),
                         Phrase(zh: "写 lease: \(least.text)，或扫描得更快。", en: "Write lease: \(least.text), or scan faster."))
        } else if least > Limits.leaseMax {
            let slowest = Limits.leaseMax / BridgeTiming.scansMin
            (fields["scan"] ?? fields.owner).refuse(
                Phrase(zh: "有安全桥的站点，扫描周期不超过 \(slowest.text)。", en: "a site with a safety bridge scans at least every \(slowest.text)."),
                Phrase(zh: "写 scan: \(slowest.text) 或更短。", en: "Write scan: \(slowest.text) or less."))
        } else {
            lease = least
        }
    }

    // MARK: Plans

    func bridgePlans() -> [BridgePlan] {
        bridges.map { bridge in
            BridgePlan(index: bridge.index, tag: bridge.board.tag, path: board?.port(bridge.board.port) ?? bridge.board.port,
                       unit: bridge.board.unit, relays: relays(of: bridge), inputs: bridge.inputs, online: bridge.online,
                       state: bridge.state)
        }
    }

    private func relays(of bridge: BridgeDraft) -> [BridgeRelay] {
        outputs.enumerated().compactMap { index, output in
            guard case .relay(let line) = output.place, line.chip == bridge.board.tag else { return nil }
            return BridgeRelay(name: line.name, output: OutputIndex(index), number: line.offset, activeLow: line.activeLow,
                               safe: output.definition.safe, maximumOn: output.definition.maximumOn)
        }
    }

    func bridgeGuards() -> [BridgeGuard] {
        bridges.map { bridge in
            BridgeGuard(device: bridge.index, state: BridgePoint(index: bridge.state), outputs: relays(of: bridge).map(\.output))
        }
    }
}
