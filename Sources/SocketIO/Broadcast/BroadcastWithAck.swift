import EngineIO
import GatehouseJSON
package import NIOCore

extension SocketIOServer {
    /// Delivers an event that asks for acks, and collects them from every event loop, or from the one where the target is.
    package func broadcast(
        _ broadcast: Broadcast, ackID: UInt64, timeout: TimeAmount, on eventLoop: (any EventLoop)? = nil
    ) async throws -> BroadcastAnswers {
        var answers: [BroadcastAnswers.Answer] = []
        var silent: [SocketID] = []
        var overLimit: [SocketID] = []
        // The other nodes are asked at the same time. One client of this node is nobody's there.
        let adapter = broadcast.staysHere || eventLoop != nil ? nil : adapter
        async let remote = adapter?.ask(broadcast, timeout: timeout)
        // All loops send first, so that the wait is one timeout and not one for each loop.
        var futures: [EventLoopFuture<BroadcastAnswers>] = []
        for loop in allLoops where eventLoop == nil || loop.eventLoop === eventLoop {
            let promise = loop.eventLoop.makePromise(of: BroadcastAnswers.self)
            loop.execute { $0.deliver(broadcast, ackID: ackID, timeout: timeout, promise: promise) }
            futures.append(promise.futureResult)
        }
        for future in futures {
            let part = try await future.get()
            answers += part.answers
            silent += part.silent
            overLimit += part.overLimit
        }
        guard let remote = await remote else { return BroadcastAnswers(answers: answers, silent: silent, overLimit: overLimit) }
        answers += remote.answers.compactMap(BroadcastAnswers.Answer.init)
        return BroadcastAnswers(
            answers: answers, silent: silent, overLimit: overLimit, silentElsewhere: remote.silentClients, silentNodes: remote.silentNodes)
    }
}

extension SocketIOLoop {
    func deliver(_ broadcast: Broadcast, ackID: UInt64, timeout: TimeAmount, promise: EventLoopPromise<BroadcastAnswers>) {
        let collector = AckCollector(promise)
        let deadline = now + timeout
        forEachRecipient(of: broadcast) { socket in
            guard socket.pendingAcks.count < limits.pendingAcksPerSocket else { return collector.overLimit.append(socket.id) }
            collector.expect()
            let id = socket.id
            // In place before the event leaves: an ack can never come too early (REG-12).
            socket.pendingAcks.insert(ackID, deadline: deadline) { collector.settle(id, $0) }
            socket.connection.reschedule()
            socket.connection.session.send(broadcast.message)
        }
        collector.allSent()
    }
}

/// Counts the acks of one broadcast on one event loop; the promise is kept when the last one has come or is late.
private final class AckCollector {
    private let promise: EventLoopPromise<BroadcastAnswers>
    private var answers: [BroadcastAnswers.Answer] = []
    private var silent: [SocketID] = []
    var overLimit: [SocketID] = []
    /// One more than the acks that are due, until everything has been sent.
    private var outstanding = 1

    init(_ promise: EventLoopPromise<BroadcastAnswers>) { self.promise = promise }

    func expect() { outstanding += 1 }

    func settle(_ id: SocketID, _ result: Result<AckAnswer, AckError>) {
        switch result {
        case .success(let answer):
            answers.append(
                BroadcastAnswers.Answer(
                    client: id, arguments: answer.arguments, attachments: answer.attachments.map(BinaryAttachment.init)))
        case .failure: silent.append(id)
        }
        finishOne()
    }

    func allSent() { finishOne() }

    private func finishOne() {
        outstanding -= 1
        if outstanding == 0 { promise.succeed(BroadcastAnswers(answers: answers, silent: silent, overLimit: overLimit)) }
    }
}
