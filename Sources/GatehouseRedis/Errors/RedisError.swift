#if Redis
    /// What went wrong with Redis: a stable code to decide by, a sentence that says what to do next, and the cause where one is known.
    ///
    /// Holds no password, so it may be logged as it is.
    package struct RedisError: Error, Sendable, CustomStringConvertible {
        package var code: Code
        package var message: String
        package var cause: (any Error)?

        package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
            self.code = code
            self.message = message
            self.cause = cause
        }

        /// A code that can grow: compare with the static members, print `name`.
        package struct Code: Sendable, Hashable, CustomStringConvertible {
            package let name: String
            package var description: String { name }
            private init(_ name: String) { self.name = name }

            /// An address that cannot be read.
            package static let address = Code("redis_address")
            /// Nobody answers there.
            package static let unreachable = Code("redis_unreachable")
            /// Redis does not take the user, the password or the database.
            package static let refused = Code("redis_refused")
            /// What came is not RESP, or exceeds a bound.
            package static let malformed = Code("redis_malformed")
            /// Redis answered a command with an error.
            package static let answer = Code("redis_answer")
            /// There is no connection now.
            package static let away = Code("redis_away")
            /// The connection ended before the answer. Whether the command was carried out is not known.
            package static let lost = Code("redis_lost")
            /// Redis did not answer in time.
            package static let stalled = Code("redis_stalled")
            /// The client has been stopped.
            package static let stopped = Code("redis_stopped")
            /// Redis Cluster or Sentinel answers there, which this client does not follow.
            package static let unsupported = Code("redis_unsupported")
        }

        /// Whether it answers, and does not become usable by itself.
        package var isRefusal: Bool { code == .refused || code == .unsupported }

        package var description: String {
            guard let cause else { return "\(code): \(message)" }
            return "\(code): \(message) (cause: \(cause))"
        }
    }
#endif
