/// A TLS connection on its way from one event loop to another, with all it has received and not yet given out.
///
/// Made by ``TLSHandler/detach()``, used up by ``TLSHandler/init(adopting:resources:options:)``.
package struct DetachedTLS: Sendable {
    // Made only by `detach`, which gives up the handler's own reference: from then on nobody but the one who adopts it touches the engine.
    nonisolated(unsafe) private let engine: TLSEngine
    package let session: TLSHandshakeCompleted?

    init(_ engine: TLSEngine) {
        unsafe self.engine = engine
        session = engine.session
    }

    func take() -> TLSEngine { unsafe engine }
}
