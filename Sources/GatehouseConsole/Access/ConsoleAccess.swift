import Gatehouse

/// Who is served the pages. What staff may do there is for their tokens and the policies of `/admin` to say.
enum ConsoleAccess: Sendable, Equatable {
    /// Whoever reaches the port.
    case everyone
    /// Browsers of this machine, with nothing between.
    case thisMachine

    /// - Returns: nil where the console is not served.
    init?(_ configuration: Configuration) {
        switch configuration.console {
        case true?: self = .everyone
        case false?: return nil
        case nil:
            guard Configuration.isLoopback(configuration.host), configuration.unixSocket == nil, !configuration.strict else { return nil }
            self = .thisMachine
        }
    }

    func includes(_ request: PageRequest) -> Bool {
        switch self {
        case .everyone: true
        case .thisMachine: request.isOfThisMachine
        }
    }
}
