import GatehouseTestSupport
import NIOCore

/// Which faults come when, and what staff do meanwhile: all of it from a seed. Pure.
struct FaultPlan: Sendable, Equatable {
    struct Step: Sendable, Equatable {
        /// After the step before it.
        var pause: TimeAmount
        var fault: Fault
        var lasts: TimeAmount
    }

    struct Act: Sendable, Equatable {
        var pause: TimeAmount
        var kind: StaffEntry.Kind
        /// A client's index, or a room's.
        var target: Int
        var node: Int
        /// Until its end is asked for.
        var lasts: TimeAmount
    }

    /// By node: what happens between it and Redis.
    private(set) var redis: [[Step]] = []
    /// By node: what happens between it and its clients.
    private(set) var clients: [[Step]] = []
    private(set) var staff: [Act] = []

    /// - Parameters:
    ///   - milliseconds: no step begins later.
    ///   - users: how many clients there are.
    init(seed: UInt64, milliseconds: Int, nodes: Int = 3, users: Int, rooms: Int) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<nodes {
            redis.append(Self.steps(&random, milliseconds, pauses: 1_500...4_000, stalls: 300...3_000))
            clients.append(Self.steps(&random, milliseconds, pauses: 800...3_000, stalls: 300...4_000))
        }
        var time = 300
        while time < milliseconds {
            let pause = Int.random(in: 100...800, using: &random)
            let kind = random.pick(StaffEntry.Kind.allCases)
            let isOfRoom = kind == .lock || kind == .readOnly
            staff.append(
                Act(
                    pause: .milliseconds(Int64(pause)), kind: kind, target: Int.random(in: 0..<(isOfRoom ? rooms : users), using: &random),
                    node: Int.random(in: 0..<nodes, using: &random),
                    lasts: .milliseconds(Int64.random(in: 200...2_500, using: &random))))
            time += pause
        }
    }

    private static func steps(
        _ random: inout SeededRandom, _ milliseconds: Int, pauses: ClosedRange<Int>, stalls: ClosedRange<Int64>
    ) -> [Step] {
        var steps: [Step] = []
        var time = 0
        while true {
            let pause = Int.random(in: pauses, using: &random)
            let fault = random.pick([Fault.latency(.milliseconds(1)), .slices(1), .stall, .cut, .reset])
            let step: Step =
                switch fault {
                case .latency:
                    Step(
                        pause: .milliseconds(Int64(pause)), fault: .latency(.milliseconds(Int64.random(in: 5...150, using: &random))),
                        lasts: .milliseconds(Int64.random(in: 500...3_000, using: &random)))
                case .slices:
                    Step(
                        pause: .milliseconds(Int64(pause)), fault: .slices(Int.random(in: 20...400, using: &random)),
                        lasts: .milliseconds(Int64.random(in: 300...1_000, using: &random)))
                case .stall:
                    Step(pause: .milliseconds(Int64(pause)), fault: fault, lasts: .milliseconds(Int64.random(in: stalls, using: &random)))
                case .cut:
                    Step(
                        pause: .milliseconds(Int64(pause)), fault: fault,
                        lasts: .milliseconds(Int64.random(in: 200...2_500, using: &random)))
                case .reset: Step(pause: .milliseconds(Int64(pause)), fault: fault, lasts: .milliseconds(50))
                }
            time += pause
            guard time < milliseconds else { return steps }
            steps.append(step)
            time += Int(step.lasts.nanoseconds / 1_000_000)
        }
    }
}
