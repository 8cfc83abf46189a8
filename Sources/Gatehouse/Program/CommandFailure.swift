/// The end of a command, or of a whole program, that did not succeed: what a person reads on stderr, and the exit code.
package struct CommandFailure: Error, Equatable, CustomStringConvertible {
    package let status: ExitStatus
    /// Says what is wrong and what to do; safe for a terminal once `Console` has shown it.
    package let message: String

    package init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    package var description: String { message }
}

/// Runs `body`; an error of it becomes the end of the command.
package func failing<Value>(_ status: ExitStatus, _ body: () throws -> Value) throws(CommandFailure) -> Value {
    do {
        return try body()
    } catch let failure as CommandFailure {
        throw failure
    } catch {
        throw CommandFailure(status, ErrorText.of(error))
    }
}
