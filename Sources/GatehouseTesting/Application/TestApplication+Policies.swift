import GatehousePolicy

extension TestApplication {
    /// The policies of a test's server. Tokens of all of their issuers can be made
    /// (``TestApplication/token(_:issuer:roles:scopes:claims:lifetime:issuedAgo:)``).
    public struct Policies: Sendable {
        private enum Source: Sendable {
            case directory(String, replaced: [String: String])
            case files([String: String])
            case everything
        }
        private let source: Source

        /// Copies of the files in a directory, such as those of production. The modes of the originals do not matter.
        ///
        /// If only gateways are tested, the files of other namespaces are left out.
        /// - Parameters:
        ///   - path: relative to the working directory, which under `swift test` is that of the package.
        ///   - files: texts that stand in for files of the directory, by name. It is needed for `_global.yaml` where an issuer's keys are
        ///     not in a `jwks_file`.
        public static func directory(_ path: String, replacing files: [String: String] = [:]) -> Policies {
            Policies(source: .directory(path, replaced: files))
        }

        /// Texts by file name, as in `["chat.yaml": "…"]`. Where `_global.yaml` is not among them there is one issuer, `test`, whose tokens
        /// have roles and scopes and end on the second.
        public static func files(_ texts: [String: String]) -> Policies { Policies(source: .files(texts)) }

        /// Every client with a token of the issuer `test` may connect to every namespace of a gateway, join every room, send and receive
        /// every event. For tests that are not about policies.
        public static var allowingEverything: Policies { Policies(source: .everything) }

        /// The files that a server with these gateways is to run with.
        /// - Parameters:
        ///   - namespaces: names and patterns that gateways are mounted at.
        ///   - isWhole: they are all the gateways that the policies are for, so a file for another namespace is a mistake, which the start
        ///     finds.
        func files(for namespaces: Set<String>, isWhole: Bool) throws(TestApplicationError) -> [PolicyFile] {
            switch source {
            case .directory(let path, let replaced):
                let files = try Self.read(path).filter { replaced[$0.name] == nil } + Self.policyFiles(replaced)
                guard !isWhole else { return files }
                // Their tests are of all of them.
                return files.filter { file in
                    !file.name.hasPrefix("tests/") && PolicyFile.namespace(ofFile: file.name).map(namespaces.contains) ?? true
                }
            case .files(let texts):
                return Self.policyFiles(texts.merging([PermissivePolicy.globalName: PermissivePolicy.global]) { given, _ in given })
            case .everything:
                return [PolicyFile(name: PermissivePolicy.globalName, text: PermissivePolicy.global)]
                    + namespaces.sorted().map { PolicyFile(name: PolicyFile.name(of: $0), text: PermissivePolicy.text(for: $0)) }
            }
        }

        private static func policyFiles(_ texts: [String: String]) -> [PolicyFile] {
            texts.map { PolicyFile(name: $0.key, text: $0.value) }
        }

        private static func read(_ path: String) throws(TestApplicationError) -> [PolicyFile] {
            do {
                return try PolicyFile.all(in: path)
            } catch {
                throw TestApplicationError(.policies, "the policies in \(path) cannot be read", cause: error)
            }
        }
    }
}
