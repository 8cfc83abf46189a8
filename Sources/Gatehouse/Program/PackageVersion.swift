/// The version of the package, as its tags have it.
package enum PackageVersion {
    package static let text = "0.1.0"
}
