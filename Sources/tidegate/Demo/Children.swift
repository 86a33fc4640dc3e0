import Foundation

/// The demo's own processes: started, watched, started again when they die, ended by their own ids.
///
/// What `systemd` does on a gateway, this does on a desk.
final class Children: @unchecked Sendable {
    // Every access goes through `lock`: processes end on threads of Foundation's own.
    private let lock = NSLock()
    private var running: [String: Process] = [:]
    private var ending = false
    private let runDirectory: URL
    private let programs: URL

    init(runDirectory: URL) {
        self.runDirectory = runDirectory
        programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    }

    /// Starts a program that lies beside this one, its output in `RUNDIR/NAME.log`.
    func start(_ name: String, _ arguments: [String], restarting: Bool) throws {
        let process = Process()
        process.executableURL = programs.appendingPathComponent(name)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        process.standardInput = FileHandle.nullDevice
        let log = try logFile(of: name)
        process.standardOutput = log
        process.standardError = log
        process.terminationHandler = { [weak self] ended in
            self?.ended(ended, name, arguments, restarting: restarting)
        }
        try process.run()
        lock.withLock { running[name] = process }
    }

    func processID(of name: String) -> Int32? {
        lock.withLock { running[name].flatMap { $0.isRunning ? $0.processIdentifier : nil } }
    }

    /// Ends all of them, the controller before the guard, the guard before the plant.
    func endAll() {
        let order = ["tidegated", "tidegate-guard", "tidegate-plant"]
        let processes = lock.withLock {
            ending = true
            return order.compactMap { running[$0] }
        }
        for process in processes where process.isRunning {
            process.terminate()
            let patience = Date(timeIntervalSinceNow: 3)
            while process.isRunning, Date() < patience { pause(.milliseconds(20)) }
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
    }

    /// A program that died is started again after a fifth of a second, as a supervisor would.
    private func ended(_ process: Process, _ name: String, _ arguments: [String], restarting: Bool) {
        let again = lock.withLock { restarting && !ending }
        guard again else { return }
        pause(.milliseconds(200))
        guard !lock.withLock({ ending }) else { return }
        try? start(name, arguments, restarting: true)
    }

    private func logFile(of name: String) throws -> FileHandle {
        let url = runDirectory.appendingPathComponent("\(name).log")
        if !FileManager.default.fileExists(atPath: url.path) {
            _ = FileManager.default.createFile(atPath: url.path, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: url)
        try handle.seekToEnd()
        return handle
    }
}

/// Waits on the monotonic clock.
func pause(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var rest = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    var left = timespec()
    while nanosleep(&rest, &left) != 0, errno == EINTR { rest = left }
}
