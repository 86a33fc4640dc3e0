import Field
import Journal
import Language
import LocalAPI
import ProcessImage
import Quantities
import Site
import Synchronization
import Uplink

/// The links to the water bureau and through BeiDou, as the site file has them. A site without them has no thread more.
struct ThinLinks: Sendable {
    private let links: [ThinLink]

    /// - Parameters:
    ///   - account: of the site's link, for what goes by TCP.
    ///   - ports: where serial ports that are plain names lie.
    ///   - onPlant: this machine in place of every host and port.
    init(_ site: Site, _ journal: Journal, _ account: LinkAccount?, dataFolder: String, ports: String, onPlant: Bool,
         wall: @escaping @Sendable () -> WallTime) {
        func end(_ end: LinkEnd) -> ByteEnd {
            switch end {
            case .tcp(let host, let port): .tcp(host: onPlant ? "127.0.0.1" : host, port: port)
            case .serial(let path, let baud):
                .serial(path: onPlant || !path.hasPrefix("/") ? ports + "/" + path.drop { $0 == "/" } : path, baud: baud)
            }
        }
        let stations = site.waterBureau.map { sheet in
            let field = BureauField(sheet, site.tables, journal)
            let report = LinkReporter("center \(sheet.tag)", journal)
            return ThinLink.waterBureau(sheet.plan, tag: sheet.tag, end: end(sheet.end), folder: dataFolder, account: account,
                                        BureauPorts(input: field.input, history: field.history, wall: wall, report: report.take))
        }
        let satellite = site.satellite.map { sheet in
            let news = SatelliteNews(site, sheet.alarms, journal)
            let manner = SatelliteManner(daysAt: sheet.daysAt, clock: site.tables.clock, card: sheet.card)
            let report = LinkReporter("beidou", journal)
            return ThinLink.beidou(sheet.plan, manner, end: end(sheet.end), folder: dataFolder,
                                   SatellitePorts(standing: news.standing, days: news.days, wall: wall, report: report.take))
        }
        links = stations + [satellite].compactMap(\.self)
    }

    func start() { links.forEach { $0.start() } }

    /// Says that they are to end; control does not wait for it.
    func endSoon() { links.forEach { $0.endSoon() } }

    /// Who is held up, such as by a name server, is left alone.
    func stop() {
        let deadline = SystemClock.now() + .seconds(2)
        for link in links where !link.stop(within: max(deadline - SystemClock.now(), .milliseconds(50))) {
            complain("link \(link.standing.tag) did not end in time")
        }
    }

    var health: [Context.Link] {
        let now = SystemClock.now()
        return links.map(\.standing).map { link in
            Context.Link(kind: link.kind == .beidou ? .beidou : .waterBureau, tag: link.tag, end: link.end.text, isUp: link.isUp,
                         trouble: link.trouble, heardAgo: link.lastHeard.map { now - $0 }, waiting: link.waiting, refused: link.refused,
                         dropped: link.dropped)
        }
    }
}

/// Makes events of what a link tells, one of a kind in ten minutes: who floods a line fills no disk.
final class LinkReporter: Sendable {
    private let name: String
    private let journal: Journal
    private let told = Mutex<[EventKind: Instant]>([:])
    private static let apart = Duration.minutes(10)

    init(_ name: String, _ journal: Journal) { (self.name, self.journal) = (name, journal) }

    func take(_ news: ThinNews) {
        switch news {
        case .up, .down, .otherCard: complain("\(name): \(news.phrase.en)")
        case .bureau, .satellite, .askedTooOften, .notKept: break
        }
        guard let event = news.event, isDue(event.kind) else { return }
        journal.note(event)
    }

    private func isDue(_ kind: EventKind) -> Bool {
        let now = SystemClock.now()
        return told.withLock { told in
            if let last = told[kind], now - last < LinkReporter.apart { return false }
            told[kind] = now
            return true
        }
    }
}
