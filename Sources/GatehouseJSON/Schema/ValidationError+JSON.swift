package import NIOCore

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

    /// Appends the JSON array of violations, as many of them, in order, as fit.
    /// - Returns: how many were written.
    @discardableResult
    package func writeViolations(to buffer: inout ByteBuffer, limit: Int = payloadBytes) -> Int {
        let start = buffer.writerIndex
        var written = 0
        buffer.writeInteger(ASCII.openBracket)
        for violation in violations {
            let before = buffer.writerIndex
            if written > 0 { buffer.writeInteger(ASCII.comma) }
            // A limit that is not finite cannot be said; the violation is left out then.
            let isWritten = (try? violation.encode(into: &buffer)) != nil
            guard isWritten, buffer.writerIndex &- start < limit else {
                buffer.moveWriterIndex(to: before)
                if isWritten { break }
                continue
            }
            written &+= 1
        }
        buffer.writeInteger(ASCII.closeBracket)
        return written
    }
}
