import GatehouseCommands

@main
struct Program: GatehouseProgram {
    static func application(_ settings: ServerSettings) -> Application {
        let market = Market([
            Symbol(rawValue: "ACME"): ExactDecimal(100),
            Symbol(rawValue: "GLOBEX"): ExactDecimal(42),
        ])
        return Application(settings.configuration).mount(MarketGateway(market: market))
    }
}
