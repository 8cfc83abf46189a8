#if Redis
    import NIOCore
    import Testing

    @testable import GatehouseCluster

    @Suite("CLU-25: policies that differ between nodes")
    struct PolicyDriftTests {
        private func node(_ name: String, _ hash: String) -> ClusterNodeDescription {
            ClusterNodeDescription(
                uid: name, name: name, adapter: "streams", started: 0, policyGeneration: 1, policyHash: hash, clients: 0)
        }

        @Test("They are told of after 60 seconds, once, and again after they were the same")
        func told() {
            var drift = PolicyDrift()
            let (same, other) = ([node("a", "x"), node("b", "x")], [node("a", "x"), node("b", "y"), node("c", "y")])
            let start = NIODeadline.uptimeNanoseconds(1)
            for _ in 0..<2 {
                #expect(drift.look(same, at: start) == nil)
                #expect(drift.look(other, at: start) == nil)
                #expect(drift.look(other, at: start + .seconds(59)) == nil)
                let told = drift.look(other, at: start + .seconds(60))
                #expect(told?.map(\.policies) == ["x", "y"])
                #expect(told?.map(\.nodes) == [["a"], ["b", "c"]])
                #expect(drift.look(other, at: start + .seconds(600)) == nil)
            }
        }

        @Test("A reload that reaches all nodes in time is not told of")
        func reload() {
            var drift = PolicyDrift()
            let start = NIODeadline.uptimeNanoseconds(1)
            #expect(drift.look([node("a", "x"), node("b", "y")], at: start) == nil)
            #expect(drift.look([node("a", "y"), node("b", "y")], at: start + .seconds(50)) == nil)
            #expect(drift.look([node("a", "y"), node("b", "z")], at: start + .seconds(70)) == nil)
        }
    }
#endif
