package import EngineIO
package import GatehousePolicy

extension RequestOrigin {
    /// The source of a request in the form of the rules.
    package init(_ source: RequestSource) {
        self.init(source.origin, isOwn: source.isOwn, isBrowsers: source.isBrowsers)
    }
}
