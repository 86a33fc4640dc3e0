/// Cuts frames out of a stream of bytes that may begin anywhere and hold anything.
///
/// Memory: one frame at most (4.2 KB). A frame that is broken costs its own first byte, and the search goes on behind it, so that
/// a good frame after rubbish is found. A frame that was begun and never ends is dropped by `lineIsIdle`.
public struct FrameReader: Sendable {
    public enum Cut: Hashable, Sendable {
        case frame(Frame)
        /// So many bytes were thrown away, and why the first of them were.
        case rubbish(Int, Flaw)
    }

    private var buffer: [UInt8] = []
    /// Nothing new can be seen before so many bytes are there.
    private var due = 1
    private var skipped = 0
    private var firstFlaw: Flaw?

    public init() {}

    /// Bytes that wait for the rest of their frame.
    public var waiting: Int { buffer.count }

    /// Everything that is whole after these bytes, in order.
    public mutating func read(_ bytes: some Sequence<UInt8>) -> [Cut] {
        var cuts: [Cut] = []
        for byte in bytes {
            buffer.append(byte)
            while let cut = next(&cuts) { cuts.append(cut) }
        }
        // Noise without end is told too, though no frame ends it.
        if buffer.isEmpty || skipped >= Limits.frameAtMost, let rubbish = rubbish() { cuts.append(rubbish) }
        return cuts
    }

    /// The line was silent for longer than a frame may pause: what waits will not become whole. What stands behind its first byte
    /// is looked at once more.
    public mutating func lineIsIdle() -> [Cut] {
        var cuts: [Cut] = []
        while !buffer.isEmpty {
            skip(.cut(missing: 1))
            while let cut = next(&cuts) { cuts.append(cut) }
        }
        if let rubbish = rubbish() { cuts.append(rubbish) }
        return cuts
    }

    /// A frame if one is whole; skips what cannot be one.
    private mutating func next(_ cuts: inout [Cut]) -> Cut? {
        while buffer.count >= due {
            do throws(Flaw) {
                guard let head = try headOfWholeFrame() else { return nil }
                let frame = try Frame(buffer.prefix(head.length))
                if let rubbish = rubbish() { cuts.append(rubbish) }
                remove(head.length)
                return .frame(frame)
            } catch {
                skip(error)
            }
        }
        return nil
    }

    private mutating func headOfWholeFrame() throws(Flaw) -> Head? {
        switch try Head.read(buffer[...]) {
        case .needs(let more):
            due = buffer.count + more
            return nil
        case .whole(let head):
            due = head.length
            return buffer.count >= head.length ? head : nil
        }
    }

    private mutating func remove(_ count: Int) {
        buffer.removeFirst(count)
        due = 1
    }

    /// Throws away up to the next byte a frame may begin with.
    private mutating func skip(_ flaw: Flaw) {
        if firstFlaw == nil { firstFlaw = flaw }
        let next = buffer.dropFirst().firstIndex { $0 == 0x7E || $0 == 0x01 } ?? buffer.count
        remove(next)
        skipped = min(skipped + next, 1 << 40)
    }

    private mutating func rubbish() -> Cut? {
        guard let flaw = firstFlaw else { return nil }
        defer { (skipped, firstFlaw) = (0, nil) }
        return .rubbish(skipped, flaw)
    }
}
