/// A trusted path and its use.
package struct TrustedPath: Sendable, Equatable {
    package var path: String
    package var use: PathUse

    package init(_ path: String, as use: PathUse) {
        self.path = path
        self.use = use
    }

    /// The directory of a file: that of its names, and not what a link leads to.
    package static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }
}

extension TrustedFiles {
    /// The findings of all paths, each once.
    package func findings(_ paths: [TrustedPath]) -> [TrustFinding] { paths.flatMap { findings($0.path, as: $0.use) }.distinct }
}
