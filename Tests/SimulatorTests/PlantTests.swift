import ProcessImage
import Quantities
import Simulator
import Testing

@Suite("Plant models")
struct PlantTests {
    private let farm = SampleFarm()
    private let well = SourceIndex(0)

    /// A plant with pump, master valve and some zones on, after a while.
    private func running(zones: [Int], for duration: Duration = .seconds(60)) -> Plant {
        var plant = farm.plant()
        plant.set(.on, of: farm.pump)
        plant.set(.on, of: farm.master)
        for zone in zones { plant.set(.on, of: farm.valves[zone]) }
        advance(&plant, duration)
        return plant
    }

    private func advance(_ plant: inout Plant, _ duration: Duration) {
        for _ in 0..<Int(duration.seconds * 10) { plant.advance(by: .milliseconds(100)) }
    }

    @Test func `a zone takes about its nominal flow, alone or with another`() {
        #expect(abs(running(zones: [0]).flow(of: well).cubicMetersPerHour - 12) < 1)
        #expect(abs(running(zones: [0, 1]).flow(of: well).cubicMetersPerHour - 24) < 2)
    }

    @Test func `no water flows without pump, master valve or zone valve`() {
        for missing in [farm.pump, farm.master, farm.valves[0]] {
            var plant = farm.plant()
            for output in [farm.pump, farm.master, farm.valves[0]] where output != missing { plant.set(.on, of: output) }
            advance(&plant, .seconds(60))
            #expect(plant.flow(of: well) == .zero, "without \(farm.tables.outputs[missing.offset].tag)")
        }
    }

    @Test func `the pump pushes against closed valves with its shut-off head`() {
        #expect(running(zones: []).pressure(of: well).kilopascals > 220)
    }

    @Test func `a valve travels in its time and stops half way when told`() {
        var plant = farm.plant()
        plant.set(.on, of: farm.valves[0])
        advance(&plant, .seconds(3))
        #expect(abs(plant.opening(of: ZoneIndex(0)).percent - 50) < 1)
        advance(&plant, .seconds(3))
        #expect(abs(plant.opening(of: ZoneIndex(0)).percent - 100) < 1)
    }

    @Test func `the meter counts what flows`() {
        var plant = running(zones: [0])
        let before = plant.metered(well)
        advance(&plant, .minutes(10))
        #expect(abs((plant.metered(well) - before).cubicMeters - 2) < 0.2)
        #expect(abs(plant.value(of: farm.totalPoint) - plant.metered(well).cubicMeters) < 1e-9)
    }

    @Test func `a blocked meter counts nothing while water flows`() {
        var plant = running(zones: [0])
        plant.begin(.meterStuck(well))
        let before = plant.metered(well)
        advance(&plant, .minutes(1))
        #expect(plant.metered(well) == before)
        #expect(plant.value(of: farm.flowPoint) == 0)
        #expect(plant.flow(of: well).cubicMetersPerHour > 10)
    }

    @Test func `the well falls when pumped and comes back`() {
        var plant = running(zones: [0, 1], for: .minutes(30))
        let low = plant.level(of: well)
        #expect(low.meters < 4)
        plant.set(.off, of: farm.pump)
        advance(&plant, .minutes(30))
        #expect(plant.level(of: well) > low)
    }

    @Test func `an empty well shows at the float switch, gives no water, and recovers`() {
        var plant = running(zones: [0])
        plant.begin(.sourceEmpty(well))
        advance(&plant, .seconds(20))
        #expect(plant.value(of: farm.dryPoint) == 1)
        #expect(plant.flow(of: well).cubicMetersPerHour < 0.1)
        plant.end(.sourceEmpty(well))
        plant.set(.off, of: farm.pump)
        advance(&plant, .minutes(5))
        #expect(plant.value(of: farm.dryPoint) == 0)
    }

    @Test func `a burst takes more than a third over what the zones take`() {
        for zones in [[0], [0, 1]] {
            var plant = running(zones: zones)
            plant.begin(.pipeBurst(well))
            advance(&plant, .seconds(20))
            #expect(plant.flow(of: well).cubicMetersPerHour > 12 * Double(zones.count) * 1.3)
        }
    }

    @Test func `a stuck valve, a dead pump and a pressed stop do what they say`() {
        var plant = running(zones: [0])
        plant.begin(.valveStuckClosed(farm.valves[0]))
        advance(&plant, .seconds(20))
        #expect(plant.opening(of: ZoneIndex(0)) == .zero)
        plant.endAllFaults()
        plant.begin(.pumpDead(farm.pump))
        advance(&plant, .seconds(20))
        #expect(plant.flow(of: well).cubicMetersPerHour < 0.01)
        #expect(!plant.isPumpTurning(well))
        plant.begin(.emergencyStopPressed)
        #expect(plant.value(of: farm.stopPoint) == 1)
        plant.endAllFaults()
        #expect(plant.value(of: farm.stopPoint) == 0)
        #expect(plant.faults.isEmpty)
    }

    @Test func `a stuck sensor freezes and a noisy one jumps, others do not`() {
        var plant = running(zones: [0], for: .minutes(1))
        plant.begin(.sensorStuck(farm.moisturePoint))
        plant.begin(.sensorNoisy(farm.secondMoisturePoint))
        let stuck = plant.value(of: farm.moisturePoint)
        advance(&plant, .minutes(20))
        #expect(plant.value(of: farm.moisturePoint) == stuck)
        #expect(plant.value(of: farm.secondMoisturePoint) != plant.value(of: farm.secondMoisturePoint))
        #expect(plant.moisture(of: ZoneIndex(0)).percent > stuck)
    }

    @Test func `soil gets wetter under water and drier under the sun`() {
        var plant = farm.plant(hour: 10)
        let before = plant.value(of: farm.moisturePoint)
        plant.advance(by: .hours(5))
        let dry = plant.value(of: farm.moisturePoint)
        #expect(dry < before)
        for output in [farm.pump, farm.master, farm.valves[0]] { plant.set(.on, of: output) }
        advance(&plant, .minutes(30))
        #expect(plant.value(of: farm.moisturePoint) > dry)
    }

    @Test func `values come in the unit of the point`() {
        var plant = farm.plant()
        #expect((15...30).contains(plant.value(of: farm.moisturePoint)))
        #expect((300...2000).contains(plant.value(of: PointIndex(7))))
    }

    @Test func `one seed gives one plant, another seed another`() {
        func run(_ seed: UInt64) -> [Double] {
            var plant = farm.plant(seed: seed)
            plant.begin(.sensorNoisy(farm.flowPoint))
            plant.advance(by: .hours(6))
            return farm.tables.points.indices.map { plant.value(of: PointIndex($0)) }
        }
        #expect(run(7) == run(7))
        #expect(run(7) != run(8))
    }
}
