// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where this is set, as in the package that is fuzzed.
let warningsAreErrors = Context.environment["APPLIANCE_WARNINGS"] == "error"
let swiftWarnings: [SwiftSetting] = warningsAreErrors ? [.treatAllWarnings(as: .error)] : []

// Built by Scripts/fuzz.sh only, which adds -sanitize=fuzzer to every target.
let package = Package(
  name: "appliance-sim-fuzz",
  dependencies: [
    // Without the name its identity would be the clone's folder name.
    .package(name: "appliance-sim", path: "../")
  ],
  targets: [
    .executableTarget(
      name: "fuzzimport",
      dependencies: [.product(name: "ConfigurationImport", package: "appliance-sim")],
      swiftSettings: swiftWarnings)
  ],
  swiftLanguageModes: [.v6]
)
