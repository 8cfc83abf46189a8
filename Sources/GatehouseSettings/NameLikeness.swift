import Gatehouse
import GatehousePolicy

/// Finds the setting that a wrong name means: one letter differs, words are joined in another way, or it is the name in Swift.
enum NameLikeness {
    /// The text if there is none.
    static let list = ": `gatehouse settings` lists them"

    static func closest(to name: String) -> Setting? {
        let letters = letters(of: name)
        return Setting.all.first { setting in
            self.letters(of: setting.name) == letters || setting.member.map { self.letters(of: $0) == letters } == true
                || setting.member.map { self.letters(of: String($0.split(separator: ".").last ?? "")) == letters } == true
        } ?? Setting.all.first { KeyLikeness.isClose($0.name, name) }
    }

    private static func letters(of name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }
}
