import Journal
import Language
import ProcessImage
import Quantities

/// The check-up: each part of the controller by name, whether it is well, and what to do if not.
extension Context {
    /// - Parameter storage: what the journal says of its files; `nil` when the disk did not answer.
    func doctor(_ live: LiveSnapshot, storage: [StorageReport]?) -> DoctorReply {
        DoctorReply(checks: [scanCheck(live), realtimeCheck(), guardCheck(live), clockCheck(live)].compactMap(\.self)
            + diskChecks(live, storage) + buses().map(busCheck) + links().map(linkCheck)
            + [armingCheck(live)].compactMap(\.self) + [alarmCheck(live)])
    }

    private func check(_ name: String, _ isWell: Bool, _ text: Phrase, else state: String = "warning",
                       remedy: Phrase? = nil) -> DoctorReply.Check {
        .init(check: name, state: isWell ? "ok" : state, text: WireText(text), remedy: isWell ? nil : remedy.map { WireText($0) })
    }

    private func scanCheck(_ live: LiveSnapshot) -> DoctorReply.Check {
        let age = (now() - live.instant).seconds
        guard age < max(scanPeriod.seconds * 10, 3) else {
            return check("scan", false, Phrase(zh: "扫描已停 {age}", en: "the scan has stood still for {age}").filled(["age": Phrase(now() - live.instant)]),
                         else: "bad", remedy: Phrase(zh: "重启控制器：sudo systemctl restart tidegated", en: "Restart the controller: sudo systemctl restart tidegated"))
        }
        let statistics = live.statistics
        let late = scanTimes.lateness.read()
        let text = Phrase(zh: "扫描周期 {period}，99% 的延迟不超过 {most}，最大 {worst}，超时 {late} 次，每次用时 {length}",
                          en: "scan every {period}, 99 % at most {most} late, {worst} at worst, {late} missed their turn; one takes {length}")
            .filled(["period": Phrase(scanPeriod), "most": short(late.quantile(0.99)), "worst": short(late.longest),
                     "late": Phrase(verbatim: "\(statistics.overruns)"), "length": short(scanTimes.length.read().quantile(0.5))])
        return check("scan", statistics.overruns == 0, text,
                     remedy: Phrase(zh: "关掉本机其他占用处理器的程序；给实时优先级（见下一项）", en: "End other programs that load this machine; give it the real-time right (next line)"))
    }

    private func realtimeCheck() -> DoctorReply.Check {
        check("realtime", isRealtime,
              isRealtime ? Phrase(zh: "有实时优先级", en: "has real-time priority") : Phrase(zh: "没有实时优先级", en: "no right to real-time priority"),
              remedy: Phrase(zh: "用安装包的 systemd 单元启动，或加 LimitRTPRIO=80", en: "Start it by the systemd unit that is shipped, or add LimitRTPRIO=80"))
    }

    private func guardCheck(_ live: LiveSnapshot) -> DoctorReply.Check? {
        guard let guardOnline, live.readings.indices.contains(guardOnline.offset) else { return nil }
        let reading = live.readings[guardOnline.offset]
        let answers = reading.quality == .good && reading.recorded != 0
        return check("guard", answers, answers ? Phrase(zh: "输出守护在运行", en: "the guard answers") : Phrase(zh: "输出守护无应答", en: "the guard does not answer"),
                     else: "bad", remedy: EventKind.guardLost.remedy)
    }

    private func clockCheck(_ live: LiveSnapshot) -> DoctorReply.Check {
        switch live.wall.trust {
        case .synced: check("clock", true, Phrase(zh: "时钟已同步", en: "the clock is synchronized"))
        case .heldOver: check("clock", false, Phrase(zh: "时钟未在对时，靠自身走时", en: "the clock runs on its own, no time source now"),
                              remedy: Phrase(zh: "恢复网络或 GPS 对时；短期内不影响灌溉", en: "Bring back the network or GPS time; watering goes on meanwhile"))
        case .unset: check("clock", false, Phrase(zh: "时钟未校准，定时程序暂停", en: "the clock is not trusted; timed programs are held"), else: "bad", remedy: EventKind.clockUntrusted.remedy)
        }
    }

    // MARK: Disk

    private func diskChecks(_ live: LiveSnapshot, _ storage: [StorageReport]?) -> [DoctorReply.Check] {
        guard let storage else {
            return [check("disk", false, Phrase(zh: "磁盘没有及时应答", en: "the disk does not answer in time"), else: "bad",
                          remedy: Phrase(zh: "查存储卡：dmesg | tail；控制照常", en: "Look at the card: dmesg | tail. Control goes on"))]
        }
        return storage.map(storageCheck) + [droppedCheck(live)]
    }

    private func storageCheck(_ report: StorageReport) -> DoctorReply.Check {
        let name = report.file.split(separator: "/").last.map(String.init) ?? report.file
        let size = Phrase(verbatim: megabytes(report.fileBytes))
        if !report.isWritable {
            return check(name, false, Phrase(zh: "{file} 写不进：{problem}", en: "{file} cannot be written: {problem}").filled(["file": Phrase(verbatim: name), "problem": Phrase(verbatim: report.problem ?? "?")]),
                         else: "bad", remedy: Phrase(zh: "查磁盘空间（df -h）与读写状态；控制照常", en: "Look at free space (df -h) and whether the disk is read-only. Control goes on"))
        }
        let wear = report.bytesPerDay.map { Phrase(zh: "，每天写 \(megabytes($0))", en: ", \(megabytes($0)) written a day") } ?? Phrase(verbatim: "")
        let text = Phrase(zh: "{file} 正常，{size}{wear}", en: "{file} is well, {size}{wear}").filled(["file": Phrase(verbatim: name), "size": size, "wear": wear])
        guard let aside = report.setAside.last else { return check(name, true, text) }
        return check(name, false, Phrase(zh: "{file} 曾损坏，旧文件另存为 {aside}", en: "{file} was damaged once; the old file is kept as {aside}").filled(["file": Phrase(verbatim: name), "aside": Phrase(verbatim: aside)]),
                     remedy: Phrase(zh: "把该文件拷给维护人员后删除；存储卡可能需要更换", en: "Give that file to whoever maintains this, then delete it; the card may need replacing"))
    }

    private func droppedCheck(_ live: LiveSnapshot) -> DoctorReply.Check {
        let dropped = live.statistics.recordsDropped
        return check("records", dropped == 0, dropped == 0 ? Phrase(zh: "记录无丢失", en: "no record was lost") : Phrase(zh: "已丢弃 \(dropped) 条记录", en: "\(dropped) records were dropped"),
                     remedy: Phrase(zh: "磁盘太慢：减少采集频率或换存储卡", en: "The disk is too slow: poll less often or replace the card"))
    }

    // MARK: Buses and alarms

    private func busCheck(_ bus: BusHealth) -> DoctorReply.Check {
        if let problem = bus.problem {
            return check("bus \(bus.tag)", false, Phrase(zh: "总线 \(bus.tag) 打不开：\(problem)", en: "bus \(bus.tag) cannot be opened: \(problem)"),
                         else: "bad", remedy: Phrase(zh: "查端口名、接线与网络", en: "Look at the port's name, the cable, the network"))
        }
        return check("bus \(bus.tag)", bus.answering == bus.devices,
                     Phrase(zh: "总线 \(bus.tag)：\(bus.devices) 台设备中 \(bus.answering) 台应答", en: "bus \(bus.tag): \(bus.answering) of \(bus.devices) devices answer"),
                     remedy: Phrase(zh: "哪台不应答：tidegate points --bad", en: "Which are silent: tidegate points --bad"))
    }

    private func linkCheck(_ link: Link) -> DoctorReply.Check {
        let name = link.kind == .beidou ? Phrase(zh: "北斗终端", en: "the BeiDou terminal") : Phrase(zh: "水利中心站 \(link.tag)", en: "center \(link.tag)")
        let waiting = link.waiting == 0 ? Phrase(verbatim: "") : Phrase(zh: "，待发 \(link.waiting)", en: ", \(link.waiting) waiting")
        let isWell = link.isUp && link.trouble == nil
        let state = link.trouble ?? (link.isUp ? Phrase(zh: "已接通", en: "connected") : Phrase(zh: "未接通", en: "not connected"))
        return check("link \(link.tag)", isWell, Phrase(zh: "\(name.zh)（\(link.end)）：\(state.zh)\(waiting.zh)", en: "\(name.en) (\(link.end)): \(state.en)\(waiting.en)"),
                     remedy: link.kind == .beidou ? Phrase(zh: "查终端的电源、串口线、天线和卡；控制照常", en: "Look at the terminal's supply, cable, antenna and card. Control goes on")
                         : Phrase(zh: "查网络和站点文件里的地址、密码；控制照常", en: "Look at the network, and at address and password in the site file. Control goes on"))
    }

    private func alarmCheck(_ live: LiveSnapshot) -> DoctorReply.Check {
        let count = live.alarms.count
        return check("alarms", count == 0, count == 0 ? Phrase(zh: "没有告警", en: "no alarms") : Phrase(zh: "有 \(count) 条告警", en: count == 1 ? "1 alarm stands" : "\(count) alarms stand"),
                     remedy: Phrase(zh: "逐条看：tidegate alarms", en: "See each: tidegate alarms"))
    }
}

/// Microseconds, or what is longer as people say it.
private func short(_ time: Duration) -> Phrase {
    time < .milliseconds(10) ? Phrase(verbatim: "\(time.nanoseconds / 1000) us") : Phrase(time)
}

private func megabytes(_ bytes: Int64) -> String {
    let tenths = bytes / 100_000
    return "\(tenths / 10).\(tenths % 10) MB"
}
