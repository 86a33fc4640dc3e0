public import Language
public import Quantities

// One word or short sentence for every state the core knows, in both languages.

extension Interlock {
    public var text: Phrase {
        switch self {
        case .deadHead: Phrase(zh: "下游阀门未开，水泵不得运转", en: "no valve downstream of the pump is open")
        case .suctionLevel: Phrase(zh: "水源缺水，或水位读不到", en: "the source is empty or its level is not known")
        case .capacity: Phrase(zh: "水源供水已用满，等候", en: "waits for the source to have water to spare")
        case .maximumOn: Phrase(zh: "最长动作时间已用完", en: "its longest time on is used up")
        case .tripped: Phrase(zh: "跳停未复位", en: "a trip stands")
        case .soak: Phrase(zh: "等上一轮水渗下去", en: "lets the water of the last cycle soak in")
        case .exclusion: Phrase(zh: "与正在灌的分区互斥", en: "must not water together with a zone that is open")
        case .valvesAtOnce: Phrase(zh: "同时开阀数已到上限", en: "as many valves are on as may be")
        case .recovery: Phrase(zh: "等水源恢复", en: "waits for the source to recover")
        case .power: Phrase(zh: "供电容量已用满，等别的水泵停", en: "the supply does not carry another pump now")
        case .shift: Phrase(zh: "等前一个轮灌组灌完", en: "waits for the shift before it")
        case .backwash: Phrase(zh: "过滤器反冲洗", en: "the filter is being washed")
        case .volumeGuard: Phrase(zh: "灌够水量的限时已到", en: "the longest time for this volume is used up")
        case .emergencyStop: Phrase(zh: "急停线尚未读到", en: "the emergency stop line is not known to be released")
        case .bridgeNotArmed: Phrase(zh: "安全桥未投入", en: "its safety bridge is not armed")
        case .noPressure: Phrase(zh: "压力和流量都上不来", en: "neither pressure nor flow comes up")
        case .underCurrent: Phrase(zh: "电机电流过小，泵在空转", en: "the motor draws too little current to move water")
        case .resting: Phrase(zh: "电机停机休息时间未到", en: "the motor has to rest before it starts again")
        case .startsPerHour: Phrase(zh: "电机本小时启动次数已用完", en: "the motor has had its starts of this hour")
        case .unreachable: Phrase(zh: "所接设备无应答", en: "the device it is wired to does not answer")
        case .motorProtection: Phrase(zh: "电机保护动作，或保护触点读不到", en: "the motor's protection reports a fault or cannot be read")
        case .notProven: Phrase(zh: "输出未经现场验证", en: "an output has not been proven on the spot")
        case .pressureDrop: Phrase(zh: "流量上升而压力下降", en: "flow rose while pressure fell")
        case .oppositeDrive: Phrase(zh: "升、降不得同时动作，换向要间隔", en: "the opposite drive is on, or was just now")
        case .noProvenFlow: Phrase(zh: "没有确认到水流，肥液会停在管里", en: "no flow is proven: what is dosed would stand in the pipe")
        case .dosePressure: Phrase(zh: "压力不在施肥范围内，或读不到", en: "the pressure is outside of what dosing may have, or not known")
        case .preFlush: Phrase(zh: "清水流动时间还不够", en: "clear water has not flowed for long enough")
        case .stockEmpty: Phrase(zh: "母液桶空了，或液位读不到", en: "the stock tank is empty or its level is not known")
        case .doseInWater: Phrase(zh: "流过的水只够这么多肥", en: "the water that has passed bears no more stock")
        case .dosePerRun: Phrase(zh: "本次用量上限已用完", en: "the ceiling of one run is used up")
        case .dosePerHour: Phrase(zh: "一小时用量上限已用完", en: "the ceiling of an hour is used up")
        case .dosePerDay: Phrase(zh: "24 小时用量上限已用完", en: "the ceiling of 24 hours is used up")
        case .doseUnbooked: Phrase(zh: "用量还没记进台账", en: "the ledger has not booked the next portion yet")
        case .probesApart: Phrase(zh: "两支探头读数相差过大", en: "the two probes are too far apart")
        case .probeUnknown: Phrase(zh: "控制所用的探头没有可用读数", en: "a probe that is steered by has no usable reading")
        case .incompatible: Phrase(zh: "与正在施或尚未冲净的肥液不能相遇", en: "it must not meet what is dosed or not flushed out yet")
        case .partnerHeld: Phrase(zh: "配对的施肥通道不能施，一起停", en: "a channel that belongs with it can not dose")
        case .longestPulse: Phrase(zh: "单次开启时间已到上限", en: "on for as long as one pulse may be")
        case .dosingDisabled: Phrase(zh: "施肥已停用", en: "dosing is disabled")
        case .leakTray: Phrase(zh: "接液盘有液，或触点读不到", en: "something lies in the leak tray, or its contact cannot be read")
        case .beyondCut: Phrase(zh: "EC 或 pH 超出极限", en: "EC or pH is beyond its cut")
        case .gateLimit: Phrase(zh: "闸门已到该方向的限位，或限位读不到", en: "the gate is at its end that way, or its limit switch cannot be read")
        case .motorHot: Phrase(zh: "电机过热，或测温触点读不到", en: "its motor is too hot, or its thermistor cannot be read")
        case .overPressure: Phrase(zh: "管道超压，泄压", en: "the main has too much pressure")
        case .calibration: Phrase(zh: "标定：等旁边的分区水流平稳", en: "calibration: waits until the zone beside it waters evenly")
        case .apart: Phrase(zh: "几个分区同灌流量不对，正逐个单独灌以查明", en: "zones that watered together took the wrong flow; they water one at a time until the bad one is found")
        case .notANumber: Phrase(zh: "给定值算不出来", en: "what it was asked for is no number")
        case .gateTorque: Phrase(zh: "闸门过力矩，或力矩触点读不到", en: "the gate met too much torque, or its torque switch cannot be read")
        case .feedAir: Phrase(zh: "风压没有确认，不下料", en: "no proven air for the feed")
        case .selectorAir: Phrase(zh: "管里有风，分配器不动", en: "the pipe is not still")
        case .cageLocked: Phrase(zh: "网箱已锁（有人作业）", en: "the cage is locked")
        case .batterySaved: Phrase(zh: "蓄电池不足，先停不要紧的", en: "the battery empties: what can be done without is off")
        case .depthLimit: Phrase(zh: "网箱已到深度限位，或深度读不到", en: "the cage is at its end that way, or its depth cannot be read")
        }
    }
}

extension TripKind {
    public var text: Phrase {
        switch self {
        case .emergencyStop: Phrase(zh: "急停", en: "emergency stop")
        case .dryRun: Phrase(zh: "缺水干转", en: "dry run")
        case .noFlow: Phrase(zh: "无流量", en: "no flow")
        case .leak: Phrase(zh: "漏水", en: "leak")
        case .pressureDecay: Phrase(zh: "主管保不住压", en: "a main that does not hold its pressure")
        case .burst: Phrase(zh: "疑爆管", en: "burst")
        case .maximumOn: Phrase(zh: "动作超时", en: "on for too long")
        case .readback: Phrase(zh: "实际状态与命令不符", en: "not what it was told to be")
        case .lowFlow: Phrase(zh: "流量偏低", en: "low flow")
        case .highFlow: Phrase(zh: "流量偏高", en: "high flow")
        case .stuckValve: Phrase(zh: "阀门关不严", en: "a valve that does not close")
        case .overPressure: Phrase(zh: "超压", en: "too much pressure")
        case .motorFault: Phrase(zh: "电机故障", en: "motor fault")
        case .bridge: Phrase(zh: "安全桥跳停", en: "bridge trip")
        case .setpointReadback: Phrase(zh: "设备里的给定值与下发的不符", en: "a set-point its device does not hold")
        case .gateStuck: Phrase(zh: "闸门卡住", en: "stuck gate")
        case .doseConductivity: Phrase(zh: "EC 超限", en: "EC out of its limits")
        case .doseAcidity: Phrase(zh: "pH 超限", en: "pH out of its limits")
        case .injectorLeak: Phrase(zh: "注肥器漏肥", en: "leaking injector")
        case .leakTray: Phrase(zh: "接液盘有液", en: "leak tray")
        case .overdose: Phrase(zh: "用量超限", en: "overdose")
        case .doseUnbalanced: Phrase(zh: "配对施肥通道不等", en: "unequal channels")
        case .probeFrozen: Phrase(zh: "探头卡死", en: "frozen probe")
        }
    }
}

extension BridgeStanding {
    public var text: Phrase {
        switch self {
        case .armed: Phrase(zh: "已投入", en: "armed")
        case .heartbeat: Phrase(zh: "没有按时收到控制器的心跳", en: "it did not hear the controller in time")
        case .relayTime: Phrase(zh: "有继电器动作超过最长时间", en: "a relay was on for its longest time")
        case .hostOrder: Phrase(zh: "控制器令其停止", en: "a controller told it to stop")
        case .configuration: Phrase(zh: "桥内存中的配置损坏", en: "its configuration was damaged in memory")
        case .fault: Phrase(zh: "桥的处理器出错", en: "its processor met a fault")
        case .watchdog: Phrase(zh: "桥的看门狗动作", en: "its watchdog")
        case .brownOut: Phrase(zh: "桥的电压过低", en: "its supply was too low")
        case .powerOn: Phrase(zh: "桥刚上电", en: "its power came on")
        case .reset: Phrase(zh: "桥被复位", en: "it was reset")
        case .unsteady: Phrase(zh: "桥十分钟内三次重新启动", en: "it began anew three times within ten minutes")
        case .otherProtocol: Phrase(zh: "固件的协议版本不同，请刷写配套固件", en: "its firmware speaks another protocol version; flash the one that belongs here")
        case .tooFewChannels: Phrase(zh: "桥的通道比板文件写的少，请核对板文件与型号", en: "it has fewer channels than the board file says; compare board file and model")
        case .notCommissioned: Phrase(zh: "桥不接受本站配置", en: "it does not take the configuration of this site")
        }
    }
}

extension Amount {
    /// Such as "20 min" or "8.50 m3".
    public var text: Phrase {
        switch self {
        case .time(let time): Phrase(time)
        case .volume(let volume): volume.text
        }
    }
}

extension Volume {
    /// Such as "8.50 m3".
    public var text: Phrase {
        Phrase(verbatim: Phrase(cubicMeters, decimals: abs(cubicMeters) < 100 ? 2 : 1).en + " m3")
    }
}

extension ZonePhase {
    public var text: Phrase {
        switch self {
        case .idle: Phrase(zh: "未灌", en: "idle")
        case .queued: Phrase(zh: "排队", en: "waits")
        case .starting: Phrase(zh: "启动中", en: "starting")
        case .watering: Phrase(zh: "灌溉中", en: "watering")
        case .stopping: Phrase(zh: "关闭中", en: "stopping")
        case .tripped: Phrase(zh: "已跳停", en: "tripped")
        case .resting: Phrase(zh: "间歇", en: "rests")
        }
    }
}

extension Quality {
    public var text: Phrase {
        switch self {
        case .bad: Phrase(zh: "不可用", en: "bad")
        case .uncertain: Phrase(zh: "存疑", en: "uncertain")
        case .good: Phrase(zh: "正常", en: "good")
        }
    }
}

extension Reason {
    public var text: Phrase {
        switch self {
        case .none: Phrase(zh: "正常", en: "none")
        case .neverRead: Phrase(zh: "尚未读到", en: "never read")
        case .noAnswer: Phrase(zh: "设备无应答", en: "the device does not answer")
        case .garbled: Phrase(zh: "应答报文有误", en: "the answer was damaged")
        case .refused: Phrase(zh: "设备拒绝", en: "the device refused")
        case .noSuchRegister: Phrase(zh: "设备没有此寄存器", en: "the device has no such register")
        case .sensorFault: Phrase(zh: "传感器故障", en: "the sensor reports a fault")
        case .outOfRange: Phrase(zh: "超出量程", en: "outside the sensor's range")
        case .stale: Phrase(zh: "数据过旧", en: "too old")
        case .notConnected: Phrase(zh: "未连接", en: "not connected")
        case .guardLost: Phrase(zh: "输出守护失联", en: "the guard cannot be reached")
        }
    }
}

extension AlarmState {
    public var text: Phrase {
        switch self {
        case .normal: Phrase(zh: "正常", en: "normal")
        case .unacknowledged: Phrase(zh: "未确认", en: "unacknowledged")
        case .acknowledged: Phrase(zh: "已确认", en: "acknowledged")
        case .returned: Phrase(zh: "已恢复，待确认", en: "returned, not acknowledged")
        }
    }
}

extension Severity {
    public var text: Phrase {
        switch self {
        case .info: Phrase(zh: "提示", en: "info")
        case .warning: Phrase(zh: "注意", en: "warning")
        case .critical: Phrase(zh: "严重", en: "critical")
        }
    }
}

extension RunOutcome {
    public var text: Phrase {
        switch self {
        case .completed: Phrase(zh: "完成", en: "completed")
        case .stopped: Phrase(zh: "人工停止", en: "stopped by hand")
        case .tripped: Phrase(zh: "跳停", en: "tripped")
        case .interrupted: Phrase(zh: "因重启中断", en: "interrupted by a restart")
        case .notStarted: Phrase(zh: "未能开始", en: "not started")
        }
    }
}

extension OccurrenceDecision {
    public var text: Phrase {
        switch self {
        case .started: Phrase(zh: "按时启动", en: "started on time")
        case .caughtUp: Phrase(zh: "补启动", en: "caught up")
        case .missed: Phrase(zh: "错过", en: "missed")
        case .skipped: Phrase(zh: "跳过", en: "skipped")
        }
    }
}

extension CommandOutcome {
    public var text: Phrase {
        switch self {
        case .done: Phrase(zh: "已执行", en: "done")
        case .queued: Phrase(zh: "已排队，轮到即开", en: "queued; it starts when its turn comes")
        case .refusedByTrip: Phrase(zh: "未执行：跳停未复位，请先查明原因再复位", en: "refused: a trip stands; find its cause and reset it first")
        case .refusedBusy: Phrase(zh: "未执行：该分区已有一次在灌、一次在等", en: "refused: the zone has one run in hand and one waiting")
        case .refusedNothingToDo: Phrase(zh: "没有要做的事", en: "there was nothing to do")
        case .refusedCauseStands: Phrase(zh: "未复位：原因仍在", en: "not reset: the cause is still there")
        case .refusedUnmeasured: Phrase(zh: "未执行：该分区既无水表也不知流量，请改用时间", en: "refused: the zone has neither meter nor known flow; give a time")
        case .refusedClock: Phrase(zh: "未执行：时钟未校准，定不了到期时间", en: "refused: the clock is not trusted, so no end can be set")
        case .expired: Phrase(zh: "命令过期，未执行", en: "too old, not carried out")
        case .refusedRange: Phrase(zh: "未执行：超出允许范围", en: "refused: outside what may be ordered")
        case .refusedWindow: Phrase(zh: "未执行：正在停灌时段", en: "refused: a no-water window stands")
        case .refusedQuota: Phrase(zh: "未执行：超出用水指标", en: "refused: more than a quota has left")
        case .refusedNoWater: Phrase(zh: "未执行：没有清水在流，药液无处可去", en: "refused: no clear water flows that it could go into")
        case .refusedDisabled: Phrase(zh: "未执行：施肥已停用", en: "refused: dosing is disabled")
        case .refusedStock: Phrase(zh: "未执行：尾数或体重不合理", en: "refused: such numbers of fish cannot be")
        case .refusedNotPresent: Phrase(zh: "未执行：须在现场操作", en: "refused: only from the spot")
        case .refusedDayUsedUp: Phrase(zh: "未执行：超过今天的投喂上限", en: "refused: more than the day's limit")
        case .refusedNotProven: Phrase(zh: "未执行：阀、主阀或水泵未经现场验证", en: "refused: its valve, master valve or pump has not been proven on the spot")
        }
    }
}

extension Author {
    public var text: Phrase {
        switch self {
        case .localOperator: Phrase(zh: "本地人员", en: "local operator")
        case .simulator: Phrase(zh: "模拟器", en: "simulator")
        case .remote: Phrase(zh: "远程", en: "remote")
        }
    }
}

extension ClockTrust {
    public var text: Phrase {
        switch self {
        case .unset: Phrase(zh: "未校准", en: "not set")
        case .heldOver: Phrase(zh: "守时中", en: "held over")
        case .synced: Phrase(zh: "已同步", en: "synced")
        }
    }
}

extension OutputKind {
    public var text: Phrase {
        switch self {
        case .valve: Phrase(zh: "阀门", en: "valve")
        case .masterValve: Phrase(zh: "主阀", en: "master valve")
        case .flushValve: Phrase(zh: "冲洗阀", en: "flush valve")
        case .pump: Phrase(zh: "水泵", en: "pump")
        case .doser: Phrase(zh: "加药泵", en: "doser")
        case .feeder: Phrase(zh: "投饵机", en: "feeder")
        case .aerator: Phrase(zh: "增氧机", en: "aerator")
        case .blower: Phrase(zh: "风机", en: "blower")
        case .lamp: Phrase(zh: "灯", en: "lamp")
        case .horn: Phrase(zh: "警报器", en: "horn")
        case .other: Phrase(zh: "其他输出", en: "other output")
        case .gate: Phrase(zh: "闸门启闭机", en: "gate drive")
        case .selector: Phrase(zh: "分配器", en: "selector")
        case .spreader: Phrase(zh: "撒料盘", en: "spreader")
        case .winch: Phrase(zh: "网箱绞车", en: "cage winch")
        }
    }

    /// What people call a level of such a thing: a valve is open or closed, anything else on or off.
    public func text(of level: OutputLevel) -> Phrase {
        switch (self, level) {
        case (.valve, .on), (.masterValve, .on), (.flushValve, .on): Phrase(zh: "开", en: "open")
        case (.valve, .off), (.masterValve, .off), (.flushValve, .off): Phrase(zh: "关", en: "closed")
        case (_, .on): Phrase(zh: "运行", en: "on")
        case (_, .off): Phrase(zh: "停止", en: "off")
        }
    }
}
