#if RemoteJWKS
    import GatehouseTLS
    import NIOConcurrencyHelpers
    import NIOCore
    import NIOPosix
    import Testing

    /// An issuer's web server on loopback: answers every request with bytes of the test, and keeps what it was asked.
    final class IssuerServer: Sendable {
        /// What comes back for a request, byte for byte; the connection is closed after it.
        enum Answer: Sendable, CustomTestStringConvertible {
            case bytes(String)
            /// The head, and then one more part again and again until the client has gone.
            case endless(head: String, part: String)
            /// The text a byte at a time, one every `pause`.
            case dribble(String, pause: TimeAmount)
            case nothing

            static func set(_ text: String) -> Answer {
                .bytes("HTTP/1.1 200 OK\r\ncontent-type: application/jwk-set+json\r\ncontent-length: \(text.utf8.count)\r\n\r\n\(text)")
            }

            var testDescription: String { String("\(self)".prefix(120)) }

            static func status(_ code: Int, _ fields: String...) -> Answer {
                .bytes((["HTTP/1.1 \(code) X", "content-length: 0"] + fields).joined(separator: "\r\n") + "\r\n\r\n")
            }
        }

        /// Certificates of one authority.
        struct Identity {
            let files: DevelopmentCertificates.Files
            private let directory: TestDirectory
            private let now: Int64

            /// - Parameter now: when it was made, in seconds since 1970.
            init(hosts: [String] = ["localhost", "127.0.0.1"], now: Int64) throws {
                directory = try TestDirectory()
                files = DevelopmentCertificates.Files(directory: directory.path("."))
                self.now = now
                _ = try DevelopmentCertificates.create(in: directory.path("."), hosts: hosts, now: now)
            }

            var context: TLSContext {
                get throws {
                    try TLSContext.server(TLSServerConfiguration(certificatePath: files.certificate, privateKeyPath: files.key), now: now)
                }
            }

            func remove() { directory.remove() }
        }

        let port: Int
        let answer: NIOLockedValueBox<Answer>
        private let record = NIOLockedValueBox(Record())
        private let channel: any Channel

        private struct Record {
            var connections = 0
            var requests: [String] = []
            var bytesSent = 0
        }

        /// Connections, whether or not a request came on them.
        var connections: Int { record.withLockedValue { $0.connections } }
        /// The heads of the requests.
        var requests: [String] { record.withLockedValue { $0.requests } }
        /// What was put on the way, of which the last may still lie in a socket's buffer.
        var bytesSent: Int { record.withLockedValue { $0.bytesSent } }

        var url: String { "https://localhost:\(port)/tenant/jwks.json?v=1" }

        /// - Parameter context: nil for a server that speaks no TLS.
        init(_ context: TLSContext?, _ answer: Answer) async throws {
            let box = NIOLockedValueBox(answer)
            self.answer = box
            let record = record
            channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        record.withLockedValue { $0.connections += 1 }
                        if let context { try channel.pipeline.syncOperations.addHandler(TLSHandler(server: context)) }
                        try channel.pipeline.syncOperations.addHandler(Responder(box, record))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            port = channel.localAddress?.port ?? 0
        }

        func stop() async throws { try await channel.close() }

        private final class Responder: ChannelInboundHandler {
            typealias InboundIn = ByteBuffer
            typealias OutboundOut = ByteBuffer
            private let answer: NIOLockedValueBox<Answer>
            private let record: NIOLockedValueBox<Record>
            private var head = ""

            init(_ answer: NIOLockedValueBox<Answer>, _ record: NIOLockedValueBox<Record>) {
                self.answer = answer
                self.record = record
            }

            func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                head += String(buffer: unwrapInboundIn(data))
                guard head.hasSuffix("\r\n\r\n") else { return }
                record.withLockedValue { $0.requests.append(head) }
                head = ""
                switch answer.withLockedValue({ $0 }) {
                case .bytes(let text): send([text], context, pause: nil)
                case .endless(let head, let part): send([head], context, then: part)
                case .dribble(let text, let pause): send(text.map { String($0) }, context, pause: pause)
                case .nothing: break
                }
            }

            /// Sends one part after the other, each once the one before has left.
            private func send(_ parts: [String], _ context: ChannelHandlerContext, pause: TimeAmount? = nil, then part: String? = nil) {
                guard let first = parts.first ?? part else { return context.close(promise: nil) }
                // A client that takes everything ends the test, not the machine.
                guard record.withLockedValue({ $0.bytesSent }) < 256 << 20 else { return context.close(promise: nil) }
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                let rest = Array(parts.dropFirst())
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: first))).whenSuccess {
                    let (this, context) = bound.value
                    this.record.withLockedValue { $0.bytesSent += first.utf8.count }
                    // A write that is done at once must not call the next one from within.
                    context.eventLoop.scheduleTask(in: pause ?? .zero) {
                        let (this, context) = bound.value
                        this.send(rest, context, pause: pause, then: part)
                    }
                }
            }

            /// A client that goes, or that does not like the certificate, is what some tests are about.
            func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
        }
    }
#endif
