import Sparkplug
import Testing

@Suite("What a node may be called")
struct PlanTests {
    private func plan(_ metrics: [MetricPlan], _ devices: [DevicePlan] = []) throws(NodePlanError) -> NodePlan {
        guard let farm = TopicName("farm"), let gate = TopicName("闸-7") else { throw .noName }
        return try NodePlan(NodeName(group: farm, node: gate), metrics: metrics, devices: devices)
    }

    @Test(arguments: ["", "a/b", "a+", "#", "a\u{0}", "a\nb", String(repeating: "棚", count: 43)])
    func `names that a topic cannot hold are none`(text: String) {
        #expect(TopicName(text) == nil)
    }

    @Test func `names differ by more than case, and leave the standard its own`() throws {
        let east = try #require(TopicName("East")), small = try #require(TopicName("east"))
        #expect(throws: NodePlanError.sameDevice("east")) { try plan([], [DevicePlan(east, []), DevicePlan(small, [])]) }
        #expect(throws: NodePlanError.sameMetric("Flow")) { try plan([MetricPlan("flow", .double), MetricPlan("Flow", .double)]) }
        #expect(throws: NodePlanError.reserved("bdSeq")) { try plan([MetricPlan("bdSeq", .int64)]) }
        #expect(throws: NodePlanError.reserved("Node Control/Reboot")) { try plan([MetricPlan("Node Control/Reboot", .boolean)]) }
        #expect(throws: NodePlanError.noName) { try plan([MetricPlan("", .double)]) }
        #expect(throws: NodePlanError.notWritable("flow")) { try plan([MetricPlan("flow", .double, writable: .boolean)]) }
        #expect(throws: NodePlanError.notWritable("text")) { try plan([MetricPlan("text", .string, writable: .number(0...1))]) }
    }

    @Test func `one metric's name may come again on another device`() throws {
        let (east, west) = (try #require(TopicName("east")), try #require(TopicName("west")))
        let plan = try plan([MetricPlan("alarms", .int32)], [DevicePlan(east, [MetricPlan("flow", .double)]), DevicePlan(west, [MetricPlan("flow", .double)])])
        #expect(plan.index(metric: 0).rawValue == 0 && plan.index(device: 1, metric: 0).rawValue == 2)
    }
}
