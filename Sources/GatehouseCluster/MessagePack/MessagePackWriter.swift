#if Redis
    import GatehouseJSON
    import NIOCore

    /// Writes MessagePack as Node's `notepack.io` and `@msgpack/msgpack` do: the shortest form of each value, whole numbers as integers.
    struct MessagePackWriter {
        private(set) var buffer = ByteBuffer()

        mutating func null() { buffer.writeInteger(UInt8(0xC0)) }

        mutating func bool(_ value: Bool) { buffer.writeInteger(UInt8(value ? 0xC3 : 0xC2)) }

        mutating func integer(_ value: Int64) {
            switch value {
            case 0...0x7F: buffer.writeInteger(UInt8(truncatingIfNeeded: value))
            case 0x80...0xFF: tagged(0xCC, UInt8(truncatingIfNeeded: value))
            case 0x100...0xFFFF: tagged(0xCD, UInt16(truncatingIfNeeded: value))
            case 0x1_0000...0xFFFF_FFFF: tagged(0xCE, UInt32(truncatingIfNeeded: value))
            case 0x1_0000_0000...: tagged(0xCF, UInt64(bitPattern: value))
            case -0x20..<0: buffer.writeInteger(Int8(truncatingIfNeeded: value))
            case -0x80 ..< -0x20: tagged(0xD0, Int8(truncatingIfNeeded: value))
            case -0x8000 ..< -0x80: tagged(0xD1, Int16(truncatingIfNeeded: value))
            case -0x8000_0000 ..< -0x8000: tagged(0xD2, Int32(truncatingIfNeeded: value))
            default: tagged(0xD3, value)
            }
        }

        mutating func number(_ value: Double) {
            if let whole = Int64(exactly: value), whole.magnitude <= 1 << 53, !(value == 0 && value.sign == .minus) {
                integer(whole)
            } else {
                tagged(0xCB, value.bitPattern)
            }
        }

        mutating func string(_ text: String) {
            let count = text.utf8.count
            switch count {
            case ..<32: buffer.writeInteger(UInt8(0xA0) | UInt8(truncatingIfNeeded: count))
            case ..<0x100: tagged(0xD9, UInt8(truncatingIfNeeded: count))
            case ..<0x1_0000: tagged(0xDA, UInt16(truncatingIfNeeded: count))
            default: tagged(0xDB, UInt32(clamping: count))
            }
            buffer.writeString(text)
        }

        mutating func binary(_ bytes: ByteBuffer) {
            let count = bytes.readableBytes
            switch count {
            case ..<0x100: tagged(0xC4, UInt8(truncatingIfNeeded: count))
            case ..<0x1_0000: tagged(0xC5, UInt16(truncatingIfNeeded: count))
            default: tagged(0xC6, UInt32(clamping: count))
            }
            buffer.writeImmutableBuffer(bytes)
        }

        /// The head of an array; so many values follow.
        mutating func array(_ count: Int) {
            switch count {
            case ..<16: buffer.writeInteger(UInt8(0x90) | UInt8(truncatingIfNeeded: count))
            case ..<0x1_0000: tagged(0xDC, UInt16(truncatingIfNeeded: count))
            default: tagged(0xDD, UInt32(clamping: count))
            }
        }

        /// The head of a map; so many keys, each with its value, follow.
        mutating func map(_ count: Int) {
            switch count {
            case ..<16: buffer.writeInteger(UInt8(0x80) | UInt8(truncatingIfNeeded: count))
            case ..<0x1_0000: tagged(0xDE, UInt16(truncatingIfNeeded: count))
            default: tagged(0xDF, UInt32(clamping: count))
            }
        }

        /// A JSON value, with attachments in the places of what stands for them (SIO-08).
        mutating func value(_ value: JSONValue, _ attachments: [ByteBuffer]) {
            // A stack of its own: the depth of a value is a client's choice.
            var steps: [(key: String?, value: JSONValue)] = [(nil, value)]
            while let (key, value) = steps.popLast() {
                if let key { string(key) }
                switch value {
                case .null: null()
                case .bool(let flag): bool(flag)
                case .integer(let whole): integer(whole)
                case .number(let double): number(double)
                case .string(let text): string(text)
                case .array(let items):
                    array(items.count)
                    for item in items.reversed() { steps.append((nil, item)) }
                case .object(let object):
                    if let attachment = Self.attachment(object, attachments) {
                        binary(attachment)
                    } else {
                        map(object.count)
                        for member in object.members.reversed() { steps.append((member.key, member.value)) }
                    }
                }
            }
        }

        private static func attachment(_ object: JSONObject, _ attachments: [ByteBuffer]) -> ByteBuffer? {
            guard !attachments.isEmpty, object["_placeholder"]?.boolValue == true, let number = object["num"]?.integerValue,
                let index = Int(exactly: number), attachments.indices.contains(index)
            else { return nil }
            return attachments[index]
        }

        private mutating func tagged(_ tag: UInt8, _ value: some FixedWidthInteger) {
            buffer.writeInteger(tag)
            buffer.writeInteger(value)
        }
    }
#endif
