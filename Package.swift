// swift-tools-version: 6.2
import PackageDescription

/// What every target is compiled with; docs/ARCHITECTURE.md says why.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let collections: [Target.Dependency] = [
  .product(name: "DequeModule", package: "swift-collections"),
  .product(name: "HeapModule", package: "swift-collections"),
]

/// A target that decides: no clock, socket, file or Foundation.
func core(
  _ name: String, _ targets: [String] = [], products: [Target.Dependency] = []
) -> Target {
  .target(
    name: name, dependencies: targets.map { .byName(name: $0) } + products,
    path: "Sources/Core/\(name)", swiftSettings: settings)
}

/// A target that acts and decides nothing.
func shell(
  _ name: String, _ targets: [String] = [], products: [Target.Dependency] = []
) -> Target {
  .target(
    name: name, dependencies: targets.map { .byName(name: $0) } + products,
    path: "Sources/Shell/\(name)", swiftSettings: settings)
}

func tests(
  _ name: String, _ targets: [String], products: [Target.Dependency] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: ([name] + targets).map { .byName(name: $0) } + products,
    path: "Tests/\(name)Tests", swiftSettings: settings)
}

let package = Package(
  name: "appliance-sim",
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0")
  ],
  targets: [
    core("Simulation", products: collections),
    core("LogModel", ["Simulation"]),
    core("ApplianceConfiguration", ["Simulation", "LogModel"]),

    .systemLibrary(
      name: "CLibXML2", path: "Sources/Shell/CLibXML2", pkgConfig: "libxml-2.0",
      providers: [.apt(["libxml2-dev"])]),
    shell("ConfigurationXML", ["CLibXML2", "LogModel", "ApplianceConfiguration"]),

    tests("Simulation", []),
    tests("LogModel", ["Simulation"]),
    tests("ApplianceConfiguration", ["LogModel"]),
    tests("ConfigurationXML", ["LogModel", "ApplianceConfiguration"]),
  ]
)
