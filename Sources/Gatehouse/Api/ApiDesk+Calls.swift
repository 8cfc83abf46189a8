import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import NIOCore
import SocketIO

/// The four calls: what their bodies say, and what is done then.
extension ApiDesk {
    static func read(_ call: ApiCall, _ body: ByteBuffer) throws(ApiFailure) -> Ready {
        switch call {
        case .emit: try emit(decode(body))
        case .rooms: try rooms(decode(body))
        case .presence: try presence(decode(body))
        case .disconnect: try disconnect(decode(body))
        }
    }

    private static func decode<Call: Payload>(_ body: ByteBuffer) throws(ApiFailure) -> Call {
        var document = JSONDocument()
        do throws(JSONError) {
            try document.scan(body, limits: jsonLimits)
        } catch {
            throw ApiFailure(error)
        }
        do throws(ValidationError) {
            return try Call.schema.decode(document, at: document.root)
        } catch {
            throw ApiFailure(error)
        }
    }

    private static func namespace(_ name: String) throws(ApiFailure) -> Namespace {
        guard let namespace = Namespace(name) else {
            throw ApiFailure(
                ValidationError(violations: [
                    Violation(path: "ns", constraint: "isNamespace", message: "ns must be the name of a namespace")
                ]))
        }
        return namespace
    }

    // MARK: emit

    private static func emit(_ call: EmitCall) throws(ApiFailure) -> Ready {
        do throws(GatewayError) {
            try EmittedEvents.check(call.event)
        } catch {
            throw ApiFailure(error)
        }
        var arguments = ByteBuffer()
        JSONValue.array(call.args).write(to: &arguments)
        return Ready(
            namespace: try namespace(call.ns), rooms: call.rooms.given ?? [], event: call.event, bytes: arguments.readableBytes
        ) { target, _ in
            var target = call.except.reduce(target) { $0.except($1) }
            if call.volatile { target = target.volatile }
            guard let milliseconds = call.ack else {
                try target.emit(call.event, values: call.args)
                return [:]
            }
            return answer(try await target.timeout(.milliseconds(milliseconds)).ask(call.event, values: call.args))
        }
    }

    /// The largest list of acks, in bytes: clients decide how much they answer.
    static let largestAnswers = 1_048_576

    static func answer(_ all: BroadcastAnswers, limit: Int = largestAnswers) -> JSONObject {
        var (items, bytes, leftOut): ([JSONValue], Int, Int) = ([], 0, 0)
        for one in all.answers {
            var item: JSONObject = ["args": .array(one.arguments)]
            item["client"] = one.client.map { .string($0.description) }
            if !one.attachments.isEmpty {
                item["attachments"] = .array(one.attachments.map { .string(Base64.padded.encode($0)) })
            }
            let value = JSONValue.object(item)
            var text = ByteBuffer()
            value.write(to: &text)
            guard bytes + text.readableBytes <= limit else {
                leftOut += 1
                continue
            }
            bytes += text.readableBytes
            items.append(value)
        }
        let silent = all.silent.count + all.silentElsewhere
        return [
            "answers": .array(items), "silent": .integer(Int64(clamping: silent)),
            "not_asked": .integer(Int64(clamping: all.overLimit.count)),
            "left_out": .integer(Int64(clamping: leftOut)), "silent_nodes": .array(all.silentNodes.map { .string($0) }),
            "partial": .bool(silent > 0 || !all.overLimit.isEmpty || leftOut > 0 || !all.silentNodes.isEmpty),
        ]
    }

    // MARK: rooms

    private static func rooms(_ call: RoomsCall) throws(ApiFailure) -> Ready {
        let (namespace, names) = (try namespace(call.ns), call.rooms.given)
        return Ready(namespace: namespace, rooms: names ?? [], lists: names == nil) { target, grants in
            try await RoomCount(namespace: namespace, names: names.map { Set($0.map(\.name)) }, grants: grants)
                .page(target, after: call.cursor ?? "", limit: call.limit)
        }
    }

    /// The rooms that a caller may see, of all nodes.
    private struct RoomCount: Sendable {
        let namespace: Namespace
        /// `nil` for all of them.
        let names: Set<String>?
        let grants: ApiGrants

        func includes(_ room: String) -> Bool { names?.contains(room) ?? grants.mayList(room) }

        func page(_ target: Broadcaster, after cursor: String, limit: Int) async throws -> JSONObject {
            let empty = RoomPage(after: cursor, limit: limit + 1)
            async let elsewhere = target.socketsElsewhere()
            var page = empty
            for name in names ?? [] { page.add(name, members: 0) }
            for part in try await ConnectionRound.run(
                target.runtime.sockets, from: empty,
                { connection, page in
                    for socket in connection.sockets where socket.name == namespace {
                        for membership in socket.memberships where includes(membership.roomName) { page.add(membership.roomName) }
                    }
                    return false
                })
            {
                page.merge(part)
            }
            let found = await elsewhere
            for socket in found.sockets {
                // A client's own room has its id for a name.
                for room in socket.rooms where room != socket.id && includes(room) { page.add(room) }
            }
            let rooms = page.rooms.prefix(limit)
            var answer: JSONObject = [
                "rooms": .array(rooms.map { ["room": .string($0.name), "clients": .integer(Int64(clamping: $0.members))] }),
                "silent_nodes": .array(found.silentNodes.map { .string($0) }), "partial": .bool(!found.silentNodes.isEmpty),
            ]
            if page.rooms.count > limit, let last = rooms.last { answer["cursor"] = .string(last.name) }
            return answer
        }
    }

    // MARK: presence

    private static func presence(_ call: PresenceCall) throws(ApiFailure) -> Ready {
        Ready(namespace: try namespace(call.ns), rooms: call.rooms.given ?? []) { target, _ in
            let presence = try await target.presence()
            let after = call.cursor?.user
            let users = presence.users.filter { one in after.map { $0.isBefore(one.user) } ?? true }
            let page = users.prefix(call.limit)
            var answer: JSONObject = [
                "users": .array(
                    page.map { one in
                        [
                            "iss": .string(one.user.iss), "sub": .string(one.user.subject),
                            "connections": .integer(Int64(clamping: one.connections)), "since": .string(one.since.description),
                        ]
                    }),
                "count": .integer(Int64(clamping: presence.users.count)), "anonymous": .integer(Int64(clamping: presence.anonymous)),
                "silent_nodes": .array(presence.silentNodes.map { .string($0) }), "partial": .bool(!presence.silentNodes.isEmpty),
            ]
            if users.count > page.count, let last = page.last {
                answer["cursor"] = ["iss": .string(last.user.iss), "sub": .string(last.user.subject)]
            }
            return answer
        }
    }

    // MARK: disconnect

    private static func disconnect(_ call: DisconnectCall) throws(ApiFailure) -> Ready {
        Ready(namespace: try namespace(call.ns), rooms: call.rooms.given ?? [], isAct: true) { target, _ in
            let found = try await target.sockets()
            let user = call.user.given?.user
            let meant = found.sockets.filter { one in user.map { one.user == $0 } ?? true }
            if user == nil {
                try await target.disconnectSockets(close: call.close)
            } else {
                for one in meant { try await one.disconnect(close: call.close) }
            }
            return [
                "clients": .integer(Int64(clamping: meant.count)), "silent_nodes": .array(found.silentNodes.map { .string($0) }),
                "partial": .bool(!found.silentNodes.isEmpty),
            ]
        }
    }
}
