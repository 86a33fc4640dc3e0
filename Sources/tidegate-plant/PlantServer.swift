import Field
import ProcessImage
import Quantities

/// Everything the plant serves, opened: serial lines, TCP ports, board lines, safety bridges, the control socket.
final class PlantServer {
    let farm: Farm
    let loop = EventLoop()
    private var lines: BoardLines
    private var bridges: [BridgeTwin] = []
    /// What was opened, for the person who started it.
    private(set) var opened: [String] = []

    /// - Parameter folder: where links to serial ports and the control socket are put.
    init(farm: Farm, folder: String) throws(NotOpened) {
        self.farm = farm
        lines = BoardLines(farm: farm, folder: folder)
        try makeFolders(above: folder + "/plant.sock")
        for bus in farm.field.buses { try open(bus, in: folder) }
        for bridge in farm.field.bridges { try open(bridge, in: folder) }
        loop.add(try ControlSocket(path: folder + "/plant.sock", farm: farm))
        opened.append("lines \(folder)/lines.sock (of the guard)")
        opened.append("control \(folder)/plant.sock")
    }

    private func open(_ bus: BusPlan, in folder: String) throws(NotOpened) {
        let devices = bus.devices.map { SimulatedDevice($0, of: farm) }
        let units = bus.devices.map { "\($0.tag)=\($0.unit)" }.joined(separator: " ")
        switch bus.transport {
        case .serial(let path, let settings):
            let link = PlantServer.link(to: path, in: folder)
            loop.add(try SerialLine(link: link, settings: settings, devices: devices))
            opened.append("\(bus.tag) rtu \(link) \(settings.baud) baud, units \(units)")
        case .tcp(_, let port):
            loop.add(try TCPPort(port: port, framing: .tcp, devices: devices))
            opened.append("\(bus.tag) tcp 127.0.0.1:\(port), units \(units)")
        case .rtuOverTCP(_, let port):
            loop.add(try TCPPort(port: port, framing: .rtu, devices: devices))
            opened.append("\(bus.tag) rtu-over-tcp 127.0.0.1:\(port), units \(units)")
        }
    }

    private func open(_ bridge: BridgePlan, in folder: String) throws(NotOpened) {
        let link = PlantServer.link(to: bridge.path, in: folder)
        let twin = try BridgeTwin(bridge, of: farm, link: link, at: SystemClock.now())
        bridges.append(twin)
        loop.add(twin)
        opened.append("\(bridge.tag) safety bridge \(link)")
    }

    /// A port `/dev/ttyS1` is `folder/dev/ttyS1`; one that already lies in the folder stays where it is.
    static func link(to port: String, in folder: String) -> String {
        if port.hasPrefix(folder + "/") { return port }
        return folder + "/" + port.drop { $0 == "/" }
    }

    func run(until isEnding: () -> Bool) {
        loop.run(until: isEnding) { now in
            farm.turn(to: now)
            return bridges.reduce(lines.turn(at: now)) { min($0, $1.turn(at: now)) }
        }
    }
}
