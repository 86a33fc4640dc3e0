import Agronomy
import Control
import Language
import ProcessImage
import Quantities

/// What a zone's water balance was read as.
struct WaterDraft {
    /// Of its crop.
    let name: Phrase
    let rootZone: RootZone
    let planted: CivilDate
    let isYearly: Bool
    let area: Area
    let efficiency: Fraction
    let wetted: Double
    let isCovered: Bool
    let content: Fraction
    let probe: PointIndex?
    let meaning: ProbePlan.Meaning
}

extension SiteReader {
    private static let cropKeys = ["is", "planted", "method", "convention", "covered", "yearly", "stages", "kc", "kcb"]
    /// Keys of a zone that belong to its water balance.
    static let waterKeys = ["crop", "soil-type", "roots", "efficiency", "wets", "soil-reads"]

    /// - Returns: `nil` for a zone without a crop, and for one that was refused.
    func water(_ fields: Fields, area: Area?, probe: PointIndex?) -> WaterDraft? {
        guard let entry = fields["crop"] else {
            for key in ["soil-type", "roots", "soil-reads"] { fields[key]?.refuseWithoutCrop() }
            return nil
        }
        refuseWithoutMeans(entry, fields, area: area)
        let (soil, content) = fields["soil-type"].map { self.soil($0) } ?? (SoilTexture.loam.soil, nil)
        guard let crop = entry.fields(Self.cropKeys) else { return nil }
        let due = Phrase(zh: "写上作物与种植日，如 crop: { is: winter-wheat, planted: 2026-10-10 }。", en: "Name the crop and its planting day, such as crop: { is: winter-wheat, planted: 2026-10-10 }.")
        let file = crop.required("is", due).flatMap { library.crop($0) }
        let planted = crop.required("planted", due)?.day()
        var rules = RootZoneRules()
        rules.isDual = crop["method"]?.word(["dual": true, "single": false]) ?? true
        rules.convention = crop["convention"]?.word(["late-in-day": .lateInDay, "early-in-day": .earlyInDay]) ?? .lateInDay
        let efficiency: Fraction = fields["efficiency"]?.quantity("20 %", "100 %", guess: "%") ?? .percent(90)
        let wetted: Fraction = fields["wets"]?.quantity("5 %", "100 %", guess: "%") ?? .percent(100)
        let meaning: ProbePlan.Meaning = fields["soil-reads"]?.word(["volume": .volume, "of-field-capacity": .relative]) ?? .volume
        let isCovered = crop["covered"]?.yesNo() ?? false, isYearly = crop["yearly"]?.yesNo() ?? false
        let roots: Length? = fields["roots"]?.quantity("0.05 m", "5 m", guess: "m")
        guard let file, let planted, let area else { return nil }
        var plant = grown(file.crop, crop)
        if let roots { (plant.rootsInitial, plant.rootsMaximum) = (min(plant.rootsInitial, roots), roots) }
        return WaterDraft(
            name: file.name, rootZone: RootZone(crop: plant, soil: soil, rules: rules), planted: planted, isYearly: isYearly, area: area,
            efficiency: efficiency, wetted: wetted.base, isCovered: isCovered, content: content ?? soil.fieldCapacity,
            probe: probe, meaning: meaning)
    }

    /// The crop of the file with the days and coefficients that hold here.
    private func grown(_ crop: Crop, _ fields: Fields) -> Crop {
        var crop = crop
        if let stages = fields["stages"]?.fields(["initial", "development", "middle", "late"]) {
            func days(_ key: String, _ usual: Int) -> Int {
                stages[key]?.duration("0 day", "700 day", guess: "day").map { Int($0.seconds / 86_400) } ?? usual
            }
            let usual = crop.stages
            crop.stages = CropStages(initial: days("initial", usual.initial), development: days("development", usual.development),
                                     middle: days("middle", usual.middle), late: days("late", usual.late))
        }
        crop.single = coefficients(fields["kc"], crop.single)
        crop.basal = coefficients(fields["kcb"], crop.basal)
        return crop
    }

    private func coefficients(_ entry: Entry?, _ usual: CropCoefficients) -> CropCoefficients {
        guard let fields = entry?.fields(["initial", "middle", "end"]) else { return usual }
        return CropCoefficients(initial: fields["initial"]?.number(0, 2) ?? usual.initial,
                                middle: fields["middle"]?.number(0, 2) ?? usual.middle, end: fields["end"]?.number(0, 2) ?? usual.end)
    }

    private func refuseWithoutMeans(_ entry: Entry, _ fields: Fields, area: Area?) {
        if weather == nil, self.fields["weather"] == nil {
            entry.refuse(Phrase(zh: "没有天气，算不出作物用水。", en: "without weather nobody knows what the crop uses."),
                         Phrase(zh: "加上 weather: 一节，至少写 averages。", en: "Add a section weather: with averages at least."))
        }
        if area == nil, fields["area"] == nil {
            entry.refuse(Phrase(zh: "没有面积，水深算不成方数。", en: "without an area no depth becomes a volume."),
                         Phrase(zh: "给分区写上 area，如 6.5 mu。", en: "Give the zone its area, such as 6.5 mu."))
        }
        _ = fields.required("soil-type", Phrase(zh: "写上土质，如 soil-type: loam。", en: "Name the soil, such as soil-type: loam."))
    }

    // MARK: Emitters

    /// The zone's nominal flow: as it is given, or what its emitters take together on its area.
    func zoneFlow(_ fields: Fields, area: Area?) -> Flow? {
        let given: Flow? = fields["flow"]?.quantity("0.001 m3/h", "10000 m3/h", guess: "m3/h")
        guard let entry = fields["emitters"] else { return given }
        let taken = emitterFlow(entry, fields, area: area)
        guard let given else { return fields["flow"] == nil ? taken : nil }
        if let taken, taken > given * 1.3 || taken < given * 0.7 {
            entry.notice(Phrase(zh: "滴头合计 \(taken.rounded.text)，与 flow \(given.text) 相差三成以上。", en: "the emitters take \(taken.rounded.text) together, which is a third off the flow of \(given.text)."),
                         Phrase(zh: "核对滴头流量、间距与面积。", en: "Check what an emitter gives, the spacings, and the area."))
        }
        return given
    }

    private func emitterFlow(_ entry: Entry, _ zone: Fields, area: Area?) -> Flow? {
        let due = Phrase(zh: "写成 emitters: { each: 1.2 L/h, along: 0.3 m, across: 0.8 m }。", en: "Write emitters: { each: 1.2 L/h, along: 0.3 m, across: 0.8 m }.")
        guard let fields = entry.fields(["each", "along", "across"]) else { return nil }
        let each: Flow? = fields.required("each", due)?.quantity("0.05 L/h", "10000 L/h", guess: "L/h")
        let along: Length? = fields.required("along", due)?.quantity("0.05 m", "50 m", guess: "m")
        let across: Length? = fields.required("across", due)?.quantity("0.05 m", "50 m", guess: "m")
        guard let area else {
            if zone["area"] == nil { entry.refuse(Phrase(zh: "没有面积，数不出有多少滴头。", en: "without an area nobody knows how many emitters there are."), Phrase(zh: "给分区写上 area。", en: "Give the zone its area.")) }
            return nil
        }
        guard let each, let along, let across else { return nil }
        return Spreading.flow(area: area, rate: Spreading.rate(emitter: each, along: along, across: across))
    }

    // MARK: Soil

    private static let textures: KeyValuePairs<String, SoilTexture> = [
        "sand": .sand, "loamy-sand": .loamySand, "sandy-loam": .sandyLoam, "loam": .loam, "silt-loam": .siltLoam, "silt": .silt,
        "silty-clay-loam": .siltyClayLoam, "silty-clay": .siltyClay, "clay": .clay,
    ]

    /// A texture by its name, or measured figures, which go before those of the name.
    private func soil(_ entry: Entry) -> (Soil, content: Fraction?) {
        let loam = SoilTexture.loam.soil
        if case .word = entry.value { return (entry.word(Self.textures)?.soil ?? loam, nil) }
        let keys = ["is", "field-capacity", "wilting-point", "readily-evaporable", "surface", "porosity", "runoff-number", "at-start"]
        guard let fields = entry.fields(keys) else { return (loam, nil) }
        let named = fields["is"]?.word(Self.textures)?.soil
        let due = Phrase(zh: "写上体积含水量，或写 is: loam 按土质取。", en: "Give it by volume, or name a texture: is: loam.")
        func measured(_ key: String) -> Entry? { named == nil ? fields.required(key, due) : fields[key] }
        let capacity: Fraction? = measured("field-capacity")?.quantity("3 %", "60 %", guess: "%")
        let wilting: Fraction? = measured("wilting-point")?.quantity("1 %", "50 %", guess: "%")
        var soil = named ?? loam
        soil.fieldCapacity = capacity ?? soil.fieldCapacity
        soil.wiltingPoint = wilting ?? soil.wiltingPoint
        soil.readilyEvaporable = fields["readily-evaporable"]?.quantity("1 mm", "15 mm", guess: "mm") ?? soil.readilyEvaporable
        soil.evaporationDepth = fields["surface"]?.quantity("5 cm", "20 cm", guess: "cm") ?? soil.evaporationDepth
        soil.porosity = fields["porosity"]?.quantity("20 %", "90 %", guess: "%") ?? soil.porosity
        soil.curveNumber = fields["runoff-number"]?.number(30, 100)
        let content: Fraction? = fields["at-start"]?.quantity("1 %", "60 %", guess: "%")
        return (checked(soil, fields, entry) ? soil : loam, content)
    }

    private func checked(_ soil: Soil, _ fields: Fields, _ entry: Entry) -> Bool {
        guard soil.wiltingPoint >= soil.fieldCapacity * 0.95 else { return true }
        (fields["wilting-point"] ?? entry).refuse(
            Phrase(zh: "凋萎点 \(plain(soil.wiltingPoint.percent)) % 不低于田间持水量 \(plain(soil.fieldCapacity.percent)) %，土里没有可用的水。",
                   en: "the wilting point of \(plain(soil.wiltingPoint.percent)) % leaves nothing below the field capacity of \(plain(soil.fieldCapacity.percent)) %."),
            Phrase(zh: "两个都按体积写；核对化验单。", en: "Both are by volume; check the laboratory's sheet."))
        return false
    }

    // MARK: Freezing

    func waterPlan(_ zone: ZoneDraft, _ tables: SiteTables) -> WaterPlan? {
        zone.water.map { water in
            let moisture: PointOf<Fraction>? = water.probe.flatMap { tables.quantity($0) }
            return WaterPlan(
                rootZone: water.rootZone, planted: water.planted, isYearly: water.isYearly, area: water.area,
                efficiency: water.efficiency, wetted: water.wetted, isCovered: water.isCovered, content: water.content,
                probe: moisture.map {
                    ProbePlan(moisture: $0, temperature: probeTemperature(water.probe, tables), meaning: water.meaning)
                })
        }
    }

    /// The probe's own temperature, which its device bears beside the moisture.
    private func probeTemperature(_ moisture: PointIndex?, _ tables: SiteTables) -> PointOf<Temperature>? {
        guard let moisture, let device = points[moisture.offset].device else { return nil }
        let beside = points.firstIndex { $0.device == device && $0.unit.dimension == .temperature }
        return beside.flatMap { tables.quantity(PointIndex($0)) }
    }
}

extension Entry {
    fileprivate func refuseWithoutCrop() {
        refuse(Phrase(zh: "没有写作物，这一项用不上。", en: "means nothing without a crop."),
               Phrase(zh: "加上 crop: { is: …, planted: … }，或删去它。", en: "Add crop: { is: …, planted: … }, or remove it."))
    }
}

extension Flow {
    /// As people say a computed flow.
    fileprivate var rounded: Flow { Flow(base: (base * 10).rounded() / 10) }
}
