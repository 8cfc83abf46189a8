import NIOCore

extension Violation: JSONEncodable {
    /// Writes `{"path","constraint","message","limit"?}`.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("path", path)
            $0.member("constraint", constraint)
            $0.member("message", message)
            $0.member(ifPresent: "limit", limit)
        }
    }
}

extension ValidationError {
    /// The most bytes that the list of violations takes in an answer: what VAL-34 allows, less the room for the members around it.
    package static let payloadBytes = 8_192 - 512

    /// The violations, in order, as many of them as fit into an answer.
    package func violationsThatFit(in limit: Int = payloadBytes) -> [Violation] {
        var buffer = ByteBuffer()
        var fitting: [Violation] = []
        // The brackets, and a comma after each.
        var bytes = 2
        for violation in violations {
            buffer.clear()
            // A limit that is not finite cannot be said; the violation is left out then.
            guard (try? violation.encode(into: &buffer)) != nil else { continue }
            bytes &+= buffer.readableBytes &+ 1
            guard bytes <= limit else { break }
            fitting.append(violation)
        }
        return fitting
    }
}
