import Journal
import ProcessImage
import Quantities
import Sparkplug
import Synchronization

/// Between a session and the controller: records up, orders down. For the session's thread.
final class FarmDesk: Sendable {
    let plan: NodePlan
    private let farm: Mutex<FarmNode>
    private let journal: Journal
    private let account: LinkAccount
    private let orders: RemoteOrders
    private let reports: NodeReports

    init(_ sheet: FarmSheet, journal: Journal, inbox: CommandInbox, account: LinkAccount) throws(NodePlanError) {
        let orders = RemoteOrders(journal: journal, inbox: inbox, author: "sparkplug \(sheet.name.group.text)")
        let farm = try FarmNode(sheet) { orders.last }
        plan = farm.plan
        self.farm = Mutex(farm)
        self.journal = journal
        self.account = account
        self.orders = orders
        reports = NodeReports { journal.note($0) }
    }

    func tell(_ session: inout Session) {
        let live = journal.live.snapshot()
        // With an NDEATH: data that were only held back would be taken for values that do not change.
        session.pause(live.power == .critical || account.isSpent)
        orders.look(at: live)
        farm.withLock { $0.tell(live, to: &session) }
    }

    func obey(_ order: CommandOrder) {
        let (kind, text) = farm.withLock { ($0.command(order), $0.text(of: order)) }
        guard let kind else { return }
        if !orders.give(kind, text, at: LineThread.now()) { hear(.commandRefused(.tooMany, order.metric)) }
    }

    func hear(_ report: Report) {
        guard case .commandRefused(let refusal, let metric) = report else {
            return reports.tell(report, about: .site, at: LineThread.now())
        }
        let (name, subject) = farm.withLock { farm in (metric.map { farm.name(of: $0) }, metric.map { farm.subject(of: $0) }) }
        orders.refuse(name ?? "?", because: "\(refusal)")
        reports.tell(report, about: subject ?? .site, at: LineThread.now())
    }
}
