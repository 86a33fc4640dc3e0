import Language
import ProcessImage
import Quantities
import Schedule
import Site

/// A schedule as a sheet to print and to sign: the table, every program and recipe in words, room for names.
struct ScheduleSheet {
    private let site: Site
    private let head: ScheduleHead?
    private let export: StageExport

    init(_ site: Site, _ head: ScheduleHead?, _ export: StageExport) {
        self.site = site
        self.head = head
        self.export = export
    }

    var text: String {
        let name = site.tables.site.name
        let title = Phrase(zh: "\(name.zh)　灌溉施肥方案", en: "\(name.en): schedule of water and fertiliser")
        return HTML.page(title.said, [
            HTML.element("h1", title.said), HTML.element("p", subtitle.said, class: "sub"),
            head?.remarks.map { HTML.element("p", $0) } ?? "",
            HTML.section(Phrase(zh: "逐期安排", en: "Stage by stage").said, [export.table.html]), words, signatures,
        ])
    }

    private var subtitle: Phrase {
        guard let head else { return Phrase(zh: "站点文件的基本程序", en: "the site file's own programs") }
        let days = "\(head.valid.lowerBound.text) .. \(head.valid.upperBound.text)"
        return Phrase(zh: "\(head.schedule)，版本 \(head.version)，\(days)", en: "\(head.schedule), version \(head.version), \(days)")
    }

    private var words: String {
        let changes = Change.between([], and: site.statements)
        return HTML.section(Phrase(zh: "程序与配方", en: "Programs and recipes").said, changes.map { change in
            "<div class=\"kept\">" + HTML.element("h3", change.subject.said) + HTML.list(change.lines.map(\.said)) + "</div>"
        })
    }

    private var signatures: String {
        let names = [Phrase(zh: "编写", en: "written by"), Phrase(zh: "审核", en: "checked by"), Phrase(zh: "日期", en: "date")].map(\.said)
        let author = head?.author ?? ""
        let cells = names.enumerated().map { "<div>\(HTML.element("span", $1))\(HTML.element("b", $0 == 0 ? author : ""))</div>" }
        return "<div class=\"sign\">\(cells.joined())</div>"
    }
}
