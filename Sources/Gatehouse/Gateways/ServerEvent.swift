public import GatehouseJSON

/// An event to clients as a type, so that its name and its payload are declared once.
///
/// ```swift struct Joined: ServerEvent { static let event = "joined" var room: RoomName static let schema = Schema(Field("room", \.room),
/// make: Joined.init) } ``` A gateway declares `on.emits(Joined.self)` and sends `emit(Joined(room: room))`.
public protocol ServerEvent: Payload {
    /// The event's name.
    static var event: String { get }
}
