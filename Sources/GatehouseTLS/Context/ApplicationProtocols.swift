import COpenSSL

/// ALPN: the server takes `http/1.1` and nothing else; a client that offers only other protocols is refused with
/// `no_application_protocol`, one that offers none is welcome.
enum ApplicationProtocols {
    /// The wire form of a list of protocol names: each with a length byte before it.
    static func wireForm(_ names: [String]) throws(TLSError) -> [UInt8] {
        var bytes: [UInt8] = []
        for name in names {
            guard let length = UInt8(exactly: name.utf8.count), length > 0 else {
                throw TLSError(.hostInvalid, "An application protocol name must have 1 to 255 bytes: \(name.prefix(40))")
            }
            bytes.append(length)
            bytes.append(contentsOf: name.utf8)
        }
        return bytes
    }

    /// Where `wanted` stands in a list in wire form; `nil` when it is absent or the list is malformed.
    static func position(of wanted: StaticString, in list: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var index = 0
        while index < list.count {
            let length = unsafe Int(list[index])
            let start = index + 1
            let end = start + length
            guard end <= list.count else { return nil }
            let candidate = unsafe list[start..<end]
            if unsafe candidate.elementsEqual(UnsafeBufferPointer(start: wanted.utf8Start, count: wanted.utf8CodeUnitCount)) {
                return start..<end
            }
            index = end
        }
        return nil
    }

    static func installServerChoice(on context: OpaquePointer) {
        unsafe SSL_CTX_set_alpn_select_cb(
            context,
            { _, chosen, chosenLength, offered, offeredLength, _ in
                guard let offered = unsafe offered else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                let list = unsafe UnsafeBufferPointer(start: offered, count: Int(offeredLength))
                guard let place = unsafe ApplicationProtocols.position(of: "http/1.1", in: list) else {
                    return SSL_TLSEXT_ERR_ALERT_FATAL
                }
                unsafe chosen?.pointee = offered + place.lowerBound
                unsafe chosenLength?.pointee = UInt8(truncatingIfNeeded: place.count)
                return SSL_TLSEXT_ERR_OK
            },
            nil
        )
    }
}
