import ArgumentParser
import GatehouseJSON
import NIOConcurrencyHelpers

/// `gatehouse admin watch`
struct AdminWatchCommand: AsyncParsableCommand {
    enum Topic: String, CaseIterable, ExpressibleByArgument, Sendable { case session, room, decision, moderation, alert }

    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow what happens on the server, until you end it with Ctrl-C.",
        discussion: """
            What the server could not send in time is counted and told. Alerts are about the whole node and pass every filter.

            Examples:
              \(Program.name) admin watch
              \(Program.name) admin watch --topic decision --topic alert --json
              \(Program.name) admin watch --ns /chat --room lobby:tea

            Exit codes: 0 ended by you, 1 refused or ended by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Option(help: "session, room, decision, moderation or alert; may be given several times. Default: all of them.")
    var topic: [Topic] = []

    @Option(help: ArgumentHelp("Only what is about this namespace.", valueName: "namespace"))
    var ns: String?

    @Option(help: ArgumentHelp("Only what is about this room.", valueName: "room"))
    var room: String?

    @Option(help: ArgumentHelp("Only what is about this subject.", valueName: "subject"))
    var user: String?

    @Option(help: ArgumentHelp("The iss of --user. Default: that of the issuer of --issuer.", valueName: "iss"))
    var iss: String?

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard iss == nil || user != nil else { throw ValidationError("--iss needs --user.") }
    }

    func payload() throws(CommandFailure) -> JSONObject {
        let topics = topic.isEmpty ? Topic.allCases : topic
        var payload: JSONObject = ["topics": .array(topics.map { .string($0.rawValue) })]
        payload["ns"] = ns.map { .string($0) }
        payload["room"] = room.map { .string($0) }
        if let user { payload["user"] = try AdminTarget.user(user, iss: iss, admin.source) }
        return payload
    }

    func run() async throws {
        let (json, lost) = (admin.json, NIOLockedValueBox<Int64>(0))
        try await admin.follow(try payload()) { topic, item in
            lost.withLockedValue { $0 += item["dropped"]?.integerValue ?? 0 }
            let lines = json ? [FeedLine.json(topic, item)] : FeedLine.lines(topic, item)
            for line in lines { try Console.line(line) }
        }
        let dropped = lost.withLockedValue { $0 }
        if dropped > 0 { Console.warn("\(dropped) items were dropped on the way") }
    }
}
