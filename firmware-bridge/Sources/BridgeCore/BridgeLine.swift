/// Bytes of a line in, replies out: receiver and server as one, for whoever needs no interrupt in between.
public struct BridgeLine: ~Copyable, Sendable {
    public var server: BridgeServer
    /// What to send when `receive` says so.
    public var reply = Frame()
    private var receiver: Receiver

    public init(_ server: BridgeServer, address: UInt8 = BridgeProtocol.address) {
        self.server = server
        receiver = Receiver(address: address)
    }

    /// - Returns: `reply` is to be sent now.
    public mutating func receive(_ byte: UInt8, at now: UInt32) -> Bool {
        receiver.receive(byte, at: now)
        server.lineErrors = receiver.errors
        guard receiver.isComplete else { return false }
        let isIntact = receiver.frame.isIntact
        if isIntact {
            server.answer(&receiver.frame, into: &reply)
            reply.finish()
        }
        receiver.restart(wasIntact: isIntact)
        return isIntact
    }
}
