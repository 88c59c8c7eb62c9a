// swift-tools-version: 6.2
import PackageDescription

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
      swiftSettings: [.treatAllWarnings(as: .error)])
  ],
  swiftLanguageModes: [.v6]
)
