#if Redis
    import CHiredis
    package import NIOCore

    /// Reads RESP 2 through hiredis' reader, with bounds that hold before a reply is whole. Bound to one event loop.
    @safe package final class RESPReader {
        private let reader: UnsafeMutablePointer<redisReader>
        private let limits: RESPLimits
        /// Bytes that came since the last whole reply.
        private var unread = 0

        /// - Throws: ``RedisError`` when memory is short.
        package init(limits: RESPLimits = RESPLimits()) throws(RedisError) {
            guard let reader = unsafe gatehouse_redis_reader_create() else {
                throw RedisError(.malformed, "There is no memory for a reader.")
            }
            unsafe self.reader = unsafe reader
            self.limits = limits
        }

        deinit { unsafe gatehouse_redis_reader_free(reader) }

        /// Takes bytes as they come.
        /// - Throws: ``RedisError`` when a reply exceeds its bound; the connection must be closed then.
        package func feed(_ bytes: ByteBuffer) throws(RedisError) {
            unread = unread &+ bytes.readableBytes
            guard unread <= limits.replyBytes else {
                throw RedisError(.malformed, "A reply of Redis has more than \(limits.replyBytes) bytes.")
            }
            let status = unsafe bytes.withUnsafeReadableBytes { source in
                guard let base = source.baseAddress else { return REDIS_OK }
                return unsafe redisReaderFeed(reader, base.assumingMemoryBound(to: CChar.self), source.count)
            }
            guard status == REDIS_OK else { throw failure }
        }

        /// The next whole reply, or `nil` until more bytes come.
        /// - Throws: ``RedisError`` for what is not RESP, or exceeds a bound; the connection must be closed then.
        package func next() throws(RedisError) -> RedisValue? {
            var found: UnsafeMutableRawPointer?
            guard unsafe redisReaderGetReply(reader, &found) == REDIS_OK else { throw failure }
            guard let found = unsafe found else { return nil }
            defer { unsafe freeReplyObject(found) }
            unread = unsafe Int(clamping: reader.pointee.len) &- Int(clamping: reader.pointee.pos)
            return unsafe Self.value(of: found.assumingMemoryBound(to: redisReply.self))
        }

        private var failure: RedisError { RedisError(.malformed, "What came from Redis is not RESP, or its arrays are too long.") }

        /// hiredis nests seven deep at most, so the recursion ends.
        private static func value(of reply: UnsafePointer<redisReply>) -> RedisValue {
            switch unsafe reply.pointee.type {
            case REDIS_REPLY_INTEGER: return unsafe .integer(reply.pointee.integer)
            case REDIS_REPLY_STRING: return unsafe .bulk(bytes(of: reply))
            case REDIS_REPLY_STATUS: return unsafe .status(String(buffer: bytes(of: reply)))
            case REDIS_REPLY_ERROR: return unsafe .error(String(buffer: bytes(of: reply)))
            case REDIS_REPLY_ARRAY:
                guard let elements = unsafe reply.pointee.element else { return .array([]) }
                var items: [RedisValue] = []
                for index in 0..<Int(clamping: unsafe reply.pointee.elements) {
                    guard let element = unsafe elements[index] else { break }
                    unsafe items.append(value(of: element))
                }
                return .array(items)
            default: return .null
            }
        }

        private static func bytes(of reply: UnsafePointer<redisReply>) -> ByteBuffer {
            guard let text = unsafe reply.pointee.str else { return ByteBuffer() }
            let length = Int(clamping: unsafe reply.pointee.len)
            return unsafe ByteBuffer(bytes: UnsafeRawBufferPointer(start: text, count: length))
        }
    }

    @available(*, unavailable)
    extension RESPReader: Sendable {}
#endif
