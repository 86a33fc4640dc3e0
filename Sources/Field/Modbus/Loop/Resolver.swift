import Synchronization

/// Finds the addresses of names on a thread of its own, so that a slow name server delays only those who wait for it.
///
/// The thread lives while there is something to find. At the end of the program it is not waited for: a name server that
/// is silent may hold it for half a minute.
final class Resolver: Sendable {
    struct Question: Sendable {
        let connection: Int
        let host: String
        let port: UInt16
    }

    struct Answer: Sendable {
        let connection: Int
        /// Empty: the name is not known now.
        let addresses: [TCPAddress]
    }

    private struct State {
        var questions: [Question] = []
        var answers: [Answer] = []
        var thread: WorkThread?
        var isWorking = false
    }

    private let state = Mutex(State())
    private let lookUp: @Sendable (String, UInt16) -> [TCPAddress]
    private let answered: @Sendable () -> Void

    /// - Parameter answered: called on the resolver's thread when there are answers to take.
    init(lookUp: @escaping @Sendable (String, UInt16) -> [TCPAddress] = { TCPAddress.of($0, port: $1, numericOnly: false) },
         answered: @escaping @Sendable () -> Void) {
        self.lookUp = lookUp
        self.answered = answered
    }

    func ask(_ question: Question) {
        state.withLock { state in
            state.questions.append(question)
            guard !state.isWorking else { return }
            state.thread?.join()
            state.isWorking = true
            state.thread = WorkThread(name: "resolver") { [self] in work() }
        }
    }

    func takeAnswers() -> [Answer] {
        state.withLock { state in
            defer { state.answers = [] }
            return state.answers
        }
    }

    private func work() {
        while let question = nextQuestion() {
            let addresses = lookUp(question.host, question.port)
            state.withLock { $0.answers.append(Answer(connection: question.connection, addresses: addresses)) }
            answered()
        }
    }

    private func nextQuestion() -> Question? {
        state.withLock { state in
            state.isWorking = !state.questions.isEmpty
            return state.isWorking ? state.questions.removeFirst() : nil
        }
    }
}
