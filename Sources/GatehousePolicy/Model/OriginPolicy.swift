/// `origin`: the pages that may connect, and whether programs may. Without it nobody may.
package struct OriginPolicy: Sendable, Equatable {
    package var allow: [OriginPattern] = []
    /// Whether pages of the server's own origin may, whatever its name is.
    package var sameOrigin = false
    /// Whether programs may: clients that are no browser, and so have no origin.
    package var allowMissing = false

    package init(allow: [OriginPattern] = [], sameOrigin: Bool = false, allowMissing: Bool = false) {
        self.allow = allow
        self.sameOrigin = sameOrigin
        self.allowMissing = allowMissing
    }

    /// Whether nobody may connect.
    package var isEmpty: Bool { allow.isEmpty && !sameOrigin && !allowMissing }

    package func allows(_ origin: RequestOrigin) -> Bool {
        if let text = origin.text, allow.contains(where: { $0.matches(text) }) { return true }
        // Some programs send the server's own address as their origin, and cannot be told from its pages.
        if origin.isOwn { return sameOrigin || allowMissing }
        return origin.text == nil && allowMissing && !origin.isBrowsers
    }
}
