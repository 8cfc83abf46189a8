package import GatehouseJSON
package import NIOCore

extension EngineSession {
    /// Sends a message that was encoded once for many. On a WebSocket nothing is copied and nothing allocated.
    package func send(_ message: EngineMessage) {
        guard state == .open else { return }
        if let socket {
            socket.sendShared(message.frames)
            return
        }
        guard let polling else { return }
        enqueue(polling) { queue in
            guard let text = message.frames.getSlice(at: message.text.lowerBound, length: message.text.count),
                queue.appendText({ $0.writeImmutableBuffer(text) })
            else { return }
            for range in message.attachments {
                guard let bytes = message.frames.getSlice(at: range.lowerBound, length: range.count) else { continue }
                queue.appendBinary(bytes)
            }
        }
    }

    /// Sends a text message straight into this session's batch of the turn.
    /// - Parameters:
    ///   - expecting: a guess of its length; a right guess saves a copy.
    ///   - write: appends the payload, without the leading `4`. It must not send.
    package func sendText(expecting: Int = 0, _ write: (inout BufferWriter) -> Void) {
        guard state == .open else { return }
        sendPacket(expecting: expecting) {
            $0.writeInteger(UInt8(ascii: "4"))
            write(&$0)
        }
    }

    /// Sends a text message and its attachments, with nothing between them (EIO-16).
    package func sendTextThenBinary(_ attachments: [ByteBuffer], _ write: (inout BufferWriter) -> Void) {
        sendTextThenBinary {
            write(&$0)
            return attachments
        }
    }

    /// Sends a text message and the attachments that are known once it is written, with nothing between them (EIO-16).
    /// - Parameter write: appends the payload, without the leading `4`, and gives the attachments. It must not send.
    package func sendTextThenBinary(_ write: (inout BufferWriter) -> [ByteBuffer]) {
        guard state == .open else { return }
        var attachments: [ByteBuffer] = []
        if let socket {
            socket.append { batch in
                batch.writeWebSocketFrame(.text) {
                    $0.writeInteger(UInt8(ascii: "4"))
                    attachments = write(&$0)
                }
                for attachment in attachments { batch.writeWebSocketFrame(.binary, payload: attachment) }
            }
        } else if let polling {
            enqueue(polling) { queue in
                let isQueued = queue.appendText {
                    $0.writeInteger(UInt8(ascii: "4"))
                    attachments = write(&$0)
                }
                guard isQueued else { return }
                for attachment in attachments { queue.appendBinary(attachment) }
            }
        }
    }

    /// Sends a binary message.
    package func sendBinary(_ payload: ByteBuffer) {
        guard state == .open else { return }
        if let socket {
            socket.append { $0.writeWebSocketFrame(.binary, payload: payload) }
        } else if let polling {
            enqueue(polling) { $0.appendBinary(payload) }
        }
    }

    /// Sends a text that may be anything. False: it holds 0x1E, which polling would read as two packets, and was not sent (EIO-06).
    package func sendBare(text: ByteBuffer) -> Bool {
        guard !text.readableBytesView.contains(PollQueue.separator) else { return false }
        sendText(expecting: text.readableBytes &+ 1) { $0.writeImmutableBuffer(text) }
        return true
    }

    /// Sends one packet, type included.
    func sendPacket(expecting: Int = 0, _ write: (inout BufferWriter) -> Void) {
        if let socket {
            socket.append { $0.writeWebSocketFrame(.text, expecting: expecting, write) }
        } else if let polling {
            enqueue(polling) { _ = $0.appendText(write) }
        }
    }

    private func enqueue(_ polling: PollingTransport, _ append: (inout PollQueue) -> Void) {
        append(&polling.queue)
        if polling.queue.queuedBytes > loop.configuration.outboundQueue {
            close(.slowConsumer, code: 4001, reasonText: "slow_consumer")
        } else if polling.parked != nil {
            loop.markForFlush(self)
        }
    }

    /// Whether the client keeps up. Droppable messages are dropped while it does not.
    package var isWritable: Bool {
        guard state == .open else { return false }
        return socket?.isWritable ?? (polling?.parked != nil)
    }

    /// Whether the client can take more without its queue growing beyond a few packets.
    private var hasRoom: Bool { isWritable || (socket == nil && queuedBytes <= 16_384) }

    /// Calls a closure, once, when the client can take more, or when the session ends. At once, if it can now.
    package func onceItHasRoom(_ body: @escaping () -> Void) {
        if state != .open || hasRoom { body() } else { awaitingRoom.append(body) }
    }

    /// The client may have room again, or the session has ended.
    func tellOfRoom() {
        guard !awaitingRoom.isEmpty, state != .open || hasRoom else { return }
        let waiting = awaitingRoom
        awaitingRoom = []
        for body in waiting { body() }
    }

    /// Bytes queued for the client and not taken by the kernel.
    package var queuedBytes: Int {
        socket?.queuedBytes ?? polling?.queue.queuedBytes ?? 0
    }
}
