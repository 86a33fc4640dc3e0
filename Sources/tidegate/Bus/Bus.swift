import ArgumentParser
import Language

/// `tidegate bus …`: for the person with a laptop and a cable. Talks Modbus itself; the controller need not run.
struct Bus: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "bus",
            abstract: Phrase(zh: "直接与 Modbus 设备通信：扫描、读、写、抓帧、测时",
                             en: "talk to Modbus devices: scan, read, write, trace, time").said,
            discussion: Phrase(
                zh: "不需要控制器。同一串口若正由控制器使用，请先停下控制器，或改用 TCP。地址从 0 起，与线上报文一致。",
                en: "Needs no controller. A serial port the controller is using must be freed first. Addresses count from 0, as on the wire.").said,
            subcommands: [BusScan.self, BusRead.self, BusWrite.self, BusTrace.self, BusStats.self])
    }
}
