import Control
import ProcessImage
import Quantities

/// What really is in a feed line, whatever its sensors show.
public struct LineTruth: Sendable, BitwiseCopyable {
    /// kg in the pipe now.
    public internal(set) var inPipe = 0.0
    /// There is pressure in it, more than counts as still.
    public internal(set) var isBlown = false
    /// Where the selector leads; `nil`: nowhere.
    public internal(set) var outlet: Int?
    /// kg that fell from the hopper, and that fell into a pipe without air, since the beginning.
    public internal(set) var dosed = 0.0
    public internal(set) var fellIntoStill = 0.0
    /// Its doser gives more than it was calibrated for, or longer than it was told.
    public internal(set) var isDoserWrong = false
}

/// What really is in a cage.
public struct CageTruth: Sendable, BitwiseCopyable {
    /// mg/L.
    public internal(set) var oxygen = 0.0
    /// kg of pellets that fell in since the beginning.
    public internal(set) var fed = 0.0
    /// m below the surface that a submersible cage hangs; 0 for others.
    public internal(set) var depth = 0.0
}

extension VirtualField {
    /// Notes what the plant has, before the scan looks.
    func noteSea() {
        let farm = plant.seaFarm
        for number in evidence.lines.indices {
            let line = farm.lines[number]
            evidence.lines[number].inPipe = line.pipe.kilograms
            evidence.lines[number].isBlown = line.pressure >= (line.air?.still ?? .infinity)
            evidence.lines[number].outlet = line.selector.outlet
            evidence.lines[number].dosed = line.doser.given
            evidence.lines[number].fellIntoStill = line.fellIntoStill
            evidence.lines[number].isDoserWrong = line.doser.isFast || line.doser.runsOn > 0
        }
        for number in evidence.cages.indices {
            evidence.cages[number].oxygen = farm.cages[number].water.oxygen
            evidence.cages[number].fed = farm.cages[number].fed
            evidence.cages[number].depth = farm.depth(ofCage: number)
        }
    }

    /// Which points show what is not so.
    func noteLies() {
        for index in evidence.isLying.indices { evidence.isLying[index] = false }
        for fault in plant.faults {
            switch fault {
            case .sensorStuck(let point), .sensorNoisy(let point), .sensorCut(let point), .feeding(.sensor(let point, _)):
                evidence.isLying[point.offset] = true
            case .feeding(.sensorsSwapped(let first, let second)):
                evidence.isLying[first.offset] = true
                evidence.isLying[second.offset] = true
            default: continue
            }
        }
    }
}
