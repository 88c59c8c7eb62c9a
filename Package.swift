// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where this is set: in the gate, and for who wants it. A newer compiler may
/// warn of what this one does not, and a user's build is to succeed with it.
let warningsAreErrors = Context.environment["APPLIANCE_WARNINGS"] == "error"

/// What every target is compiled with; docs/ARCHITECTURE.md says why.
let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  ] + (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])

let collections: [Target.Dependency] = [
  .product(name: "DequeModule", package: "swift-collections"),
  .product(name: "HeapModule", package: "swift-collections"),
]

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
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
  products: [
    .executable(name: "appliance", targets: ["ApplianceCommand"]),
    // For Benchmarks/, a package of its own.
    .library(
      name: "ApplianceCore", targets: ["ApplianceModel", "NetworkModel", "Scenarios", "TestKit"]),
    // For Fuzz/, another one.
    .library(
      name: "ConfigurationImport",
      targets: ["ApplianceConfiguration", "ConfigurationXML", "ConfigurationSanitizing"]),
  ],
  traits: [
    .trait(
      name: "TLS",
      description: "Pushes and lab servers that speak TLS; takes most of a first build."),
    .default(enabledTraits: ["TLS"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(
      url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
  ],
  targets: [
    core("Text"),
    core("Simulation", ["Text"], products: collections),
    core("Fidelity", ["Simulation"]),
    core("LogModel", ["Simulation"]),
    core("ApplianceConfiguration", ["Text", "Simulation", "LogModel"]),
    core("ConfigurationPolicy", ["Text", "ApplianceConfiguration"]),
    core("ConfigurationSanitizing", ["Text", "Simulation", "LogModel", "ApplianceConfiguration"]),
    core("ConfigurationGenerator", ["Text", "Simulation", "LogModel", "ApplianceConfiguration"]),
    core("MailTransport", ["Simulation"]),
    core("LogFormats", ["Simulation", "LogModel"]),
    core(
      "Alerting",
      ["Simulation", "LogModel", "ApplianceConfiguration", "MailTransport", "LogDelivery"]),
    core("LabPeers", ["Simulation"]),
    core(
      "LogDelivery", ["Text", "Simulation", "LogModel", "LogFormats", "ApplianceConfiguration"],
      products: collections + [.product(name: "BasicContainers", package: "swift-collections")]),
    core("MailFlow", ["Simulation", "LogModel", "ApplianceConfiguration"]),
    core(
      "ApplianceModel",
      [
        "Text", "Simulation", "LogModel", "ApplianceConfiguration", "MailTransport", "MailFlow",
        "LogFormats", "LogDelivery", "Alerting",
      ], products: [.product(name: "BasicContainers", package: "swift-collections")]),
    core("NetworkModel", ["Text", "Simulation"]),
    core("Reconciliation", ["Text"]),
    core(
      "Scenarios",
      [
        "Text", "Simulation", "LogModel", "ApplianceConfiguration", "MailTransport", "MailFlow",
        "LogDelivery", "Alerting", "ApplianceModel", "LabPeers", "NetworkModel",
      ]),
    core(
      "TestKit",
      [
        "Simulation", "LogModel", "ApplianceConfiguration", "MailTransport", "LogDelivery",
        "Alerting", "ApplianceModel",
      ]),

    shell("FileDescriptors"),
    .systemLibrary(
      name: "CLibXML2", path: "Sources/Shell/CLibXML2", pkgConfig: "libxml-2.0",
      providers: [.apt(["libxml2-dev"])]),
    shell(
      "ConfigurationXML",
      [
        "FileDescriptors", "Text", "CLibXML2", "Simulation", "LogModel", "ApplianceConfiguration",
        "ConfigurationPolicy",
      ]),
    shell(
      "CertificateReading", ["ApplianceConfiguration"],
      products: [.product(name: "SwiftASN1", package: "swift-asn1")]),
    .target(name: "CLinuxSockets", path: "Sources/Shell/CLinuxSockets"),
    shell(
      "ScenarioFiles",
      [
        "FileDescriptors", "Simulation", "LogModel", "ApplianceConfiguration", "ApplianceModel",
        "LogDelivery",
        "NetworkModel", "Scenarios", "ConfigurationPolicy", "ConfigurationXML",
      ], products: [.product(name: "Yams", package: "Yams")]),
    shell("FileStore", ["FileDescriptors", "LogDelivery", "Reconciliation", "Scenarios"]),
    shell(
      "LiveNetwork",
      [
        "FileDescriptors", "Simulation", "LogModel", "LogDelivery", "ApplianceConfiguration",
        "Alerting",
        "MailTransport", "LabPeers", "NetworkModel", "CLinuxSockets",
      ],
      products: nio + [
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(
          name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["TLS"])),
      ]),
    shell(
      "ApplianceRuntime",
      [
        "Simulation", "ApplianceConfiguration", "ApplianceModel", "MailFlow", "LogDelivery",
        "Alerting", "MailTransport", "FileStore", "LiveNetwork", "LabPeers", "LogModel",
        "NetworkModel", "Scenarios",
      ],
      products: nio + [
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    shell(
      "Reports",
      [
        "Text", "Simulation", "Alerting", "ApplianceConfiguration", "ApplianceModel", "LogDelivery",
        "MailFlow", "MailTransport", "Scenarios", "Reconciliation",
      ]),
    shell(
      "ConfigurationSchema", ["Text", "LogModel", "ApplianceConfiguration", "ConfigurationXML"]),
    shell(
      "ConfigurationChecks",
      ["Text", "ApplianceConfiguration", "ConfigurationPolicy", "ConfigurationXML"]),
    shell("ConfigurationStore", ["FileDescriptors", "Simulation", "ApplianceConfiguration"]),
    .executableTarget(
      name: "ApplianceCommand",
      dependencies: [
        "FileDescriptors", "Text", "Simulation", "LogModel", "ApplianceConfiguration",
        "MailTransport", "MailFlow",
        "LogDelivery", "Alerting", "LabPeers", "ApplianceModel", "ConfigurationXML",
        "ConfigurationChecks", "ConfigurationPolicy", "ConfigurationSanitizing",
        "CertificateReading", "ConfigurationGenerator", "ConfigurationSchema", "ConfigurationStore",
        "FileStore",
        "LiveNetwork",
        "ApplianceRuntime", "Reports",
        "NetworkModel", "Scenarios",
        "ScenarioFiles", "Reconciliation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
      ] + nio,
      path: "Sources/ApplianceCommand",
      resources: [
        .embedInCode("Resources/appliance-config.xml"),
        // Cases of the demo: links to fixtures/scenarios.
        .embedInCode("Resources/black-hole.yaml"),
        .embedInCode("Resources/ips-reset-on-signature.yaml"),
        .embedInCode("Resources/lab-tcp.xml"),
        .embedInCode("Resources/lab-udp.xml"),
        .embedInCode("Resources/server-restart.yaml"),
        .embedInCode("Resources/udp-loss-unseen.yaml"),
        .embedInCode("Resources/diagnostic-examples.txt"),
      ], swiftSettings: settings),

    tests("Text", []),
    tests("FileDescriptors", []),
    tests("Simulation", []),
    tests("LogModel", ["Simulation"]),
    tests("ApplianceConfiguration", ["Simulation", "LogModel"]),
    tests("ConfigurationPolicy", ["ApplianceConfiguration"]),
    tests(
      "ConfigurationXML",
      [
        "ConfigurationPolicy", "Simulation", "LogModel", "ApplianceConfiguration", "Reports",
        "Support",
      ]),
    tests("LogFormats", ["Simulation", "LogModel", "Support"]),
    tests("MailTransport", ["Simulation"]),
    tests(
      "MailFlow", ["Simulation", "LogModel", "LogFormats", "ApplianceConfiguration"]),
    tests(
      "LogDelivery",
      ["Simulation", "LogModel", "LogFormats", "ApplianceConfiguration", "Support"]),
    tests(
      "ApplianceModel",
      [
        "Simulation", "LogModel", "ApplianceConfiguration", "MailTransport", "LogDelivery",
        "Alerting", "MailFlow", "TestKit", "Support",
      ]),
    tests(
      "Reports",
      [
        "Simulation", "Alerting", "ApplianceConfiguration", "ApplianceModel", "LogDelivery",
        "MailFlow", "MailTransport", "Reconciliation", "Scenarios", "Support",
      ]),
    tests("ConfigurationChecks", ["ApplianceConfiguration", "ConfigurationXML", "Support"]),
    tests("CertificateReading", ["ApplianceConfiguration", "Simulation", "Support"]),
    tests("ConfigurationStore", ["Simulation", "ApplianceConfiguration"]),
    tests(
      "ConfigurationSanitizing",
      ["ApplianceConfiguration", "ConfigurationXML", "Simulation", "Support"]),
    tests(
      "ConfigurationGenerator",
      [
        "ApplianceConfiguration", "ConfigurationChecks", "ConfigurationSanitizing",
        "ConfigurationXML", "Support",
      ]),
    tests(
      "ConfigurationSchema", ["CLibXML2", "ConfigurationGenerator", "ConfigurationXML", "Support"]),
    tests(
      "ApplianceCommand", ["ApplianceModel", "LogDelivery", "Simulation", "Support"],
      products: [.product(name: "Yams", package: "Yams")]),
    .target(
      name: "Support", dependencies: ["Simulation"], path: "Tests/Support",
      swiftSettings: settings),
    tests(
      "Alerting",
      [
        "Simulation", "LogModel", "ApplianceConfiguration", "LogDelivery", "MailTransport",
        "Support",
      ]),
    tests("LabPeers", ["Simulation"]),
    tests("FileStore", ["LogDelivery", "Reconciliation"]),
    tests(
      "LiveNetwork",
      [
        "Simulation", "ApplianceConfiguration", "MailTransport", "LogDelivery", "LabPeers",
        "Support",
      ],
      products: nio + [.product(name: "NIOConcurrencyHelpers", package: "swift-nio")]),
    tests(
      "ApplianceRuntime",
      [
        "Simulation", "ApplianceConfiguration", "ApplianceModel", "Alerting", "MailTransport",
        "LogDelivery", "LabPeers", "FileStore", "LiveNetwork", "Scenarios", "ScenarioFiles",
        "TestKit", "Support",
        "ConfigurationXML",
      ], products: nio + [.product(name: "NIOConcurrencyHelpers", package: "swift-nio")]),
    tests(
      "Scenarios",
      [
        "Simulation", "LogModel", "ApplianceConfiguration", "ApplianceModel", "LogDelivery",
        "LabPeers", "NetworkModel", "MailTransport", "Alerting", "ScenarioFiles", "TestKit",
        "Support",
      ], products: [.product(name: "BasicContainers", package: "swift-collections")]),
    tests("NetworkModel", ["Simulation", "Support"]),
    tests("Reconciliation", ["Simulation", "Support"]),
    tests("Fidelity", ["Simulation", "Support"]),
    tests(
      "ScenarioFiles",
      [
        "Simulation", "LogModel", "ApplianceConfiguration", "ConfigurationPolicy", "ApplianceModel",
        "LogDelivery",
        "LabPeers", "Scenarios", "ConfigurationXML", "Support",
      ]),
    .testTarget(
      name: "TidyTests", dependencies: ["Support"], path: "Tests/TidyTests",
      swiftSettings: settings),
  ]
)
