import Journal
import Language
import ProcessImage
import Quantities

/// Net cages as people see them: from the live state alone, so that they are told while the disk hangs.
extension Context {
    func cagesReply(_ live: LiveSnapshot) -> CagesReply {
        CagesReply(time: time(live.wall), cages: cages(live), lines: feedLines(live))
    }

    func cages(_ live: LiveSnapshot) -> [CageReply] {
        zip(tables.cages.indices, live.cages).map { number, status in
            let oxygen = status.oxygen, cage = CageIndex(number)
            return CageReply(
                cage: tables.label(of: .cage(cage)), state: oxygen.name,
                oxygenMgL: oxygen.worst.isFinite ? oxygen.worst : nil, stagesOn: Int(oxygen.stages), isUnproven: oxygen.isUnproven,
                sirenSounds: oxygen.siren, stock: status.stock.map {
                    .init(count: $0.count, meanG: $0.mean.kilograms * 1000, biomassKg: $0.biomass.kilograms)
                }, feeding: feeding(of: cage, status), depth: live.depths[cage].map {
                    .init(depthM: $0.depth?.meters, goalM: $0.goal?.meters, proposedM: $0.proposed?.meters,
                          isMoving: $0.isMoving, isStuck: $0.isStuck)
                })
        }
    }

    private func feeding(of cage: CageIndex, _ status: CageStatus) -> CageReply.Feeding? {
        guard let line = feeding.cages[cage.offset].line else { return nil }
        let isFed = status.planned > .zero
        return .init(
            line: tables.label(of: .line(line)), state: "\(shown(status))", why: WireText(shown(status).text),
            sharePercent: status.share * 100, plannedKg: isFed ? status.planned.kilograms : nil,
            givenKg: isFed ? status.given.kilograms : nil, todayKg: status.today.kilograms,
            mostTodayKg: feeding.cages[cage.offset].dayAtMost?.kilograms ?? 0, appetitePercent: status.appetite * 100,
            nextMeal: status.nextMeal.map { WireTime($0, tables.clock) }, isLocked: status.isLocked,
            fast: status.fast.map { WireText($0.text) })
    }

    /// Between meals, what would stand against one comes before how the last one went.
    func shown(_ status: CageStatus) -> FeedReason {
        if status.planned > .zero { return status.reason }
        if status.isLocked { return .locked }
        if status.fast != nil { return .fasting }
        let isIdle = status.reason == .waiting || status.reason == .resting || status.reason == .feeding
        return isIdle && status.share <= 0 ? status.gate ?? status.reason : status.reason == .feeding ? .resting : status.reason
    }

    func feedLines(_ live: LiveSnapshot) -> [FeedLineReply] {
        zip(tables.feedLines.indices, live.feedLines).map { number, status in
            FeedLineReply(line: tables.label(of: .line(FeedLineIndex(number))), phase: "\(status.phase)", text: WireText(status.phase.text),
                          fault: status.fault.map { WireText($0.text) }, isLoaded: status.isLoaded,
                          cage: status.cage.map { tables.label(of: .cage($0)) })
        }
    }

    func oxygen(_ live: LiveSnapshot) -> OxygenReply {
        OxygenReply(time: time(live.wall), cages: zip(tables.cages.indices, live.cages).map { number, status in
            let plan = feeding.cages[number]
            return .init(cage: tables.label(of: .cage(CageIndex(number))), state: status.oxygen.name,
                         oxygenMgL: status.oxygen.worst.isFinite ? status.oxygen.worst : nil,
                         saturationPercent: status.saturation.map { $0.base * 100 }, probesShowFreshWater: plan.isFreshwater,
                         stagesOn: Int(status.oxygen.stages), probes: plan.probes.map { probe($0.quantity, $0.point, live) })
        })
    }

    private func probe(_ quantity: SeaQuantity, _ point: PointIndex, _ live: LiveSnapshot) -> OxygenReply.Probe {
        let definition = tables.points[point.offset], reading = live.readings[point.offset]
        let isReadable = reading.quality != .bad && reading.recorded.isFinite
        return .init(point: tables.label(of: .point(point)), quantity: "\(quantity)", value: isReadable ? reading.recorded : nil,
                     unit: definition.unit.symbol, decimals: definition.decimals)
    }

    // MARK: Silos

    /// Asks the ledger for what was given; waits for the disk.
    func silosReply() throws -> SilosReply {
        let live = journal.live.snapshot()
        let today = tables.clock.local(unixSeconds: live.wall.unixSeconds).date
        let meals = try journal.meals(from: today.adding(days: -7), to: today.adding(days: -1))
        return SilosReply(silos: tables.silos.indices.map { silo(SiloIndex($0), live, meals) })
    }

    private func silo(_ silo: SiloIndex, _ live: LiveSnapshot, _ meals: [MealEntry]) -> SilosReply.Silo {
        let plan = feeding.silos[silo.offset], status = live.silos[silo.offset]
        let lines = feeding.lines.indices.filter { feeding.lines[$0].silo == silo }
        let cages = Set(feeding.cages.indices.filter { number in
            feeding.cages[number].line.map { lines.contains($0.offset) } ?? false
        }.map { tables.cages[$0].tag })
        let given = meals.filter { cages.contains($0.cage) && $0.given > .zero }
        let days = Set(given.map(\.date)).count
        let perDay = days > 0 ? given.reduce(0) { $0 + $1.given.kilograms } / Double(days) : nil
        return .init(
            silo: tables.label(of: .silo(silo)), feed: plan.feed.map { WireText($0) }, holdsKg: status.holds?.kilograms,
            isWeighed: status.isWeighed, capacityKg: plan.capacity.kilograms, lowKg: plan.low.kilograms, isLow: status.isLow,
            perDayKg: perDay, daysLeft: perDay.flatMap { perDay in status.holds.map { $0.kilograms / perDay } },
            lines: lines.map { tables.feedLines[$0].tag })
    }

    // MARK: Why

    /// `why CAGE`: how it stands, and what led to it in the last 24 h. Waits for the disk.
    func why(_ cage: CageIndex) throws -> WhyReply {
        let live = journal.live.snapshot()
        let end = live.wall.unixSeconds + 1
        let events = try subjects(of: cage).flatMap {
            try journal.events(from: end - 86_400, to: end, subject: tables.subjectTag($0), limit: 50)
        }.sorted { $0.wall.unixNanoseconds < $1.wall.unixNanoseconds }.suffix(20)
        let standing = live.alarms.first {
            ($0.state == .unacknowledged || $0.state == .acknowledged) && subjects(of: cage).contains($0.id.subject)
        }
        var lines = events.map { WhyReply.Line(at: time($0.wall), text: WireText($0.text)) }
        lines += now(cage, live).map { .init(at: nil, text: WireText($0)) }
        let tag = Phrase(verbatim: standing.map { tables.tag(of: $0.id.subject) } ?? tables.tag(of: .cage(cage)))
        return WhyReply(subject: tables.label(of: .cage(cage)), headline: WireText(headline(cage, live)), lines: lines,
                        remedy: (standing?.id.kind.remedy ?? remedy(cage, live)).map { WireText($0.filled(["subject": tag])) })
    }

    private func subjects(of cage: CageIndex) -> [Subject] {
        guard let line = feeding.cages[cage.offset].line else { return [.cage(cage)] }
        return [.cage(cage), .line(line)] + feeding.lines[line.offset].outputs.map { .output($0) }
    }

    private func headline(_ cage: CageIndex, _ live: LiveSnapshot) -> Phrase {
        let status = live.cages[cage.offset], name = tables.name(of: .cage(cage))
        let oxygen = status.oxygen.worst.isFinite ? Phrase(verbatim: "\(Phrase(status.oxygen.worst, decimals: 1).en) mg/L")
            : Phrase(zh: "读不到", en: "unknown")
        guard feeding.cages[cage.offset].line != nil else {
            return Phrase(zh: "{name}：溶氧 {oxygen}", en: "{name}: oxygen {oxygen}").filled(["name": name, "oxygen": oxygen])
        }
        let given = Phrase(verbatim: "\(Phrase(status.today.kilograms, decimals: 1).en) kg")
        return Phrase(zh: "{name}：{why}；今天已喂 {given}，溶氧 {oxygen}", en: "{name}: {why}; {given} given today, oxygen {oxygen}")
            .filled(["name": name, "why": shown(status).text, "given": given, "oxygen": oxygen])
    }

    private func now(_ cage: CageIndex, _ live: LiveSnapshot) -> [Phrase] {
        let status = live.cages[cage.offset]
        guard let line = feeding.cages[cage.offset].line else { return [] }
        var lines: [Phrase] = []
        if let gate = status.gate {
            lines.append(Phrase(zh: "水况只允许 {share} %：{gate}", en: "the water allows {share} % of a ration: {gate}")
                .filled(["share": Phrase(status.share * 100, decimals: 0), "gate": gate.text]))
        }
        let of = live.feedLines[line.offset]
        let text = of.fault.map { Phrase(zh: "{line} 故障：{fault}", en: "{line} stands: {fault}").filled(["fault": $0.text]) }
            ?? Phrase(zh: "{line}：{phase}", en: "{line}: {phase}").filled(["phase": of.phase.text])
        lines.append(text.filled(["line": tables.name(of: .line(line))]))
        if let next = status.nextMeal {
            lines.append(Phrase(zh: "下一餐 {at}", en: "next meal {at}")
                .filled(["at": shortMoment(time(WallTime(unixSeconds: next, trust: live.wall.trust)))]))
        }
        return lines
    }

    private func remedy(_ cage: CageIndex, _ live: LiveSnapshot) -> Phrase? {
        let status = live.cages[cage.offset]
        if status.isLocked { return Phrase(zh: "人都离开后在现场解锁：tidegate unlock {subject}", en: "When everybody is out, release it from the spot: tidegate unlock {subject}") }
        if status.fast != nil { return Phrase(zh: "提前结束停食：tidegate fast {subject} --end", en: "To end the fast before its time: tidegate fast {subject} --end") }
        return shown(status) == .noRation ? Phrase(zh: "登记存量：tidegate stock {subject} --count 12000 --mean 350g；并看水温读数", en: "Book its fish: tidegate stock {subject} --count 12000 --mean 350g; and see that its temperature can be read") : nil
    }
}

extension OxygenStatus {
    /// See `CageReply.state`.
    fileprivate var name: String {
        isEmergency ? "emergency" : isLow ? "low" : isBlind || !worst.isFinite ? "unknown" : isFull ? "full" : "enough"
    }
}
