#if Redis
    import GatehouseJSON
    import GatehouseTestSupport
    import GatehouseTesting
    import NIOConcurrencyHelpers
    import NIOCore

    /// One client of the model: it connects to any node, does what its seed says, writes down everything, and comes back when it is cut off.
    final class ModelClient: Sendable {
        enum Phase { case busy, settling, over }

        struct Door: Sendable {
            var url: String
            var token: @Sendable () throws -> String
        }

        private struct State {
            var log: [ClientEntry] = []
            var session: String?
            var pid: String?
            var offset: JSONValue?
            /// Where it is, as far as it knows.
            var rooms: Set<String> = []
            var isOpen = false
            /// Whether it waits for answers to what it has sent.
            var isSaying = false
            /// Nodes whose fence has come in this session.
            var fences: Set<Int> = []
        }

        static let rooms = ["a", "b", "c"]
        private let index: Int
        private let doors: [Door]
        private let phase: NIOLockedValueBox<Phase>
        private let seed: UInt64
        private let state = NIOLockedValueBox(State())

        init(_ index: Int, _ doors: [Door], _ phase: NIOLockedValueBox<Phase>, seed: UInt64) {
            (self.index, self.doors, self.phase, self.seed) = (index, doors, phase, seed)
        }

        var log: [ClientEntry] { state.withLockedValue { $0.log } }

        /// Whether it is there, and has everything that was sent.
        var isSettled: Bool { state.withLockedValue { $0.isOpen && $0.fences.count == doors.count } }

        /// Whether nothing that it has sent is without an answer, apart from what was on its way when a connection ended.
        var isQuiet: Bool { state.withLockedValue { !$0.isSaying } }

        static var now: UInt64 { NIODeadline.now().uptimeNanoseconds }

        private var isOpen: Bool { state.withLockedValue { $0.isOpen } }

        private func note(_ what: ClientEntry.What) { state.withLockedValue { $0.log.append(ClientEntry(at: Self.now, what: what)) } }

        /// Until the phase is over.
        func run() async {
            var random = SeededRandom(seed: seed)
            var connection = 0
            while phase.withLockedValue({ $0 }) != .over {
                connection += 1
                await live(connection, &random)
                try? await Task.sleep(for: .milliseconds(Int.random(in: 5...150, using: &random)))
            }
        }

        private func live(_ connection: Int, _ random: inout SeededRandom) async {
            let node = Int.random(in: 0..<doors.count, using: &random)
            let forgets = random.chance(10)
            var options = SocketIOClient.Options(timeout: .seconds(4), namespace: "/hall")
            options.transport = .webSocket
            guard let client = try? await SocketIOClient.connect(doors[node].url, options: options) else { return }
            do {
                try await enter(client, node, connection, forgets: forgets)
                try await act(client, connection, &random)
            } catch let error as ConnectRefused {
                note(.notConnected(code: error.code ?? "?"))
            } catch {
                // A connection that fails is what this is about; what was not answered stays open in the log.
            }
            try? await client.close()
            await left(client)
        }

        /// The end is in the log before the next beginning.
        private func left(_ client: SocketIOClient) async {
            _ = try? await client.closed()
            state.withLockedValue { state in
                guard state.isOpen else { return }
                state.isOpen = false
                state.log.append(ClientEntry(at: Self.now, what: .ended))
            }
        }

        private func enter(_ client: SocketIOClient, _ node: Int, _ connection: Int, forgets: Bool) async throws {
            try await client.observe({ [self] in saw($0) }, ended: { [self] in saw() })
            var auth: JSONObject = ["token": .string(try doors[node].token())]
            state.withLockedValue { state in
                guard !forgets, let pid = state.pid else { return }
                auth["pid"] = .string(pid)
                auth["offset"] = state.offset
            }
            note(.connecting(node: node, connection: connection))
            _ = try await client.join("/hall", auth: auth) { [self] sid in
                state.withLockedValue { state in
                    let isRecovered = state.session == sid
                    if !isRecovered { (state.offset, state.rooms, state.fences) = (nil, [], []) }
                    (state.session, state.isOpen) = (sid, true)
                    state.log.append(ClientEntry(at: Self.now, what: .connected(session: sid, isRecovered: isRecovered)))
                }
            }
            let pid = try await client.recoveryID(in: "/hall")
            state.withLockedValue { $0.pid = pid }
        }

        /// On the client's event loop.
        private func saw(_ event: ReceivedEvent) {
            state.withLockedValue { state in
                func note(_ what: ClientEntry.What) { state.log.append(ClientEntry(at: Self.now, what: what)) }
                switch event.name {
                case "said", "whispered":
                    let parts = event.arguments.first?.stringValue?.split(separator: " ") ?? []
                    guard parts.count == 2, let id = MessageID(parts[1]) else { return }
                    note(.received(id, room: String(parts[0]), isWhisper: event.name == "whispered"))
                    if event.arguments.count > 1 { state.offset = event.arguments.last }
                case "fence":
                    guard let node = event.arguments.first?.integerValue else { return }
                    note(.fence(node: Int(node)))
                    state.fences.insert(Int(node))
                    if event.arguments.count > 1 { state.offset = event.arguments.last }
                case "system.closed":
                    let code = event.arguments.first?["code"]?.stringValue ?? "?"
                    if code == "kicked" || code == "banned" { note(.putOut(code: code)) }
                case "disconnect":
                    guard state.isOpen else { return }
                    state.isOpen = false
                    note(.ended)
                default: break
                }
            }
        }

        /// On the client's event loop: the connection has ended.
        private func saw() {
            state.withLockedValue { state in
                guard state.isOpen else { return }
                state.isOpen = false
                state.log.append(ClientEntry(at: Self.now, what: .ended))
            }
        }

        // MARK: What it does

        private func act(_ client: SocketIOClient, _ connection: Int, _ random: inout SeededRandom) async throws {
            var number = 0
            for room in Self.rooms where random.chance(70) { try await move(client, room, isIn: true) }
            while isOpen {
                switch phase.withLockedValue({ $0 }) {
                case .over: return
                // Nothing more is sent; what was sent is waited for.
                case .settling: try await Task.sleep(for: .milliseconds(20))
                case .busy:
                    if state.withLockedValue({ $0.rooms.isEmpty }) { try await move(client, random.pick(Self.rooms), isIn: true) }
                    switch Int.random(in: 0..<1_000, using: &random) {
                    case 0..<800: try await say(client, connection, &number, isWhisper: false, &random)
                    case 800..<900: try await say(client, connection, &number, isWhisper: true, &random)
                    case 900..<945: try await move(client, random.pick(Self.rooms), isIn: true)
                    case 945..<985: try await move(client, random.pick(Self.rooms), isIn: false)
                    // Some go, and come back at once or later; some for good.
                    case 985..<995: return
                    default:
                        try await client.leave("/hall")
                        return
                    }
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...40, using: &random)))
                }
            }
        }

        private func move(_ client: SocketIOClient, _ room: String, isIn: Bool) async throws {
            note(isIn ? .joining(room) : .leaving(room))
            if !isIn { state.withLockedValue { _ = $0.rooms.remove(room) } }
            _ = try await ask(client, isIn ? "join" : "leave", .string(room)) { [self] code in
                state.withLockedValue { state in
                    if isIn, code == nil { state.rooms.insert(room) }
                    let what: ClientEntry.What = isIn ? (code == nil ? .joined(room) : .notJoined(room)) : .left(room)
                    if isIn || code == nil { state.log.append(ClientEntry(at: Self.now, what: what)) }
                }
            }
        }

        private func say(
            _ client: SocketIOClient, _ connection: Int, _ number: inout Int, isWhisper: Bool, _ random: inout SeededRandom
        ) async throws {
            state.withLockedValue { $0.isSaying = true }
            defer { state.withLockedValue { $0.isSaying = false } }
            // The phase may have ended since the last look.
            guard phase.withLockedValue({ $0 }) == .busy else { return }
            let own = state.withLockedValue { $0.rooms.sorted() }
            let room = own.isEmpty || random.chance(5) ? random.pick(Self.rooms) : random.pick(own)
            // Several at once, now and then: the answer to the last one stands for all.
            let count = random.chance(20) ? Int.random(in: 2...5, using: &random) : 1
            for index in 0..<count {
                number += 1
                let id = MessageID(self.index, connection, number)
                note(.sending(id, room: room, isWhisper: isWhisper))
                let line: JSONValue = ["room": .string(room), "id": .string(id.description)]
                let event = isWhisper ? "whisper" : "say"
                let answered: @Sendable (String?) -> Void = { [self] code in
                    note(code.map { .refused(id, code: $0) } ?? .accepted(id))
                    // It is not in the room, or not any more.
                    if code == "forbidden" { state.withLockedValue { _ = $0.rooms.remove(room) } }
                }
                if index < count - 1 {
                    try await client.send(event, [line], timeout: .seconds(30)) { answered($0.first?["code"]?.stringValue) }
                } else {
                    try await ask(client, event, line, answered)
                }
            }
        }

        /// - Parameter answered: told, in the order of everything else, what refused it; `nil` if nothing did.
        private func ask(
            _ client: SocketIOClient, _ event: String, _ argument: JSONValue, _ answered: @escaping @Sendable (String?) -> Void
        ) async throws {
            let isAnswered = NIOLockedValueBox(false)
            try await client.send(event, [argument], timeout: .seconds(30)) { answer in
                answered(answer.first?["code"]?.stringValue)
                isAnswered.withLockedValue { $0 = true }
            }
            while isOpen, !isAnswered.withLockedValue({ $0 }) { try await Task.sleep(for: .milliseconds(2)) }
        }
    }
#endif
