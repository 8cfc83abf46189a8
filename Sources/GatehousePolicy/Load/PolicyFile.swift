/// The text of one policy file.
package struct PolicyFile: Sendable {
    /// The name within the policies directory, such as `chat.yaml`.
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    package init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }

    /// The namespace that a file name stands for: `chat.yaml` is `/chat`, `root.yaml` is `/`, `game.lobby.yaml` is `/game/lobby`.
    static func namespace(ofFile name: String) -> String? {
        guard name.hasSuffix(".yaml"), name.utf8.count <= 128 + 5 else { return nil }
        let stem = name.dropLast(5)
        if stem == "root" { return "/" }
        let parts = stem.split(separator: ".", omittingEmptySubsequences: false)
        guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(IssuerReader.isNameByte) && $0.first != "_" }) else {
            return nil
        }
        return "/" + parts.joined(separator: "/")
    }
}
