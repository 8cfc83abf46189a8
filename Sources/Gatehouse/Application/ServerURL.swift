/// Where a server is reached at an address that it listens on.
enum ServerURL {
    /// - Parameter host: a literal address; one of IPv6 gets its brackets.
    static func of(_ scheme: String, host: String, port: Int) -> String {
        "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}
