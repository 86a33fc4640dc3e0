import Quantities

/// Bounds of the short message link, in one place.
public enum Limits {
    /// Characters of a sentence between `$` and the end of its check: 1750 bytes of the regional service in hexadecimal, and fields.
    public static let sentenceAtMost = 3600
    /// Bytes a message may have on the regional service of BeiDou-3 (14 000 bits).
    public static let messageAtMost = 1750
    /// Alarms that wait or are not yet acknowledged.
    public static let alarmsAtMost = 64
    /// Zones whose state of the day waits or is not yet acknowledged.
    public static let statesAtMost = 256
    /// Alarms that are known to have been told as come. More than that are told once others have gone.
    public static let raisedAtMost = 1024
    /// No card allows more often, whatever a terminal says.
    public static let shortestInterval = Duration.seconds(1)
    /// A terminal without a card tells 9999 s; a real one is not above an hour.
    public static let longestInterval = Duration.hours(1)
}
