public import Language
public import ProcessImage

extension Context {
    /// A canal gate: what it keeps by itself, what shows how it stands, what people may order.
    public struct Gate: Sendable {
        /// What the site file says.
        public var goal: GateGoal
        public var bounds: GateBounds
        public var raise: OutputIndex
        public var lower: OutputIndex
        public var position: PointIndex
        public var upstream: PointIndex
        public var downstream: PointIndex?
        public var flow: PointIndex?
        public var movesPerDay: Int
        /// What may lock it, such as "ice period 12-01 .. 02-28".
        public var locks: [Phrase]

        public init(goal: GateGoal, bounds: GateBounds, raise: OutputIndex, lower: OutputIndex, position: PointIndex, upstream: PointIndex,
                    downstream: PointIndex? = nil, flow: PointIndex? = nil, movesPerDay: Int, locks: [Phrase] = []) {
            self.goal = goal
            self.bounds = bounds
            self.raise = raise
            self.lower = lower
            self.position = position
            self.upstream = upstream
            self.downstream = downstream
            self.flow = flow
            self.movesPerDay = movesPerDay
            self.locks = locks
        }
    }
}
