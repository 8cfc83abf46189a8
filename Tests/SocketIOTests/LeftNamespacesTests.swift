import NIOCore
import Testing

@testable import SocketIO

@Suite("Namespaces the server left")
struct LeftNamespacesTests {
    let origin = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test("SIO-07: a namespace that the server left is remembered for the grace period")
    func leftNamespaces() {
        var left = LeftNamespaces(capacity: 8)
        left.insert("/chat", at: origin)
        #expect(left.contains("/chat", at: origin + .seconds(4), grace: .seconds(5)))
        #expect(!left.contains("/chat", at: origin + .seconds(5), grace: .seconds(5)))
        #expect(!left.contains("/other", at: origin, grace: .seconds(5)))
        for index in 0..<8 { left.insert("/n\(index)", at: origin) }
        #expect(!left.contains("/chat", at: origin, grace: .seconds(5)))
    }
}
