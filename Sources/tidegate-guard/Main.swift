import Field
import Glibc

/// `tidegate-guard RUNDIR [--gid N]`: owns the output lines and drives them safe when nobody renews them.
@main
enum Main {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let directory = arguments.first, !directory.hasPrefix("-"), let group = group(arguments.dropFirst()) else {
            let usage = "usage: tidegate-guard RUNDIR [--gid N]\n"
            write(STDERR_FILENO, usage, usage.utf8.count)
            exit(2)
        }
        exit(GuardService(runDirectory: directory, group: group.number).run())
    }

    private struct Group {
        let number: UInt32?
    }

    /// `nil` for arguments that are not understood.
    private static func group(_ arguments: ArraySlice<String>) -> Group? {
        let words = Array(arguments)
        if words.isEmpty { return Group(number: nil) }
        guard words.count == 2, words[0] == "--gid", let number = UInt32(words[1]) else { return nil }
        return Group(number: number)
    }
}
