import GatehouseCommands

@main
struct Chat: GatehouseProgram {
    static func application(_ settings: ServerSettings) -> Application {
        Application(settings.configuration).mount(ChatGateway())
    }
}
