import SocketIO
public import Tracing

/// Makes a span of each event that is handled, a child of the trace that the client's handshake names: a tracer for W3C Trace Context reads
/// `traceparent` and `tracestate` of the request that opened the session. What the handler does is within the span.
///
/// It costs a task for each event, so that the handler's own spans find theirs; without a tracer it costs nothing.
public struct TracingInterceptor: Interceptor {
    let tracer: (any Tracer)?

    /// Goes on at once where nobody traces.
    public func interceptNow(_ request: EventRequest) throws -> Interception? {
        (tracer ?? InstrumentationSystem.tracer) is NoOpTracer ? .proceed : nil
    }

    /// Goes on within a span.
    public func intercept(_ request: EventRequest, next: @Sendable () async throws -> HandlerOutput) async throws -> HandlerOutput {
        let context = request.context
        let carrier = HandshakeCarrier(context.client.handshake)
        var parent = ServiceContext.topLevel
        if let tracer {
            tracer.extract(carrier, into: &parent, using: HandshakeExtractor())
        } else {
            InstrumentationSystem.instrument.extract(carrier, into: &parent, using: HandshakeExtractor())
        }
        let name = "\(context.mountedName) \(context.event)"
        let span = (tracer ?? InstrumentationSystem.tracer).startAnySpan(name, context: parent, ofKind: .server)
        defer { span.end() }
        span.updateAttributes { attributes in
            attributes["rpc.system"] = "socket.io"
            attributes["rpc.service"] = "\(context.namespace)"
            attributes["rpc.method"] = context.event
        }
        return try await ServiceContext.withValue(span.context) {
            do {
                return try await next()
            } catch {
                // The code only: what an error says may be of a payload.
                let code = HandlerOutcome.code(of: error)
                span.updateAttributes { $0["error.type"] = code }
                span.setStatus(SpanStatus(code: .error, message: code))
                throw error
            }
        }
    }
}

/// The fields of the request that opened a client's session. Credentials are not among them.
struct HandshakeCarrier: Sendable {
    let fields: [(name: String, value: String)]

    init(_ handshake: Handshake) { fields = handshake.headers }
}

struct HandshakeExtractor: Extractor {
    func extract(key: String, from carrier: HandshakeCarrier) -> String? {
        let name = key.lowercased()
        return carrier.fields.first { $0.name == name }?.value
    }
}

extension Interceptor where Self == TracingInterceptor {
    /// Makes a span of each event that is handled.
    /// - Parameter tracer: `nil`: the one that the program has set up (`InstrumentationSystem.bootstrap`).
    public static func tracing(by tracer: (any Tracer)? = nil) -> TracingInterceptor { TracingInterceptor(tracer: tracer) }
}
