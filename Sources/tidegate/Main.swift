import ArgumentParser
import Glibc
import Language

@main
enum Main {
    static func main() async {
        let console = Console.current
        let status = await Console.$current.withValue(console) {
            await Program.run(Array(CommandLine.arguments.dropFirst()))
        }
        exit(status.rawValue)
    }
}

/// `tidegate`: the command line for farmers, installers and agronomists. One file or folder a subcommand.
struct Tidegate: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "tidegate",
            abstract: Phrase(zh: "潮闸：看现场、下命令、查记录", en: "Tidegate: see the farm, give orders, look up what happened").said,
            version: "0.1.0",
            groupedSubcommands: [
                CommandGroup(name: Phrase(zh: "看现场", en: "look").said,
                             subcommands: [Status.self, Watch.self, Zones.self, Gates.self, Cages.self, Oxygen.self, SiloCommand.self,
                                           Programs.self, Dose.self, TankCommand.self, RecipeCommand.self,
                                           Points.self, IO.self, Alarms.self]),
                CommandGroup(name: Phrase(zh: "下命令", en: "give orders").said,
                             subcommands: [Run.self, Stop.self, Start.self, Pause.self, Resume.self, RainDelay.self, Skip.self,
                                           Adjust.self, GateCommand.self, FeedCommand.self, AppetiteCommand.self, LockCommand.self,
                                           UnlockCommand.self, Fast.self, DepthCommand.self, StockCommand.self, Sample.self,
                                           Mortality.self, Move.self, NoteCommand.self, Silence.self,
                                           Calibrate.self, Ack.self, Reset.self]),
                CommandGroup(name: Phrase(zh: "查记录", en: "look up").said,
                             subcommands: [Why.self, Log.self, Sheet.self, HistoryCommand.self, Plan.self, Water.self, Balance.self,
                                           SyncCommand.self]),
                CommandGroup(name: Phrase(zh: "装机与调试", en: "set up and test").said,
                             subcommands: [Demo.self, Doctor.self, Prove.self, Check.self, Simulate.self, Bus.self]),
                CommandGroup(name: Phrase(zh: "桌面计算", en: "work out at the desk").said, subcommands: [ScheduleCommand.self, Season.self, Agro.self]),
            ])
    }
}
