import ArgumentParser

/// The source of a token: the command line, or standard input, which no process list shows.
struct TokenArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The token. Left out or -, it is read from standard input, where no process list and no shell history shows it.",
            valueName: "token"))
    var token: String?

    func read() throws(CommandFailure) -> String {
        if let token, token != "-" {
            Console.warn("a token on the command line is seen by everybody on this machine (ps): give it on standard input")
        }
        let text = if let token, token != "-" { token } else { try InputFile.standardInput() }
        return text.trimmed
    }
}
