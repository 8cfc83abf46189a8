import Gatehouse

/// How one limit is found from outside: a script that takes `n` of something, and what comes of it within the limit and beyond.
///
/// The scripts are those of the corpus (`AbuseFile`); `n` is what `gatehouse limits` says, one less and one more.
struct LimitProbe: Sendable, CustomStringConvertible {
    /// The row of `gatehouse limits`.
    var row: String
    /// What tells this probe from others of the row.
    var way: String
    /// The value that is configured, where it can be: never the default (LIM-02).
    var configured: EffectiveLimits.Value?
    var configure: @Sendable (inout LiveServer.Settings) -> Void = { _ in }
    var script: @Sendable (_ n: Int) -> String
    var within: String
    var beyond: String
    /// The limit is the least that is taken, not the most.
    var isLeast = false
    /// What is added to the limit. Where the connection ends at it, there is no one more.
    var tries = -1...1

    var description: String { way.isEmpty ? row : "\(row), \(way)" }

    init(
        _ row: String, _ way: String = "", configured: EffectiveLimits.Value? = nil,
        _ configure: @escaping @Sendable (inout LiveServer.Settings) -> Void = { _ in }, isLeast: Bool = false,
        tries: ClosedRange<Int> = -1...1,
        within: String, beyond: String, _ script: @escaping @Sendable (_ n: Int) -> String
    ) {
        self.row = row
        self.way = way
        self.configured = configured
        self.configure = configure
        self.isLeast = isLeast
        self.tries = tries
        self.within = within
        self.beyond = beyond
        self.script = script
    }
}

/// How long something may take, found with a clock that the test moves: not before the limit, and at most a second after it.
struct TimeProbe: Sendable, CustomStringConvertible {
    var row: String
    var way: String
    var configured: EffectiveLimits.Value?
    var configure: @Sendable (inout LiveServer.Settings) -> Void
    /// What comes before the time begins to run.
    var start: String
    /// Milliseconds of the time that have passed by the end of that.
    var elapsed: Int
    /// What holds up to the limit.
    var before: String
    /// What has come of it a second after.
    var after: String

    var description: String { way.isEmpty ? row : "\(row), \(way)" }

    init(
        _ row: String, _ way: String = "", configured: EffectiveLimits.Value? = nil,
        _ configure: @escaping @Sendable (inout LiveServer.Settings) -> Void = { _ in }, start: String, elapsed: Int = 0, before: String,
        after: String
    ) {
        self.row = row
        self.way = way
        self.configured = configured
        self.configure = configure
        self.start = start
        self.elapsed = elapsed
        self.before = before
        self.after = after
    }
}

extension LiveServer {
    /// Plays the lines of a script, on connections of its own.
    func play(_ script: String) async throws {
        let player = try AbusePlayer(self)
        defer { player.closeAll() }
        try await play(player, script)
    }

    func play(_ player: AbusePlayer, _ script: String) async throws {
        var lines: AbuseLine.Lines = script.split(separator: "\n").enumerated()
            .map { (number: $0 + 1, text: $1.drop { $0 == " " }) }
            .filter { !$0.text.isEmpty }[...]
        var steps: [AbuseStep] = []
        while !lines.isEmpty { steps.append(try AbuseLine.step(&lines)) }
        try await player.play(steps)
    }
}
