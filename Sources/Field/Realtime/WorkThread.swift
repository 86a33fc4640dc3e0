import CRealtime
import Glibc

/// A named POSIX thread with a small stack, so that locking the process' memory does not cost eight megabytes each.
///
/// The body runs once; whoever made it tells it when to end. Swift concurrency stays out: a driver may block.
final class WorkThread: Sendable {
    private struct Launch {
        let name: String
        let body: @Sendable () -> Void
    }

    static let stackSize = 512 * 1024
    private let thread: pthread_t

    /// - Precondition: the machine can start a thread at all.
    init(name: String, body: @escaping @Sendable () -> Void) {
        let launch = UnsafeMutablePointer<Launch>.allocate(capacity: 1)
        launch.initialize(to: Launch(name: name, body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, WorkThread.stackSize)
        var thread = pthread_t()
        let error = pthread_create(&thread, &attributes, WorkThread.entry, launch)
        pthread_attr_destroy(&attributes)
        precondition(error == 0, "cannot start a thread")
        self.thread = thread
    }

    /// Waits for the body to end. Once only.
    func join() {
        pthread_join(thread, nil)
    }

    private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let pointer = argument?.assumingMemoryBound(to: Launch.self) else { return nil }
        let launch = pointer.move()
        pointer.deallocate()
        tg_name_thread(launch.name)
        launch.body()
        return nil
    }
}
