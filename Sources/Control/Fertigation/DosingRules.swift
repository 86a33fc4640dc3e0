import Agronomy
import ProcessImage
import Quantities

struct ChannelRule: BitwiseCopyable {
    let plan: ChannelPlan
    /// Its place among the channels of its unit.
    let slot: Int
    let adds: Conductivity
    let normality: Equivalents
}

/// A recipe as the scan reads it; its parts are a part of one flat row.
struct RecipeRule: BitwiseCopyable {
    let unit: DosingUnitIndex
    let parts: Part
    let ec: ECTarget?
    let ph: Acidity?
    /// Alkali keeps its pH, and not acid.
    let raisesPH: Bool
    /// Sum of the shares of the EC loop's channels.
    let shares: Double
    /// mS/cm that the EC loop's channels add together where their stock is the whole of the water. 0: the recipe has no EC loop.
    let strength: Double
}

struct TankRule: BitwiseCopyable {
    let level: PointOf<Volume>?
    let lowWhen: DigitalPoint?
    let low: Volume
}

/// A place for what one channel gives to one zone.
struct DoseSlot: DenseIndex {
    let rawValue: UInt16

    init(rawValue: UInt16) { self.rawValue = rawValue }
    init(_ zone: ZoneIndex, _ channel: ChannelRule) { self.init(zone.offset * Limits.channelsPerUnitMax + channel.slot) }
}

/// The plan of fertigation laid flat, so that the scan reads it without touching an array.
struct DosingBook: ~Copyable {
    let units: Dense<DosingUnitIndex, DosingUnitPlan>
    let channels: Dense<ChannelIndex, ChannelRule>
    /// Channels in the order of their units, and each unit's part of that list.
    let channelList: Dense<ChannelIndex, ChannelIndex>
    let channelsOfUnit: Dense<DosingUnitIndex, Part>
    let tanks: Dense<TankIndex, TankRule>
    let recipes: Dense<RecipeIndex, RecipeRule>
    let parts: Dense<RecipeIndex, RecipePlan.Part>
    /// Row by row, whether what a recipe leaves must be flushed out before another.
    private let clashes: Dense<ClashSlot, Bool>

    init(_ plan: borrowing FertigationPlan) {
        let (channels, tanks, recipes) = (plan.channels, plan.tanks, plan.recipes)
        let lists = plan.units.indices.map { unit in channels.indices.filter { channels[$0].unit.offset == unit } }
        let list = lists.flatMap { $0 }
        units = Dense(plan.units)
        channelList = Dense(list.map { ChannelIndex($0) })
        channelsOfUnit = Dense(lists.indices.map { unit in
            let first = lists[..<unit].reduce(0) { $0 + $1.count }
            return Part(first..<(first + lists[unit].count))
        })
        self.channels = Dense(channels.enumerated().map { number, channel in
            ChannelRule(plan: channel, slot: lists[channel.unit.offset].firstIndex(of: number) ?? 0,
                        adds: tanks[channel.tank.offset].adds, normality: tanks[channel.tank.offset].normality)
        })
        self.tanks = Dense(tanks.map { TankRule(level: $0.level, lowWhen: $0.lowWhen, low: $0.low) })
        parts = Dense(recipes.flatMap(\.parts))
        self.recipes = Dense(recipes.indices.map { number in
            let first = recipes[..<number].reduce(0) { $0 + $1.parts.count }
            return RecipeRule(recipes[number], Part(first..<(first + recipes[number].parts.count)), plan)
        })
        clashes = Dense(recipes.flatMap { one in recipes.map { plan.mustFlush(between: one, $0) } })
    }

    /// Where in its cycle a channel begins: those of a unit share it out.
    func turn(of channel: ChannelIndex) -> Double {
        Double(channels[channel].slot) / Double(channelsOfUnit[channels[channel].plan.unit].range.count)
    }

    /// `nil`: of something that is not known, which clashes with all.
    func clash(_ one: RecipeIndex?, _ other: RecipeIndex) -> Bool {
        guard let one, one.offset < recipes.count else { return true }
        return clashes[one.offset * recipes.count + other.offset]
    }
}

struct ClashSlot: DenseIndex {
    let rawValue: UInt16
}

extension RecipeRule {
    fileprivate init(_ recipe: RecipePlan, _ parts: Part, _ plan: borrowing FertigationPlan) {
        var shares = 0.0, strength = 0.0
        for part in recipe.parts {
            guard case .ec(let share) = part.mode else { continue }
            shares += share
            strength += share * plan.tanks[plan.channels[part.channel.offset].tank.offset].adds.base * 1000
        }
        unit = recipe.unit
        self.parts = parts
        ec = recipe.ec
        ph = recipe.ph
        raisesPH = recipe.parts.contains { $0.mode == .ph && plan.channels[$0.channel.offset].reaction == .base }
        self.shares = shares
        self.strength = shares > 0 ? strength / shares : 0
    }
}

extension ChannelRate {
    /// What a drive gives in a time when it does all it can.
    func most(over time: Duration, _ drive: ChannelDrive) -> Volume {
        switch (self, drive) {
        case (.stroke(let stroke), .pulses(let on, let off)): stroke * (time.seconds / (on + off).seconds)
        case (.flow(let flow), _): flow.volume(over: time)
        case (.stroke(let stroke), _): stroke
        }
    }

    /// What is given at a time at least: a stroke, or a cycle's worth.
    func portion(_ drive: ChannelDrive) -> Volume {
        switch (self, drive) {
        case (.flow(let flow), .duty(let cycle, _, _)): flow.volume(over: cycle)
        case (.flow(let flow), _): flow.volume(over: .seconds(2))
        case (.stroke(let stroke), _): stroke
        }
    }
}
