import Foundation
import Language
import Synchronization

/// Questions to the disk, asked so that a slow or hanging disk costs no more than a few threads and a clear answer.
///
/// Everything that works without the disk (status, orders) never comes here.
final class DiskQuestions: Sendable {
    /// Questions at a time; more are told to come back.
    static let atOnce = 4

    private let asked = Atomic<Int>(0)
    private let patience: DispatchTimeInterval

    init(patience: DispatchTimeInterval = .seconds(10)) {
        self.patience = patience
    }

    /// - Throws: `Answer` 503 when too many are asking, or the disk gives no answer in time; what `question` throws.
    func ask<Reply: Sendable>(_ question: @escaping @Sendable () throws -> Reply) throws -> Reply {
        guard asked.wrappingAdd(1, ordering: .relaxed).newValue <= DiskQuestions.atOnce else {
            asked.wrappingSubtract(1, ordering: .relaxed)
            throw DiskQuestions.busy
        }
        let box = ReplyBox<Reply>()
        Thread.detachNewThread { [self] in
            box.fill(Result(catching: question))
            asked.wrappingSubtract(1, ordering: .relaxed)
        }
        guard let result = box.wait(patience) else { throw DiskQuestions.hangs }
        return try result.get()
    }

    private static let hangs = Answer.refused(
        503, "disk-hangs", Phrase(zh: "磁盘没有及时应答", en: "the disk does not answer in time"),
        Phrase(zh: "查磁盘：tidegate doctor；控制与停止不受影响", en: "Look at the disk: tidegate doctor. Control and stop go on"))
    private static let busy = Answer.refused(
        503, "busy", Phrase(zh: "查询太多，请稍后再试", en: "too many questions at once"),
        Phrase(zh: "几秒后再试", en: "Try again in a few seconds"))
}

/// Holds a result until somebody takes it, or nobody does any more.
private final class ReplyBox<Reply: Sendable>: Sendable {
    private let result = Mutex<Result<Reply, any Error>?>(nil)
    private let filled = DispatchSemaphore(value: 0)

    func fill(_ new: Result<Reply, any Error>) {
        result.withLock { $0 = new }
        filled.signal()
    }

    func wait(_ patience: DispatchTimeInterval) -> Result<Reply, any Error>? {
        guard filled.wait(timeout: .now() + patience) == .success else { return nil }
        return result.withLock { $0 }
    }
}
