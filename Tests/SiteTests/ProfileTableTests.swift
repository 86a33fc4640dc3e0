import Field
import Foundation
import Quantities
import Testing
@testable import Site

/// A device of the table the profiles were written from; see `Fixtures/README.md`.
struct TableDevice: Decodable, CustomTestStringConvertible {
    struct Point: Decodable {
        let name: String
        let fc: Int
        let address0: Int
        let type: String
        let scale: Double
        let unit: String
        let access: String
    }

    let id: String
    let source: String
    let confidence: String
    let notes: String
    let serial: String
    let points: [Point]

    var testDescription: String { id }

    static let all: [TableDevice] = {
        struct Table: Decodable { let devices: [TableDevice] }
        guard let url = Bundle.module.url(forResource: "Fixtures/device_profiles", withExtension: "json"),
              let data = try? Data(contentsOf: url), let table = try? JSONDecoder().decode(Table.self, from: data) else { return [] }
        return table.devices
    }()
}

@Suite struct ProfileTableTests {
    @Test func `there is a profile for each of the 22 devices, and no others but the patterns that are no maker's`() {
        let files = Set(Project.files(in: "configs/profiles").map { String($0.dropLast(5)) })
        #expect(TableDevice.all.count == 22)
        #expect(files.subtracting(["generic-ec", "generic-pressure", "generic-scale"]) == Set(TableDevice.all.map(\.id)))
    }

    @Test("source, confidence and notes are kept", arguments: TableDevice.all)
    func origin(_ device: TableDevice) throws {
        let fields = try #require(root(of: device).map())
        func text(_ key: String) -> String? { fields.first { $0.key == key }?.entry.text() }
        #expect(text("source") == device.source)
        #expect(device.confidence.hasPrefix(text("confidence") ?? "?"))
        let notes = fields.first { $0.key == "notes" }?.entry.list()?.compactMap { $0.text() } ?? []
        #expect(device.notes.isEmpty || notes.contains(device.notes))
        let profile = try #require(Profile(root(of: device), tag: device.id))
        #expect(device.serial.hasPrefix("\(profile.serial?.factory.baud ?? 0)"))
    }

    @Test("every register of the table is in the profile as the table has it", arguments: TableDevice.all)
    func registers(_ device: TableDevice) throws {
        let profile = try #require(Profile(root(of: device), tag: device.id))
        for point in device.points { check(point, device, profile) }
    }

    @Test("a profile has no register that the table does not have", arguments: TableDevice.all)
    func nothingInvented(_ device: TableDevice) throws {
        let profile = try #require(Profile(root(of: device), tag: device.id))
        for (tag, register) in profile.points + profile.settings {
            let known = device.points.contains { $0.spots.contains(Spot(register)) }
            #expect(known, "\(device.id).\(tag)")
        }
        for (tag, drive) in profile.outputs {
            let known = device.points.contains { $0.spots.contains(Spot(table: drive.table, address: Int(drive.address))) && $0.access == "rw" }
            #expect(known, "\(device.id).\(tag)")
        }
    }

    private func root(of device: TableDevice) throws -> Entry {
        let path = Project.path("configs/profiles/\(device.id).yaml")
        let report = Report()
        let root = Entry.root(of: try BoundedFile.read(path).get(), file: path, report: report)
        return try #require(root)
    }

    private func check(_ point: TableDevice.Point, _ device: TableDevice, _ profile: Profile) {
        let registers = (profile.points + profile.settings).map(\.register)
        for spot in point.spots {
            guard let register = registers.first(where: { Spot($0) == spot }) else {
                Issue.record("\(device.id).\(point.name) at \(spot) is missing")
                continue
            }
            let name = "\(device.id).\(point.name)"
            #expect(register.type.words == point.type || point.isSpecial || point.isCode && register.type.words == "uint16", "\(name)")
            #expect(register.scale == point.scale || register.scale == nil && point.scaleIsOfTheMeter, "\(name)")
            #expect(point.allows(register.unit, of: device.id), "\(name): \(register.unit?.symbol ?? "site")")
            #expect(register.isWritable == point.access.contains("w") || point.isSpecial, "\(name)")
        }
    }
}

private struct Spot: Equatable {
    let table: RegisterTable
    let address: Int

    init(table: RegisterTable, address: Int) {
        self.table = table
        self.address = address
    }

    init(_ register: Register) { self.init(table: register.table, address: Int(register.address)) }
}

extension TableDevice.Point {
    /// Relays stand in the table once for all eight.
    fileprivate var spots: [Spot] {
        switch type {
        case "coil": (0..<8).map { Spot(table: .coil, address: address0 + $0) }
        case "uint16_fc06": (0..<8).map { Spot(table: .holding, address: address0 + $0) }
        case "special": [Spot(table: .coil, address: address0)]
        default: [Spot(table: .holding, address: address0)]
        }
    }

    /// Relays: the table's words for their types say how they are written, not what they hold.
    fileprivate var isSpecial: Bool { ["coil", "special", "uint16_fc06"].contains(type) }

    /// Command and status words: one register whose bits or numbers have a meaning each.
    fileprivate var isCode: Bool { ["bits", "enum"].contains(type) }

    fileprivate var scaleIsOfTheMeter: Bool { unit.contains("10^") || name.hasPrefix("total_n") }

    fileprivate func allows(_ symbol: Quantities.Unit?, of device: String) -> Bool {
        guard let symbol = symbol?.symbol else { return unit.hasPrefix("unit") || name.hasPrefix("total_n") }
        let meant = ["% sat": "%", "low byte, %": "%"][unit] ?? unit
        if symbol == "1" { return Quantities.Unit(symbol: meant) == nil }
        // The table leaves out the unit where the point's name says it.
        if unit.isEmpty { return name.hasSuffix("_mg_kg") && symbol == "mg/kg" }
        return meant == symbol || meant.hasPrefix(symbol + " ")
    }
}

extension RegisterType {
    /// In the table's words.
    fileprivate var words: String {
        let suffix = registers == 2 ? "_" + order.rawValue : ""
        return switch kind {
        case .bit: "coil"
        case .unsigned(let bits): "uint\(bits)" + suffix
        case .signed(let bits): "int\(bits)" + suffix
        case .float(let bits): "float\(bits)" + suffix
        case .string(let registers): "string\(registers)"
        }
    }
}
