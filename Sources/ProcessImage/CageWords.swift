import Language

/// What is told of net cages; see `EventKind.text`.
extension EventKind {
    var cageText: Phrase {
        switch self {
        case .oxygenLow: Phrase(zh: "{subject} 溶氧低：{value}，应不低于 {limit}；增氧机已开", en: "{subject} has too little oxygen: {value}, at least {limit} expected; its aerators are on")
        case .oxygenEmergency: Phrase(zh: "{subject} 缺氧危急：{value}，低于 {limit}；增氧全部打开", en: "{subject} is dangerously short of oxygen: {value}, below {limit}; all its aeration is on")
        case .oxygenBlind: Phrase(zh: "{subject} 溶氧读不到或不可信；增氧机保持打开", en: "the oxygen of {subject} cannot be read or is not believed; its aerators stay on")
        case .aeratorUnproven: Phrase(zh: "{subject} 的增氧机开了却没有证明在转；已叫下一级（溶氧 {value}）", en: "an aerator of {subject} is on and not proven to run; the next one is called (oxygen {value})")
        case .oxygenFull: Phrase(zh: "{subject} 溶氧已过饱和（{value}），纯氧已关", en: "the water of {subject} has its fill of oxygen ({value}); pure oxygen is shut")
        case .oxygenEnough: Phrase(zh: "{subject} 溶氧恢复：{value}", en: "{subject} has enough oxygen again: {value}")
        case .sirenSounds: Phrase(zh: "{subject} 警笛响（溶氧 {value}）", en: "the siren of {subject} sounds (oxygen {value})")
        case .mealStarted: Phrase(zh: "{subject} 开始投喂，计划 {value}", en: "{subject} is being fed, {value} to give")
        case .mealEnded: Phrase(zh: "{subject} 喂完一餐：{value}（计划 {limit}），用时 {duration}", en: "{subject} was fed {value} of {limit} in {duration}")
        case .mealShort: Phrase(zh: "{subject} 这一餐少喂 {value}（计划 {limit}，{cause}）；不补喂", en: "{subject} got {value} less than the {limit} of its meal ({cause}); it is not made up for")
        case .mealMissed: Phrase(zh: "{subject} 第 {value} 餐没有喂（{cause}）；不补喂", en: "meal {value} of {subject} was missed ({cause}); it is not made up for")
        case .mealInterrupted: Phrase(zh: "{subject} 投喂因控制器重启中断：最多已喂 {value}（计划 {limit}）；不再重喂", en: "a meal of {subject} was interrupted by a restart: at most {value} of {limit} were given; it is not repeated")
        case .lineFault: Phrase(zh: "{subject} 故障：{cause}；已停，复位前不再投喂", en: "{subject} has a fault: {cause}; it stands until it is reset")
        case .linePurgeOwed: Phrase(zh: "{subject} 停在有料的时候；恢复后先吹净", en: "{subject} was stopped with feed in its pipe; it is blown out before anything else")
        case .linePurged: Phrase(zh: "{subject} 已吹净", en: "{subject} is blown clean")
        case .linePushed: Phrase(zh: "{subject} 堵了，正在顶吹", en: "{subject} is blocked and is being blown at")
        case .stockChanged: Phrase(zh: "{subject} 存量改为 {value}（{cause}）", en: "the stock of {subject} is now {value} ({cause})")
        case .cageLocked: Phrase(zh: "{subject} 已锁，投喂设备不动（{cause}）", en: "{subject} is locked; nothing that feeds it moves ({cause})")
        case .cageReleased: Phrase(zh: "{subject} 已解锁（{cause}）", en: "{subject} is released ({cause})")
        case .siloLow: Phrase(zh: "{subject} 料不多了：{value}，低于 {limit}", en: "{subject} runs low: {value}, below {limit}")
        case .siloSet: Phrase(zh: "{subject} 现有 {value}（{cause}）", en: "{subject} holds {value} now ({cause})")
        case .fastBooked: Phrase(zh: "{subject} 已安排停食（{cause}）", en: "{subject} is booked to fast ({cause})")
        case .fastOver: Phrase(zh: "{subject} 停食已取消或结束", en: "the fast of {subject} is over")
        case .appetiteSet: Phrase(zh: "{subject} 食欲调为 {value}（{cause}），逐日减退", en: "the appetite of {subject} is set to {value} ({cause}); it fades day by day")
        case .fishMoved: Phrase(zh: "{subject} 移出 {value} 尾（{cause}）", en: "{value} fish were moved out of {subject} ({cause})")
        case .batteryFalls: Phrase(zh: "蓄电池 {value}，低于 {limit}：先停摄像头一类，再放慢轮询，再停上行；增氧和告警照常", en: "battery at {value}, below {limit}: cameras and the like go first, then the rate of polling, then the uplink; aeration and alarms stay")
        case .batteryRises: Phrase(zh: "蓄电池恢复到 {value}（限值 {limit}）", en: "battery back at {value} (limit {limit})")
        case .batteryLow: Phrase(zh: "蓄电池不足", en: "the battery is low")
        case .batteryCritical: Phrase(zh: "蓄电池快没电了：上行已停，请充电或送电", en: "the battery is nearly empty: the uplink is off; charge it or bring power")
        case .depthProposed: Phrase(zh: "{subject} 建议升降到 {value}：那里水温和溶氧合适；确认：tidegate depth accept", en: "{subject} would be better at {value}: water cold and rich enough; to agree: tidegate depth accept")
        case .depthMoving: Phrase(zh: "{subject} 从 {value} 升降到 {limit}", en: "{subject} is moved from {value} to {limit}")
        case .depthReached: Phrase(zh: "{subject} 已到 {value}", en: "{subject} is at {value}")
        case .depthStuck: Phrase(zh: "{subject} 停在 {value} 不动（要到 {limit}）：查绞车或压载；重新下令才再动", en: "{subject} does not move from {value} towards {limit}: look at its winch or ballast; it is tried again on a new order")
        default: Phrase(verbatim: "\(self)")
        }
    }
}
