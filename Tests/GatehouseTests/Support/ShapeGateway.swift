import Gatehouse

/// An argument that is a type of its own, in one line.
struct Ticker: ConstrainedValue, Hashable {
    var rawValue: String
    static let constraints: [Constraint<String>] = [.length(1...8), .uppercase]
}

enum Deal: String, PayloadEnum { case buy, sell }

struct Dot: Payload, Equatable {
    var x: Int
    var y: Double
    var label: String?
    static let schema = Schema(Field("x", \.x, .range(0...100)), Field("y", \.y), Field("label", \.label), make: Dot.init)
}

enum Drawing: TaggedUnion, Equatable {
    case dot(Dot), file(File)
    static let discriminator = "kind"
    static let cases = [
        UnionCase("dot", make: Drawing.dot) { if case .dot(let body) = $0 { body } else { nil } },
        UnionCase("file", make: Drawing.file) { if case .file(let body) = $0 { body } else { nil } },
    ]

    struct File: Payload, Equatable {
        var bytes: BinaryAttachment
        static let schema = Schema(Field("bytes", \.bytes, .binary(max: 100_000)), make: File.init)
    }
}

/// A handler for every shape of arguments, in two forms: `NAME` does not suspend, `NAME.later` does. Each sends its sender the event `got`
/// with what came, and answers with it.
struct ShapeGateway: Gateway {
    static let namespace: Namespace = "/"

    func routes(_ on: inout Routes) {
        on("nothing", nothing)
        on("nothing.later", nothingLater)
        echo(&on, "text", EventArgument<String>("text", .length(...20_000)))
        echo(&on, "integer", EventArgument<Int>("integer", .min(-10)))
        echo(&on, "number", EventArgument<Double>("number"))
        echo(&on, "flag", EventArgument<Bool>("flag"))
        echo(&on, "room", EventArgument<RoomName>("room"))
        echo(&on, "list", EventArgument<[Int]>("list", .count(...3)))
        echo(&on, "map", EventArgument<[String: Double]>("map", .count(...3), .keys(.length(...8))))
        echo(&on, "side", EventArgument<Deal>("side"))
        echo(&on, "drawing", EventArgument<Drawing>("drawing"))
        echo(&on, "bytes", EventArgument<BinaryAttachment>("bytes", .binary(max: 100_000)))
        echo(&on, "dot", EventArgument<Dot>("dot"))
        echo(&on, "json", EventArgument<JSONValue>("json"))
        echo(&on, "price", EventArgument<ExactDecimal>("price", .positive))
        echo(&on, "wide", EventArgument<Int64Text>("wide"))
        echo(&on, "moment", EventArgument<Instant>("moment"))
        echo(&on, "ticker", EventArgument<Ticker>("ticker"))
        echo(&on, "maybe", EventArgument<Int?>("maybe"))
        on("move", move)
        on("move.later", moveLater)
        on("order", order)
        on("order.later", orderLater)
    }

    private func echo<Value: FieldValue>(_ on: inout Routes, _ event: String, _ argument: EventArgument<Value>) {
        let now: @Sendable (Value, EventContext) throws -> Value = { value, context in
            try context.client.emit("got", value)
            return value
        }
        let later: @Sendable (Value, EventContext) async throws -> Value = { value, context in
            await Task.yield()
            try context.client.emit("got", value)
            return value
        }
        on(event, now).arguments(argument)
        on(event + ".later", later).arguments(argument)
    }

    func nothing(_ context: EventContext) throws { try context.client.emit("got") }

    func nothingLater(_ context: EventContext) async throws {
        await Task.yield()
        try context.client.emit("got")
    }

    func move(_ x: Int, _ y: Double, _ context: EventContext) throws -> Dot {
        try context.client.emit("got", x, y)
        return Dot(x: x, y: y)
    }

    func moveLater(_ x: Int, _ y: Double, _ context: EventContext) async throws -> Dot {
        await Task.yield()
        return try move(x, y, context)
    }

    func order(_ ticker: Ticker, _ dots: Drawing, _ note: String?, _ context: EventContext) throws -> String? {
        try context.client.emit("got", ticker, dots, note)
        return note
    }

    func orderLater(_ ticker: Ticker, _ dots: Drawing, _ note: String?, _ context: EventContext) async throws -> String? {
        await Task.yield()
        return try order(ticker, dots, note, context)
    }
}
