import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import NIOCore
import SocketIO

/// Sends a client its share of the live feed, as fast as it takes it. Bound to the client's event loop; the client's state owns it.
///
/// The first item after a pause goes out at once, later ones gather for ``pace``. A client that is behind is waited for: its items wait in the
/// bounded queue of its subscription, and its connection's queue does not grow (MOD-30).
final class FeedStream {
    /// The time between two batches.
    private static let pace = TimeAmount.milliseconds(50)
    /// The most items, and about the most bytes, of one batch.
    private static let most = 64
    private static let mostBytes = 48 << 10

    let subscriber: FeedSubscriber
    private let handle: SocketHandle
    private unowned let pipeline: Pipeline
    private var pause: Scheduled<Void>?
    /// The events that items become; `nil`: those of `/admin`.
    private let form: FeedForm?
    private var isHeld: Bool
    private var isWaiting = false
    private var isClosed = false

    init(_ subscriber: FeedSubscriber, _ handle: SocketHandle, _ pipeline: Pipeline, in form: FeedForm? = nil, isHeld: Bool = false) {
        self.form = form
        self.isHeld = isHeld
        self.subscriber = subscriber
        self.handle = handle
        self.pipeline = pipeline
    }

    /// What has come meanwhile goes out.
    func release() {
        isHeld = false
        advance()
    }

    /// Sends what there is, unless it waits for time or room already.
    func advance() {
        guard !isHeld, !isWaiting, !isClosed, let socket = handle.onLoop, let client = socket.clientState,
            pipeline.isUpToDate(client, socket), keepsRights(client, socket)
        else { return }
        let batch = subscriber.take(Self.most, bytes: Self.mostBytes)
        guard !batch.isEmpty else { return }
        if let form { send(batch, in: form, to: socket) } else { send(batch, to: socket) }
        isWaiting = true
        pause = pipeline.loop.eventLoop.assumeIsolated().scheduleTask(in: Self.pace) { [weak self] in self?.waitForRoom() }
    }

    private func send(_ batch: [FeedEntry], in form: FeedForm, to socket: Socket) {
        for entry in batch {
            if entry.dropped > 0 { form.lost() }
            for message in form.messages(entry.item) {
                socket.emit(message.event) { buffer in
                    for argument in message.arguments {
                        buffer.writeInteger(UInt8(ascii: ","))
                        // As in a batch.
                        try? argument.encode(into: &buffer)
                    }
                }
                pipeline.loop.counters.delivered &+= 1
            }
        }
    }

    private func send(_ batch: [FeedEntry], to socket: Socket) {
        var topics: [FeedTopic: [FeedEntry]] = [:]
        for entry in batch { topics[entry.note.item.topic, default: []].append(entry) }
        for topic in FeedTopic.allCases {
            guard let entries = topics[topic] else { continue }
            socket.emit(topic.event) { buffer in
                buffer.writeInteger(UInt8(ascii: ","))
                // Items hold only strings, booleans and integers, so writing cannot fail.
                try? FeedBatch(entries: entries).encode(into: &buffer)
            }
            pipeline.loop.counters.delivered &+= 1
        }
    }

    private func waitForRoom() {
        pause = nil
        guard let socket = handle.onLoop else { return }
        socket.onceItHasRoom { [weak self] in
            guard let self else { return }
            isWaiting = false
            advance()
        }
    }

    /// Asks the rules again: after each change of policies or token, and before each batch (MOD-24). Topics that the client may not have any
    /// more end; with the last one, or with the right to subscribe, the subscription ends, and the client is told.
    /// - Returns: whether something is left.
    @discardableResult
    func keepsRights(_ client: ClientState, _ socket: Socket) -> Bool {
        guard !isClosed else { return false }
        let refusal = form == nil ? client.refusalOfFeed(now: pipeline.wallSeconds) : nil
        let right = client.right(to: Feed.subscription, in: form?.home ?? client.client.namespace)
        let topics = subscriber.topics
        let goesOn = refusal == nil && right.isAllowed && subscriber.filter.isWithin(right)
        let lost = goesOn ? FeedTopics(topics.list.filter { !pipeline.mayReceive($0, in: form, socket) }) : topics
        guard !lost.isEmpty else { return true }
        subscriber.give(up: lost)
        guard topics.subtracting(lost).isEmpty else {
            pipeline.runtime.feed.update(subscriber, isGone: false)
            return true
        }
        close()
        client.feed = nil
        let decision = pipeline.audit.denied(
            .messageDenied, client, event: Feed.subscription, rule: refusal.map { client.policy.ruleID($0) },
            reason: refusal?.reason.rawValue ?? Decision.Reason.noMatchingAllow.rawValue, generation: client.policy.generation)
        pipeline.fail(
            socket, ErrorReply(.forbidden, "You may not follow the feed any more"), decision: decision, event: Feed.subscription, ackID: nil
        )
        return false
    }

    /// The client has left, or has subscribed to something else.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        pause?.cancel()
        pause = nil
        pipeline.runtime.feed.update(subscriber, isGone: true)
    }
}

@available(*, unavailable)
extension FeedStream: Sendable {}

extension Feed {
    /// The event that subscribes; the right to send it is the right to stay subscribed.
    package static let subscription = "feed.subscribe"
}

extension Pipeline {
    /// Whether the `receive` rules let the client have a topic.
    func mayReceive(_ topic: FeedTopic, in form: FeedForm?, _ socket: Socket) -> Bool {
        guard let form else { return mayReceive(topic.event, socket) }
        let events = form.events(topic)
        return !events.isEmpty && events.allSatisfy { mayReceive($0, socket) }
    }
}

extension ClientState {
    /// Why the client may not subscribe to the feed by the rules in force; `nil` if it may.
    fileprivate func refusalOfFeed(now: Int64) -> Decision? {
        let decision = grants.decideSend(
            event: policy.event(Feed.subscription), room: String?.none, isJoined: false, payloadBytes: 0, now: now)
        return decision.isAllowed ? nil : decision
    }
}
