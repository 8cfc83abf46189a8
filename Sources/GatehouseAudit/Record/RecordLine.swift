/// The frame of a line: what the writer puts around a body, and what a reader takes off again.
///
/// `{"v":1,"seq":N` body `,"h":"` 43 characters `"}`. The hash is over the bytes before `,"h":` (AUD-20). As the end has a fixed length it is
/// found by counting from the end, never by searching, so nothing inside a record can pose as it.
package enum RecordLine {
    static let head: StaticString = "{\"v\":1,\"seq\":"
    static let tailCount = 6 + 43 + 2
    static let domain: [UInt8] = Array("gatehouse.audit.v1".utf8) + [0]

    /// Appends one whole line with its LF and moves the chain on.
    static func append(body: Span<UInt8>, chain: inout ChainState, hasher: inout SHA256, to out: inout [UInt8]) throws(AuditError) {
        let start = out.count
        let seq = chain.seq &+ 1
        out.append(literal: head)
        out.append(unsigned: seq)
        unsafe body.withUnsafeBufferPointer { buffer in unsafe out.append(contentsOf: buffer) }
        let hash = try Self.hash(of: out.span.extracting(droppingFirst: start), after: chain.hash, hasher: &hasher)
        out.append(literal: ",\"h\":\"")
        hash.append(to: &out)
        out.append(literal: "\"}\n")
        chain = ChainState(seq: seq, hash: hash)
    }

    static func hash(of bytes: Span<UInt8>, after previous: AuditHash, hasher: inout SHA256) throws(AuditError) -> AuditHash {
        hasher.update(domain.span)
        hasher.update(previous)
        hasher.update(bytes)
        return try hasher.finish()
    }

    /// Whether the record belongs to a request: `req` is the last member before the hash, and has 26 letters.
    static func hasRequest(_ line: Span<UInt8>) -> Bool {
        let start = line.count - tailCount - (8 + 26 + 1)
        return start > 0 && line.extracting(droppingFirst: start).hasPrefix(",\"req\":\"")
    }

    /// The hash of one line, for who wants to check the chain by hand.
    package static func chained(_ bytes: [UInt8], after previous: AuditHash) throws(AuditError) -> AuditHash {
        var hasher = try SHA256()
        return try hash(of: bytes.span, after: previous, hasher: &hasher)
    }
}

/// Where the chain stands: the last record's number and hash. Before the first record both are zero.
package struct ChainState: Sendable, Hashable {
    package var seq: UInt64
    package var hash: AuditHash

    package init(seq: UInt64 = 0, hash: AuditHash = .zero) {
        self.seq = seq
        self.hash = hash
    }
}
