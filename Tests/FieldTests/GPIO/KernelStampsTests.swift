@testable import Field
import Quantities
import Testing

@Suite struct KernelStampsTests {
    /// The machine slept for 5 s once: our clock is so much ahead.
    private func awake(heldUpFor pause: Int64, at kernel: Int64, _ stamps: inout KernelStamps) {
        stamps.compare(ours: kernel + 5000 - pause, kernel: kernel)
    }

    @Test func `edges keep their order though the thread is held up between the two clocks`() {
        var stamps = KernelStamps()
        var moments: [Instant] = []
        for (stamp, pause) in [(100, 0), (110, 70), (120, 3), (130, 900)] as [(Int64, Int64)] {
            awake(heldUpFor: pause, at: 2000, &stamps)
            moments.append(stamps.moment(of: stamp, now: 2000))
        }
        #expect(moments == [5100, 5110, 5120, 5130].map { Instant(nanoseconds: $0) })
    }

    @Test func `a first pair that was held up is mended by the next, and no moment is later than its edge`() {
        var stamps = KernelStamps()
        awake(heldUpFor: 400, at: 1000, &stamps)
        #expect(stamps.moment(of: 900, now: 1000) == Instant(nanoseconds: 5500))
        awake(heldUpFor: 0, at: 1100, &stamps)
        #expect(stamps.moment(of: 950, now: 1100) == Instant(nanoseconds: 5950))
    }

    @Test func `another suspend is taken over`() {
        var stamps = KernelStamps()
        awake(heldUpFor: 0, at: 1000, &stamps)
        stamps.compare(ours: 2000 + 9000, kernel: 2000)
        #expect(stamps.moment(of: 1990, now: 2000) == Instant(nanoseconds: 10_990))
    }

    @Test(arguments: [Int64.min, -1, 2001, 1_700_000_000_000_000_000, .max])
    func `a stamp that no waiting event can have is taken as now`(stamp: Int64) {
        var stamps = KernelStamps()
        awake(heldUpFor: 0, at: 2000, &stamps)
        let now: Int64 = stamp == -1 ? 70_000_000_000 : 2000
        #expect(stamps.moment(of: stamp, now: now) == Instant(nanoseconds: now + 5000))
    }
}
