import Control
import Field
import Interlocks
import ProcessImage
import Quantities
import Scan
import Testing
@testable import Site

/// What the file of an orchard with a pump on a drive comes to.
@Suite struct `A site with a drive` {
    let site: Site

    init() throws { site = try load(Project.path("configs/example-vfd-orchard.yaml")) }

    @Test func `the speed is a set-point of the pump, held by who holds the pump, and reached through its drive`() throws {
        let speed = try #require(site.tables.setpoints.first)
        #expect(speed.tag == "VFD-1" && speed.kind == .speed && speed.range == 0...50 && speed.safe == 0)
        #expect(speed.risePerSecond == 5 && speed.fallPerSecond == 10 && speed.output == site.tables.output(tag: "P-1"))
        #expect(site.setpointLeases == [.bridge])
        #expect(site.scan.interlocks.setpoints.first?.reach == site.scan.deviceOnline.first)
        let point = site.tables.points[speed.point.offset]
        #expect(point.tag == "VFD-1" && point.unit.symbol == "Hz" && point.decimals == 2)
    }

    @Test func `it is written to the drive's register in hundredths of a hertz`() throws {
        let register = try #require(site.field.buses.flatMap(\.devices).flatMap(\.setpoints).first)
        #expect(register.address == 8193 && register.scale == 0.01 && register.offset == 0 && register.safe == 0 && register.isReadable)
    }

    @Test func `the source keeps its pressure, fills and comes up before flow is missed, and has a relief`() throws {
        let source = site.scan.control.sources[0]
        let drive = try #require(source.drive)
        #expect(drive.keep == .kilopascals(220) && drive.fillUntil == .kilopascals(50) && drive.fillFor == .seconds(90))
        #expect(drive.rise == 0.1 && drive.fall == 0.2 && drive.pressure != nil && source.minimumRun == .minutes(3))
        let watch = site.scan.interlocks.sources[0]
        #expect(watch.comesUp == drive.comesUp && drive.comesUp == .seconds(110))
        #expect(watch.pressure?.priming == .seconds(110))
        #expect(source.relief?.maximum == .kilopascals(350) && source.relief?.zone == site.tables.zone(named: "pond"))
        // A second, half the speed at a fifth of it a second, the relief valve's travel and five seconds.
        #expect(watch.pressure?.maximumFor == .milliseconds(12_500))
    }

    @Test func `the motor has its thermistors and its warmth`() throws {
        let motor = try #require(site.scan.interlocks.motors.first)
        #expect(motor.hotWhen != nil && motor.heat?.rated == .amperes(15) && motor.heat?.timeConstant == .minutes(5))
    }

    @Test func `an output's proof is worth nothing once its set-point is written elsewhere`() throws {
        let tables = site.tables, pump = try #require(tables.output(tag: "P-1"))
        let moved = tables.setpoints.map {
            SetpointDefinition(label: $0.label, kind: $0.kind, unit: $0.unit, range: $0.range, safe: $0.safe, risePerSecond: $0.risePerSecond,
                               fallPerSecond: $0.fallPerSecond, output: $0.output, point: $0.point, wiring: "elsewhere")
        }
        let other = SiteTables(site: tables.site, clock: tables.clock, points: tables.points, outputs: tables.outputs, setpoints: moved)
        #expect(tables.fingerprint(of: pump) != other.fingerprint(of: pump))
        #expect(tables.fingerprint(of: OutputIndex(pump.offset + 1)) == other.fingerprint(of: OutputIndex(pump.offset + 1)))
    }
}
