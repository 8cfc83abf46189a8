internal import GatehouseJSON

/// The key that signs checkpoints. Its bytes never leave this type.
package struct AuditSigningKey: Sendable, CustomStringConvertible {
    private let seed: [UInt8]
    /// The public key for its signatures; publish it off the host.
    package let verifier: AuditVerifierKey

    package var description: String { "AuditSigningKey(\(verifier.keyIDText))" }

    /// - Parameters:
    ///   - seed: 32 secret bytes.
    ///   - name: the signer's name, also the origin of the checkpoints. Letters, digits, `.`, `_`, `-` and `/`.
    package init(seed: [UInt8], name: String) throws(AuditError) {
        guard seed.count == 32 else { throw AuditError(.key, "an audit signing key has 32 bytes; this one has \(seed.count)") }
        self.seed = seed
        verifier = try AuditVerifierKey(name: name, publicKey: try Ed25519.publicKey(of: seed))
    }

    /// Reads the key file, or makes it (0600) when it is absent. Throws `audit_key` as `AuditKey.loadOrMake` does.
    package static func loadOrMake(at path: String, name: String, files: any AuditFileSystem = SystemFiles()) throws(AuditError)
        -> AuditSigningKey
    {
        try AuditSigningKey(seed: try KeyFile(path: path, files: files).loadOrMake(), name: name)
    }

    func sign(_ text: [UInt8]) throws(AuditError) -> [UInt8] { try Ed25519.sign(text, seed: seed) }
}

extension AuditSigningKey {
    /// The name of a node as a signer; letters that such a name cannot have become `-`.
    package static func name(ofNode node: String) -> String {
        let letters = node.unicodeScalars.map { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": Character(scalar)
            default: Character("-")
            }
        }
        return "gatehouse.audit/" + String(letters)
    }
}

extension AuditVerifierKey {
    /// Writes the key to a file (0640) for `gatehouse audit verify --key`, unless the file has it already.
    package func publish(at path: String, files: any AuditFileSystem = SystemFiles()) throws(AuditError) {
        let text = Array((description + "\n").utf8)
        do throws(FileError) {
            if let known = try? files.open(path, as: .read) {
                defer { files.close(known) }
                if try files.read(known, at: 0, count: text.count + 1) == text { return }
            }
            let draft = path + ".new"
            if (try? files.status(at: draft)) != nil { try files.remove(draft) }
            let descriptor = try files.open(draft, as: .create)
            defer { files.close(descriptor) }
            try files.writeAll(descriptor, text.span)
            try files.sync(descriptor, isDirectory: false)
            try files.rename(draft, to: path)
        } catch {
            throw AuditError(.key, "the public key of the audit log cannot be written to \(path)", cause: error)
        }
    }
}

/// The public half, written `name+id+base64` as C2SP's signed notes have it.
package struct AuditVerifierKey: Sendable, Equatable, CustomStringConvertible {
    package let name: String
    let publicKey: [UInt8]
    /// The first four bytes of a hash over name and key, by which a signature names its key.
    let keyID: [UInt8]

    init(name: String, publicKey: [UInt8]) throws(AuditError) {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
        guard isPlain, !name.isEmpty, publicKey.count == 32 else {
            throw AuditError(.key, "the name of an audit key has only letters, digits, '.', '_', '-' and '/'")
        }
        self.name = name
        self.publicKey = publicKey
        var hasher = try SHA256()
        hasher.update((Array(name.utf8) + [0x0A, 0x01] + publicKey).span)
        keyID = Array(try hasher.finish().bytes.prefix(4))
    }

    /// Reads what `description` gave. Throws `audit_key` for anything else.
    package init(_ text: String) throws(AuditError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64.padded.decode(parts[2].utf8), bytes.count == 33, bytes[0] == 1 else {
            throw AuditError(.key, "an audit verification key is written name+id+base64")
        }
        try self.init(name: String(parts[0]), publicKey: Array(bytes.dropFirst()))
        guard keyIDText == parts[1] else { throw AuditError(.key, "the audit verification key does not fit its own id; was it cut?") }
    }

    package var keyIDText: String {
        Base16.encode(keyID)
    }

    package var description: String { "\(name)+\(keyIDText)+\(Base64.padded.encode([1] + publicKey))" }
}
