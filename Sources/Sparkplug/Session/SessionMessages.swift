// What the messages of a session hold.
extension Session {
    /// The same bytes serve as the will and as our own goodbye. Without a number of the session's messages.
    var death: Publication {
        let payload = Payload(metrics: [birthNumberMetric])
        return Publication(topic: plan.name.topic(.death), payload: payload.encoded(), qualityOfService: 1)
    }

    private var birthNumberMetric: Metric {
        Metric(name: "bdSeq", datatype: MetricType.int64.rawValue, value: .long(UInt64(birthNumber.current)))
    }

    mutating func nodeBirth(at moment: Moment) -> Publication {
        var number = birthNumberMetric
        number.timestamp = moment.milliseconds
        number.alias = settings.usesAliases ? 1 : nil
        let rebirth = Metric(name: rebirthName, timestamp: moment.milliseconds, datatype: MetricType.boolean.rawValue,
                             value: .boolean(false))
        let metrics = values.tellAll(of: 0, now: moment.milliseconds).map(birthMetric) + [number, rebirth]
        return message(plan.name.topic(.birth), metrics, sequence: 0, moment)
    }

    mutating func deviceBirth(of owner: Int, at moment: Moment) -> Publication {
        let metrics = values.tellAll(of: owner, now: moment.milliseconds).map(birthMetric)
        return message(plan.name.topic(.birth, of: plan.devices[owner - 1]), metrics, sequence: sequence, moment)
    }

    func deviceDeath(of device: Int, at moment: Moment) -> Publication {
        message(plan.name.topic(.death, of: plan.devices[device]), [], sequence: sequence, moment)
    }

    func data(_ change: Values.Change, at moment: Moment) -> Publication {
        let metrics = change.metrics.map { index in
            let row = values[index]
            return dataMetric(index, row.value, row.quality == row.toldQuality ? nil : row.quality, at: values.moment(of: index))
        }
        return message(dataTopic(of: change.owner), metrics, sequence: sequence, moment)
    }

    func pastData(_ past: [PastValue], of owner: Int, at moment: Moment) -> Publication {
        let metrics = past.map { past in
            let quality = past.quality == .good ? nil : past.quality
            var metric = dataMetric(past.metric.rawValue, past.value, quality, at: past.wall.milliseconds)
            metric.isHistorical = true
            return metric
        }
        return message(dataTopic(of: owner), metrics, sequence: sequence, moment)
    }

    private func birthMetric(_ told: (metric: Int, row: Values.Row, at: UInt64)) -> Metric {
        let planned = plan.metrics[told.metric]
        var metric = Metric(name: planned.name, alias: settings.usesAliases ? plan.alias(of: told.metric) : nil, timestamp: told.at,
                            datatype: planned.type.rawValue, value: told.row.value?.wire)
        metric.properties = MetricProperties(quality: told.row.quality, unit: planned.unit)
        return metric
    }

    private func dataMetric(_ index: Int, _ value: MetricValue?, _ quality: MetricQuality?, at: UInt64) -> Metric {
        var metric = Metric(name: settings.usesAliases ? nil : plan.metrics[index].name,
                            alias: settings.usesAliases ? plan.alias(of: index) : nil, timestamp: at, value: value?.wire)
        metric.properties.quality = quality
        return metric
    }

    private func dataTopic(of owner: Int) -> String {
        owner == 0 ? plan.name.topic(.data) : plan.name.topic(.data, of: plan.devices[owner - 1])
    }

    /// In order of time, as the standard wants them within a message.
    private func message(_ topic: String, _ metrics: [Metric], sequence: UInt8, _ moment: Moment) -> Publication {
        let ordered = metrics.sorted { ($0.timestamp ?? 0) < ($1.timestamp ?? 0) }
        let payload = Payload(timestamp: moment.milliseconds, metrics: ordered, sequence: UInt64(sequence))
        return Publication(topic: topic, payload: payload.encoded(), qualityOfService: 0)
    }
}

let rebirthName = "Node Control/Rebirth"
