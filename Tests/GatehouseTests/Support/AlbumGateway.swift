import Gatehouse

/// An event's payload with attachments, which is sent on as it came.
struct Pages: Payload {
    var room: String?
    var files: [BinaryAttachment]
    var cover: BinaryAttachment?
    var note: JSONValue?

    static let schema = Schema(
        Field("room", \.room),
        Field("files", \.files, .count(...10), .each(.binary(max: 100_000))),
        Field("cover", \.cover, .binary(max: 16, types: [.png, .gif])),
        Field("note", \.note),
        make: Pages.init
    )

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("files", files)
            $0.member(ifPresent: "cover", cover)
            $0.member(ifPresent: "note", note)
        }
    }
}

/// What a handler saw of its attachments, in JSON alone.
struct Sizes: JSONEncodable {
    var pages: Pages

    func encode(to writer: inout JSONWriter) {
        writer.array {
            for file in pages.files { $0.item([file.count, Int(file.first ?? 0), Int(file.last ?? 0)]) }
        }
    }
}

/// A gateway that takes attachments and sends them in every way there is.
struct AlbumGateway: Gateway {
    static var namespace: NamespacePattern { "/" }

    var connected: @Sendable (Client) async throws -> Void = { _ in }

    func routes(_ on: inout Routes) {
        on("sizes", sizes)
        on("echo", echo)
        on("later", echoLater)
        on("reply", reply)
        on("share", share)
        on("whisper", whisper)
        on("ask", ask)
    }

    func didConnect(_ client: Client) async throws { try await connected(client) }

    func sizes(_ pages: Pages, _ context: EventContext) -> Sizes { Sizes(pages: pages) }
    func echo(_ pages: Pages, _ context: EventContext) -> Pages { pages }

    func echoLater(_ pages: Pages, _ context: EventContext) async throws -> Pages {
        await Task.yield()
        return pages
    }

    func reply(_ pages: Pages, _ context: EventContext) -> EventReply<Pages> { EventReply("replied", pages) }

    /// To everyone, the first file as an argument of its own.
    func share(_ pages: Pages, _ context: EventContext) throws {
        try context.everyone.emit("shared", pages, pages.files.first, "end")
    }

    func whisper(_ pages: Pages, _ context: EventContext) throws { try context.client.emit("whispered", pages) }

    /// Asks the sender, and gives its answer back.
    func ask(_ pages: Pages, _ context: EventContext) async throws -> Pages {
        try await context.client.emitWithAck("camera", as: Pages.self)
    }
}
