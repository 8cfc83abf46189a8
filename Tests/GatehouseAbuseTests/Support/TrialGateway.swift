import Gatehouse
import GatehouseTestSupport
import Synchronization

/// Counts what comes to the handlers of a server.
final class HandlerCount: Sendable {
    private let count = Atomic<Int>(0)

    var now: Int { count.load(ordering: .sequentiallyConsistent) }

    func add() { count.add(1, ordering: .sequentiallyConsistent) }
}

protocol TrialPlace: Sendable { static var namespace: Namespace { get } }
enum Root: TrialPlace { static var namespace: Namespace { "/" } }
enum Admin: TrialPlace { static var namespace: Namespace { "/admin" } }
enum Third: TrialPlace { static var namespace: Namespace { "/third" } }

/// Any value, and a room.
struct Anything: Payload {
    var value: JSONValue?
    var room: RoomName?

    static let schema = Schema(Field("value", \.value), Field("room", \.room), make: Anything.init)
}

/// A number of each kind that a field may have.
struct Numbers: Payload {
    var int: Int?
    var int64: Int64?
    var uint: UInt?
    var double: Double?
    var float: Float?

    static let schema = Schema(
        Field("int", \.int), Field("int64", \.int64), Field("uint", \.uint), Field("double", \.double), Field("float", \.float),
        make: Numbers.init)
}

/// What the servers of these tests do: little, and countably.
struct TrialGateway<Place: TrialPlace>: Gateway {
    static var namespace: Namespace { Place.namespace }

    let handled: HandlerCount
    /// What `hold` waits for.
    var latch = Latch()

    func routes(_ on: inout Routes) {
        on("echo", echo)
        on("numbers", numbers)
        on("join", join)
        on("hold", hold)
        on("pour", pour)
        on("stream", stream)
    }

    func echo(_ dto: Anything, _ context: EventContext) -> JSONValue? {
        handled.add()
        return dto.value
    }

    func numbers(_ dto: Numbers, _ context: EventContext) { handled.add() }

    func join(_ dto: Anything, _ context: EventContext) throws -> Bool {
        handled.add()
        if let room = dto.room { try context.client.join(room) }
        return true
    }

    /// A stream without elements that lasts.
    func stream(_ dto: Anything, _ context: EventContext) -> AsyncStream<Int> {
        handled.add()
        return AsyncStream { _ in }
    }

    /// Takes until the latch is opened.
    func hold(_ dto: Anything, _ context: EventContext) async {
        handled.add()
        await latch.wait()
    }

    /// Sends the client so many kibibytes, a kibibyte an event.
    func pour(_ dto: Anything, _ context: EventContext) throws {
        handled.add()
        let kibibyte = String(repeating: "x", count: 1_024)
        for _ in 0..<min(16_384, dto.value?.integerValue ?? 0) { try context.client.emit("drop", kibibyte) }
    }
}
