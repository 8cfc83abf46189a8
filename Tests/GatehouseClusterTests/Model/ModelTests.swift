#if Redis
    import Foundation
    import GatehouseTestSupport
    import Testing

    /// What `.ci/model` asks for.
    private enum ModelSettings {
        static let seconds = ProcessInfo.processInfo.environment["GATEHOUSE_MODEL_SECONDS"].flatMap { Int($0) } ?? 60
        static let seed = ProcessInfo.processInfo.environment["GATEHOUSE_SEED"].flatMap { UInt64($0) } ?? 1
    }

    /// REL-01. `.ci/model SECONDS [SEED]` runs it for longer, in rounds that each have a seed of their own.
    @Suite("The model of a cluster under faults", .serialized, .timeLimit(.minutes(5 + ModelSettings.seconds / 10)))
    struct ModelTests {
        /// Seconds of faults in a round.
        private static let round = 20

        @Test("CLU-21: three nodes, clients that come and go, staff, and faults on every link: nothing that must not be")
        func model() async throws {
            let end = ContinuousClock.now + .seconds(ModelSettings.seconds)
            var seed = ModelSettings.seed
            repeat {
                let length = min(Self.round, max(ModelSettings.seconds, 1))
                let result = try await ModelRun(seed: seed, milliseconds: length * 1_000).result()
                print(
                    "model: seed \(seed), \(length) s: \(result.sent) sent, \(result.accepted) accepted, \(result.received) received, "
                        + "\(result.owed) owed; \(result.connections) sessions, \(result.recovered) of them recovered; "
                        + "\(result.faults) faults, \(result.acts) acts of staff; \(result.mayBeLost) counted as possibly lost; "
                        + "refused: \(result.refusals.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")); "
                        + "\(result.violations.count) violations")
                for violation in result.violations { Issue.record("seed \(seed): \(violation)") }
                // A run in which nothing went on would prove nothing.
                #expect(result.received > 100 && result.recovered > 0 && result.acts > 0)
                seed &+= 1
            } while ContinuousClock.now < end
        }
    }
#endif
