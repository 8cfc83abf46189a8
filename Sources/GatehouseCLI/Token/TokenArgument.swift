import ArgumentParser

/// Where a token comes from: the command line, or standard input, where no process list shows it.
struct TokenArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The token. Left out or -, it is read from standard input.", valueName: "token"))
    var token: String?

    func read() throws(CommandFailure) -> String {
        let text = if let token, token != "-" { token } else { try InputFile.standardInput() }
        return text.trimmed
    }
}
