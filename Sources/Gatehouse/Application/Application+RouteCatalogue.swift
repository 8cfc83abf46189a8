package import GatehousePolicy

extension Application {
    /// What its gateways handle, as `policy check` compares it with the files, and `gatehouse routes` lists it. Nothing is started.
    /// - Throws: ``StartError`` for gateways that cannot be mounted together.
    package func routeCatalogue() throws -> RouteCatalogue { RouteCatalogue(mounted: try mountedNamespaces()) }
}
