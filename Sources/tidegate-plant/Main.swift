import ArgumentParser

@main
struct PlantCommand: ParsableCommand {
    mutating func run() throws {
    }
}
