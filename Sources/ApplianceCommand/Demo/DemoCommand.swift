import ApplianceConfiguration
import ApplianceRuntime
import ArgumentParser
import FileStore
import Foundation
import LogModel
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import ServiceLifecycle

/// `appliance demo`: a documented failure, live, told step by step.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Show a documented failure live, told step by step.",
    discussion: """
      Starts a syslog receiver that reads the first push and then resets it, a mailbox, and the \
      appliance, all on loopback. With --to the receiver stands on the path to your own collector, \
      as a firewall that resets would. Exit code 0 only when each expected step happened.

      Example: appliance demo --output demo-output
      """)

  enum Case: String, ExpressibleByArgument, CaseIterable {
    case documentedReset = "documented-reset"
  }

  @Argument(help: "Which case to show.")
  var demoCase = Case.documentedReset

  @Option(help: ArgumentHelp("Your own collector (TCP).", valueName: "HOST:PORT"))
  var to: CollectorArgument?

  @Option(help: "Keep logs, received streams, mail, ledger and report in this folder.")
  var output: String?

  @OptionGroup
  var captureOptions: CaptureOptions

  func run() async throws {
    try OpenFiles.requireForSockets()
    let loaded = try LoadedConfiguration.read(
      PackageResources.appliance_config_xml, name: "appliance-config.xml")
    guard let subscription = loaded.configuration.firstPushedMailLog else {
      throw CommandFailure("the sample configuration pushes no mail log")
    }
    let scratch = self.output == nil ? try Self.makeScratchFolder() : nil
    defer { scratch.map { try? FileManager.default.removeItem(atPath: $0) } }
    let output = try OutputFolder(ofRunAt: self.output ?? scratch ?? ".")
    let capture = try self.captureOptions.begin()
    let service = DemoService(
      loaded: loaded, subscription: subscription, output: output, capture: capture,
      collector: self.to.map { ($0.host, $0.port) })
    try await runUntilSignalled(service)
    if let summary = await capture?.finish() {
      Terminal.output.line("\n\(CaptureText.line(summary))")
    }
    if let path = self.output { Terminal.output.line("\nEverything is kept in \(path)") }
  }

  private static func makeScratchFolder() throws -> String {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("appliance-demo-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder.path
  }
}

extension Configuration {
  /// The name of the first text mail log that goes by syslog push.
  fileprivate var firstPushedMailLog: String? {
    self.subscriptions.first { subscription in
      guard case .syslogPush = subscription.retrieval else { return false }
      return subscription.type.value == .textMail
    }?.name.value
  }
}

/// `HOST:PORT` or `[IPv6]:PORT`.
struct CollectorArgument: ExpressibleByArgument {
  let host: String
  let port: UInt16

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"),
      let port = UInt16(argument[argument.index(after: colon)...]), port > 0
    else { return nil }
    let host = argument[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    guard !host.isEmpty, isBracketed || !host.contains(":") else { return nil }
    self.host = String(isBracketed ? host.dropFirst().dropLast() : host)
    self.port = port
  }
}

/// The demo from start to end.
private struct DemoService: Service {
  let loaded: LoadedConfiguration
  let subscription: String
  let output: OutputFolder
  let capture: LiveCapture?
  let collector: (host: String, port: UInt16)?

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: DemoStage.End.self)
    let box = NIOLoopBoundBox<DemoStage?>.makeBoxSendingValue(nil, eventLoop: loop)
    loop.execute {
      do throws(FileStoreError) {
        let stage = try DemoStage(
          loop: loop, loaded: self.loaded, subscription: self.subscription, output: self.output
        ) { end in
          box.value = nil
          done.succeed(end)
        }
        stage.capture = self.capture
        box.value = stage
        stage.start(collector: self.collector)
      } catch {
        done.fail(error)
      }
    }
    let end = try await withGracefulShutdownHandler {
      try await done.futureResult.get()
    } onGracefulShutdown: {
      loop.execute { box.value?.cancel() }
    }
    switch end {
    case .failed(let reason):
      throw CommandFailure("the demo failed: \(reason)")
    case .told(let story):
      guard let missing = story.missing.first else { return }
      throw CommandFailure("the demo failed: not seen: \(missing.rawValue)")
    }
  }
}
