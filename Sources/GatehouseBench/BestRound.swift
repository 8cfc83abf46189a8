/// Times an operation in several rounds of many, and takes the best: what the machine does beside it only ever adds.
struct BestRound {
    /// Operations a round.
    let operations: Int

    /// Nanoseconds an operation.
    func nanoseconds(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        var best = Duration.seconds(1_000)
        for _ in 0..<5 {
            best = min(best, try clock.measure { for _ in 0..<operations { try body() } })
        }
        return (Double(best.components.attoseconds) / 1e9 + Double(best.components.seconds) * 1e9) / Double(operations)
    }
}
