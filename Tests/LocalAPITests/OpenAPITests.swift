import Foundation
import LiveFarm
import Testing
import Yams
@testable import LocalAPI

/// `docs/openapi.yaml` and the server say the same: routes, parameters, and every answer's shape.
@Suite(.serialized) struct OpenAPITests {
    private let document: [String: Any]

    init() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../docs/openapi.yaml")
        let text = try String(contentsOf: file.standardizedFileURL, encoding: .utf8)
        document = try #require(try Yams.load(yaml: text) as? [String: Any])
    }

    private func at(_ path: String...) -> [String: Any]? {
        path.reduce(document as [String: Any]?) { $0?[$1] as? [String: Any] }
    }

    @Test func `every route is described, and nothing else`() throws {
        let described = try #require(at("paths")).flatMap { path, methods in
            ((methods as? [String: Any]) ?? [:]).keys.map { "\($0.uppercased()) \(path)" }
        }
        #expect(described.sorted() == Route.all.map { "\($0.method) \($0.path)" }.sorted())
    }

    @Test func `every parameter is described, and nothing else`() throws {
        for route in Route.all {
            let operation = try #require(at("paths", route.path, route.method.lowercased()))
            let parameters = try ((operation["parameters"] as? [[String: Any]]) ?? []).map { parameter in
                guard let name = (parameter["$ref"] as? String)?.split(separator: "/").last else { return parameter }
                return try #require(at("components", "parameters", String(name)))
            }
            let names = parameters.filter { $0["in"] as? String == "query" }.compactMap { $0["name"] as? String }
            #expect(names.sorted() == route.parameters.sorted(), "\(route.path)")
        }
    }

    @Test func `every answer has the shape that is described`() async throws {
        try await withFarm { farm in
            farm.change { $0.isWellDry = true }
            let reply = try RawClient.post(#"{"command":"run","zone":"east-1","forSeconds":60}"#, farm.socketPath)
            try check(reply, "CommandReply")
            #expect(try await eventually { try RawClient.get("/v1/events", farm.socketPath).status == 200 })
            let asked: [(String, String)] = [
                ("dosing", "DosingReply"), ("why/head", "WhyReply"), ("doses", "DosesReply"), ("dose-sums?by=recipe", "DoseSumsReply"),
                ("recipes", "RecipesReply"), ("calibrations?channel=A", "CalibrationsReply"), ("status", "StatusReply"), ("scan", "ScanReply"), ("zones", "ZonesReply"), ("points", "PointsReply"), ("io", "IOReply"),
                ("alarms", "AlarmsReply"), ("events", "EventsReply"), ("runs", "RunsReply"), ("why/east-1", "WhyReply"),
                ("history?tag=soil-a.moisture&since=600", "HistoryReply"), ("history?tag=V-1", "HistoryReply"),
                ("plan", "PlanReply"), ("programs", "ProgramsReply"), ("balance", "BalanceReply"), ("balance?zone=east-1&days=30", "BalanceReply"),
                ("gates", "GatesReply"), ("cages", "CagesReply"), ("oxygen", "OxygenReply"), ("silos", "SilosReply"), ("sheet?days=2", "SheetReply"), ("why/cage-1", "WhyReply"), ("water?days=7", "WaterReply"), ("doctor", "DoctorReply"), ("proofs", "ProofsReply"), ("nothing", "ErrorReply"),
            ]
            for (target, schema) in asked { try check(RawClient.get("/v1/" + target, farm.socketPath), schema) }
        }
    }

    private func check(_ answer: RawAnswer, _ schema: String) throws {
        let problems = Shape(schemas: try #require(at("components", "schemas")))
            .problems(of: try #require(answer.json), ["$ref": "#/components/schemas/\(schema)"], at: schema)
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    }

    @Test func `the check finds a key too many, one missing and a wrong word`() throws {
        let shape = Shape(schemas: try #require(at("components", "schemas")))
        let wrong: [String: Any] = ["checks": [["check": "disk", "state": "fine", "more": 1]]]
        #expect(shape.problems(of: wrong, ["$ref": "#/components/schemas/DoctorReply"], at: "").count == 3)
    }
}

/// The part of JSON Schema that our description uses.
private struct Shape {
    let schemas: [String: Any]

    func problems(of value: Any, _ schema: [String: Any], at place: String) -> [String] {
        if let reference = schema["$ref"] as? String, let name = reference.split(separator: "/").last,
           let named = schemas[String(name)] as? [String: Any] { return problems(of: value, named, at: place) }
        switch schema["type"] as? String {
        case "object": return object(value, schema, place)
        case "array":
            guard let items = value as? [Any], let each = schema["items"] as? [String: Any] else { return ["\(place): no list"] }
            return items.enumerated().flatMap { problems(of: $0.element, each, at: "\(place)[\($0.offset)]") }
        case "string":
            guard let text = value as? String else { return ["\(place): no text"] }
            let words = schema["enum"] as? [String] ?? [text]
            return words.contains(text) ? [] : ["\(place): \(text) is none of \(words)"]
        case "boolean": return value is Bool ? [] : ["\(place): neither true nor false"]
        case "integer", "number": return value is NSNumber ? [] : ["\(place): no number"]
        default: return ["\(place): not described"]
        }
    }

    private func object(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        guard let object = value as? [String: Any], let known = schema["properties"] as? [String: Any] else { return ["\(place): no object"] }
        let missing = ((schema["required"] as? [String]) ?? []).filter { object[$0] == nil }.map { "\(place).\($0) is missing" }
        return missing + object.flatMap { key, value in
            (known[key] as? [String: Any]).map { problems(of: value, $0, at: "\(place).\(key)") } ?? ["\(place).\(key) is not described"]
        }
    }
}
