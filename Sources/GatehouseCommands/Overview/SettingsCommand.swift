import ArgumentParser
import Gatehouse

/// `gatehouse settings`
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Show every setting of a server: its values, its default and what it means.",
        discussion: """
            A setting is a key in a file of settings (`\(Program.name) serve --config FILE`); with dashes it is a flag, and in capitals, after \
            GATEHOUSE_, an environment variable. `\(Program.name) serve --print-config` shows the values in force.

            Example:
              \(Program.name) settings | grep timeout

            Exit codes: 0 shown.
            """
    )

    @Flag(help: "As a page of documentation.")
    var markdown = false

    func run() throws {
        if markdown { return try Console.line(SettingsPage.text) }
        var table = TextTable("SETTING", "VALUES", "DEFAULT", "MEANING")
        for setting in Setting.all {
            table.add(setting.name, setting.values, setting.defaultText(naming: \.name), setting.meaning(naming: \.name))
        }
        try table.print()
    }
}
