#if Redis
    package import GatehouseJSON
    package import NIOCore

    /// Reads one MessagePack value into JSON, with its binary parts beside it in the way of Socket.IO (SIO-08). Bounds are checked before anything
    /// is kept: a length is never believed before its bytes are there.
    package struct MessagePackReader {
        package static let depth = 64
        package static let values = 100_000

        private var bytes: ByteBuffer
        private var count = 0
        private var attachments: [ByteBuffer] = []

        /// Reads all of `bytes`.
        /// - Returns: the value, with an object that stands for each binary part, and those parts.
        package static func read(_ bytes: ByteBuffer) throws(MessagePackError) -> (value: JSONValue, attachments: [ByteBuffer]) {
            var reader = MessagePackReader(bytes: bytes)
            let value = try reader.value(depth: 0)
            guard reader.bytes.readableBytes == 0 else { throw .trailing }
            return (value, reader.attachments)
        }

        private init(bytes: ByteBuffer) { self.bytes = bytes }

        /// The shortest form of a value and its binary parts.
        package static func written(_ value: JSONValue, _ attachments: [ByteBuffer]) -> ByteBuffer {
            var writer = MessagePackWriter()
            writer.value(value, attachments)
            return writer.buffer
        }

        /// The recursion is as deep as the value, which is bounded.
        private mutating func value(depth: Int) throws(MessagePackError) -> JSONValue {
            guard depth <= Self.depth else { throw .depth }
            count &+= 1
            guard count <= Self.values else { throw .values }
            let tag = try integer(UInt8.self)
            switch tag {
            case 0x00...0x7F: return .integer(Int64(tag))
            case 0x80...0x8F: return try map(Int(tag & 0x0F), depth)
            case 0x90...0x9F: return try array(Int(tag & 0x0F), depth)
            case 0xA0...0xBF: return .string(try text(Int(tag & 0x1F)))
            // JavaScript's `undefined` is written as nil, or as an extension of no bytes.
            case 0xC0: return .null
            case 0xC2: return .bool(false)
            case 0xC3: return .bool(true)
            case 0xC4: return try binary(Int(try integer(UInt8.self)))
            case 0xC5: return try binary(Int(try integer(UInt16.self)))
            case 0xC6: return try binary(Int(try integer(UInt32.self)))
            case 0xCA: return try number(Double(Float(bitPattern: try integer(UInt32.self))))
            case 0xCB: return try number(Double(bitPattern: try integer(UInt64.self)))
            case 0xCC: return .integer(Int64(try integer(UInt8.self)))
            case 0xCD: return .integer(Int64(try integer(UInt16.self)))
            case 0xCE: return .integer(Int64(try integer(UInt32.self)))
            case 0xCF:
                let value = try integer(UInt64.self)
                return Int64(exactly: value).map { .integer($0) } ?? .number(Double(value))
            case 0xD0: return .integer(Int64(try integer(Int8.self)))
            case 0xD1: return .integer(Int64(try integer(Int16.self)))
            case 0xD2: return .integer(Int64(try integer(Int32.self)))
            case 0xD3: return .integer(try integer(Int64.self))
            case 0xD4: return try ext(1)
            case 0xD9: return .string(try text(Int(try integer(UInt8.self))))
            case 0xDA: return .string(try text(Int(try integer(UInt16.self))))
            case 0xDB: return .string(try text(Int(try integer(UInt32.self))))
            case 0xDC: return try array(Int(try integer(UInt16.self)), depth)
            case 0xDD: return try array(Int(try integer(UInt32.self)), depth)
            case 0xDE: return try map(Int(try integer(UInt16.self)), depth)
            case 0xDF: return try map(Int(try integer(UInt32.self)), depth)
            case 0xE0...0xFF: return .integer(Int64(Int8(bitPattern: tag)))
            default: throw .form
            }
        }

        private mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(MessagePackError) -> Value {
            guard let value = bytes.readInteger(as: type) else { throw .truncated }
            return value
        }

        private func number(_ value: Double) throws(MessagePackError) -> JSONValue {
            guard value.isFinite else { throw .number }
            return .number(value)
        }

        /// notepack writes `undefined` as an extension of the type 0 with one byte.
        private mutating func ext(_ length: Int) throws(MessagePackError) -> JSONValue {
            guard try integer(Int8.self) == 0, bytes.readSlice(length: length) != nil else { throw .form }
            return .null
        }

        private mutating func text(_ length: Int) throws(MessagePackError) -> String {
            guard let slice = bytes.readSlice(length: length) else { throw .truncated }
            guard let text = String(validating: slice.readableBytesView, as: UTF8.self) else { throw .text }
            return text
        }

        private mutating func binary(_ length: Int) throws(MessagePackError) -> JSONValue {
            guard let slice = bytes.readSlice(length: length) else { throw .truncated }
            attachments.append(slice)
            return .object(["_placeholder": true, "num": .integer(Int64(attachments.count - 1))])
        }

        /// Each item has a byte at least.
        private mutating func array(_ length: Int, _ depth: Int) throws(MessagePackError) -> JSONValue {
            guard length <= bytes.readableBytes else { throw .truncated }
            guard length <= Self.values else { throw .values }
            var items: [JSONValue] = []
            items.reserveCapacity(length)
            for _ in 0..<length { items.append(try value(depth: depth + 1)) }
            return .array(items)
        }

        private mutating func map(_ length: Int, _ depth: Int) throws(MessagePackError) -> JSONValue {
            guard length <= bytes.readableBytes / 2 else { throw .truncated }
            guard length <= Self.values else { throw .values }
            var object = JSONObject()
            object.members.reserveCapacity(length)
            for _ in 0..<length {
                guard case .string(let key) = try value(depth: depth + 1) else { throw .key }
                object.members.append((key, try value(depth: depth + 1)))
            }
            return .object(object)
        }
    }
#endif
