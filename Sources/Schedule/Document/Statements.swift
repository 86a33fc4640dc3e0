import Control
public import Language
import ProcessImage
import Quantities
import Scan
public import Site

/// One thing a site does by its programs, recipes and set-points, in words: to be explained, and to be compared.
public struct Statement: Sendable, Hashable {
    /// Such as "program morning".
    public let subject: Phrase
    /// Such as "starts"; of a subject each is said once.
    public let aspect: Phrase
    public let words: Phrase
}

extension Site {
    /// Everything a schedule may say, of this site as it is.
    public var statements: [Statement] { programStatements + recipeStatements + gateStatements + cageStatements + cropStatements }

    private var programStatements: [Statement] {
        let words = ProgramWords(tables, scan.control)
        return zip(tables.programs, scan.control.programs).flatMap { label, program in
            let aspects: [(Phrase, Phrase?)] = [
                (Phrase(zh: "启动", en: "starts"), words.starts(program, all: true)),
                (Phrase(zh: "条件", en: "if"), words.limits(program)),
                (Phrase(zh: "隔天从", en: "days counted from"), program.days.interval > 1 ? Phrase(verbatim: program.days.firstDay.text) : nil),
                (Phrase(zh: "生育期", en: "stages"), words.stages(program)),
            ] + amounts(program, words) + [
                (Phrase(zh: "按月增减", en: "by month"), words.byMonth(program)),
                (Phrase(zh: "间歇", en: "soak"), words.soak(program)),
                (Phrase(zh: "错过时", en: "missed"), words.missed(program)),
                (Phrase(zh: "停灌时段", en: "no-water windows"), words.windows(program, among: tables.windows)),
                (Phrase(zh: "优先级", en: "priority"), program.priority == 5 ? nil : Phrase(verbatim: "\(program.priority)")),
            ]
            return Statement.of(label.told(Phrase(zh: "程序", en: "program")), aspects)
        }
    }

    private func amounts(_ program: ProgramPlan, _ words: ProgramWords) -> [(Phrase, Phrase?)] {
        program.steps.map { step in
            let gives = words.gives(step)
            let shift = Phrase(zh: "\(gives.zh)（第 \(step.shift) 组）", en: "\(gives.en) (shift \(step.shift))")
            return (tables.zones[step.zone.offset].name, step.shift == 0 ? gives : shift)
        }
    }

    private var recipeStatements: [Statement] {
        zip(tables.recipes, recipes).flatMap { label, recipe in
            let parts = recipe.parts.map { part in (tables.channels[part.channel.offset].name, Optional(part.gives)) }
            return Statement.of(label.told(Phrase(zh: "配方", en: "recipe")),
                                [(Phrase(zh: "目标", en: "targets"), recipe.targets)] + parts)
        }
    }

    private var gateStatements: [Statement] {
        zip(tables.gates, scan.control.gates).flatMap { label, gate in
            Statement.of(label.told(Phrase(zh: "闸门", en: "gate")), [(Phrase(zh: "保持", en: "keeps"), gate.goal.text)])
        }
    }
}

extension Statement {
    /// An aspect that is there more than once, such as a zone that is watered twice, is numbered.
    static func of(_ subject: Phrase, _ aspects: [(Phrase, Phrase?)]) -> [Statement] {
        var count: [Phrase: Int] = [:]
        return aspects.compactMap { aspect, words in
            guard let words else { return nil }
            let number = count[aspect, default: 0] + 1
            count[aspect] = number
            let numbered = Phrase(zh: "\(aspect.zh)（\(number)）", en: "\(aspect.en) (\(number))")
            return Statement(subject: subject, aspect: number == 1 ? aspect : numbered, words: words)
        }
    }
}

extension Label {
    /// With its tag where it differs, since two things may bear one name.
    func told(_ what: Phrase) -> Phrase {
        Phrase(zh: what.zh + " " + (name.zh == tag ? tag : "\(name.zh)（\(tag)）"),
               en: what.en + " " + (name.en == tag ? tag : "\(name.en) (\(tag))"))
    }
}
