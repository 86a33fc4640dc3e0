import Language
import ProcessImage
import Quantities

/// Orders in words: for the audit, and for whoever gave them.
extension Orders {
    /// The order as the audit keeps it: `run east-1 600 s`.
    func text(_ order: Order) -> String {
        let tables = context.tables
        return switch order.kind {
        case .run(let zone, .time(let time)): "run \(tables.tag(of: .zone(zone))) \(time.components.seconds) s"
        case .run(let zone, .volume(let volume)): "run \(tables.tag(of: .zone(zone))) \(volume.cubicMeters) m3"
        case .stopZone(let zone): "stop \(tables.tag(of: .zone(zone)))"
        case .calibrate(let zone, let what): "calibrate \(what) \(tables.tag(of: .zone(zone)))"
        case .acceptCalibration(let zone): "calibrate --accept \(tables.tag(of: .zone(zone)))"
        case .stopAll: "stop --all"
        case .acknowledge(let alarm): "ack \(tables.identifier(of: alarm))"
        case .acknowledgeAll: "ack --all"
        case .reset(let trip): "reset \(tables.identifier(of: AlarmID(EventKind(trip: trip.kind), trip.subject)))"
        case .resetAll: "reset --all"
        case .prove(let output, let time): "prove \(tables.tag(of: .output(output))) \(time.components.seconds) s"
        case .confirmProof(let output): "confirm-proof \(tables.tag(of: .output(output))): \(order.note)"
        case .startProgram(let program, let over): "start \(tables.tag(of: .program(program)))" + (over ? " --over" : "")
        case .pause(let subject, let time): "pause \(tables.tag(of: subject))" + (time.map { " \($0.components.seconds) s" } ?? "")
        case .resume(let subject): "resume \(tables.tag(of: subject))"
        case .rainDelay(let time): "rain-delay \(time.components.seconds) s"
        case .skipNext(let program): "skip \(tables.tag(of: .program(program)))"
        case .adjust(let program, let part): "adjust \(tables.tag(of: .program(program))) \(part.percent) %"
        case .setGate(let gate, let wanted, let time):
            "gate \(tables.tag(of: .gate(gate))) \(wanted.asTyped)" + (time.map { " \($0.components.seconds) s" } ?? "")
        case .freeGate(let gate): "gate \(tables.tag(of: .gate(gate))) auto"
        case .noteSchedule(let step, let version, let reason):
            "schedule \(step) \(version)" + (reason == .none ? "" : " \(reason)") + (order.note.isEmpty ? "" : ": \(order.note)")
        default: (tables.cageText(of: order.kind) ?? tables.dosingText(of: order.kind)) + (order.note.isEmpty ? "" : ": \(order.note)")
        }
    }

    // MARK: What became of it

    func result(_ order: Order, _ seen: Seen?) -> CommandReply.Result {
        let outcome = seen?.outcome
        let text = (outcome.flatMap { order.kind.cageRefusal($0) } ?? sentence(order.kind, outcome)).filled(["about": order.about])
        let remedy = (outcome.flatMap { order.kind.cageRemedy($0) } ?? remedy(order.kind, outcome))?.filled(["about": order.about])
        return .init(id: order.id, state: state(outcome), outcome: outcome.map { "\($0)" }, text: WireText(text),
                     against: (seen?.against ?? []).map { WireText(against($0)) }, remedy: remedy.map { WireText($0) })
    }

    /// What stands against a start, with its numbers.
    private func against(_ event: Event) -> Phrase {
        let cause = context.tables.text(of: event.cause)
        guard event.limit.isFinite else { return cause }
        let left = Volume(base: event.limit).text
        guard event.value.isFinite else {
            return Phrase(zh: "{cause}：剩 {left}，要灌多少算不出", en: "{cause}: {left} left, and nobody can tell how much it would give")
                .filled(["cause": cause, "left": left])
        }
        return Phrase(zh: "{cause}：要灌 {wanted}，只剩 {left}", en: "{cause}: {wanted} to give, {left} left")
            .filled(["cause": cause, "wanted": Volume(base: event.value).text, "left": left])
    }

    private func state(_ outcome: CommandOutcome?) -> String {
        switch outcome {
        case nil: "accepted"
        case .done: "done"
        case .queued: "queued"
        case .expired: "expired"
        case .refusedByTrip, .refusedBusy, .refusedNothingToDo, .refusedCauseStands, .refusedUnmeasured, .refusedClock,
             .refusedNotProven, .refusedRange, .refusedWindow, .refusedQuota, .refusedNoWater, .refusedDisabled,
             .refusedStock, .refusedDayUsedUp, .refusedNotPresent: "refused"
        }
    }

    private func sentence(_ kind: Command.Kind, _ outcome: CommandOutcome?) -> Phrase {
        switch outcome {
        case nil: Phrase(zh: "命令已交给控制器，还没看到结果", en: "the controller has the command; no outcome was seen yet")
        case .done: done(kind)
        case .queued where kind.isOfGate: Phrase(zh: "{about} 已记下，但现在动不了；能动时照此执行", en: "{about} has the order and is held for now; it is carried out when it may move")
        case .queued: Phrase(zh: "{about} 已排队，轮到时开始", en: "{about} waits for its turn")
        case .refusedByTrip: Phrase(zh: "{about} 已跳停，没有执行", en: "{about} is held by a trip; nothing was done")
        case .refusedBusy where kind.isAboutChannels: Phrase(zh: "{about} 正在使用，没有执行", en: "{about} is in use; nothing was done")
        case .refusedBusy where kind.isProof: Phrase(zh: "正在灌溉、排队或验证别的输出，没有动 {about}", en: "something waters, waits or is being proven; {about} was not moved")
        case .refusedBusy: Phrase(zh: "{about} 已在灌溉或排队，没有再加", en: "{about} is watering or waiting already; nothing was added")
        case .refusedNothingToDo: Phrase(zh: "{about}：没有要做的事", en: "{about}: there is nothing to do")
        case .refusedClock: Phrase(zh: "时钟未校准，定不了到期时间，没有执行", en: "the clock is not trusted, so no end can be set; nothing was done")
        case .refusedUnmeasured: Phrase(zh: "{about} 既无水表也不知流量，不能按水量灌", en: "{about} has neither meter nor known flow, so no volume can be given")
        case .refusedCauseStands: Phrase(zh: "{about} 未复位：原因还在", en: "{about} was not reset: the cause is still there")
        case .refusedRange: Phrase(zh: "{about}：超出允许范围，没有执行", en: "{about}: outside what may be ordered; nothing was done")
        case .refusedNoWater where kind.isTuning: Phrase(zh: "{about} 没有在施肥，没有执行", en: "{about} does not dose now; nothing was done")
        case .refusedNoWater: Phrase(zh: "{about}：没有清水在流，没有执行", en: "{about}: no clear water flows that it could go into; nothing was done")
        case .refusedStock: Phrase(zh: "{about} 的尾数或体重不合理，没有记账", en: "such numbers of fish cannot be in {about}; nothing was booked")
        case .refusedNotPresent: Phrase(zh: "{about} 只能在现场解锁", en: "{about} is released only from the spot")
        case .refusedDayUsedUp: Phrase(zh: "{about} 今天的投喂上限不够了，没有投喂", en: "that is more than {about} may still get today; nothing was given")
        case .refusedDisabled: Phrase(zh: "{about} 的施肥已停用，没有执行", en: "dosing of {about} is disabled; nothing was done")
        case .refusedWindow: Phrase(zh: "程序 {about} 没有启动：正在停灌时段", en: "program {about} was not started: a no-water window stands")
        case .refusedQuota: Phrase(zh: "程序 {about} 没有启动：用水指标不够", en: "program {about} was not started: a quota has too little left")
        case .refusedNotProven: Phrase(zh: "{about} 未启动：阀、主阀或水泵未经现场验证", en: "{about} was not started: its valve, master valve or pump has not been proven")
        case .expired: Phrase(zh: "命令过期，没有执行", en: "the command was too old and was not carried out")
        }
    }

    private func done(_ kind: Command.Kind) -> Phrase {
        switch kind {
        case .run(_, .time(let time)):
            Phrase(zh: "{about} 开始灌溉，{time}", en: "{about} starts watering for {time}").filled(["time": Phrase(time)])
        case .run(_, .volume(let volume)):
            Phrase(zh: "{about} 开始灌溉，计划 {volume}", en: "{about} starts watering: {volume}").filled(["volume": volume.text])
        case .calibrate: Phrase(zh: "{about} 开始标定，单独灌几分钟", en: "{about} is being calibrated; it waters alone for some minutes")
        case .acceptCalibration: Phrase(zh: "{about} 已采用标定值", en: "{about}: what was found counts from now on")
        case .stopZone, .stopAll: Phrase(zh: "{about} 正在停止", en: "{about}: stopping")
        case .acknowledge, .acknowledgeAll: Phrase(zh: "{about} 已确认", en: "{about}: acknowledged")
        case .prove(_, let time):
            Phrase(zh: "{about} 动作 {time}，请现场看", en: "{about} moves for {time}; look at it").filled(["time": Phrase(time)])
        case .confirmProof: Phrase(zh: "{about} 已记为验证通过", en: "{about} is recorded as proven")
        case .reset, .resetAll: Phrase(zh: "{about} 已复位", en: "{about}: reset")
        case .startProgram: Phrase(zh: "程序 {about} 已启动", en: "program {about} starts")
        case .pause(_, let time?):
            Phrase(zh: "{about} 暂停自动灌溉 {time}", en: "{about} is paused for {time}").filled(["time": Phrase(time)])
        case .pause(_, nil): Phrase(zh: "{about} 已暂停自动灌溉，直到 tidegate resume", en: "{about} is paused until tidegate resume")
        case .resume: Phrase(zh: "{about} 恢复自动灌溉", en: "{about} is resumed")
        case .rainDelay(let time): Phrase(zh: "因雨停灌 {time}", en: "rain delay of {time}").filled(["time": Phrase(time)])
        case .skipNext: Phrase(zh: "程序 {about} 下一次不启动", en: "program {about} will skip its next start")
        case .adjust(_, let part):
            Phrase(zh: "程序 {about} 今后按 {percent} % 给水", en: "program {about} gives {percent} % of its water from now on")
                .filled(["percent": Phrase(part.percent, decimals: 0)])
        case .setGate(_, let order, let time): order.done(for: time)
        case .freeGate: Phrase(zh: "{about} 恢复站点设定", en: "{about} goes by its own set-point again")
        case .noteSchedule: Phrase(zh: "已记下", en: "noted")
        default: kind.cageDone ?? dosingDone(kind)
        }
    }

    private func remedy(_ kind: Command.Kind, _ outcome: CommandOutcome?) -> Phrase? {
        switch (kind, outcome) {
        case (_, nil): Phrase(zh: "稍后看 tidegate status", en: "Look at tidegate status in a moment")
        case (.setGate, .queued): Phrase(zh: "看原因：tidegate why {about}", en: "See why: tidegate why {about}")
        case (.run, .refusedByTrip): Phrase(zh: "看原因：tidegate why {about}", en: "See why: tidegate why {about}")
        case (_, .refusedWindow), (_, .refusedQuota):
            Phrase(zh: "确要启动：tidegate start {about} --over", en: "To start it all the same: tidegate start {about} --over")
        case (.tune, .refusedNoWater): Phrase(zh: "等它施肥时再整定：tidegate dose", en: "Tune it while it doses: tidegate dose")
        case (_, .refusedNoWater): Phrase(zh: "先灌一个区的清水：tidegate run 分区 --for 20m", en: "Let clear water flow first: tidegate run ZONE --for 20m")
        case (_, .refusedDisabled): Phrase(zh: "启用：tidegate dose enable；先看为何停用：tidegate dose why", en: "Enable it: tidegate dose enable. See first why it is disabled: tidegate dose why")
        case (_, .refusedNotProven): Phrase(zh: "看缺哪一个：tidegate prove；再逐个验证", en: "See which: tidegate prove, then prove each")
        case (_, .refusedUnmeasured): Phrase(zh: "改用时间：tidegate run {about} --for 20m；或在站点文件里写它的 flow",
                                             en: "Give a time: tidegate run {about} --for 20m; or write its flow into the site file")
        case (_, .refusedCauseStands): Phrase(zh: "看怎么办：tidegate alarms", en: "See what to do: tidegate alarms")
        case (_, .expired): Phrase(zh: "再发一次；若常有，看 tidegate doctor", en: "Give it again; if this happens often, see tidegate doctor")
        default: nil
        }
    }
}

extension Command.Kind {
    fileprivate var isProof: Bool { if case .prove = self { true } else { false } }
}
