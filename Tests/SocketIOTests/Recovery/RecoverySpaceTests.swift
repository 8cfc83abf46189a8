import NIOCore
import Testing

@testable import SocketIO

@Suite("Up to where a client was sent everything")
struct RecoverySpaceTests {
    private static let loop = ObjectIdentifier(RecoverySpaceTests.self)

    private func seen(
        _ space: RecoverySpace, since begun: RecoveryOffset, delivered: RecoveryOffset? = nil, isDelivering: Bool = false
    ) -> RecoveryOffset? {
        space.seen(by: Self.loop, since: begun, delivered: delivered, isDelivering: isDelivering)
    }

    @Test("An event that waits is not seen yet: the place is where the session began, and other nodes can read it")
    func waiting() throws {
        let space = RecoverySpace()
        space.share()
        space.configure(RecoveryFixture.settings, generation: 1)
        let begun = space.place
        #expect(begun.shared != nil)
        #expect(seen(space, since: begun) == begun)

        let event = RecoveryFixture.event(offsetLength: RecoveryOffset.sharedLength)
        space.publish(event, to: [Self.loop], at: .uptimeNanoseconds(0), shared: SharedPosition(time: 5, sequence: 0))
        #expect(seen(space, since: begun) == begun)

        let entry = try #require(space.takePending(of: Self.loop).first)
        #expect(seen(space, since: begun, isDelivering: true) == begun)
        #expect(seen(space, since: begun, delivered: entry.place, isDelivering: true) == entry.place)
        #expect(seen(space, since: entry.place, delivered: entry.place, isDelivering: true) == entry.place)
        #expect(seen(space, since: begun) == space.place)
    }

    @Test("A session from before recovery was turned on anew has no place")
    func anew() {
        let space = RecoverySpace()
        space.configure(RecoveryFixture.settings, generation: 1)
        let begun = space.place
        space.configure(nil, generation: 2)
        space.configure(RecoveryFixture.settings, generation: 3)
        #expect(seen(space, since: begun) == nil)
    }
}
