import Gatehouse
import GatehouseModeration
import Logging

/// The gateways that `gatehouse serve` comes with.
enum BuiltInGateways {
    static func application(_ configuration: Configuration, logger: Logger = Logger(label: "gatehouse")) -> Application {
        Application(configuration, logger: logger)
            .mount(ChatGateway())
            .mount(AdminGateway())
    }
}
