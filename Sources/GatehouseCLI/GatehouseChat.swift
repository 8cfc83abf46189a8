import GatehouseCommands

/// The command `gatehouse`: all commands, with the chat that ships.
@main
struct GatehouseChat: GatehouseProgram {
    static let name = "gatehouse"

    static func application(_ settings: ServerSettings) -> Application {
        Application(settings.configuration)
            .mount(ChatGateway())
            .mount(AdminGateway(settings))
    }
}
