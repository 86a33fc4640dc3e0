import Language
import LocalAPI

/// The thin links on the screen of `status` and `watch`.
struct LinkTable {
    let links: [LinkReply]

    var lines: [String] {
        var table = Table([
            .text(zh: "链路", en: "link"), .text(zh: "状态", en: "state"), .number(zh: "待发", en: "waiting"),
            .text(zh: "上次收到", en: "last heard"), .text(zh: "备注", en: "remarks"),
        ])
        for link in links {
            table.add(Table.Cell(name(link)), state(link), Table.Cell("\(link.waiting)"), Table.Cell(heard(link)),
                      Table.Cell(remarks(link)))
        }
        return table.lines
    }

    private func name(_ link: LinkReply) -> Phrase {
        link.kind == "beidou" ? Phrase(zh: "北斗", en: "BeiDou") : Phrase(zh: "水利 \(link.tag)", en: "bureau \(link.tag)")
    }

    private func state(_ link: LinkReply) -> Table.Cell {
        if !link.isUp { return Table.Cell(Phrase(zh: "断开", en: "down"), .warning) }
        return Table.Cell(Phrase(zh: "接通", en: "up"), link.trouble == nil ? .good : .warning)
    }

    private func heard(_ link: LinkReply) -> Phrase {
        guard let ago = link.heardAgoSeconds else { return Phrase(zh: "启动后没有", en: "not since the start") }
        let span = Format.span(ago)
        return Phrase(zh: "\(span)前", en: "\(span) ago")
    }

    private func remarks(_ link: LinkReply) -> String {
        let refused = link.refused == 0 ? nil : Phrase(zh: "未理会 \(link.refused) 次要求", en: link.refused == 1 ? "1 demand left alone" : "\(link.refused) demands left alone")
        let dropped = link.dropped == 0 ? nil : Phrase(zh: "丢弃 \(link.dropped) 条", en: "\(link.dropped) dropped")
        return [link.trouble?.phrase, refused, dropped].compactMap { $0?.said }.joined(separator: Phrase(zh: "；", en: "; ").said)
    }
}
