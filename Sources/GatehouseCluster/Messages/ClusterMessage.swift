#if Redis
    package import SocketIO

    /// What one node tells others. The formats of Node's three adapters are ways to write it (CLU-10…12).
    package struct ClusterMessage: Sendable, Equatable {
        /// The node that sent it; empty where a format does not say.
        package var sender: String
        package var namespace: String
        package var body: Body
        /// Where an event is among those of its namespace on the node that sent it, for clients that come back to another node (REC-07).
        package var origin: RecoveryOffset?
        /// Where the message is in the stream.
        package var position: SharedPosition?

        package init(sender: String, namespace: String, _ body: Body) {
            self.sender = sender
            self.namespace = namespace
            self.body = body
        }

        /// Whom a message is for, and how.
        package struct Audience: Sendable, Equatable {
            package var rooms: [String] = []
            package var except: [String] = []
            package var isVolatile = false
            /// Milliseconds to wait for acks.
            package var timeout: Int?

            package init(rooms: [String] = [], except: [String] = [], isVolatile: Bool = false, timeout: Int? = nil) {
                self.rooms = rooms
                self.except = except
                self.isVolatile = isVolatile
                self.timeout = timeout
            }
        }

        package enum Body: Sendable, Equatable {
            case initialHeartbeat
            case heartbeat
            case close
            /// An event for clients; with a request, the nodes answer by ``clientCount(request:_:)`` and ``ack(request:_:)``.
            case broadcast(ClusterPacket, Audience, request: String?)
            case join(Audience, rooms: [String])
            case leave(Audience, rooms: [String])
            case disconnect(Audience, close: Bool)
            case fetchSockets(Audience, request: String)
            /// The sockets of one node, an array of JSON.
            case sockets(request: String, ClusterPacket)
            case serverSideEmit(ClusterPacket, request: String?)
            /// One value.
            case serverSideAnswer(request: String, ClusterPacket)
            case clientCount(request: String, Int)
            /// One value.
            case ack(request: String, ClusterPacket)
            /// `pubsub` only: the names of all rooms.
            case fetchRooms(request: String)
            case rooms(request: String, [String])
            /// `streams` only, between Gatehouse nodes; with a key of the cluster its seal beside it.
            case word(ClusterWord, seal: String?)
        }
    }

    /// Why a message of another node is not taken.
    package struct ClusterFault: Error, Sendable, Equatable {
        package var reason: String

        package init(_ reason: String) { self.reason = reason }
    }
#endif
