import Gatehouse
import GatehouseSettings

/// The page of the documentation that lists the settings.
enum SettingsPage {
    private static let introduction = """
        # Settings

        Every setting of a server, as `gatehouse settings` lists them. This page is made by `gatehouse settings --markdown`; a test compares it
        with the code.

        A setting is given by a flag of `gatehouse serve`, an environment variable or a key in a file (`--config FILE` or
        `\(SettingsEnvironment.fileVariable)`). The first of these that has it decides; else the default holds. `gatehouse serve --print-config`
        shows each value and where it is from, with `--json` for programs. Settings are read once, at the start.

        A key or a `\(Setting.variablePrefix)` variable that is no setting stops the start, and so does a value that is not taken.
        `GATEHOUSE_TOKEN`, and what Kubernetes sets for a service named `gatehouse`, are no settings.

        ```yaml
        # gateway.yaml
        host: 0.0.0.0
        cert: /etc/gatehouse/tls/tls.crt
        key: /etc/gatehouse/tls/tls.key
        ping_interval: 20s
        max_payload: 128KiB
        cors_origin: [https://app.example, https://www.example]
        ```

        Times have a unit (`250ms`, `30s`, `15m`), and so have sizes (`512B`, `64KiB`, `2MiB`). A list is a list in the file, a flag that is
        repeated, and in the environment texts with commas between them. What is on or off is `true` or `false`, and as a flag `--strict` or
        `--no-strict`. No setting holds a secret; those that need one name its file.

        A program of your own reads the same settings with the library `GatehouseSettings`: `ServerSettings.load().configuration` has those of
        the environment and the file, `Configuration(reading:)` those of any `ConfigReader` of swift-configuration.
        """

    static var text: String {
        var lines = introduction.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for group in SettingGroup.allCases {
            lines += [
                "", "## \(group.rawValue)", "", "| Key | Flag and variable | Values | Default | Meaning | In Swift |",
                "| --- | --- | --- | --- | --- | --- |",
            ]
            for setting in Setting.all where setting.group == group { lines.append(row(setting)) }
        }
        return lines.joined(separator: "\n")
    }

    private static func row(_ setting: Setting) -> String {
        let cells = [
            "`\(setting.name)`", "`\(setting.flag)`<br>`\(setting.variable)`", setting.values, setting.defaultText, setting.meaning,
            setting.member.map { "`\($0)`" } ?? "",
        ]
        return "| " + cells.map { $0.split(separator: "|").joined(separator: "\\|") }.joined(separator: " | ") + " |"
    }
}
