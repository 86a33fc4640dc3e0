import ArgumentParser
import Field
import Foundation
import Language
import ProcessImage
import Quantities
import Site

/// `tidegate-plant`: a simulated farm in real time, for the demo, for tests, and for whoever has no farm at hand.
@main
struct PlantCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "tidegate-plant", abstract: PlantHelp.abstract[language],
                             discussion: PlantHelp.discussion[language])
    }

    static var language: Language { Language(environment: ProcessInfo.processInfo.environment) }

    @Argument(help: ArgumentHelp(PlantHelp.site[language])) var site: String
    @Argument(help: ArgumentHelp(PlantHelp.folder[language])) var rundir: String
    @Option(help: ArgumentHelp(PlantHelp.speed[language])) var speed = 1.0
    @Option(help: ArgumentHelp(PlantHelp.seed[language])) var seed: UInt64 = 1

    func validate() throws {
        guard speed >= 0.01, speed <= 3600 else { throw ValidationError(PlantHelp.wrongSpeed[PlantCommand.language]) }
    }

    func run() throws {
        let ending = EndingSignals()
        let server = try open()
        let opened = (server.opened + ["ready"]).joined(separator: "\n") + "\n"
        FileHandle.standardOutput.write(Data(opened.utf8))
        server.run { ending.came }
    }

    private func open() throws -> PlantServer {
        do {
            let site = try Site.load(path: site)
            let wall = Int64(Date().timeIntervalSince1970)
            let local = wall + Int64(site.tables.clock.offset(at: wall))
            let farm = Farm(scan: site.scan, field: site.field, seed: seed, speed: speed, localSeconds: local,
                            now: SystemClock.now())
            return try PlantServer(farm: farm, folder: URL(fileURLWithPath: rundir).path)
        } catch let refused as SiteRefused {
            throw failure(refused.text(in: PlantCommand.language), 2)
        } catch let notOpened as NotOpened {
            throw failure(notOpened.description, 1)
        }
    }

    private func failure(_ text: String, _ code: Int32) -> ExitCode {
        FileHandle.standardError.write(Data((text + "\n").utf8))
        return ExitCode(code)
    }
}
