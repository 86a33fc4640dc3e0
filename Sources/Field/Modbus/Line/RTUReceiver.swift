import CRealtime
internal import Quantities

/// Takes the one answer that is awaited off a serial line.
struct RTUReceiver {
    /// Zero where it is not known.
    let characterTime: Duration

    /// - Parameter read: waits for bytes until a moment.
    func receive(_ request: ModbusRequest, of unit: UInt8, until deadline: Instant,
                 read: (_ deadline: Instant) -> ByteLine.Received) -> Received {
        var stream: [UInt8] = []
        while true {
            switch RTUFrame.cutAnswer(from: &stream, of: unit, to: request) {
            case .frame(let frame):
                switch ReceivedAnswer.check(frame.pdu[...], to: request) {
                case .success(let answer): return .answer(answer)
                case .failure(let fault): return .garbled(fault)
                }
            case .broken(let fault): return .garbled(fault)
            case .needsMore:
                guard SystemClock.now() < deadline else { return stream.isEmpty ? .noAnswer : .garbled(.tooShort) }
                waitForTheRest(of: request, stream, until: deadline)
                switch read(deadline) {
                case .bytes(let bytes): stream += bytes
                case .nothing: break
                case .lost(let fault): return .disconnected(fault)
                }
            }
        }
    }

    /// Once an answer has begun, its length is known: sleeping for what is missing costs one wake-up, where a serial port
    /// that hands over eight bytes at a time would cost one for each.
    private func waitForTheRest(of request: ModbusRequest, _ stream: [UInt8], until deadline: Instant) {
        guard !stream.isEmpty, characterTime > .zero else { return }
        let isRefusal = stream.count > 1 && stream[1] & 0x80 != 0
        let missing = (isRefusal ? 2 : request.answerLength) + 3 - stream.count
        guard missing > 0 else { return }
        tg_sleep_until_boottime(min(SystemClock.now() + characterTime * missing, deadline).nanoseconds)
    }
}
