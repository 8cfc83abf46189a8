#if Redis
    /// Why bytes are not taken as MessagePack.
    package enum MessagePackError: String, Error, Sendable {
        case truncated = "msgpack_truncated"
        case trailing = "msgpack_trailing_bytes"
        case depth = "msgpack_too_deep"
        case values = "msgpack_too_many_values"
        case text = "msgpack_text_not_utf8"
        case key = "msgpack_key_not_text"
        case form = "msgpack_unknown_form"
        case number = "msgpack_number_not_finite"
    }
#endif
