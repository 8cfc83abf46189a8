#if Redis
    import CHiredis
    package import NIOCore

    /// One command: its name and its arguments, as bytes.
    package struct RedisCommand: Sendable, Equatable {
        package private(set) var arguments: [ByteBuffer]

        package init(_ words: String...) { arguments = words.map { ByteBuffer(string: $0) } }

        package init(_ words: [String]) { arguments = words.map { ByteBuffer(string: $0) } }

        package func adding(_ bytes: ByteBuffer) -> RedisCommand {
            var copy = self
            copy.arguments.append(bytes)
            return copy
        }

        package func adding(_ words: String...) -> RedisCommand {
            var copy = self
            for word in words { copy.arguments.append(ByteBuffer(string: word)) }
            return copy
        }

        /// The size of its arguments.
        package var byteCount: Int { arguments.reduce(0) { $0 &+ $1.readableBytes } }

        /// Appends the command in RESP, as hiredis formats it.
        /// - Throws: ``RedisError`` when memory is short.
        package func write(to buffer: inout ByteBuffer) throws(RedisError) {
            var flat: [UInt8] = []
            flat.reserveCapacity(byteCount)
            var lengths: [Int] = []
            for argument in arguments {
                flat.append(contentsOf: argument.readableBytesView)
                lengths.append(argument.readableBytes)
            }
            // A pointer to an empty array would be nil.
            if flat.isEmpty { flat.append(0) }
            var target: UnsafeMutablePointer<CChar>?
            let written = unsafe flat.withUnsafeBytes { source -> Int in
                guard let base = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self) else { return -1 }
                var position = 0
                var starts: [UnsafePointer<CChar>?] = unsafe []
                for length in lengths {
                    unsafe starts.append(base + position)
                    position &+= length
                }
                return unsafe Int(redisFormatCommandArgv(&target, Int32(clamping: lengths.count), &starts, lengths))
            }
            guard written > 0, let target = unsafe target else { throw RedisError(.malformed, "There is no memory for a command.") }
            unsafe buffer.writeBytes(UnsafeRawBufferPointer(start: target, count: written))
            unsafe redisFreeCommand(target)
        }
    }
#endif
