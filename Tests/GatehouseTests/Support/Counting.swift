import Gatehouse

/// Numbers from 1 on, made when they are asked for; it notes each, and the cancellation of who asks.
struct Counting: AsyncSequence, Sendable {
    let last: Int
    let recorder: Recorder?

    init(to last: Int, _ recorder: Recorder? = nil) { (self.last, self.recorder) = (last, recorder) }

    struct Iterator: AsyncIteratorProtocol {
        let sequence: Counting
        var number = 0

        mutating func next() async throws -> Int? {
            guard !Task.isCancelled else {
                sequence.recorder?.note("cancelled")
                return nil
            }
            guard number < sequence.last else { return nil }
            number += 1
            sequence.recorder?.note("\(number)")
            return number
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(sequence: self) }
}
