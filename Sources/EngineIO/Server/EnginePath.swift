/// The only canonicaliser of Engine.IO paths (SEC-B). An endpoint is served with and without its last slash, since clients can be
/// configured to leave it out (`addTrailingSlash: false`). Nothing else is normalised.
enum EnginePath {
    /// The path with its last slash; endpoints are kept in this form.
    static func canonical(_ path: some StringProtocol) -> String { path.hasSuffix("/") ? String(path) : path + "/" }
}
