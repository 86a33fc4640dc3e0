import Control
import Field
import Interlocks
import Language
import ProcessImage
import Quantities
import Scan

/// What was read and found clean becomes the plans.
extension SiteReader {
    func freeze(path: String, fingerprint: UInt64) -> Site {
        let guardOnline = addGuardOnline()
        let tables = SiteTables(site: label, clock: clock, points: points.map { $0 }, outputs: outputs.map(\.definition),
                                zones: zones.map(\.label), sources: sources.map(\.label), programs: programs.map(\.label),
                                devices: devices.map(\.label) + bridges.map(\.label), windows: windows.map(\.label),
                                quotas: quotas.map(\.label), gates: gates.map(\.label),
                                dosingUnits: dosingUnits.map(\.label), channels: channels.map(\.label), tanks: tanks.map(\.label),
                                recipes: recipes.map(\.label),
                                stocks: channels.map { $0.tank.map { tanks[$0.offset].strength } ?? .unknown },
                                cages: cages.map(\.label), feedLines: feedLines.map(\.label), silos: silos.map(\.label),
                                setpoints: setpoints.map(\.definition))
        let scan = ScanPlan(tables: tables, control: control(tables), interlocks: interlocks(tables), period: period,
                            deviceOnline: (devices.map(\.online) + bridges.map(\.online)).compactMap { tables.digital($0) },
                            guardOnline: guardOnline.flatMap { tables.digital($0) })
        return Site(scan: scan, field: field(guardOnline), recording: recording, place: place, leases: outputs.map(\.lease),
                    setpointLeases: setpoints.map(\.lease), recipes: recipeSheets(), stocks: tanks.map { holds($0) },
                    siloFeeds: silos.map { $0.feed.map { feeds[$0].label.name } }, waterBureau: waterBureau, satellite: satellite,
                    uplink: uplink,
                    schedules: schedules, expectations: expectations, crops: zones.map { $0.water?.name }, species: species.map(\.name),
                    notices: report.notices, path: path, fingerprint: fingerprint)
    }

    /// A site that uses no line of the board needs no guard.
    private func addGuardOnline() -> PointIndex? {
        let usesLines = !inputLines.isEmpty || outputs.contains { if case .line = $0.place { true } else { false } }
        guard usesLines else { return nil }
        return addPoint("guard.online", name: Phrase(zh: "输出守护 在线", en: "guard online"), unit: .one,
                        every: SiteReader.lineInterval, isDigital: true)
    }

    // MARK: Control

    private func control(_ tables: SiteTables) -> ControlPlan {
        ControlPlan(clock: clock, sources: sources.map { sourcePlan($0, tables) },
                    zones: zones.enumerated().compactMap { zonePlan($0.element, exclusion: exclusions[$0.offset] ?? 0, tables) },
                    programs: programs.map(\.plan), filters: filterPlans(tables), valvesAtOnce: valvesAtOnce, power: power,
                    quotas: quotas.map(\.plan), windows: windows.map(\.plan),
                    sun: SunClock(latitude: .degrees(place.latitude), longitude: .degrees(place.longitude)),
                    weather: weatherPlan(tables), water: zones.filter { $0.valve != nil }.map { waterPlan($0, tables) },
                    gates: gatePlans(tables), fertigation: fertigation(tables), feeding: feedingPlan(tables),
                    battery: batteryPlan(tables), followers: followers)
    }

    private func sourcePlan(_ source: SourceDraft, _ tables: SiteTables) -> SourcePlan {
        SourcePlan(pump: source.pump, masterValve: source.master, masterTravel: travel(source.master), capacity: source.capacity,
                   flow: source.meter.flatMap { tables.quantity($0.flow) },
                   total: source.meter?.total.flatMap { tables.quantity($0) },
                   overlap: source.overlap, pressureRelief: source.pressureRelief, zonesAtOnce: source.zonesAtOnce,
                   power: source.power, recovery: source.recovery.map { recovery in
                       Recovery(most: recovery.most, rest: recovery.rest, level: recovery.level.flatMap { tables.quantity($0) },
                                stop: recovery.stop, start: recovery.start)
                   }, drive: drivePlan(source, tables), relief: reliefPlan(source, tables), minimumRun: source.minimumRun,
                   closesMasterLast: source.supervision.pressure?.decay != nil)
    }

    private func filterPlans(_ tables: SiteTables) -> [FilterPlan] {
        sources.enumerated().compactMap { number, source in
            source.filter.map { filter in
                FilterPlan(source: SourceIndex(number), flushValves: filter.flush, contact: filter.contact.flatMap { tables.digital($0) },
                           before: filter.before.flatMap { tables.quantity($0) }, after: filter.after.flatMap { tables.quantity($0) },
                           limit: filter.limit, sustained: filter.sustained, every: filter.every, delay: filter.delay,
                           flush: filter.time, dwell: filter.dwell, lockout: filter.lockout, mostPerHour: filter.mostPerHour,
                           flow: filter.flow)
            }
        }
    }

    private func zonePlan(_ zone: ZoneDraft, exclusion: UInt64, _ tables: SiteTables) -> ZonePlan? {
        zone.valve.map {
            ZonePlan(source: zone.source, valve: $0, travel: ([$0] + zone.followers).map { travel($0) }.max() ?? .zero,
                     nominalFlow: zone.flow, area: zone.area,
                     exclusion: exclusion, soil: zone.soil.flatMap { tables.quantity($0) })
        }
    }

    private func travel(_ output: OutputIndex?) -> Duration {
        output.map { outputs[$0.offset].definition.travel } ?? .zero
    }

    // MARK: Interlocks

    private func interlocks(_ tables: SiteTables) -> InterlockPlan {
        InterlockPlan(outputs: tables.outputs,
                      emergencyStop: emergencyStop.flatMap { tables.digital($0) }.map { EmergencyStop(pressed: $0) },
                      sources: sources.map { sourceGuard($0, tables) }, zones: zones.compactMap { zoneGuard($0) }, flushes: flushGuards,
                      motors: motorGuards(tables), reach: reach(tables), requiresProof: requiresProof, bridges: bridgeGuards(),
                      gates: gateGuards(tables), setpoints: setpointGuards(tables), dosing: dosingGuards(tables),
                      winches: winchGuards(tables), feeds: feedGuards(tables), selectors: selectorGuards, cages: cageGuards(tables),
                      cageContacts: cageContacts(tables), cageCount: cages.count,
                      followers: followers)
    }

    private func setpointGuards(_ tables: SiteTables) -> [SetpointGuard] {
        setpoints.map { draft in SetpointGuard(draft.definition, reach: draft.place.flatMap { tables.digital(devices[$0.device].online) }) }
    }

    /// Zones without a valve are left out of the plans: they were refused.
    private var followers: [ValveFollower] {
        zones.filter { $0.valve != nil }.enumerated().flatMap { number, zone in
            zone.followers.map { ValveFollower(zone: ZoneIndex(number), valve: $0) }
        }
    }

    private var flushGuards: [FlushGuard] {
        sources.enumerated().flatMap { number, source in
            (source.filter?.flush ?? []).map { FlushGuard(source: SourceIndex(number), valve: $0, flow: source.filter?.flow) }
        }
    }

    private func sourceGuard(_ source: SourceDraft, _ tables: SiteTables) -> SourceGuard {
        let flow: PointOf<Flow>? = source.meter.flatMap { tables.quantity($0.flow) }
        let patience = max(.seconds(5), (source.meter?.every ?? .zero) * 3)
        return SourceGuard(pump: source.pump, masterValve: source.master,
                           dryWhen: source.dryWhen.flatMap { tables.digital($0) },
                           dryNoOlderThan: self.patience(source.dryWhen), dryRetry: source.supervision.dryRetry, flow: flow,
                           flowNoOlderThan: patience,
                           meterReports: source.meter.flatMap(\.reports),
                           leakFlow: flow == nil ? nil : source.leak ?? usualLeak(source), leakAfter: source.leakAfter,
                           burstFactor: flow == nil ? nil : source.burst, burstAfter: source.burstAfter,
                           stuckAfter: source.supervision.stuckAfter, pressure: pressureGuard(source, tables),
                           comesUp: drivePlan(source, tables)?.comesUp ?? .zero)
    }

    /// A meter cannot tell less than two pulses a minute from none; joints weep up to some 3 % of what the source gives.
    private func usualLeak(_ source: SourceDraft) -> Flow {
        max(source.meter?.leastFlow ?? .litersPerMinute(2), (source.capacity ?? .zero) * 0.03)
    }

    private func zoneGuard(_ zone: ZoneDraft) -> ZoneGuard? {
        let limits = flowLimits(zone)
        return zone.valve.map {
            ZoneGuard(source: zone.source, valve: $0, nominalFlow: zone.flow, leastFlow: zone.leastFlow, flowWithin: zone.flowWithin,
                      lowFlow: limits.low, highFlow: limits.high)
        }
    }

    // MARK: Field

    private func field(_ guardOnline: PointIndex?) -> FieldPlan {
        let lines = outputs.enumerated().compactMap { index, output -> OutputLine? in
            guard case .line(let address) = output.place else { return nil }
            return OutputLine(output: OutputIndex(index), tag: output.tag, address: address, latch: output.latch,
                              safe: output.definition.safe, maximumOn: output.definition.maximumOn)
        }
        let plan = LinePlan(driver: board?.driver ?? .gpio, outputs: lines, inputs: inputLines, online: guardOnline, lease: lease)
        return FieldPlan(buses: buses.compactMap { bus in
            bus.plan(devices.enumerated().filter { $0.element.bus == bus.tag }.map { devicePlan($0.element, at: $0.offset) })
        }, lines: plan, bridges: bridgePlans())
    }

    private func devicePlan(_ device: DeviceDraft, at position: Int) -> DevicePlan {
        let driven = outputs.enumerated().compactMap { index, output -> RegisterOutput? in
            guard case .device(position, let drive) = output.place else { return nil }
            return RegisterOutput(output: OutputIndex(index), table: drive.table, address: drive.address, on: drive.on,
                                  off: drive.off, safe: output.definition.safe)
        }
        let set = setpoints.enumerated().compactMap { index, draft -> RegisterSetpoint? in
            guard let place = draft.place, place.device == position else { return nil }
            return RegisterSetpoint(setpoint: SetpointIndex(index), address: place.register.address, type: place.register.type,
                                    scale: place.scale, offset: place.offset, safe: draft.definition.safe,
                                    isReadable: place.register.isReadable)
        }
        return DevicePlan(index: device.index, tag: device.label.tag, unit: device.unit, rules: device.profile?.rules ?? ReadRules(),
                          points: device.points, outputs: driven, setpoints: set, online: device.online, wakeRead: device.profile?.wake)
    }
}
