import Gatehouse

/// The Swift files of a new package.
extension NewPackage {
    private var dependency: String {
        switch place {
        // Its name is said, as the folder may have any.
        case .path(let path): ".package(name: \"gatehouse\", path: \(Self.quoted(path)))"
        case .url(let url): ".package(url: \(Self.quoted(url)), from: \"\(PackageVersion.text)\")"
        }
    }

    /// The name by which products of the package are meant: the last part of an address, without `.git`.
    private var packageName: String {
        guard case .url(let url) = place, let last = url.split(separator: "/").last else { return "gatehouse" }
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : String(last)
    }

    /// A text as a Swift literal.
    static func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined() + "\""
    }

    var manifest: String {
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
            name: "\(name)",
            platforms: [.macOS(.v26)],
            dependencies: [
                \(dependency)
            ],
            targets: [
                .executableTarget(
                    name: "\(name)",
                    dependencies: [.product(name: "GatehouseCommands", package: "\(packageName)")]),
                .testTarget(
                    name: "\(name)-tests",
                    dependencies: ["\(name)", .product(name: "GatehouseTesting", package: "\(packageName)")]),
            ]
        )

        """
    }

    var main: String {
        """
        import GatehouseCommands

        /// The program: all commands of Gatehouse, for the gateways of this package.
        @main
        struct Main: GatehouseProgram {
            static func application(_ settings: ServerSettings) -> Application {
                Application(settings.configuration)
                    .mount(ChatGateway())
                    .mount(AdminGateway(settings))
            }
        }

        """
    }

    static let gateway = """
        import Gatehouse

        /// What a client says in a room, and what the members of the room get.
        struct Message: Payload {
            var room: RoomName
            var text: String

            static let schema = Schema(
                Field("room", \\.room),
                Field("text", \\.text, .length(1...2_000)),
                make: Message.init)
        }

        /// A chat in rooms. Who may connect, join and speak is in policies/chat.yaml.
        struct ChatGateway: Gateway {
            static let namespace: Namespace = "/chat"

            func routes(_ on: inout Routes) {
                on("join", join)
                on("message", message).emits(Message.self, as: "message")
            }

            func join(_ room: RoomName, _ context: EventContext) throws -> String {
                try context.client.join(room)
                return "joined"
            }

            /// Sends a message to all members of its room.
            func message(_ message: Message, _ context: EventContext) throws -> String {
                try context.to(message.room).emit("message", message)
                return "sent"
            }
        }

        """

    var test: String {
        """
        import Gatehouse
        import GatehouseTesting
        import Testing

        @testable import \(module)

        @Suite("The chat")
        struct ChatTests {
            @Test("Members of a room get what is said there, and nobody else may say anything")
            func rooms() async throws {
                try await TestApplication.run(gateways: [ChatGateway()], policies: .directory("policies")) { app in
                    let alice = try await app.join("/chat", as: "alice", roles: ["user"])
                    let bob = try await app.join("/chat", as: "bob", roles: ["user"])
                    for client in [alice, bob] {
                        #expect(try await client.emitWithAck("join", ["lobby"]) == ["joined"])
                    }
                    let hello: JSONValue = ["room": "lobby", "text": "hello"]
                    #expect(try await alice.emitWithAck("message", [hello]) == ["sent"])
                    #expect(try await bob.event("message") == [hello])

                    let carol = try await app.join("/chat", as: "carol", roles: ["user"])
                    let refusal = try await carol.emitWithAck("message", [hello]).first
                    #expect(refusal?["code"] == "forbidden")
                }
            }
        }

        """
    }
}
