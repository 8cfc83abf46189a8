/// The end of a command that did not succeed: what a person reads on stderr, and the exit code.
struct CommandFailure: Error, Equatable, CustomStringConvertible {
    let status: ExitStatus
    /// Says what is wrong and what to do; safe for a terminal once `Console` has shown it.
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    var description: String { message }
}

/// Runs `body`; an error of it becomes the end of the command.
func failing<Value>(_ status: ExitStatus, _ body: () throws -> Value) throws(CommandFailure) -> Value {
    do {
        return try body()
    } catch let failure as CommandFailure {
        throw failure
    } catch {
        throw CommandFailure(status, ErrorText.of(error))
    }
}
