/// Bounds of everything that comes from outside, in one place.
public enum Limits {
    /// Bytes of a frame's text between STX or SYN and the end character. Source: SL 651-2014, tables 16 and 20.
    public static let textAtMost = 4095
    /// Bytes of a whole frame: the ASCII form has the longer head and check.
    public static let frameAtMost = FrameForm.ascii.headLength + 1 + textAtMost + 1 + 4
    /// Packets of one long message that are put together again. 256 packets of 256 bytes are a picture of 64 KB.
    public static let packetsAtMost = 256
    /// Bytes of one long message, all packets together.
    public static let joinedAtMost = 64 * 1024
    /// Digits a decimal number may have: all that fit a signed 64-bit integer.
    public static let digitsAtMost = 18
    /// Points one station reports.
    public static let pointsAtMost = 64
    /// Reports that wait to be heard: more than a month of hourly ones (744).
    public static let reportsAtMost = 1000
    /// Values of one answer about the past: a month of hours.
    public static let historyAtMost = 744
}
