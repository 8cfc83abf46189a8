import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("What is kept of rooms")
struct RoomHistoriesTests {
    private func time(_ seconds: UInt64) -> NIODeadline { .uptimeNanoseconds(seconds * 1_000_000_000) }

    private func append(_ histories: inout RoomHistories, _ room: String, at seconds: UInt64, _ limits: RoomHistories.Limits) {
        histories.append(
            ClusterPacket(data: ByteBuffer(string: "[\"said\",1]")), event: "said", to: room, except: [], wall: 0, at: time(seconds), limits
        )
    }

    @Test("HIS-01: a room has its last events; all rooms together have their bytes, and the oldest go first")
    func bounds() {
        var histories = RoomHistories()
        let limits = RoomHistories.Limits(size: 3, ttl: .seconds(60), bytes: 2_000)
        for second in 0..<5 { append(&histories, "a", at: UInt64(second), limits) }
        #expect(histories.rooms["a"]?.map(\.offset) == [3, 4, 5])
        // As many rooms as somebody may make hold no more.
        for room in 0..<100 { append(&histories, "room\(room)", at: 6, limits) }
        #expect(histories.byteCount <= 2_000 && histories.rooms["a"] == nil && histories.rooms["room99"] != nil)
        #expect(histories.count == histories.rooms.values.reduce(0) { $0 + $1.count })
    }

    @Test("Rooms that newer policies do not keep are forgotten, and fewer events of the others")
    func fewer() {
        var histories = RoomHistories()
        let limits = RoomHistories.Limits(size: 9, ttl: .seconds(60), bytes: 100_000)
        for room in ["a", "b", "a", "a"] { append(&histories, room, at: 0, limits) }
        histories.keep { $0 == "a" }
        #expect(histories.count == 3 && histories.rooms["b"] == nil)
        append(&histories, "a", at: 1, RoomHistories.Limits(size: 2, ttl: .seconds(60), bytes: 100_000))
        #expect(histories.rooms["a"]?.map(\.offset) == [4, 5] && histories.count == 2)
        histories.keep { _ in false }
        #expect(histories.byteCount == 0 && histories.count == 0)
    }

    @Test("HIS-01: age")
    func age() {
        var histories = RoomHistories()
        let limits = RoomHistories.Limits(size: 100, ttl: .seconds(60), bytes: 100_000)
        for second in 0..<3 { append(&histories, "a", at: UInt64(second) * 30, limits) }
        histories.expire(at: time(91), limits)
        #expect(histories.rooms["a"]?.map(\.offset) == [3])
        histories.expire(at: time(121), limits)
        #expect(histories.rooms.isEmpty && histories.byteCount == 0 && histories.count == 0)
    }
}
