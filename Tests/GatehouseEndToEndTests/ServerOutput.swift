import Foundation
import GatehouseTestSupport
import NIOConcurrencyHelpers

/// What a running process prints, read as it comes so that it never waits for its reader.
final class ServerOutput: Sendable {
    private struct State {
        var lines: [String] = []
        var hasEnded = false
        var waiting: [(number: Int, prefix: String, continuation: CheckedContinuation<String?, Never>)] = []
        var lastNumber = 0
    }

    private let state = NIOLockedValueBox(State())

    init(_ handle: FileHandle) {
        Thread.detachNewThread {
            var rest = Data()
            while true {
                let data = handle.availableData
                guard !data.isEmpty else { break }
                rest.append(data)
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    self.receive(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
                    rest = Data(rest[rest.index(after: end)...])
                }
            }
            self.end()
        }
    }

    var text: String { state.withLockedValue { $0.lines.joined(separator: "\n") } }

    /// The rest of the first line with that text in it; nil if the output ends without one, or none comes within the seconds.
    func text(after prefix: String, within limit: Double = 60) async -> String? {
        let number = state.withLockedValue { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        let timeout = Task {
            try await Task.sleep(for: .seconds(limit * Sanitizer.slowness))
            giveUp(number)
        }
        defer { timeout.cancel() }
        return await withCheckedContinuation { continuation in
            let found: String?? = state.withLockedValue { state in
                for line in state.lines {
                    if let found = Self.text(after: prefix, in: line) { return found }
                }
                if state.hasEnded { return .some(nil) }
                state.waiting.append((number, prefix, continuation))
                return nil
            }
            if let found { continuation.resume(returning: found) }
        }
    }

    private func giveUp(_ number: Int) {
        let late = state.withLockedValue { state in
            state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
        }
        late?.continuation.resume(returning: nil)
    }

    private func receive(_ line: String) {
        let ready = state.withLockedValue { state -> [(CheckedContinuation<String?, Never>, String)] in
            state.lines.append(line)
            let found = state.waiting.compactMap { waiting in
                Self.text(after: waiting.prefix, in: line).map { (waiting.continuation, $0) }
            }
            state.waiting.removeAll { Self.text(after: $0.prefix, in: line) != nil }
            return found
        }
        for (continuation, text) in ready { continuation.resume(returning: text) }
    }

    private func end() {
        let waiting = state.withLockedValue { state in
            state.hasEnded = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiting in waiting { waiting.continuation.resume(returning: nil) }
    }

    private static func text(after prefix: String, in line: String) -> String? {
        line.range(of: prefix).map { String(line[$0.upperBound...]) }
    }
}
