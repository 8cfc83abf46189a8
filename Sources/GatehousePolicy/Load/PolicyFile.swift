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

    /// The namespace that a file name stands for: `chat.yaml` is `/chat`, `root.yaml` is `/`, `game.lobby.yaml` is `/game/lobby`, and
    /// `tenant.+.yaml` is the pattern `/tenant/*`. Its first segment is always given, so that a pattern takes in nothing beside its branch.
    package static func namespace(ofFile name: String) -> String? {
        guard name.hasSuffix(".yaml"), name.utf8.count <= 128 + 5 else { return nil }
        let stem = name.dropLast(5)
        if stem == "root" { return "/" }
        let parts = stem.split(separator: ".", omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            !part.isEmpty && (part == "+" || (part.utf8.allSatisfy(IssuerReader.isNameByte) && part.first != "_"))
        }
        guard !parts.isEmpty, isName, parts.first != "+" else { return nil }
        return "/" + parts.map { $0 == "+" ? "*" : $0 }.joined(separator: "/")
    }

    /// The file that a namespace, or a pattern of namespaces, has.
    package static func name(of namespace: String) -> String {
        let stem = namespace.split(separator: "/").map { $0 == "*" ? "+" : $0 }.joined(separator: ".")
        return (stem.isEmpty ? "root" : stem) + ".yaml"
    }

    /// Whether a policy is for every namespace of a pattern. No namespace has a `*` in its name.
    static func isPattern(_ namespace: String) -> Bool { namespace.utf8.contains(UInt8(ascii: "*")) }
}
