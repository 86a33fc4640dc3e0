import Control
import Field
import Foundation
import Interlocks
import Journal
import Language
import LocalAPI
import ProcessImage
import Quantities
import Scan
import Site

/// What people may be told of a site, made from its plans.
extension Site {
    func context(journal: Journal, inbox: CommandInbox, twin: ControlTwin, buses: @escaping @Sendable () -> [BusStatistics],
                 times: ScanTimes, requiresProof: Bool, isRealtime: Bool, startedAt: WallTime, version: String,
                 uplink: @escaping @Sendable () -> Context.Uplink?) -> Context {
        Context(
            tables: tables, inbox: inbox, journal: journal,
            zones: scan.control.zones.enumerated().map { number, zone in
                let source = scan.control.sources[zone.source.offset]
                return Context.ZoneWater(valve: zone.valve,
                                         followers: scan.control.followers.filter { $0.zone.offset == number }.map(\.valve),
                                         source: zone.source, masterValve: source.masterValve, pump: source.pump,
                                         area: zone.area, nominalFlow: zone.nominalFlow)
            },
            outputWiring: tables.outputs.indices.map(wiring(ofOutput:)),
            setpointLeases: setpointLeases.map(\.contextHolder), supply: tables.outputs.indices.map(waterPoints(ofOutput:)),
            requiresProof: requiresProof, inputWiring: inputWiring,
            scanPeriod: scan.period, scanTimes: times, isRealtime: isRealtime, startedAt: startedAt, siteFile: path, version: version,
            guardOnline: field.lines.online, now: SystemClock.now,
            upcoming: { [control = scan.control] from, until in
                control.upcoming(from: from, until: until).map { start in
                    Context.PlannedStart(program: start.program, unixSeconds: start.unixSeconds,
                                         zones: start.steps.map { ($0.zone, control.amount(of: $0)) })
                }
            },
            planAhead: { [scan] time in
                let deadline = SystemClock.now() + .seconds(3)
                return twin.planAhead(scan, for: time) {
                    poll(nil, 0, 5)
                    return SystemClock.now() < deadline
                }?.map(Context.PlannedRun.init)
            },
            buses: { buses().map(Context.BusHealth.init) }, programs: programs, quotas: quotas, gates: gates,
            hasMeter: scan.control.sources.map { $0.total != nil }, fertigation: fertigation, feeding: feeding,
            uplink: uplink)
    }

    private var programs: [Context.Program] {
        let words = ProgramWords(tables, scan.control)
        return scan.control.programs.map { program in
            Context.Program(starts: words.starts(program), limits: words.limits(program),
                            gives: program.steps.map { ($0.zone, words.gives($0)) })
        }
    }

    private var fertigation: Context.Fertigation {
        let plan = scan.control.fertigation
        return Context.Fertigation(
            units: plan.units.map { .init(source: $0.source) },
            channels: plan.channels.map { .init(unit: $0.unit, tank: $0.tank, output: $0.output, rate: $0.rate, ceilings: $0.ceilings) },
            tanks: zip(plan.tanks, stocks).map { .init(capacity: $0.capacity, low: $0.low, level: $0.level?.index, holds: $1) },
            recipes: recipes.map { sheet in
                .init(unit: sheet.unit, targets: sheet.targets,
                      parts: sheet.parts.map { .init(channel: $0.channel, gives: $0.gives, holds: $0.holds) },
                      table: sheet.table, programs: sheet.programs)
            })
    }

    private var feeding: Context.Feeding {
        let plan = scan.control.feeding
        return Context.Feeding(
            cages: plan.cages.enumerated().map { number, cage in
                let probes = plan.probes.filter { $0.cage.offset == number }
                return .init(line: cage.feed?.line, dayAtMost: cage.feed?.meals.dayAtMost,
                             probes: probes.map { ($0.quantity, $0.gauge.index) },
                             salinity: cage.aeration.salinity, isFreshwater: probes.contains(where: \.isFreshwater))
            },
            lines: plan.lines.enumerated().map { number, line in
                let drives = plan.outlets.filter { $0.line.offset == number }.map(\.drive)
                return .init(silo: line.silo, outputs: [line.doser] + [line.blower, line.spreader].compactMap(\.self) + Array(Set(drives)))
            },
            silos: zip(plan.silos, siloFeeds).map { .init(capacity: $0.capacity, low: $0.low, feed: $1) })
    }

    private var quotas: [Context.Quota] {
        scan.control.quotas.map { quota in
            Context.Quota(zone: quota.zone, limit: quota.limit) { quota.period.beginning(of: $0) }
        }
    }

    private var gates: [Context.Gate] {
        scan.control.gates.map { gate in
            let seasons = [(Phrase(zh: "封冻期", en: "ice period"), gate.locks.ice), (Phrase(zh: "泥沙期", en: "silt period"), gate.locks.silt)]
            let dates = seasons.compactMap { name, range in
                range.map { Phrase(zh: "{name} {dates}", en: "{name} {dates}").filled(["name": name, "dates": Phrase(verbatim: $0.text)]) }
            }
            let contact = gate.locks.siltWhen.map { point in
                Phrase(zh: "泥沙触点 {name}", en: "silt contact {name}").filled(["name": tables.name(of: .point(point.index))])
            }
            return Context.Gate(goal: gate.goal, bounds: gate.orders, raise: gate.raise, lower: gate.lower, position: gate.position.index,
                                upstream: gate.upstream.index, downstream: gate.downstream?.index, flow: gate.flow?.index,
                                movesPerDay: gate.manners.movesPerDay, locks: dates + [contact].compactMap(\.self))
        }
    }

    /// Of the source that the output feeds or shuts.
    private func waterPoints(ofOutput number: Int) -> Context.WaterPoints {
        let output = OutputIndex(number)
        let follower = scan.interlocks.followers.first { $0.valve == output }
        let zone = follower.map { scan.interlocks.zones[$0.zone.offset] } ?? scan.interlocks.zones.first { $0.valve == output }
        let source = zone.map { scan.interlocks.sources[$0.source.offset] }
            ?? scan.interlocks.sources.first { $0.pump == output || $0.masterValve == output }
        return Context.WaterPoints(flow: source?.flow?.index, pressure: source?.pressure?.point.index, level: source?.dryWhen?.index)
    }

    private func wiring(ofOutput number: Int) -> Context.Wiring {
        let output = OutputIndex(number)
        return Context.Wiring(place: place(of: output), leaseHolder: leases[number].contextHolder,
                              lease: leases[number].isRenewedByScan ? field.lines.lease : nil)
    }

    private func place(of output: OutputIndex) -> String {
        if let line = field.lines.outputs.first(where: { $0.output == output }) {
            return line.latch.map { "\(line.address.place), \($0.close.place)" } ?? line.address.place
        }
        for bridge in field.bridges {
            guard let relay = bridge.relays.first(where: { $0.output == output }) else { continue }
            return "\(relay.name) \(bridge.tag) relay \(relay.number)"
        }
        for bus in field.buses {
            for device in bus.devices {
                guard let register = device.outputs.first(where: { $0.output == output }) else { continue }
                return "\(bus.tag) \(device.tag) \(register.table.rawValue) \(register.address)"
            }
        }
        return ""
    }

    private var inputWiring: [(point: PointIndex, wiring: Context.Wiring)] {
        let lines = field.lines.inputs.flatMap { line in
            line.points.map { ($0, Context.Wiring(place: line.address.place)) }
        }
        let bridges = field.bridges.flatMap { bridge in
            bridge.inputs.flatMap { input in
                input.points.map { ($0, Context.Wiring(place: "\(input.name) \(bridge.tag) \(input.channel) \(input.number)")) }
            }
        }
        return lines + bridges
    }
}

extension Context.PlannedRun {
    fileprivate init(_ run: RunAhead) {
        self.init(zone: run.zone, cause: run.cause, planned: run.planned, ordered: run.ordered, opens: run.opens, ends: run.ends,
                  outcome: run.outcome, watered: run.watered, volume: run.volume, waitsFor: run.waitsFor, waits: run.waits,
                  recipe: run.recipe, doses: run.doses.map { ($0.channel, $0.stock) })
    }
}

extension LineAddress {
    fileprivate var place: String { "\(name) \(chip):\(offset)" }
}

extension InputLine {
    fileprivate var points: [PointIndex] {
        switch use {
        case .level(let point, _): [point]
        case .pulses(let total, let rate, _, _, _): [total, rate]
        }
    }
}

extension LeaseHolder {
    fileprivate var isRenewedByScan: Bool { self == .guardProcess || self == .bridge }

    fileprivate var contextHolder: Context.Wiring.LeaseHolder {
        switch self {
        case .guardProcess: .guard
        case .bridge: .bridge
        case .relayWatchdog, .relayAutoOff: .device
        case .signedOff, .nobody: .nobody
        }
    }
}

extension Context.BusHealth {
    fileprivate init(_ statistics: BusStatistics) {
        self.init(tag: statistics.tag, answering: statistics.devices.count { $0.isOnline }, devices: statistics.devices.count)
    }
}
