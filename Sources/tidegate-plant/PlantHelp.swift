import Language

/// What `tidegate-plant --help` says.
enum PlantHelp {
    static let abstract = Phrase(
        zh: "模拟的农场：真实的 Modbus 设备、板上线路、水力与土壤，实时运行",
        en: "a simulated farm in real time: real Modbus devices, board lines, water and soil")
    static let site = Phrase(zh: "站点文件", en: "the site file")
    static let folder = Phrase(zh: "运行目录：串口链接、lines.sock 与 plant.sock 放在这里",
                               en: "run directory: links to serial ports, lines.sock and plant.sock are here")
    static let speed = Phrase(zh: "农场时间快多少倍，0.01 到 3600", en: "how many times faster the farm lives, 0.01 to 3600")
    static let seed = Phrase(zh: "天气与传感器噪声的种子", en: "seed of weather and sensor noise")
    static let wrongSpeed = Phrase(zh: "--speed 应在 0.01 到 3600 之间", en: "--speed must be from 0.01 to 3600")

    static let discussion = Phrase(
        zh: """
            通过 RUNDIR/plant.sock 下命令（每行一条，每条回一行），例如：
              echo state | socat - UNIX:RUNDIR/plant.sock

            命令：
            \(commands)
              fault …    开始一个故障        clear …    结束它
              clear all  结束全部故障        faults     现有故障
              state      水位、流量、阀门开度、输出、测点真值（JSON，一行）
            """,
        en: """
            Orders go to RUNDIR/plant.sock, a line each, answered by a line each, such as:
              echo state | socat - UNIX:RUNDIR/plant.sock

            Orders:
            \(commands)
              fault …    begins a fault       clear …    ends it
              clear all  ends every fault     faults     what is wrong now
              state      levels, flows, openings, outputs and true values (JSON, one line)
            """)

    /// One line for each kind of fault.
    private static let commands = FaultWords.catalogue.map { entry in
        "  fault \(entry.kind)\(entry.kind == "estop" ? "" : " TAG") \(entry.faults.joined(separator: "|"))"
    }.joined(separator: "\n")
}
