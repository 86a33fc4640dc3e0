import Quantities

/// Brings a talker's memory to the disk when it has changed: before anything is sent, else within two seconds; within five minutes once
/// much waits, so that reports that pile up while the line is down do not wear the flash.
final class MemoryKeeper<Speaker: Talker> {
    private let file: MemoryFile
    private var kept: Speaker.Memory?
    private var changedSince: Instant?
    private static var manyWait: Int { 20 }

    /// - Parameter kept: what the file holds.
    init(_ file: MemoryFile, kept: Speaker.Memory) {
        self.file = file
        self.kept = kept
    }

    func isDue(_ talker: Speaker, at now: Instant) -> Bool {
        guard talker.memory != kept else {
            changedSince = nil
            return false
        }
        let since = changedSince ?? now
        changedSince = since
        return now - since >= (talker.waiting > Self.manyWait ? .minutes(5) : .seconds(2))
    }

    /// - Returns: `false`: the disk does not take it.
    @discardableResult
    func keep(_ talker: Speaker) -> Bool {
        guard talker.memory != kept else { return true }
        changedSince = nil
        guard file.write(talker.memoryBytes) else {
            if Speaker.staleIsWorseThanNone, kept != nil { file.remove() }
            kept = nil
            return false
        }
        kept = talker.memory
        return true
    }
}
