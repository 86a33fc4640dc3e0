import Language

/// Asks a person at the terminal and goes on only after a yes.
///
/// - Parameters:
///   - remedy: what to do where nobody is at a terminal.
///   - declined: what is said after a no.
func confirm(_ question: Phrase, remedy: Phrase = Phrase(zh: "加 --yes", en: "Add --yes"),
             declined: Phrase = Phrase(zh: "没有执行", en: "nothing was done")) throws {
    guard let answer = Console.current.ask(question.said) else {
        throw Refused(.wrongUse, code: "not-confirmed", Phrase(zh: "没有人确认", en: "nobody is there to confirm"), remedy: remedy)
    }
    guard ["y", "yes", "是", "好"].contains(answer.lowercased()) else { throw Refused(.failed, code: "not-confirmed", declined) }
}
