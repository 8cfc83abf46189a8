import Logging

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A server as a whole program.
extension Application {
    /// Runs as the whole program, as `gatehouse serve` does: see ``main(_:)``. Use that one where making the application can throw.
    @concurrent public func main() async {
        await Self.main { self }
    }

    /// Makes an application and runs it as the whole program, as `gatehouse serve` does.
    ///
    /// ```swift
    /// @main
    /// struct Market {
    ///     static func main() async {
    ///         await Application.main {
    ///             Application(try await ServerSettings.load().configuration).mount(MarketGateway())
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// SIGTERM or SIGINT stops the server gracefully, and this function returns then. A second signal ends the process at once. SIGHUP is
    /// ``RunningServer/reload()``. An error does not trap: it is one line on standard error (a line for each mistake in policies and settings),
    /// and the process exits: with 78 if the server cannot start, 74 if it stopped as its audit log could not be written, 1 if it did not stop
    /// as it should or was ended by a second signal.
    ///
    /// - Parameter make: makes the application. What it throws is a server that cannot start.
    @concurrent public static func main(_ make: @Sendable () async throws -> Application) async {
        do throws(CommandFailure) {
            let application = try await made(make)
            let logger = application.logger
            try await application.runUntilSignal(advice: .configuration) { server, warnings in
                for warning in warnings { logger.warning("\(warning)") }
                logger.info("listening on \(server.url)")
            }
        } catch {
            Console.complain(error.message)
            exit(error.status.rawValue)
        }
    }

    private static func made(_ make: () async throws -> Application) async throws(CommandFailure) -> Application {
        do {
            return try await make()
        } catch let error as StartError {
            throw CommandFailure(.cannotStart, "cannot start: \(error)")
        } catch {
            throw CommandFailure(.cannotStart, ErrorText.of(error))
        }
    }
}
