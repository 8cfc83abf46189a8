import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import NIOCore
import SocketIO

/// The other nodes of a cluster: they are asked about their sessions and policies, and this one answers them. What is asked crosses Redis;
/// with a key of the cluster only its nodes get an answer, and only their answers count.
struct OtherNodes: Sendable {
    /// The event between servers that carries questions.
    static let event = "gatehouse.ask"
    /// How long an answer is waited for.
    static let limit: TimeAmount = .seconds(2)
    /// The most users that a census names.
    private static let users = 1_000

    let runtime: ServerRuntime

    /// What they answered.
    struct Answers: Sendable {
        /// Each with the member `node`.
        var answers: [JSONValue] = []
        /// The nodes that did not answer in time.
        var silent: [String] = []

        var silentNodes: JSONValue { .array(silent.map { .string($0) }) }
    }

    /// Asks all of them; a node that is alone gets no answer, at once.
    func ask(_ question: NodeQuestion, within limit: TimeAmount = Self.limit) async -> Answers {
        guard let cluster = runtime.cluster, let adapter = runtime.sockets.adapter,
            let definition = runtime.sockets.definition(AdminGateway.namespace)
        else { return Answers() }
        let text = question.text(at: runtime.clock.wallMilliseconds())
        let seal = (try? cluster.key?.seal(["question", text])) ?? ""
        var data = ByteBuffer()
        JSONValue.array([.string(Self.event), .string(text), .string(seal)]).write(to: &data)
        let found = await adapter.askServers(ClusterPacket(data: data), in: definition, timeout: limit)
        let answers = (cluster.key.map { key in found.answers.compactMap { Self.opened($0, to: seal, by: key) } } ?? found.answers)
            .filter { $0["node"]?.stringValue != nil }
        // Whoever has answered in a node's place is not it.
        let others = (answers.count..<max(answers.count, found.answers.count)).map { _ in "unknown" }
        return Answers(answers: answers, silent: found.silentNodes + others)
    }

    /// An answer as it crosses Redis under a key: bound to its question.
    private static func sealed(_ answer: JSONObject, to question: String, by key: MessageSeal) throws -> JSONValue {
        let text = JSONValue.object(answer).serialized
        return .object(["text": .string(text), "seal": .string(try key.seal(["answer", question, text]))])
    }

    /// - Returns: `nil` for what no node has answered to this question.
    private static func opened(_ answer: JSONValue, to question: String, by key: MessageSeal) -> JSONValue? {
        guard let text = answer["text"]?.stringValue, let seal = answer["seal"]?.stringValue,
            key.isGenuine(seal, of: ["answer", question, text])
        else { return nil }
        return try? JSONValue(parsing: Array(text.utf8), limits: SharedBody.limits)
    }

    // MARK: Answering

    /// Answers the questions of other nodes for as long as the server is there.
    static func listen(on runtime: ServerRuntime) {
        guard runtime.cluster != nil else { return }
        runtime.sockets.serverSideEvents.listen(to: event, in: AdminGateway.namespace) { [weak runtime] arguments in
            guard let runtime else { return nil }
            return await OtherNodes(runtime: runtime).answer(arguments)
        }
    }

    private func answer(_ arguments: [JSONValue]) async -> JSONValue? {
        guard let text = arguments.first?.stringValue else { return nil }
        let (key, seal) = (runtime.cluster?.key, arguments.dropFirst().first?.stringValue ?? "")
        if let key, !key.isGenuine(seal, of: ["question", text]) { return nil }
        guard let question = NodeQuestion(text, now: runtime.clock.wallMilliseconds()) else { return nil }
        do {
            var answer = try await OffLoop.run { try await found(by: question) }
            answer["node"] = .string(runtime.node)
            return try key.map { try Self.sealed(answer, to: seal, by: $0) } ?? .object(answer)
        } catch {
            runtime.logError("a question of another node is left without an answer: \(error)")
            return nil
        }
    }

    private func found(by question: NodeQuestion) async throws -> JSONObject {
        switch question {
        case .sessions(let filter, let after, let limit): return try await sessions(filter, after: after, limit: limit)
        case .session(let reference, let rooms):
            return ["session": try await session(reference, in: rooms).map { .object($0) } ?? .null]
        case .rooms(let name, let rooms, let after, let limit):
            guard let namespace = Namespace(name), runtime.sockets.definition(namespace) != nil else { return ["items": []] }
            return try await self.rooms(of: namespace, in: rooms, after: after, limit: limit)
        case .census(let filter):
            let census = try await runtime.directory.census(filter) { _ in false }
            let users = try await runtime.directory.users(filter).prefix(Self.users)
            return [
                "connections": .integer(Int64(census.connections)), "users": .array(users.map { .object($0.json) }),
            ]
        case .stats: return try await ServerStatistics.gather(runtime)
        case .policies(let question): return await question.answer(runtime)
        }
    }

    // MARK: This node's part

    /// A page of this node's sessions, each with the node's name where there are several.
    func sessions(_ filter: SessionFilter, after cursor: String, limit: Int) async throws -> JSONObject {
        let page = try await runtime.directory.list(filter, after: cursor, limit: limit + 1).map { $0.confined(to: filter.rooms) }
        let answer = SessionAnswer(
            page, limit: limit, restrictions: runtime.restrictions.current, now: runtime.clock.wallMilliseconds()
        ).object
        return runtime.cluster == nil ? answer : answer.naming(runtime.node)
    }

    /// - Parameter rooms: the rooms that the reader is confined to.
    func session(_ reference: String, in rooms: [String]?) async throws -> JSONObject? {
        let filter = SessionFilter(reference: reference, rooms: rooms)
        guard let session = try await runtime.directory.list(filter, limit: 1).first?.confined(to: rooms) else { return nil }
        let user = session.user
        let denials = runtime.refusals.latest(SessionAccount.denials) { refusal in
            if let rooms { guard let room = refusal.record.target?.room, rooms.contains(room) else { return false } }
            if refusal.session == session.reference { return true }
            guard let user, let subject = refusal.subject, let iss = subject.iss, let sub = subject.sub else { return false }
            return UserID(iss: iss, subject: sub) == user
        }
        var account = SessionAccount(
            session, denials: denials, restrictions: runtime.restrictions.current, now: runtime.clock.wallMilliseconds()
        ).object
        if runtime.cluster != nil { account["node"] = .string(runtime.node) }
        return account
    }

    /// - Parameter confinement: the rooms that the reader is confined to: those of them where somebody is or something holds.
    func rooms(
        of namespace: Namespace, in confinement: [String]?, after cursor: String, limit: Int
    ) async throws -> JSONObject {
        let restrictions = RoomsInForce(of: namespace, in: runtime.restrictions.current, now: runtime.clock.wallMilliseconds())
        var page: [(name: String, members: Int)] = []
        if let confinement {
            let named = Set(restrictions.names)
            for room in Set(confinement).sorted() where room > cursor && page.count <= limit {
                let members = try await runtime.directory.count(SessionFilter(namespace: namespace, room: room))
                if members > 0 || named.contains(room) { page.append((room, members)) }
            }
        } else {
            page = try await runtime.directory.rooms(of: namespace, after: cursor, limit: limit + 1, and: restrictions.names)
        }
        return RoomListAnswer(page, limit: limit, restrictions: restrictions).object
    }
}

extension JSONObject {
    fileprivate func naming(_ node: String) -> JSONObject {
        var object = self
        object["items"] = .array(
            (self["items"]?.arrayValue ?? []).map { item in
                var item = item.objectValue ?? [:]
                item["node"] = .string(node)
                return .object(item)
            })
        return object
    }
}
