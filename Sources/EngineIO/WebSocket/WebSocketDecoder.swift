package import NIOCore

/// Client bytes to messages, to the letter of RFC 6455, with no I/O. A frame that lies whole in one read is unmasked straight into the
/// caller's scratch buffer and costs no allocation; anything else is collected in a buffer that grows only with received bytes.
package struct WebSocketDecoder: Sendable {
    private struct Frame: Sendable {
        var opcode: WebSocketFrameHeader.Opcode
        var isFinal: Bool
        var remaining: Int
        var mask: UInt32
    }

    /// The message limit may rise while the connection lives (an authenticated session gets more).
    package var limits: WebSocketLimits
    /// A head cut by the end of a read: at most 13 bytes.
    private var cutHead: [UInt8] = []
    /// The frame whose payload is still coming.
    private var frame: Frame?
    /// Payload of the fragmented or cut message so far.
    private var message = ByteBuffer()
    private var messageIsText: Bool?
    private var fragments = 0
    private var validator = UTF8Validator()
    /// Payload of a cut control frame, which may stand between fragments.
    private var control = ByteBuffer()

    package init(limits: WebSocketLimits) {
        self.limits = limits
    }

    /// Whether no message, frame or head is half read.
    package var isIdle: Bool {
        cutHead.isEmpty && frame == nil && messageIsText == nil
    }

    /// Bytes held for what is half read.
    package var heldBytes: Int {
        cutHead.capacity + message.capacity + control.capacity
    }

    /// The next event in `input`, which is consumed up to its end; nil when `input` is used up.
    package mutating func next(_ input: inout ByteBuffer, scratch: inout ByteBuffer) throws(WebSocketFault) -> WebSocketEvent? {
        while true {
            if let frame {
                guard let event = try readPayload(frame, &input, &scratch) else {
                    if self.frame == nil { continue }
                    return nil
                }
                return event
            }
            guard let header = try readHeader(&input) else { return nil }
            let length = try admit(header)
            if messageIsText == nil, header.isFinal, !header.opcode.isControl, input.readableBytes >= length {
                return try wholeMessage(header, length, &input, &scratch)
            }
            begin(header, length)
        }
    }

    private mutating func readHeader(_ input: inout ByteBuffer) throws(WebSocketFault) -> WebSocketFrameHeader? {
        if cutHead.isEmpty {
            if let header = try parseHeader(&input) { return header }
            if input.readableBytes > 0 {
                cutHead = input.readBytes(length: input.readableBytes) ?? []
            }
            return nil
        }
        while let byte: UInt8 = input.readInteger() {
            cutHead.append(byte)
            var whole = ByteBuffer(bytes: cutHead)
            if let header = try parseHeader(&whole) {
                cutHead = []
                return header
            }
        }
        return nil
    }

    @inline(__always)
    private func parseHeader(_ input: inout ByteBuffer) throws(WebSocketFault) -> WebSocketFrameHeader? {
        let parsed = unsafe input.withUnsafeReadableBytes { bytes -> Result<WebSocketFrameHeader?, WebSocketFault> in
            do throws(WebSocketFault) {
                return .success(unsafe try WebSocketFrameHeader.parse(bytes))
            } catch {
                return .failure(error)
            }
        }
        guard let header = try parsed.get() else { return nil }
        input.moveReaderIndex(forwardBy: header.size)
        return header
    }

    /// Checks the rules that need context, before anything is allocated for the frame.
    @inline(__always)
    private func admit(_ header: WebSocketFrameHeader) throws(WebSocketFault) -> Int {
        guard let length = Int(exactly: header.length) else { throw .tooBig }
        if header.opcode.isControl { return length }
        let sofar: Int
        if header.opcode == .continuation {
            guard messageIsText != nil else { throw .strayContinuation }
            guard fragments < limits.fragments else { throw .tooManyFragments }
            sofar = message.readableBytes
        } else {
            guard messageIsText == nil else { throw .interleaved }
            sofar = 0
        }
        guard length <= limits.message, sofar <= limits.message &- length else { throw .tooBig }
        if !header.isFinal, fragments >= limits.freeFragments, length < limits.leastFragment { throw .tinyFragment }
        return length
    }

    @inline(__always)
    private func wholeMessage(
        _ header: WebSocketFrameHeader,
        _ length: Int,
        _ input: inout ByteBuffer,
        _ scratch: inout ByteBuffer
    ) throws(WebSocketFault) -> WebSocketEvent {
        scratch.clear(minimumCapacity: length)
        let isASCII = Self.unmask(&input, length, into: &scratch, header.mask)
        guard header.opcode == .text else { return .binary(scratch) }
        if !isASCII {
            var validator = UTF8Validator()
            let valid = unsafe scratch.withUnsafeReadableBytes { unsafe validator.consume($0) }
            guard valid, validator.isComplete else { throw .badText }
        }
        return .text(scratch)
    }

    private mutating func begin(_ header: WebSocketFrameHeader, _ length: Int) {
        switch header.opcode {
        case .text:
            messageIsText = true
            fragments = 1
        case .binary:
            messageIsText = false
            fragments = 1
        case .continuation:
            fragments &+= 1
        case .close, .ping, .pong:
            break
        }
        frame = Frame(opcode: header.opcode, isFinal: header.isFinal, remaining: length, mask: header.mask)
    }

    private mutating func readPayload(
        _ current: Frame,
        _ input: inout ByteBuffer,
        _ scratch: inout ByteBuffer
    ) throws(WebSocketFault) -> WebSocketEvent? {
        var current = current
        let count = min(current.remaining, input.readableBytes)
        if current.opcode.isControl {
            _ = Self.unmask(&input, count, into: &control, current.mask)
        } else {
            let start = message.writerIndex
            let isASCII = Self.unmask(&input, count, into: &message, current.mask)
            if messageIsText == true, !(isASCII && validator.isComplete) {
                let fresh = message.viewBytes(at: start, length: count) ?? message.readableBytesView
                guard unsafe fresh.withUnsafeBytes({ unsafe validator.consume($0) }) else { throw .badText }
            }
        }
        current.remaining &-= count
        guard current.remaining == 0 else {
            current.mask = WebSocketMask.advance(current.mask, by: count)
            frame = current
            return nil
        }
        frame = nil
        if current.opcode.isControl { return try finishControl(current.opcode) }
        return current.isFinal ? try finishMessage() : nil
    }

    private mutating func finishMessage() throws(WebSocketFault) -> WebSocketEvent {
        let isText = messageIsText == true
        guard !isText || validator.isComplete else { throw .badText }
        let payload = message
        message = ByteBuffer()
        messageIsText = nil
        fragments = 0
        validator = UTF8Validator()
        return isText ? .text(payload) : .binary(payload)
    }

    private mutating func finishControl(_ opcode: WebSocketFrameHeader.Opcode) throws(WebSocketFault) -> WebSocketEvent {
        var payload = control
        control = ByteBuffer()
        switch opcode {
        case .ping:
            return .ping(payload)
        case .close:
            guard payload.readableBytes > 0 else { return .close(nil) }
            guard let raw: UInt16 = payload.readInteger() else { throw .badClose }
            let code = WebSocketCloseCode(rawValue: raw)
            guard code.maySend else { throw .badClose }
            var validator = UTF8Validator()
            let valid = unsafe payload.withUnsafeReadableBytes { unsafe validator.consume($0) }
            guard valid, validator.isComplete else { throw .badText }
            return .close(code)
        case .pong, .continuation, .text, .binary:
            return .pong
        }
    }

    /// Moves `count` masked bytes from `input` to the end of `target`.
    @inline(__always)
    private static func unmask(_ input: inout ByteBuffer, _ count: Int, into target: inout ByteBuffer, _ key: UInt32) -> Bool {
        var isASCII = true
        unsafe input.readWithUnsafeReadableBytes { source in
            unsafe target.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
                isASCII = unsafe WebSocketMask.unmask(
                    UnsafeRawBufferPointer(rebasing: source.prefix(count)),
                    into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(count)),
                    key: key
                )
                return count
            }
        }
        return isASCII
    }
}
