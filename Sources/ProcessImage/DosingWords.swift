public import Language

extension DosingReason {
    public var text: Phrase {
        switch self {
        case .idle: Phrase(zh: "未施肥", en: "idle")
        case .preWater: Phrase(zh: "先灌清水", en: "clear water first")
        case .dosing: Phrase(zh: "正在施肥", en: "dosing")
        case .flushing: Phrase(zh: "清水冲洗管道", en: "clear water flushes the lines")
        case .calibrating: Phrase(zh: "标定施肥通道", en: "a channel is being calibrated")
        case .tuning: Phrase(zh: "正在整定", en: "a loop is being tuned")
        case .noFlow: Phrase(zh: "没有确认到水流", en: "no flow is proven")
        case .otherZone: Phrase(zh: "有开着的分区还不该进肥", en: "a zone is open that must not get it now")
        case .backwash: Phrase(zh: "过滤器反冲洗", en: "the filter is being washed")
        case .held: Phrase(zh: "有施肥通道被联锁禁止，全部施肥通道一起等", en: "an interlock holds a channel; all of the recipe wait with it")
        case .ledger: Phrase(zh: "台账还没写到磁盘", en: "the ledger row is not on disk yet")
        case .probesDisagree: Phrase(zh: "两支探头读数相差过大", en: "the two probes disagree")
        case .blind: Phrase(zh: "EC 或 pH 探头没有可用读数", en: "an EC or pH probe has no usable reading")
        case .oldMix: Phrase(zh: "管道里还有不能混用的肥液", en: "the lines still hold what must not meet this recipe")
        case .stoppedByHand: Phrase(zh: "人工停止施肥", en: "dosing was stopped by hand")
        case .disabled: Phrase(zh: "施肥已停用", en: "dosing is disabled")
        case .ceiling: Phrase(zh: "到了用量上限", en: "a ceiling of the dose was reached")
        case .channelFault: Phrase(zh: "施肥通道出肥与命令不符", en: "a channel does not give what it is told")
        case .tankEmpty: Phrase(zh: "母液桶快空了", en: "a stock tank is nearly empty")
        case .waitedLong: Phrase(zh: "等得太久，本次不再施肥", en: "it waited too long")
        case .outOfBand: Phrase(zh: "EC 或 pH 超出允许范围", en: "EC or pH was out of its band")
        case .given: Phrase(zh: "已按计划施完", en: "all of it was given")
        case .otherWater: Phrase(zh: "等同一水源的另一种水灌完", en: "waits for other water from the same source")
        case .tooShort: Phrase(zh: "水量太少，不够施肥和冲洗", en: "too little water for the dose and its flush")
        case .flushOwed: Phrase(zh: "补冲洗：管道里留有肥液", en: "flush owed: fertiliser is left in the lines")
        }
    }
}

extension DosingLoop {
    public var text: Phrase {
        switch self {
        case .ec: Phrase(verbatim: "EC")
        case .ph: Phrase(verbatim: "pH")
        }
    }
}
