extension AuditVerifier {
    /// The exit code of `gatehouse audit verify`.
    package enum Verdict: Int32, Sendable {
        case good = 0
        case tampered = 1
        /// Whole but for an unfinished last line, as a crash leaves it.
        case tornTail = 2
    }

    package struct Finding: Sendable, Equatable, CustomStringConvertible {
        package let file: String
        package let line: Int
        /// The number that the record has or should have; `nil` when it is not known.
        package let seq: UInt64?
        package let message: String

        package var description: String {
            "\(file):\(line):\(seq.map(String.init) ?? "-"): \(message)"
        }
    }

    package struct Report: Sendable {
        package var verdict = Verdict.good
        /// The first fault.
        package var finding: Finding?
        /// Files that were read, the one with the first fault included.
        package var files = 0
        package var records: UInt64 = 0
        package var bytes = 0
        /// The last good record.
        package var head = ChainState()
        /// The record before the first one, taken on trust: zero when the log was read from its beginning.
        package var trusted = ChainState()
        /// Lines that a failed sync left behind in an abandoned file and that come again in the next one (AUD-11).
        package var abandonedLines = 0
        /// Checkpoints that the log has confirmed.
        package var checkpoints = 0
        /// Remarks that are no proof of tampering.
        package var notes: [String] = []
        /// How often the log was silent for longer than two heartbeats while the process ran (AUD-24). The first ones are also in `notes`.
        package var silences = 0

        /// For a log that is missing although checkpoints prove that it existed.
        static func gone(_ checkpoints: [SignedCheckpoint]) -> Report {
            var report = Report()
            report.verdict = .tampered
            let size = checkpoints.map(\.size).max() ?? 0
            report.finding = Finding(
                file: Checkpointer.fileName, line: 0, seq: nil,
                message: "a checkpoint covers \(size) records, and there is no audit log: it was removed")
            return report
        }

        mutating func noteSilence(_ seconds: UInt64, before seq: UInt64) {
            silences += 1
            if silences <= 16 { notes.append("\(seconds) s of silence before record \(seq): heartbeats are missing") }
        }
    }
}
