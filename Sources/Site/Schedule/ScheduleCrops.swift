import Language
import ProcessImage

/// `crops:` of a schedule: what grows in a zone, laid over what the site file says of it.
extension ScheduleFile {
    static let cropKeys = ["is", "planted", "yearly", "stages", "kc", "kcb"]

    func zones(over own: Fields) -> Entry? {
        guard let crops = fields["crops"] else { return own["zones"] }
        return own["zones"]?.joined(with: crops) { zone, told in
            guard let said = told.fields(Self.cropKeys) else { return zone }
            return zone.with([(key: "crop", entry: Self.crop(told, said, over: zone["crop"]))])
        }
    }

    /// Another crop takes nothing over of the one before but how its water is reckoned, which is the installer's.
    private static func crop(_ told: Entry, _ said: Fields, over own: Entry?) -> Entry {
        guard let own else { return told }
        if said["is"] == nil { return own.overlaid(by: told) }
        return told.with(["method", "convention", "covered"].compactMap { key in own[key].map { (key: key, entry: $0) } })
    }
}

extension SiteReader {
    func obeyCrops(_ crops: Entry) {
        for (tag, entry) in crops.tagged() {
            guard let number = zones.firstIndex(where: { $0.label.tag == tag }) else {
                entry.refuse(Phrase(zh: "没有分区 \(quoted(tag))。", en: "\(quoted(tag)) is not a zone of this site."),
                             choices(zones.map(\.label.tag), insteadOf: tag, zh: "分区", en: "zones"))
                continue
            }
            refuseForeign(number, entry)
        }
    }
}
