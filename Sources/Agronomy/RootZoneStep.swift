import Quantities

extension RootZone {
    /// One day. The order of what follows what decides the third decimal; see `WaterConvention`.
    public func step(_ state: inout RootZoneState, _ today: RootZoneWeather) -> RootZoneDay {
        let plant = plant(state, today)
        let water = water(state, today)
        let wetted = wetted(state, today)
        let surface = rules.isDual
            ? SurfaceLayer(soil, rules.convention).step(
                from: state.surface, limit: plant.limit, basal: plant.basal, cover: plant.cover, wetted: wetted,
                rain: water.rain, irrigation: water.irrigation, et: today.et)
            : .unmoved(state.surface)
        let day = account(state, today, plant, water, wetted, surface)
        state = RootZoneState(day: state.day + 1, depletion: day.depletion, surface: surface.depletion, height: plant.height,
                              roots: plant.roots, wetted: wetted, coefficient: day.actualCoefficient, stress: day.stressAtEnd)
        return day
    }

    private func plant(_ state: RootZoneState, _ today: RootZoneWeather) -> Plant {
        let basal = crop.basal.value(on: state.day, crop.stages)
        let growth = crop.growth(basal: basal, on: state.day)
        // Neither shrinks again when the coefficient falls.
        let height = max(crop.heightInitial + (crop.heightMaximum - crop.heightInitial) * growth, .meters(0.001), state.height)
        let roots = max(crop.roots(on: state.day), state.roots)
        let limit = Canopy.limit(rules.reference, today.climate, height: height, basal: basal)
        return Plant(basal: basal, single: crop.single.value(on: state.day, crop.stages), height: height, roots: roots,
                     limit: limit, cover: Canopy.cover(basal: basal, bare: crop.basal.initial, limit: limit, height: height))
    }

    private func water(_ state: RootZoneState, _ today: RootZoneWeather) -> Water {
        let loss = today.irrigation * (1 - today.efficiency.base)
        let runoff = soil.curveNumber.map { Runoff(curveNumber: $0, soil: soil, surface: state.surface).of(today.rain) } ?? .zero
        let isLost = !rules.isDual && today.rain.millimeters < 0.2 * today.et.millimeters
        return Water(rain: isLost ? .zero : today.rain - runoff, runoff: runoff, irrigation: today.irrigation - loss, loss: loss)
    }

    /// fw follows what wetted the ground last. FAO-56 p. 148.
    private func wetted(_ state: RootZoneState, _ today: RootZoneWeather) -> Double {
        if today.irrigation > .zero { return clamped(today.wetted ?? state.wetted, 0.01, 1) }
        return today.rain.millimeters >= 3 ? 1 : state.wetted
    }

    private func account(_ state: RootZoneState, _ today: RootZoneWeather, _ plant: Plant, _ water: Water, _ wetted: Double,
                         _ surface: SurfaceDay) -> RootZoneDay {
        let coefficient = rules.isDual ? surface.coefficient + plant.basal : plant.single
        let cropET = today.et * coefficient
        let available = soil.totalAvailable(to: plant.roots)
        let fraction = fraction(at: cropET)
        let before = state.depletion, given = water.rain + water.irrigation
        let judged = rules.convention == .lateInDay ? before : max(before - given, .zero)
        let stress = stress(at: judged, of: available, from: fraction)
        let transpiration = today.et * (stress * (rules.isDual ? plant.basal : plant.single))
        let actual = transpiration + surface.evaporation
        let used = rules.convention == .lateInDay ? actual : .zero
        let percolation = max(given - used - before, .zero)
        let depletion = min(max(before - given + actual + percolation, .zero), available)
        return RootZoneDay(
            et: today.et, basal: plant.basal, single: plant.single, height: plant.height, limit: plant.limit, cover: plant.cover,
            wetted: wetted, surface: surface, coefficient: coefficient, cropET: cropET, available: available, roots: plant.roots,
            fraction: fraction, readily: available * fraction, stress: stress, actualET: actual, transpiration: transpiration,
            percolation: percolation, depletion: depletion,
            stressAtEnd: self.stress(at: depletion, of: available, from: fraction),
            irrigation: today.irrigation, irrigationLoss: water.loss, rain: today.rain, runoff: water.runoff)
    }
}

extension RootZoneDay {
    /// Ka = Ks·Kcb + Ke.
    var actualCoefficient: Double {
        stress * (surface.exposed > 0 ? basal : single) + surface.coefficient
    }
}

private struct Plant {
    let basal: Double
    let single: Double
    let height: Length
    let roots: Length
    let limit: Double
    let cover: Double
}

/// What of the day's water counts.
private struct Water {
    let rain: Depth
    let runoff: Depth
    let irrigation: Depth
    let loss: Depth
}
