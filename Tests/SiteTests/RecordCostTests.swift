import Field
import ProcessImage
import Quantities
import Site
import Testing

/// What `tidegate check` says records will cost.
@Suite struct RecordCostTests {
    private let cost: RecordCost

    init() throws {
        let site = try Site.load(path: Project.path("configs/example-drip-greenhouse.yaml"))
        cost = site.recordCost
    }

    @Test func `every poll and every minute's refresh counts as a sample`() {
        let cost = RecordCost(points: [], outputs: [], buses: [])
        #expect(cost.samplesPerDay == 0)
        let device = DevicePlan(index: DeviceIndex(0), tag: "soil-a", unit: 1, rules: ReadRules(), points: [
            RegisterPoint(point: PointIndex(0), table: .holding, address: 0, type: RegisterType(.unsigned(bits: 16)), every: .seconds(10)),
            RegisterPoint(point: PointIndex(1), table: .holding, address: 1, type: RegisterType(.unsigned(bits: 16)), every: .minutes(1)),
        ], outputs: [], online: PointIndex(2))
        let bus = BusPlan(tag: "soil", transport: .tcp(host: "127.0.0.1", port: 502), devices: [device])
        #expect(RecordCost(points: [], outputs: [], buses: [bus]).samplesPerDay == 8_640 + 1_440)
    }

    @Test func `a longer flush wears less, and size bounds what is kept`() {
        let flushes: [Duration] = [.seconds(1), .seconds(10), .minutes(1), .minutes(10)]
        let worn = flushes.map { cost.flashBytesPerDay(flush: $0) }
        #expect(worn == worn.sorted(by: >) && Set(worn).count == flushes.count)
        #expect(cost.daysKept(RecordingPlan(keepSamplesDays: 30)) == 30)
        #expect(cost.daysKept(RecordingPlan(keepSamplesDays: 3_650, maximumBytes: 10_000_000)) < 3_650)
    }
}
