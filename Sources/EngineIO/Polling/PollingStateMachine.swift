/// Which polling requests a session has open (EIO-03, EIO-07). It knows nothing of sockets: the session keeps the requests themselves.
package struct PollingStateMachine: Sendable {
    package enum GetAction: Sendable, Hashable {
        /// Keep the request until there is a packet.
        case park
        /// Answer it with what is queued.
        case deliver
        /// Answer it with `6`: an upgrade wants polling to rest.
        case release
        /// Two at once: the first gets `1`, this one 400, and the session ends.
        case overlap
    }

    private var isParked = false
    private var isPosting = false

    package init() {}

    package mutating func get(hasPackets: Bool, releasesPolls: Bool) -> GetAction {
        guard !isParked else { return .overlap }
        if hasPackets { return .deliver }
        if releasesPolls { return .release }
        isParked = true
        return .park
    }

    /// The parked GET has been answered or lost.
    package mutating func getEnded() {
        isParked = false
    }

    /// A POST begins. False: two at once, 400 and the session ends.
    package mutating func post() -> Bool {
        guard !isPosting else { return false }
        isPosting = true
        return true
    }

    package mutating func postEnded() {
        isPosting = false
    }
}
