import ApplianceConfiguration
import ApplianceRuntime
import ArgumentParser
import FileStore
import Foundation
import LogModel
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Reports
import ServiceLifecycle

/// `appliance demo`: a documented failure, live, told step by step.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Show a documented failure live, told step by step.",
    discussion: """
      Starts a syslog receiver that reads the first push and then resets it, a mailbox, and the \
      appliance, all on loopback, and lists the lines that were lost. With --to it forwards to \
      your own collector, and resets the connection on the way, as a firewall might; with \
      --received it then compares the log with the file that the collector writes. Exit code 0 \
      only when each expected step happened and the collector has every line that went on to it.

      Example: appliance demo --output demo-output
      Example: appliance demo --to 192.0.2.10:514 --received /var/log/mail.log
      """)

  enum Case: String, ExpressibleByArgument, CaseIterable {
    case documentedReset = "documented-reset"
  }

  @Argument(help: "Which case to show.")
  var demoCase = Case.documentedReset

  @Option(help: ArgumentHelp("Your own collector (TCP).", valueName: "HOST:PORT"))
  var to: CollectorArgument?

  @Option(
    help: ArgumentHelp(
      "The file that your collector writes; what it got during the demo is compared with the log.",
      valueName: "FILE"))
  var received: String?

  @Option(help: ArgumentHelp("How many places of each kind are listed.", valueName: "N"))
  var spans = 10

  @Option(help: "Keep logs, received streams, mail, ledger and report in this folder.")
  var output: String?

  @OptionGroup
  var captureOptions: CaptureOptions

  func validate() throws {
    if self.received != nil, self.to == nil {
      throw ValidationError("--received: found no --to, allowed: together with --to HOST:PORT")
    }
    guard (0...100_000).contains(self.spans) else {
      throw ValidationError("--spans: found \(self.spans), allowed: 0 to 100000")
    }
  }

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
    let growth = try self.received.map { try FileGrowth(of: $0) }
    let capture = try self.captureOptions.begin()
    let service = DemoService(
      loaded: loaded, subscription: subscription, output: output, capture: capture,
      collector: self.to)
    try await runUntilSignalled(service)
    guard let story = service.story.withLockedValue({ $0 }) else { return }
    let losses = DemoLosses(
      subscription: subscription, output: output.path, spansMax: self.spans)
    let lost = try losses.tell()
    var shortfall = 0
    if let growth { shortfall = try await losses.compare(with: growth, lost: lost) }
    let summary = await capture?.finish()
    if let summary { Terminal.output.line("\n\(CaptureText.line(summary))") }
    if let path = self.output { Terminal.output.line("\nEverything is kept in \(path)") }
    if let missing = story.missing.first {
      let words = missing.words(collector: self.to?.description)
      throw CommandFailure("the demo failed: not seen: \(words)")
    }
    if shortfall > 0 {
      throw CommandFailure(
        "\(self.received ?? ""): \(CountText.lines(shortfall)) that went on to the collector "
          + "\(shortfall == 1 ? "is" : "are") missing, cut or altered")
    }
    try CaptureText.require(summary)
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
struct CollectorArgument: ExpressibleByArgument, Hashable, Sendable, CustomStringConvertible {
  let host: String
  let port: UInt16

  var description: String {
    self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
  }

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
private final class DemoService: Service {
  private let loaded: LoadedConfiguration
  private let subscription: String
  private let output: OutputFolder
  private let capture: LiveCapture?
  private let collector: CollectorArgument?
  /// The story, once it is told.
  let story = NIOLockedValueBox<DemoStory?>(nil)

  init(
    loaded: LoadedConfiguration, subscription: String, output: OutputFolder,
    capture: LiveCapture?, collector: CollectorArgument?
  ) {
    self.loaded = loaded
    self.subscription = subscription
    self.output = output
    self.capture = capture
    self.collector = collector
  }

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: DemoStage.End.self)
    let box = NIOLoopBoundBox<DemoStage?>.makeBoxSendingValue(nil, eventLoop: loop)
    loop.execute {
      do throws(FileStoreError) {
        let stage = try DemoStage(
          loop: loop, loaded: self.loaded, subscription: self.subscription, output: self.output,
          collector: self.collector
        ) { end in
          box.value = nil
          done.succeed(end)
        }
        stage.capture = self.capture
        box.value = stage
        stage.start()
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
    case .refused(let reason): throw CommandFailure(reason)
    case .failed(let reason): throw CommandFailure("the demo failed: \(reason)")
    case .told(let story): self.story.withLockedValue { $0 = story }
    }
  }
}
