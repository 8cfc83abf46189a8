package import GatehousePolicy

extension Application {
    /// The routes of its gateways, for `policy check` and `gatehouse routes`. Starts nothing.
    /// - Throws: ``StartError`` for gateways that cannot be mounted together.
    package func routeCatalogue() throws -> RouteCatalogue { RouteCatalogue(mounted: try mountedNamespaces()) }
}
