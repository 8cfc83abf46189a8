#if Redis
    import Foundation
    import GatehouseTLS
    import GatehouseTestSupport
    import NIOConcurrencyHelpers
    import NIOCore
    import NIOPosix
    import Testing

    @testable import GatehouseRedis

    @Suite("Connections to a real Redis", .timeLimit(.minutes(2)))
    struct RedisConnectionTests {
        private let loop = MultiThreadedEventLoopGroup.singleton.next()

        private static var options: RedisOptions {
            var options = RedisOptions()
            options.delay = ReconnectDelay(first: .milliseconds(5), longest: .milliseconds(50))
            options.timeout = .seconds(2)
            return options
        }

        /// Runs with a started client on its loop, and stops it.
        private func with(
            _ address: RedisAddress, _ options: RedisOptions = options, _ body: (Commands) async throws -> Void
        ) async throws {
            let bound = try await loop.submit {
                let commands = RedisCommands(address, options, on: self.loop)
                commands.start()
                return NIOLoopBound(commands, eventLoop: self.loop)
            }.get()
            let commands = Commands(loop: loop, bound: bound)
            do {
                try await body(commands)
                try await commands.on { $0.stop() }
            } catch {
                try await commands.on { $0.stop() }
                throw error
            }
        }

        private struct Commands: Sendable {
            let loop: any EventLoop
            let bound: NIOLoopBound<RedisCommands>

            func on<Result: Sendable>(_ body: @escaping @Sendable (RedisCommands) -> Result) async throws -> Result {
                try await loop.submit { body(bound.value) }.get()
            }

            func ask(_ words: String...) async throws -> RedisValue {
                let command = RedisCommand(words)
                return try await loop.flatSubmit { bound.value.ask(command) }.get()
            }

            func isOpen() async throws { try await eventually("a connection") { try await on { $0.isOpen } } }
        }

        private static func address(_ text: String) throws -> RedisAddress { try RedisAddress(parsing: text) }

        @Test("A node of a Redis Cluster is told apart, and not used")
        func cluster() async throws {
            // Its other port would be 10,000 higher, which may be none.
            let server = try await RedisServer(more: ["--cluster-enabled", "yes", "--cluster-port", String(RedisServer.freePort())])
            try await with(Self.address("redis://127.0.0.1:\(server.port)")) { commands in
                try await eventually("the reason") { try await commands.on { $0.lastError?.code == .unsupported } }
                #expect(try await commands.on { $0.isOpen } == false)
            }
        }

        @Test("A user who may not ask what kind of server it is may use it")
        func unasked() async throws {
            let server = try await RedisServer(user: ("gate", "house"))
            try server.command("ACL", "SETUSER", "gate", "-info")
            try await with(Self.address("redis://gate:house@127.0.0.1:\(server.port)")) { try await $0.isOpen() }
        }

        @Test(
            "What INFO says of the kind of server",
            arguments: [
                ("# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n", "standalone"), ("redis_mode:sentinel\r\n", "sentinel"),
                ("redis_mode:cluster\n", "cluster"), ("redis_mode:new\r\n", nil), ("", nil),
            ])
        func kind(_ text: String, _ kind: String?) {
            #expect(RedisKind(information: .bulk(ByteBuffer(string: text)))?.rawValue == kind)
            #expect(RedisKind(information: .error("NOPERM")) == nil)
        }

        @Test("A password that was changed is known to the next connection")
        func changedPassword() async throws {
            let server = try await RedisServer(user: ("gate", "old"))
            let password = NIOLockedValueBox("old")
            var options = Self.options
            options.password = { password.withLockedValue { $0 } }
            try await with(Self.address("redis://gate@127.0.0.1:\(server.port)"), options) { commands in
                try await commands.isOpen()
                try server.command("ACL", "SETUSER", "gate", "resetpass", ">new")
                try server.command("CLIENT", "KILL", "USER", "gate")
                try await eventually("it is refused") { try await commands.on { $0.lastError?.code == .refused } }
                password.withLockedValue { $0 = "new" }
                try await commands.isOpen()
            }
        }

        @Test("CLU-02: TCP, Unix socket and TLS, with a password, a user and a database")
        func kinds() async throws {
            let directory = FileManager.default.temporaryDirectory.appendingPathComponent("ghr-tls-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            defer { try? FileManager.default.removeItem(atPath: directory) }
            _ = try DevelopmentCertificates.create(in: directory, now: Int64(Date().timeIntervalSince1970))
            let files = DevelopmentCertificates.Files(directory: directory)
            let server = try await RedisServer(
                password: "s3cret", user: ("gate", "house"), certificates: (files.authority, files.certificate, files.key))
            var encrypted = try Self.address("rediss://:s3cret@localhost:\(server.tlsPort)/2")
            encrypted.authorityPath = files.authority
            let addresses = [
                try Self.address("redis://:s3cret@127.0.0.1:\(server.port)/2"), try Self.address("unix://:s3cret@\(server.socket)?db=2"),
                try Self.address("redis://gate:house@127.0.0.1:\(server.port)/2"), encrypted,
            ]
            for (index, address) in addresses.enumerated() {
                try await with(address) { commands in
                    try await commands.isOpen()
                    #expect(try await commands.ask("INCR", "n") == .integer(Int64(index) + 1), "\(address)")
                }
            }
        }

        @Test(
            "A wrong password, no password, and an untrusted certificate are told apart, without the password",
            arguments: ["redis://:wrong@127.0.0.1:PORT", "redis://127.0.0.1:PORT", "redis://nobody:s3cret@127.0.0.1:PORT"])
        func refused(_ text: String) async throws {
            let server = try await RedisServer(password: "s3cret")
            let address = try Self.address(text.replacingOccurrences(of: "PORT", with: String(server.port)))
            try await with(address) { commands in
                try await eventually { try await commands.on { $0.lastError?.code == .refused } }
                let error = try await commands.on { $0.lastError }
                #expect(error?.description.contains("wrong") == false)
                #expect(error?.description.contains("s3cret") == false)
                await #expect(throws: RedisError.self) { try await commands.ask("PING") }
            }
        }

        @Test("CLU-03: while Redis is away questions fail at once; what is posted waits in order and is sent when it is back")
        func away() async throws {
            let server = try await RedisServer()
            try await with(try Self.address("redis://127.0.0.1:\(server.port)")) { commands in
                try await commands.isOpen()
                server.kill()
                try await eventually { try await commands.on { !$0.isOpen } }
                do {
                    _ = try await commands.ask("PING")
                    Issue.record("an answer came from nowhere")
                } catch let error as RedisError {
                    #expect(error.code == .away)
                }
                try await commands.on { commands in
                    for index in 0..<100 { commands.post(RedisCommand("RPUSH", "list", String(index))) }
                }
                #expect(try await commands.on { $0.backlog.commands } == 100)
                try await server.start()
                try await commands.isOpen()
                try await eventually { try await commands.on { $0.backlog.commands } == 0 }
                let list = try await commands.ask("LRANGE", "list", "0", "-1").array?.compactMap(\.text)
                #expect(list == (0..<100).map(String.init))
                #expect(try await commands.on { ($0.dropped, $0.unanswered, $0.refused) } == (0, 0, 0))
            }
        }

        @Test("A Redis that hangs is noticed, and what is posted meanwhile is bounded and counted")
        func stalled() async throws {
            let server = try await RedisServer()
            var options = Self.options
            options.timeout = .seconds(1)
            options.waitingCommands = 50
            try await with(try Self.address("unix://\(server.socket)"), options) { commands in
                try await commands.isOpen()
                server.stall()
                defer { server.proceed() }
                do {
                    _ = try await commands.ask("PING")
                    Issue.record("an answer came from nowhere")
                } catch let error as RedisError {
                    #expect(error.code == .lost)
                }
                try await commands.on { commands in
                    for index in 0..<80 { commands.post(RedisCommand("SET", "k", String(index))) }
                }
                let (backlog, dropped) = try await commands.on { ($0.backlog.commands, $0.dropped) }
                #expect(backlog + dropped == 80)
                #expect(backlog == 50)
                server.proceed()
                try await eventually { try await commands.on { $0.isOpen && $0.backlog.commands == 0 } }
                #expect(try await commands.ask("GET", "k") == .bulk(ByteBuffer(string: "49")))
            }
        }

        @Test("An error that Redis answers with fails its own question only")
        func answers() async throws {
            let server = try await RedisServer()
            try await with(try Self.address("redis://127.0.0.1:\(server.port)")) { commands in
                try await commands.isOpen()
                await #expect(throws: RedisError.self) { try await commands.ask("NOPE") }
                try await commands.on { $0.post(RedisCommand("HSET", "h")) }
                #expect(try await commands.ask("ECHO", "x") == .bulk(ByteBuffer(string: "x")))
                #expect(try await commands.on { $0.refused } == 1)
            }
        }

        @Test("Subscriptions, patterns and shard channels come back after Redis was killed")
        func subscriptions() async throws {
            let server = try await RedisServer()
            let address = try Self.address("redis://127.0.0.1:\(server.port)")
            let (messages, arrived) = AsyncStream.makeStream(of: String.self)
            let loop = loop
            let bound = try await loop.submit {
                let subscription = RedisSubscription(address, Self.options, on: loop)
                subscription.received = { arrived.yield(String(buffer: $0) + "=" + String(buffer: $1)) }
                subscription.subscribe(["one", "two"])
                subscription.subscribe(["p*"], as: .pattern)
                subscription.subscribe(["s"], as: .shard)
                subscription.start()
                return NIOLoopBound(subscription, eventLoop: loop)
            }.get()
            try await with(address) { commands in
                for round in 0..<2 {
                    try await eventually { try await loop.submit { bound.value.isComplete }.get() }
                    try await commands.isOpen()
                    for (verb, channel) in [("PUBLISH", "two"), ("PUBLISH", "pattern"), ("SPUBLISH", "s"), ("PUBLISH", "one")] {
                        #expect(try await commands.ask(verb, channel, String(round)) == .integer(1))
                        #expect(try await messages.next() == "\(channel)=\(round)")
                    }
                    if round == 0 {
                        server.kill()
                        try await eventually { try await loop.submit { !bound.value.isComplete }.get() }
                        try await server.start()
                    }
                }
                try await loop.submit { bound.value.unsubscribe(["one"]) }.get()
                try await eventually { try await commands.ask("PUBLISH", "one", "x") == .integer(0) }
            }
            try await loop.submit { bound.value.stop() }.get()
        }

        /// Reads the stream `st`, and tells the field `n` of each entry.
        private func reader(
            _ address: RedisAddress, _ options: RedisOptions, from positions: [String: String] = [:],
            _ arrived: AsyncStream<String>.Continuation
        ) async throws -> NIOLoopBound<RedisStreamReader> {
            let loop = loop
            return try await loop.submit {
                let reader = RedisStreamReader(["st"], from: positions, block: .milliseconds(200), address, options, on: loop)
                reader.received = { _, found in for one in found { arrived.yield(one["n"].map { String(buffer: $0) } ?? "?") } }
                reader.start()
                return NIOLoopBound(reader, eventLoop: loop)
            }.get()
        }

        @Test("A stream is read from its end, and after a reconnect from where it was")
        func streams() async throws {
            let server = try await RedisServer()
            let address = try Self.address("redis://127.0.0.1:\(server.port)")
            let (entries, arrived) = AsyncStream.makeStream(of: String.self)
            let loop = loop
            try await with(address) { commands in
                try await commands.isOpen()
                _ = try await commands.ask("XADD", "st", "*", "n", "before")
                let bound = try await reader(address, Self.options, arrived)
                try await eventually { try await loop.submit { bound.value.isReadingNow }.get() }
                for round in 0..<3 {
                    _ = try await commands.ask("XADD", "st", "*", "n", "a\(round)")
                    #expect(try await entries.next() == "a\(round)")
                    // Every client but this one.
                    _ = try await commands.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                    _ = try await commands.ask("XADD", "st", "*", "n", "b\(round)")
                    #expect(try await entries.next() == "b\(round)")
                }
                try await loop.submit { bound.value.stop() }.get()
            }
        }

        @Test("Entries that are too much for one reply are read in smaller parts")
        func largeEntries() async throws {
            let server = try await RedisServer()
            let address = try Self.address("redis://127.0.0.1:\(server.port)")
            let (entries, arrived) = AsyncStream.makeStream(of: String.self)
            let loop = loop
            try await with(address) { commands in
                try await commands.isOpen()
                let text = String(repeating: "x", count: 1_000)
                for index in 0..<100 { _ = try await commands.ask("XADD", "st", "*", "n", String(index), "text", text) }
                var options = Self.options
                options.limits.replyBytes = 10_000
                let bound = try await reader(address, options, from: ["st": "0-0"], arrived)
                for index in 0..<100 { #expect(try await entries.next() == String(index)) }
                try await loop.submit { bound.value.stop() }.get()
            }
        }

        @Test("What is no Redis never ends the process, and is left")
        func garbage() async throws {
            final class Babble: ChannelInboundHandler {
                typealias InboundIn = ByteBuffer
                typealias OutboundOut = ByteBuffer
                func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n")), promise: nil)
                }
            }
            let listener = try await ServerBootstrap(group: loop)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Babble()) }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = listener.localAddress?.port ?? 0
            try await with(try Self.address("redis://127.0.0.1:\(port)")) { commands in
                try await eventually { try await commands.on { $0.lastError?.code == .malformed } }
                #expect(try await commands.on { !$0.isOpen })
            }
            try await listener.close()
        }
    }
#endif
