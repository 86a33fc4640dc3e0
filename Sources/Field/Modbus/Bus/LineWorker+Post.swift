internal import ProcessImage
internal import Quantities

/// What a line's thread tells the scan.
extension LineWorker {
    func post(_ reports: [PointReport], of index: Int, at now: Instant) {
        for report in reports {
            switch report {
            case .value(let point, let value): post(devices[index].keepers[point].value(value, at: now), point, of: index)
            case .failed(let point, let reason): post(devices[index].keepers[point].failed(reason, at: now), point, of: index)
            }
        }
    }

    private func post(_ reading: Reading?, _ point: Int, of index: Int) {
        guard let reading else { return }
        mail.readings.post(reading, in: devices[index].firstSlot + point)
    }

    func expire(_ index: Int, at now: Instant) {
        for point in devices[index].keepers.indices {
            post(devices[index].keepers[point].expire(at: now), point, of: index)
        }
    }

    func postOnline(_ index: Int, at now: Instant) {
        mail.readings.post(.good(devices[index].isLost ? 0 : 1, at: now), in: devices[index].onlineSlot)
    }

    /// A lost device: offline, and its outputs may be anything.
    func postLost(_ index: Int, at now: Instant) {
        postOnline(index, at: now)
        for output in devices[index].outputs.indices { post(level: nil, output, of: index, at: now) }
    }

    func postFeedback(_ output: Int, of index: Int, _ value: UInt16?, at now: Instant) {
        post(level: devices[index].outputs[output].readBack(value, at: now), output, of: index, at: now)
    }

    private func post(level: OutputLevel?, _ output: Int, of index: Int, at now: Instant) {
        let expired = ordered(output, of: index, at: now).leaseExpired
        mail.feedback.post(OutputFeedback(level: level, at: now, leaseExpired: expired), in: devices[index].firstOutput + output)
    }
}
