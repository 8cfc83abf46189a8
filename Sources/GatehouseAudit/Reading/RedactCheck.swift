/// Searches a log for what must never be in it (AUD-04): shapes of tokens, private keys, and given secrets.
package struct RedactCheck: Sendable {
    package struct Finding: Sendable, Equatable {
        package enum Kind: String, Sendable {
            case token = "a JWT"
            case privateKey = "a private key"
            case secret = "a configured secret"
        }

        package let kind: Kind
        /// Where in the text it begins. The finding never repeats what it found.
        package let offset: Int
    }

    private let secrets: [[UInt8]]

    /// Secrets shorter than eight bytes are ignored: they would be found everywhere.
    package init(secrets: [String] = []) {
        self.secrets = secrets.map { Array($0.utf8) }.filter { $0.count >= 8 }
    }

    /// One linear pass for shapes, one for each secret.
    package func findings(in text: [UInt8]) -> [Finding] {
        var found: [Finding] = []
        var start: Int?
        var dots: [Int] = []
        for index in 0...text.count {
            let byte = index < text.count ? text[index] : 0
            if Self.isTokenByte(byte) {
                if start == nil { start = index }
                if byte == UInt8(ascii: ".") { dots.append(index) }
            } else if let begin = start {
                if let token = tokenStart(text, begin, index, dots) { found.append(Finding(kind: .token, offset: token)) }
                start = nil
                dots.removeAll(keepingCapacity: true)
            }
        }
        for needle in ["PRIVATE KEY-----", "OPENSSH PRIVATE KEY"] { find(Array(needle.utf8), .privateKey, in: text, &found) }
        for secret in secrets { find(secret, .secret, in: text, &found) }
        return found.sorted { $0.offset < $1.offset }
    }

    /// Checks every file of a log's directory, torn ends included.
    package func findings(inDirectory directory: String, files: any AuditFileSystem = SystemFiles()) throws(AuditError) -> [(
        file: String, line: Int, finding: Finding
    )] {
        do {
            var all: [(file: String, line: Int, finding: Finding)] = []
            for name in try files.names(in: directory).sorted() where name.hasPrefix("audit-") || name.hasPrefix("audit.checkpoints") {
                var source = try LineSource(directory + "/" + name, files: files)
                var line = 0
                reading: while true {
                    line += 1
                    switch try source.next() {
                    case .line(let range):
                        all += findings(in: Array(source.buffer[range])).map { (name, line, $0) }
                    case .torn(let range):
                        all += findings(in: Array(source.buffer[range])).map { (name, line, $0) }
                        break reading
                    case .tooLong: throw AuditError(.broken, "\(name):\(line) is longer than any record")
                    case .end: break reading
                    }
                }
            }
            return all
        } catch let error as AuditError {
            throw error
        } catch {
            throw AuditError(.io, "the audit log in \(directory) cannot be read", cause: error)
        }
    }

    /// Where in a run of token letters a header begins that is followed by a second segment: base64url of `{"`, which every JWT begins with.
    private func tokenStart(_ text: [UInt8], _ begin: Int, _ end: Int, _ dots: [Int]) -> Int? {
        var segment = begin
        for (index, dot) in dots.enumerated() {
            let next = index + 1 < dots.count ? dots[index + 1] : end
            if dot - segment >= 10, text[segment..<dot].starts(with: "eyJ".utf8), next - dot > 10 { return segment }
            segment = dot + 1
        }
        return nil
    }

    private func find(_ needle: [UInt8], _ kind: Finding.Kind, in text: [UInt8], _ found: inout [Finding]) {
        guard let first = needle.first, text.count >= needle.count else { return }
        var from = 0
        while let at = text.span.firstOffset(of: first, from: from), at + needle.count <= text.count {
            if text[at..<at + needle.count].elementsEqual(needle) { found.append(Finding(kind: kind, offset: at)) }
            from = at + 1
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
