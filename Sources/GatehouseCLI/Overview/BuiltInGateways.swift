import Gatehouse
import GatehouseModeration
import GatehousePolicy
import Logging

/// The gateways that `gatehouse serve` comes with.
enum BuiltInGateways {
    /// - Parameter store: what moderation keeps. A catalogue of routes needs none that lasts.
    static func application(
        _ configuration: Configuration, store: ModerationStore = .inMemory(), logger: Logger = Logger(label: "gatehouse")
    ) -> Application {
        Application(configuration, logger: logger)
            .mount(ChatGateway())
            .mount(AdminGateway(store: store))
    }

    /// What they handle, for the check of policies and for `gatehouse routes`.
    static func catalogue() throws(CommandFailure) -> RouteCatalogue {
        try failing(.badFiles) { try application(Configuration(transport: .insecure)).routeCatalogue() }
    }
}
