#if Redis
    package import NIOCore

    /// One reply of Redis, with its own storage.
    package enum RedisValue: Sendable, Equatable {
        case null
        case integer(Int64)
        /// A short text of Redis itself, such as `OK`.
        case status(String)
        /// Bytes.
        case bulk(ByteBuffer)
        case array([RedisValue])
        /// An error; the first word is its kind.
        case error(String)
    }

    extension RedisValue {
        package var array: [RedisValue]? {
            if case .array(let items) = self { items } else { nil }
        }

        package var bytes: ByteBuffer? {
            if case .bulk(let bytes) = self { bytes } else { nil }
        }

        /// The text of bytes or of a status; ill-formed UTF-8 is repaired.
        package var text: String? {
            switch self {
            case .bulk(let bytes): String(buffer: bytes)
            case .status(let text): text
            default: nil
            }
        }

        package var integer: Int64? {
            if case .integer(let value) = self { value } else { nil }
        }

        package var error: String? {
            if case .error(let text) = self { text } else { nil }
        }
    }
#endif
