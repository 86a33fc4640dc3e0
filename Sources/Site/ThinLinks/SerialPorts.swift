import Language

extension SiteReader {
    /// A serial port and its speed, for a link that has the port for itself.
    func lonelySerial(_ port: Entry, _ fields: Fields) -> LinkEnd? {
        let name = quoted(port.word ?? "")
        let due = Phrase(zh: "写上串口速率，如 baud: 9600。", en: "Give the speed of the port, such as baud: 9600.")
        let baud = fields.required("baud", due)?.baud()
        guard let path = serialPath(port) else { return nil }
        if let bus = buses.first(where: { $0.isSerial && $0.end == path }) {
            port.refuse(Phrase(zh: "串口 \(name) 已接总线 \(bus.tag)（第 \(bus.entry.line) 行）。",
                               en: "port \(name) is that of bus \(bus.tag) (line \(bus.entry.line))."),
                        Phrase(zh: "Modbus 总线不能与别的协议共用串口：换一个串口。", en: "A Modbus bus shares its port with nothing: take another port."))
            return nil
        }
        if let other = linkPorts[path] {
            port.refuse(Phrase(zh: "串口 \(name) 已用于 \(other.path)（第 \(other.line) 行）。",
                               en: "port \(name) is already used by \(other.path) (line \(other.line))."),
                        Phrase(zh: "两处各用一个串口。", en: "Give each a port of its own."))
            return nil
        }
        linkPorts[path] = port
        return baud.map { .serial(path: path, baud: $0) }
    }
}
