// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where this is set, as in the package that is measured.
let warningsAreErrors = Context.environment["APPLIANCE_WARNINGS"] == "error"
let cWarnings: [CSetting] = warningsAreErrors ? [.treatAllWarnings(as: .error)] : []
let swiftWarnings: [SwiftSetting] = warningsAreErrors ? [.treatAllWarnings(as: .error)] : []

let package = Package(
  name: "appliance-sim-benchmarks",
  dependencies: [
    // Without the name its identity would be the clone's folder name.
    .package(name: "appliance-sim", path: "../")
  ],
  targets: [
    .executableTarget(name: "yardstick", cSettings: cWarnings),
    .executableTarget(name: "countingsink", cSettings: cWarnings),
    .executableTarget(
      name: "modelbench",
      dependencies: [.product(name: "ApplianceCore", package: "appliance-sim")],
      swiftSettings: swiftWarnings),
    .executableTarget(
      name: "fleetbench",
      dependencies: [
        .product(name: "ApplianceCore", package: "appliance-sim"),
        .product(name: "ConfigurationImport", package: "appliance-sim"),
      ],
      swiftSettings: swiftWarnings),
  ],
  swiftLanguageModes: [.v6]
)
