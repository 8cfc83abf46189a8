/// Every harness there is.
package enum Harnesses {
    package static var all: [any FuzzHarness.Type] {
        let always: [any FuzzHarness.Type] = [
            HTTPHarness.self, PayloadHarness.self, PacketHarness.self, JSONHarness.self, TokenHarness.self, WebSocketHarness.self,
            PolicyHarness.self, AuditHarness.self, DTOHarness.self, SessionHarness.self, TLSHarness.self,
        ]
        #if Redis
            return always + [ClusterHarness.self]
        #else
            return always
        #endif
    }

    package static func named(_ name: String) -> (any FuzzHarness.Type)? { all.first { $0.name == name } }
}
