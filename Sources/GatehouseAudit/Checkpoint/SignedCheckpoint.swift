internal import GatehouseJSON

/// A checkpoint as C2SP writes it: origin, size and root of the tree, signed (AUD-23).
///
/// An extension line carries the frontier, so that a start goes on from the last checkpoint instead of reading the whole log.
package struct SignedCheckpoint: Sendable, Equatable {
    package let origin: String
    package let size: UInt64
    package let root: AuditHash
    let frontier: MerkleFrontier?
    /// The signed text.
    private let text: String
    /// Of the one signature that this log writes.
    private let signer: String
    private let signature: [UInt8]

    /// Makes and signs one.
    static func make(_ frontier: MerkleFrontier, key: AuditSigningKey, hasher: inout SHA256) throws(AuditError) -> SignedCheckpoint {
        let root = try frontier.root(hasher: &hasher)
        let text =
            "\(key.verifier.name)\n\(frontier.size)\n\(Base64.padded.encode(root.bytes))\n"
            + "frontier \(Base64.padded.encode(frontier.peaks.flatMap(\.bytes)))\n"
        return SignedCheckpoint(
            origin: key.verifier.name, size: frontier.size, root: root, frontier: frontier, text: text, signer: key.verifier.name,
            signature: key.verifier.keyID + (try key.sign(Array(text.utf8)))
        )
    }

    private init(
        origin: String, size: UInt64, root: AuditHash, frontier: MerkleFrontier?, text: String, signer: String, signature: [UInt8]
    ) {
        self.origin = origin
        self.size = size
        self.root = root
        self.frontier = frontier
        self.text = text
        self.signer = signer
        self.signature = signature
    }

    /// The signed note.
    package var note: String { "\(text)\n— \(signer) \(Base64.padded.encode(signature))\n" }

    package func isSigned(by key: AuditVerifierKey) -> Bool {
        signer == key.name && signature.count == 68 && signature.prefix(4).elementsEqual(key.keyID)
            && Ed25519.isValid(Array(signature.dropFirst(4)), of: Array(text.utf8), key: key.publicKey)
    }

    /// Reads one note. `nil` when it is not one.
    package init?(note: String) {
        // The text ends at the first empty line; exactly one signature follows.
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let blank = lines.firstIndex(of: ""), blank >= 3, lines.count == blank + 3, lines[blank + 2].isEmpty else { return nil }
        let signatureParts = lines[blank + 1].split(separator: " ", omittingEmptySubsequences: false)
        guard signatureParts.count == 3, signatureParts[0] == "—", let signature = Base64.padded.decode(signatureParts[2].utf8),
            let size = UInt64(lines[1]), String(size) == lines[1],
            let root = Base64.padded.decode(lines[2].utf8).flatMap({ AuditHash(bytes: $0) })
        else { return nil }
        var frontier: MerkleFrontier?
        for line in lines[3..<blank] where line.hasPrefix("frontier ") {
            guard let bytes = Base64.padded.decode(line.dropFirst(9).utf8), bytes.count % 32 == 0, bytes.count <= 64 * 32 else {
                return nil
            }
            let peaks = stride(from: 0, to: bytes.count, by: 32).compactMap { AuditHash(bytes: bytes[$0..<$0 + 32]) }
            frontier = MerkleFrontier(size: size, peaks: peaks)
        }
        self.init(
            origin: lines[0], size: size, root: root, frontier: frontier, text: lines[0..<blank].joined(separator: "\n") + "\n",
            signer: String(signatureParts[1]), signature: signature
        )
    }

    /// Reads a file of notes, one behind the other. `rest` gets the bytes after the last whole note, as a crash leaves them.
    package static func read(_ text: String) -> (checkpoints: [SignedCheckpoint], broken: Int, rest: String) {
        var found: [SignedCheckpoint] = []
        var broken = 0
        var note = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            note += line + "\n"
            guard line.hasPrefix("— ") else { continue }
            if let checkpoint = SignedCheckpoint(note: note) { found.append(checkpoint) } else { broken += 1 }
            note = ""
        }
        return (found, broken, note + (text.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""))
    }
}
