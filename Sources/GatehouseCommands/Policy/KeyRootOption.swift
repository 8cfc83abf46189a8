import ArgumentParser

/// The root of the key files that policies name.
struct KeyRootOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The directory that paths of keys in the policies are relative to; . is the working directory.", valueName: "directory"))
    var root = "."
}
