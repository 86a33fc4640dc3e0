/// Water under way in a pipe, first in, first out, by volume. Parcels smaller than a two-hundredth of the pipe are poured
/// together.
struct MixingPipe: Sendable {
    private struct Parcel: Sendable {
        var solution: Solution
        var volume: Double
    }

    private var parcels: [Parcel]
    private let least: Double
    /// What comes out at the end.
    private(set) var end: Solution

    /// - Parameter volume: m3; 0: it comes out as it goes in.
    init(volume: Double, holding solution: Solution) {
        parcels = volume > 0 ? [Parcel(solution: solution, volume: volume)] : []
        least = volume / 200
        end = solution
    }

    /// As much comes out as goes in.
    mutating func push(_ solution: Solution, _ volume: Double) {
        guard volume > 0 else { return }
        if let last = parcels.indices.last, parcels[last].volume < least {
            parcels[last].solution = parcels[last].solution.mixed(with: solution, share: volume / (parcels[last].volume + volume))
            parcels[last].volume += volume
        } else {
            parcels.append(Parcel(solution: solution, volume: volume))
        }
        take(volume)
    }

    private mutating func take(_ volume: Double) {
        var left = volume, taken = 0.0, done = 0
        while left > 0, done < parcels.count {
            let part = min(left, parcels[done].volume)
            taken += part
            end = end.mixed(with: parcels[done].solution, share: part / taken)
            parcels[done].volume -= part
            left -= part
            if parcels[done].volume <= 0 { done += 1 }
        }
        parcels.removeFirst(done)
    }
}
