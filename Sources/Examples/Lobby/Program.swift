import GatehouseCommands

@main
struct Program: GatehouseProgram {
    static func application(_ settings: ServerSettings) -> Application {
        Application(settings.configuration).mount(LobbyGateway())
    }
}
