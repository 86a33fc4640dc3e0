import BeiDou
import ProcessImage
import SL651
import Uplink

extension ThinNews {
    /// What of it belongs into the records: what people must know of, and who tried what. `nil`: nothing.
    var event: Event? {
        switch self {
        case .bureau(.refused(let function, .changesSomething)): Event(.bureauOrdered, .site, value: Double(function.rawValue))
        case .bureau(.dropped): Event(.bureauReportDropped, .site)
        case .satellite(.droppedAlarm), .satellite(.droppedDays): Event(.satelliteDropped, .site)
        case .satellite(.noCard), .satellite(.noAnswer), .otherCard: Event(.satelliteUnusable, .site)
        case .satellite(.stranger(let card)): Event(.satelliteStranger, .site, value: Double(card.value))
        case .bureau, .satellite, .up, .down, .askedTooOften, .notKept: nil
        }
    }
}
