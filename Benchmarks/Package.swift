// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "appliance-sim-benchmarks",
  dependencies: [
    // Without the name its identity would be the clone's folder name.
    .package(name: "appliance-sim", path: "../")
  ],
  targets: [
    .executableTarget(name: "yardstick", cSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(name: "countingsink", cSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "modelbench",
      dependencies: [.product(name: "ApplianceCore", package: "appliance-sim")],
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "fleetbench",
      dependencies: [
        .product(name: "ApplianceCore", package: "appliance-sim"),
        .product(name: "ConfigurationImport", package: "appliance-sim"),
      ],
      swiftSettings: [.treatAllWarnings(as: .error)]),
  ],
  swiftLanguageModes: [.v6]
)
