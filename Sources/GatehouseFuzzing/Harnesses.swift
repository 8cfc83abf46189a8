/// Every harness there is.
package enum Harnesses {
    package static var all: [any FuzzHarness.Type] {
        [HTTPHarness.self, PayloadHarness.self, PacketHarness.self, JSONHarness.self, WebSocketHarness.self]
    }

    package static func named(_ name: String) -> (any FuzzHarness.Type)? { all.first { $0.name == name } }
}
