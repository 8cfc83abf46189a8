/// Reads `limits` of a namespace, and what those of the node have beside caps and rates.
struct LimitsReader {
    func read(_ given: MappingReader) -> NamespaceLimits {
        var mapping = given
        var limits = NamespaceLimits()
        limits.payload = mapping.size("payload")
        if var connection = mapping.mapping("connection") {
            limits.connectionConnects = connection.rate("connects", default: limits.connectionConnects)
            limits.connectionMessages = connection.rate("messages", default: limits.connectionMessages)
            limits.connectionBytes = connection.rate("bytes", bytes: true)
            connection.finish()
        }
        if var user = mapping.mapping("user") {
            limits.userConnects = user.rate("connects", default: limits.userConnects)
            limits.userMessages = user.rate("messages", default: limits.userMessages)
            limits.userBytes = user.rate("bytes", bytes: true)
            limits.userConnections = user.count("connections")
            user.finish()
        }
        if var ip = mapping.mapping("ip") {
            limits.ipConnects = ip.rate("connects", default: limits.ipConnects)
            limits.ipFailedAuth = ip.rate("failed_auth")
            ip.finish()
        }
        if let violations = mapping.mapping("violations") { limits.violations = self.violations(violations) }
        mapping.finish()
        return limits
    }

    /// `failed_auth_penalty`: what is not written has its default, since none of it is to be off by an oversight.
    func penalty(_ given: MappingReader) -> FailedAuthPenalty {
        var mapping = given
        var penalty = FailedAuthPenalty()
        let (hour, day): (Int64, Int64) = (3_600_000_000_000, 86_400_000_000_000)
        if let window = mapping.span("window", atMost: day) { penalty.window = window }
        if let count = mapping.count("delay_after") { penalty.delayAfter = count }
        if let longest = mapping.span("max_delay", atMost: hour) { penalty.maxDelay = longest }
        if let count = mapping.count("ban_after") { penalty.banAfter = count }
        if let span = mapping.span("ban_for", atMost: day) { penalty.banFor = span }
        mapping.finish()
        return penalty
    }

    private func violations(_ given: MappingReader) -> ViolationPolicy? {
        var mapping = given
        guard mapping.entries.contains(where: { $0.key == "window" }) else {
            _ = mapping.required("window", "60s")
            return nil
        }
        let window = mapping.span("window")
        let policy = ViolationPolicy(
            window: window ?? 0, disconnectAfter: mapping.count("disconnect_after"), banAfter: mapping.count("ban_after"),
            banFor: mapping.span("ban_for"), also: mapping.choices("also", ViolationPolicy.Refusal.self) ?? [])
        mapping.finish()
        if policy.banAfter != nil, !mapping.entries.contains(where: { $0.key == "ban_for" }) {
            mapping.diagnostics.report(.missingKey, at: mapping.position, "'ban_after' needs 'ban_for', such as 'ban_for: 10m'")
        }
        return window == nil ? nil : policy
    }
}
