import ArgumentParser
import Foundation
import Gatehouse
import GatehouseSettings
import Testing

@testable import GatehouseCommands

@Suite("The flags of settings")
struct SettingOptionTests {
    private static func value(of setting: Setting) -> String {
        switch setting.form {
        case .toggle: "true"
        case .count(let range): String(range.lowerBound)
        case .size(let range): SettingValue.size(range.lowerBound).text
        case .duration(let range): SettingValue.duration(range.upperBound).text
        case .choice(let words): words.last ?? ""
        case .list: setting.name == "cors_header" ? "X-Tenant" : "https://a.example"
        case .text:
            ["/other/", "127.0.0.1:1", "redis://127.0.0.1", "https://idp.example", "name"].first { setting.form.accepts(.text($0)) } ?? ""
        }
    }

    @Test("each setting has a flag of its name", arguments: Setting.all.map(\.name))
    func flags(_ name: String) throws {
        let setting = try #require(Setting.named(name))
        if case .toggle = setting.form {
            #expect(try ServeOptions.parse([setting.flag]).given == [name: ["true"]])
            #expect(try ServeOptions.parse(["--no-" + setting.flag.dropFirst(2)]).given == [name: ["false"]])
        } else {
            let value = Self.value(of: setting)
            #expect(try ServeOptions.parse([setting.flag, value]).given == [name: [value]])
        }
    }

    @Test("a list is a flag that is repeated")
    func list() throws {
        let words = ["--cors-origin", "https://a.example", "--cors-origin", "https://b.example"]
        #expect(try ServeOptions.parse(words).given == ["cors_origin": ["https://a.example", "https://b.example"]])
    }

    @Test("the help has every flag under the heading of its group, with meaning, values and default")
    func help() throws {
        let help = ServeCommand.helpMessage(columns: 4_000)
        let sections = help.components(separatedBy: "\n\n")
        for setting in Setting.all {
            let section = try #require(sections.first { $0.hasPrefix(setting.group.rawValue.uppercased() + ":") }, "\(setting.group)")
            let line = try #require(
                section.split(separator: "\n").first { $0.trimmingCharacters(in: .whitespaces).hasPrefix(setting.flag) }
                    ?? section.split(separator: "\n").first { $0.contains(setting.flag) })
            #expect(section.contains(setting.meaning(naming: \.flag)), "\(line)")
            #expect(section.contains("default: \(setting.defaultText(naming: \.flag)))"), "\(line)")
        }
    }

    @Test("a flag's value is checked as it is read", arguments: ["--ping-interval 25", "--port 65536", "--on-audit-failure stop"])
    func values(_ arguments: String) {
        let words = arguments.split(separator: " ").map(String.init)
        #expect { try ServeOptions.parse(words) } throws: { "\(ServeOptions.message(for: $0))".contains("expected: ") }
    }

    @Test("--json shows something, and one thing is shown at a time", arguments: ["--json", "--print-config --print-limits"])
    func shown(_ arguments: String) {
        let words = arguments.split(separator: " ").map(String.init)
        #expect(throws: (any Error).self) { try ServeOptions.parse(words) }
    }

    @Test("what is wrong with flags alone is wrong usage; anything else keeps the server from starting")
    func exitCodes() async throws {
        let flags = try ServeOptions.parse(["--cert", "chain.pem"])
        let usage = await #expect(throws: CommandFailure.self) { try await flags.settings(environment: [:]) }
        #expect(usage?.status == .usage && usage?.message.hasPrefix("--cert: ") == true)
        let mixed = await #expect(throws: CommandFailure.self) {
            try await flags.settings(environment: ["GATEHOUSE_HTTP": "true", "GATEHOUSE_KEY": "k"])
        }
        #expect(mixed?.status == .cannotStart && mixed?.message.hasPrefix("GATEHOUSE_HTTP, --cert: ") == true)
        let unknown = await #expect(throws: CommandFailure.self) {
            try await ServeOptions.parse([]).settings(environment: ["GATEHOUSE_PROT": "1"])
        }
        #expect(unknown?.status == .cannotStart)
    }

    @Test("--print-config shows each value and where it is from")
    func print() async throws {
        let directory = try ScratchDirectory()
        let file = try directory.write("loops: 2\n", to: "g.yaml")
        let options = try ServeOptions.parse(["--config", file, "--port", "0"])
        let gathered = try await options.settings(environment: ["GATEHOUSE_MAX_PAYLOAD": "2KiB", "GATEHOUSE_VAR": "v"])
        let rows = Dictionary(
            uniqueKeysWithValues: gathered.table.lines.map { line in
                let cells = line.split(separator: " ", maxSplits: 1).map(String.init)
                return (cells[0], cells.count > 1 ? cells[1].split(separator: " ").joined(separator: " ") : "")
            })
        #expect(rows["loops"] == "2 \(file):1:8" && rows["port"] == "0 --port" && rows["max_payload"] == "2KiB GATEHOUSE_MAX_PAYLOAD")
        #expect(rows["audit"] == "v/audit default" && rows["monitoring"] == "127.0.0.1:0 default" && rows["client_ca"] == "none default")
        #expect(Set(rows.keys) == Set(Setting.all.map(\.name) + ["SETTING"]))
        let json = gathered.json
        #expect(json["loops"] == ["value": 2, "from": "file", "at": .string("\(file):1:8")])
        #expect(json["max_payload"] == ["value": "2KiB", "from": "environment", "at": "GATEHOUSE_MAX_PAYLOAD"])
        #expect(json["cors_origin"] == ["value": [], "from": "default"] && json["strict"]?["value"] == false)
        #expect(json["cert"]?["value"] == "certs/server.pem" && json["client_ca"]?["value"] == .null)
    }

    @Test("the page of the documentation is what `gatehouse settings --markdown` prints")
    func page() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let page = root.appendingPathComponent("Sources/Gatehouse/Documentation.docc/Settings.md").standardized
        #expect(
            try String(contentsOf: page, encoding: .utf8) == SettingsPage.text + "\n",
            "write it again: swift run gatehouse settings --markdown > Sources/Gatehouse/Documentation.docc/Settings.md")
    }

    @Test("help texts leave the breaking of lines to whoever shows them")
    func paragraphs() {
        func check(_ command: any ParsableCommand.Type) {
            let lines = command.configuration.discussion.split(separator: "\n", omittingEmptySubsequences: false)
            // An example that is broken in two cannot be pasted.
            for line in lines where line.hasPrefix(" ") { #expect(line.count <= 79, "\(command): \(line)") }
            for (line, next) in zip(lines, lines.dropFirst()) where !line.isEmpty && !line.hasPrefix(" ") {
                #expect(next.isEmpty || next.hasPrefix(" "), "\(command): \(line)")
            }
            for subcommand in command.configuration.subcommands { check(subcommand) }
        }
        check(GatehouseCommand.self)
    }
}
