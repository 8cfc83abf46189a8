import Gatehouse
import GatehouseModeration
import GatehousePolicy
import Logging

/// The gateways that `gatehouse serve` comes with.
enum BuiltInGateways {
    static func application(_ configuration: Configuration, logger: Logger = Logger(label: "gatehouse")) -> Application {
        Application(configuration, logger: logger)
            .mount(ChatGateway())
            .mount(AdminGateway())
    }

    /// What they handle, for the check of policies and for `gatehouse routes`.
    static func catalogue() throws(CommandFailure) -> RouteCatalogue {
        try failing(.badFiles) { try application(Configuration(transport: .insecure)).routeCatalogue() }
    }
}
