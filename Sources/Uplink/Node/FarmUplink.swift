public import Journal
public import ProcessImage
public import Quantities
public import Sparkplug

/// The farm at a Sparkplug host: what the records show goes up once a second, what may be ordered comes down into the inbox. It
/// stands beside the controller and can do nothing that a person at the command line could not; nothing in the controller waits for it.
public struct FarmUplink: Sendable {
    private let node: SparkplugNode

    /// - Parameters:
    ///   - folder: where the number of the newest birth is kept.
    ///   - keepAlive: seconds.
    ///   - account: for what it costs; it takes its leave while that is spent.
    /// - Throws: what stands against the sheet as a node, such as two metrics whose names differ in case at most.
    public init(_ sheet: FarmSheet, _ settings: SessionSettings, brokers: [Broker], keepAlive: Int, folder: String, journal: Journal,
                inbox: CommandInbox, account: LinkAccount, wall: @escaping @Sendable () -> WallTime) throws(NodePlanError) {
        let births = BirthFile(folder: folder), desk = try FarmDesk(sheet, journal: journal, inbox: inbox, account: account)
        node = SparkplugNode(desk.plan, settings, lastBirthNumber: births.number, brokers: brokers,
                             clientName: "tidegate-\(sheet.name.node.text)-sparkplug", keepAlive: keepAlive, account: account,
                             SparkplugNode.Ports(keep: births.keep, order: desk.obey, report: desk.hear, wall: wall, values: desk.tell))
    }

    public func start() { node.start() }

    /// Says goodbye.
    /// - Returns: `false`: it did not end in time and is left alone.
    public func stop(within limit: Duration) -> Bool { node.stop(within: limit) }

    public var isAlive: Bool { node.isAlive }
}
