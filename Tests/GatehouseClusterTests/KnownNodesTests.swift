#if Redis
    import NIOCore
    import Testing

    @testable import GatehouseCluster

    @Suite("The names of other nodes")
    struct KnownNodesTests {
        private func node(_ uid: String, _ name: String) -> KnownNodes.Node { KnownNodes.Node(uid: uid, name: name) }
        private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

        @Test("A node that hangs is named when it does not answer, also once it was taken for dead")
        func hangs() {
            var known = KnownNodes()
            known.update([node("a", "one"), node("b", "two")], at: at(0))
            #expect(known.silent(1, answered: ["a"]) == ["two"])
            known.update([node("a", "one")], at: at(8))
            #expect(known.silent(1, answered: ["a"]) == ["two"])
            #expect(known.silent(2, answered: []) == ["one", "two"])
            #expect(known.silent(0, answered: ["a"]).isEmpty)
            known.update([node("a", "one")], at: at(700))
            #expect(known.silent(1, answered: ["a"]) == ["unknown"], "it is forgotten after ten minutes")
        }

        @Test("Where it is not sure which nodes are silent, none is named")
        func unsure() {
            var known = KnownNodes([node("a", "one"), node("b", "two"), node("c", "three")])
            #expect(known.silent(1, answered: []) == ["unknown"], "answers without ids")
            known.update([node("a", "one")], at: at(1))
            #expect(known.silent(1, answered: ["a"]) == ["unknown"], "two are gone, and one of them is counted")
            #expect(known.silent(2, answered: ["a"]) == ["two", "three"])
            #expect(known.silent(1, answered: []) == ["one"])
        }

        @Test("A node that has begun anew under its name is not gone, and no more than 64 are remembered")
        func again() {
            var known = KnownNodes([node("a", "one")])
            known.update([node("b", "one")], at: at(1))
            #expect(known.gone.isEmpty && known.silent(1, answered: ["b"]) == ["unknown"])
            for number in 0..<100 { known.update([node("n\(number)", "node \(number)")], at: at(2)) }
            #expect(known.gone.count == 64)
        }
    }
#endif
