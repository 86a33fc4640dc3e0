import ProcessImage
import Quantities
import Scan
import Testing

/// What is recorded though nothing came in.
struct RefreshTests {
    @Test func `What does not change is recorded in the first scan and once a minute, points and outputs alike`() {
        let world = World()
        for _ in 0..<2_400 { world.turn() }
        var moments: [String: [Instant]] = [:]
        for index in 0..<world.cycle.records.all.count {
            let record = world.cycle.records.all[index]
            switch record.body {
            case .sample(let point, _): moments["point \(point.offset)", default: []].append(record.instant)
            case .output(let output, _, _): moments["output \(output.offset)", default: []].append(record.instant)
            default: continue
            }
        }
        #expect(moments.count == 11, "six points, five outputs")
        for (name, seen) in moments {
            let gaps = zip(seen, seen.dropFirst()).map { $1 - $0 }
            #expect(seen.first == Instant(nanoseconds: 1_000_000_000_000), "\(name)")
            #expect(gaps.allSatisfy { $0 <= .seconds(61) } && (4...6).contains(seen.count), "\(name): \(gaps)")
        }
        let second = Set(moments.values.compactMap { $0.dropFirst().first })
        #expect(second.count > 4, "refreshes are spread")
    }

    @Test func `A point that is heard no more is recorded as it ages, within a second of its limits`() throws {
        let world = World()
        for _ in 0..<20 { world.turn() }
        world.metersAnswer = false
        world.cycle.field.readings[World.flow] = nil
        let last = world.now
        for _ in 0..<200 { world.turn() }
        for (quality, limit) in [(Quality.uncertain, Duration.seconds(5)), (.bad, .seconds(15))] {
            let seen = try #require(sample(of: quality, in: world))
            #expect(seen - last >= limit - world.period && seen - last <= limit + .seconds(1))
        }
        world.metersAnswer = true
        let back = world.now
        world.turn()
        #expect(sample(of: .good, in: world, from: back) == back, "what comes in is recorded in its scan")
    }

    private func sample(of quality: Quality, in world: World, from: Instant = .never) -> Instant? {
        for index in 0..<world.cycle.records.all.count {
            let record = world.cycle.records.all[index]
            guard record.instant >= from, case .sample(World.flow, let reading) = record.body else { continue }
            if reading.quality == quality { return record.instant }
        }
        return nil
    }
}
