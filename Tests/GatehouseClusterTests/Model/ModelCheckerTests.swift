import Testing

/// The checker itself: logs that must pass, and logs that must not.
@Suite("The checker of the model")
struct ModelCheckerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var steps: [(Int, ClientEntry.What)]
        var staff: [StaffEntry] = []
        var mayBeLost = 0
        var isAway = false
        var states: [[String]] = [[], [], []]
        var rules: Set<ModelViolation.Rule> = []

        init(
            _ name: String, _ steps: [(Int, ClientEntry.What)], staff: [StaffEntry] = [], mayBeLost: Int = 0, isAway: Bool = false,
            states: [[String]] = [[], [], []], _ rules: Set<ModelViolation.Rule> = []
        ) {
            (testDescription, self.staff, self.mayBeLost, self.states, self.rules) = (name, staff, mayBeLost, states, rules)
            self.isAway = isAway
            self.steps = ModelCheckerTests.start + steps
        }

        /// Each step is a millisecond after the one before.
        var log: ModelLog {
            var log = ModelLog(clients: [[], [], []], vips: [2], staff: staff)
            for (index, step) in steps.enumerated() {
                log.clients[step.0].append(ClientEntry(at: UInt64(index) * 1_000_000, what: step.1))
            }
            log.nodes = states.map { NodeEntry(state: $0) }
            log.nodes[0].mayBeLost = mayBeLost
            if isAway { log.nodes[1].away = [0...UInt64.max] }
            return log
        }
    }

    /// Client 0 sends, at node 0; client 1 is at node 1; client 2 at node 0, too. All of them are in the room a.
    private static let start: [(Int, ClientEntry.What)] = (0..<3).flatMap { client in
        [
            (client, .connecting(node: client == 1 ? 1 : 0, connection: 1)),
            (client, .connected(session: "s\(client)", isRecovered: false)), (client, .joining("a")), (client, .joined("a")),
        ]
    }
    /// When the steps of a case begin.
    private static let begin = UInt64(start.count) * 1_000_000

    private static func id(_ number: Int) -> MessageID { MessageID(0, 1, number) }

    private static func ask(_ numbers: Int..., room: String = "a", isWhisper: Bool = false) -> [(Int, ClientEntry.What)] {
        numbers.map { (0, .sending(id($0), room: room, isWhisper: isWhisper)) }
    }

    private static func say(_ numbers: Int..., room: String = "a", isWhisper: Bool = false) -> [(Int, ClientEntry.What)] {
        numbers.flatMap { ask($0, room: room, isWhisper: isWhisper) + [(0, .accepted(id($0)))] }
    }

    private static func got(_ client: Int, _ numbers: Int..., room: String = "a", isWhisper: Bool = false) -> [(Int, ClientEntry.What)] {
        numbers.map { (client, .received(id($0), room: room, isWhisper: isWhisper)) }
    }

    private static func back(_ client: Int, at node: Int, isRecovered: Bool) -> [(Int, ClientEntry.What)] {
        [
            (client, .ended), (client, .connecting(node: node, connection: 2)),
            (client, .connected(session: isRecovered ? "s\(client)" : "new", isRecovered: isRecovered)),
        ]
    }

    private static func join(_ client: Int, _ room: String = "a") -> [(Int, ClientEntry.What)] {
        [(client, .joining(room)), (client, .joined(room))]
    }

    private static func leave(_ client: Int) -> [(Int, ClientEntry.What)] { [(client, .leaving("a")), (client, .left("a"))] }

    /// It holds everywhere since before the first step, until the end.
    private static func act(_ kind: StaffEntry.Kind, client: Int? = nil, room: String? = nil, on nodes: [Int] = [0, 1, 2]) -> StaffEntry {
        StaffEntry(
            kind: kind, client: client, room: room, node: 0, asked: 0, held: Dictionary(uniqueKeysWithValues: nodes.map { ($0, begin - 1) })
        )
    }

    private static let fence: [(Int, ClientEntry.What)] = (0..<3).flatMap { client in (0..<3).map { (client, .fence(node: $0)) } }

    private static let all: [(Int, ClientEntry.What)] = got(0, 1, 2, 3) + got(1, 1, 2, 3) + got(2, 1, 2, 3) + fence

    static let good = [
        Case("everything comes", say(1, 2, 3) + all),
        Case("what was not answered comes", ask(1, 2, 3) + all),
        Case("what was not answered does not come", ask(1) + fence),
        Case("what was refused does not come", ask(1) + [(0, .refused(id(1), code: "muted"))] + fence),
        Case("it comes while the client is leaving", say(1) + got(0, 1) + got(2, 1) + [(1, .leaving("a"))] + got(1, 1) + [(1, .left("a"))]),
        Case("it does not come to a client that is leaving", say(1) + leave(1) + got(0, 1) + got(2, 1) + fence),
        Case("it was sent before the client was in the room", leave(1) + say(1) + join(1) + got(0, 1) + got(2, 1) + fence),
        Case("it comes late, to a client that has joined since", leave(1) + say(1) + join(1) + got(1, 1) + got(0, 1) + got(2, 1) + fence),
        Case("a session that is not recovered is owed nothing", say(1, 2, 3) + got(1, 1) + back(1, at: 2, isRecovered: false)),
        Case("a new session gets it again", say(1) + got(1, 1) + back(1, at: 2, isRecovered: false) + join(1) + got(1, 1)),
        Case(
            "a session that is recovered elsewhere gets what it missed",
            say(1) + got(1, 1) + say(2, 3) + back(1, at: 2, isRecovered: true) + got(1, 2, 3) + fence.filter { $0.0 == 1 }),
        Case(
            "nobody elsewhere has it, and the node has counted it", say(1, 2, 3) + got(0, 1, 2, 3) + got(2, 1, 2, 3) + got(1, 1, 3) + fence,
            mayBeLost: 1),
        Case("a whisper is for those who may hear it", say(1, isWhisper: true) + got(2, 1, isWhisper: true) + fence),
        Case("nobody gets what a shadow-muted client sends", say(1) + got(0, 1) + fence, staff: [act(.shadow, client: 0)]),
        Case("a node that does not know of a mute takes a message", say(1, 2, 3) + all, staff: [act(.mute, client: 0, on: [1, 2])]),
        Case(
            "a room that is closed is lost on the way back",
            back(1, at: 2, isRecovered: true) + ask(1) + [(0, .refused(id(1), code: "room_locked"))] + fence, staff: [act(.lock, room: "a")]
        ),
        Case(
            "its node could not tell Redis that it has joined",
            say(1) + got(1, 1) + back(1, at: 2, isRecovered: true) + say(2) + fence.filter { $0.0 == 1 },
            isAway: true),
        Case(
            "its node could not tell Redis that it has left", leave(1) + say(1) + back(1, at: 2, isRecovered: true) + got(1, 1),
            isAway: true),
        Case(
            "its node could not tell Redis that staff had put it out", [(1, .putOut(code: "kicked"))] + back(1, at: 2, isRecovered: true),
            isAway: true),
    ]

    static let bad = [
        Case("it comes twice", say(1, 2, 3) + all + got(1, 3), [.doubled]),
        Case(
            "it comes again after the session was recovered", say(1, 2, 3) + all + back(1, at: 0, isRecovered: true) + got(1, 3), [.doubled]
        ),
        Case("two come the wrong way round", say(1, 2) + got(1, 2, 1), [.order]),
        Case("it comes after the client has left", say(1) + leave(1) + got(1, 1), [.notMember]),
        Case("it comes from another room", say(1, room: "b") + got(1, 1, room: "b"), [.notMember, .accepted]),
        Case("it comes to a new session that has not joined", say(1) + back(1, at: 1, isRecovered: false) + got(1, 1), [.notMember]),
        Case(
            "it comes to a room that was closed to the client", say(1) + back(1, at: 1, isRecovered: true) + got(1, 1),
            staff: [act(.lock, room: "a", on: [1])], [.notMember]),
        Case("a whisper comes to somebody else", say(1, isWhisper: true) + got(1, 1, isWhisper: true), [.receiveRule]),
        Case("nobody has sent it", got(1, 1), [.invented]),
        Case("it was refused", ask(1) + [(0, .refused(id(1), code: "muted"))] + got(1, 1), [.invented]),
        Case("it was sent to another room", join(1, "b") + say(1) + got(1, 1, room: "b"), [.invented]),
        Case("a muted client's message is taken", say(1, 2, 3) + all, staff: [act(.mute, client: 0)], [.accepted]),
        Case("a message to a locked room is taken", say(1, 2, 3) + all, staff: [act(.readOnly, room: "a")], [.accepted]),
        Case("a message of somebody outside is taken", leave(0) + say(1), [.accepted]),
        Case("a shadow-muted client is heard", say(1) + got(1, 1), staff: [act(.shadow, client: 0)], [.shadow]),
        Case("a banned client is let in", back(1, at: 1, isRecovered: false), staff: [act(.ban, client: 1)], [.banned]),
        Case("a closed room is entered", leave(1) + join(1), staff: [act(.lock, room: "a")], [.closedRoom]),
        Case("it comes after the client was put out", say(1) + [(1, .putOut(code: "kicked"))] + got(1, 1), [.afterEnd]),
        Case("a session goes on after a kick", [(1, .putOut(code: "kicked"))] + back(1, at: 2, isRecovered: true), [.recovered]),
        Case("it is missing at the sender's node", say(1, 2, 3) + got(2, 1, 3), mayBeLost: 9, [.lost]),
        Case(
            "it is missing, though a client elsewhere has it",
            back(2, at: 2, isRecovered: true) + say(1, 2, 3) + got(2, 1, 2, 3) + got(1, 1, 3), mayBeLost: 9, [.lost]),
        Case("the last one is missing", say(1, 2, 3) + got(0, 1, 2, 3) + got(2, 1, 2, 3) + got(1, 1, 2) + fence, [.uncounted]),
        Case(
            "it is missing in a session that was recovered", say(1) + got(1, 1) + say(2, 3) + back(1, at: 2, isRecovered: true) + got(1, 3),
            [.uncounted]),
        Case("more are missing than were counted", say(1, 2, 3) + got(0, 1, 2, 3) + got(2, 1, 2, 3) + fence, mayBeLost: 2, [.uncounted]),
        Case("the nodes differ in the end", [], states: [[], ["a mute"], []], [.diverged]),
    ]

    @Test("Logs of a cluster that does what it says pass", arguments: good)
    func passes(_ one: Case) { #expect(ModelChecker.check(one.log).violations == []) }

    @Test("Each fault is seen, and called by its name", arguments: bad)
    func fails(_ one: Case) {
        let violations = ModelChecker.check(one.log).violations
        #expect(Set(violations.map(\.rule)) == one.rules, "\(violations)")
    }

    @Test("Every rule can fail")
    func rules() { #expect(Set(Self.bad.flatMap(\.rules)) == Set(ModelViolation.Rule.allCases)) }

    @Test("A seed gives the same faults each time, on every link, and another seed gives others")
    func plan() {
        let plan = FaultPlan(seed: 7, milliseconds: 60_000, users: 12, rooms: 3)
        #expect(plan == FaultPlan(seed: 7, milliseconds: 60_000, users: 12, rooms: 3))
        #expect(plan != FaultPlan(seed: 8, milliseconds: 60_000, users: 12, rooms: 3))
        for steps in plan.redis + plan.clients { #expect(steps.count > 5) }
        #expect(Set(plan.staff.map(\.kind)) == Set(StaffEntry.Kind.allCases))
    }
}
