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
import Simulation
import Text

/// `appliance demo`: a documented failure, live, step by step.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Show a documented failure step by step.",
    discussion: """
      documented-reset runs live: a syslog receiver that reads the first push and then resets the \
      connection, a mailbox and the appliance, all on loopback; then it lists the lines that were \
      lost. With --to, the demo forwards to your collector and resets the connection on the way, \
      as a firewall might; with --received it then compares the log with the file that the \
      collector writes. Exit code 0 only when each expected step happened and the collector has \
      every line that was forwarded to it.

      The other cases run in virtual time and need no network: udp-loss (lines lost without an \
      error), black-hole (15 minutes without an error), ips-signature (a device resets at a \
      text), at-least-once (the same restart with and without a disk buffer).

      Example: appliance demo --output demo-output
      Example: appliance demo black-hole --step
      Example: appliance demo --to 192.0.2.10:514 --received /var/log/mail.log
      """)

  enum Case: String, ExpressibleByArgument, CaseIterable, Sendable {
    case documentedReset = "documented-reset"
    case udpLoss = "udp-loss"
    case blackHole = "black-hole"
    case ipsSignature = "ips-signature"
    case atLeastOnce = "at-least-once"
  }

  @Argument(help: ArgumentHelp("Case to show.", valueName: "case"))
  var demoCase = Case.documentedReset

  @Flag(help: "Wait for Enter before each step.")
  var step = false

  @Option(
    help: ArgumentHelp("Wait TIME before each step, such as 2s.", valueName: "TIME"),
    transform: duration)
  var pace: SimDuration?

  @Option(help: ArgumentHelp("Forward to your own collector (TCP).", valueName: "HOST:PORT"))
  var to: CollectorArgument?

  @Option(
    help: ArgumentHelp(
      "File that your collector writes; what it gets during the demo is compared with the log.",
      valueName: "FILE"))
  var received: String?

  @Option(help: ArgumentHelp("List N places with lost lines.", valueName: "N"))
  var spans = 10

  @Option(help: "Save logs, received streams, mail, ledger and report in this folder.")
  var output: String?

  @OptionGroup
  var captureOptions: CaptureOptions

  func validate() throws {
    if self.received != nil, self.to == nil {
      throw ValidationError("--received needs --to HOST:PORT")
    }
    guard (0...100_000).contains(self.spans) else {
      throw ValidationError("--spans: found \(self.spans), allowed: 0 to 100000")
    }
    guard !self.step || self.pace == nil else {
      throw ValidationError("give either --step or --pace")
    }
    guard self.demoCase != .documentedReset else { return }
    if self.to != nil || self.captureOptions.capture != nil {
      throw ValidationError(
        "--to and --capture are for documented-reset; \(self.demoCase.rawValue) runs in virtual "
          + "time, and --output saves its capture")
    }
  }

  func run() async throws {
    let pace: StoryPrinter.Pace =
      self.step ? .enter : self.pace.map { .after(.nanoseconds($0.nanoseconds)) } ?? .atOnce
    let printer = StoryPrinter(pace: pace)
    do {
      if self.demoCase == .documentedReset {
        try await self.runLive(printer)
      } else {
        try await self.runVirtual(printer)
      }
    } catch {
      printer.hurry()
      await printer.finish()
      // Whoever left has seen what it wanted, and that the story was cut short is no news to it.
      throw Terminal.hasLostReader ? ExitCode.failure : error
    }
  }

  private func runVirtual(_ printer: StoryPrinter) async throws {
    ProcessSignals.shared.handle(ProcessSignals.ends) { printer.abandon() }
    let scratch = self.output == nil ? try Self.makeScratchFolder() : nil
    defer { scratch.map { try? FileManager.default.removeItem(atPath: $0) } }
    let output = try OutputFolder(ofRunAt: self.output ?? scratch ?? ".")
    try output.replaceEarlierResults()
    let isAsExpected = try DemoScenario(
      demoCase: self.demoCase, output: output, spansMax: self.spans, printer: printer
    ).show()
    if let path = self.output { printer.line("\nEverything is saved in \(path)", isWhole: true) }
    await printer.finish()
    try printer.requireToldToItsEnd()
    guard isAsExpected else {
      throw CommandFailure("the demo failed: not every expectation is met")
    }
  }

  private func runLive(_ printer: StoryPrinter) async throws {
    try OpenFiles.requireForSockets()
    let loaded = try LoadedConfiguration.read(
      PackageResources.appliance_config_xml, name: "appliance-config.xml")
    guard let subscription = loaded.configuration.firstPushedMailLog else {
      throw CommandFailure("the sample configuration pushes no mail log")
    }
    let scratch = self.output == nil ? try Self.makeScratchFolder() : nil
    defer { scratch.map { try? FileManager.default.removeItem(atPath: $0) } }
    let output = try OutputFolder(ofRunAt: self.output ?? scratch ?? ".")
    try output.replaceEarlierResults()
    let growth = try self.received.map { try FileGrowth(of: $0) }
    let capture = try self.captureOptions.begin()
    let service = DemoService(
      loaded: loaded, subscription: subscription, output: output, capture: capture,
      collector: self.to, printer: printer)
    try await runUntilSignalled(service)
    ProcessSignals.shared.handle(ProcessSignals.ends) { printer.abandon() }
    guard let story = service.story.withLockedValue({ $0 }) else { return }
    let losses = DemoLosses(
      subscription: subscription, output: output.path, spansMax: self.spans, printer: printer)
    let lost = try losses.show()
    var shortfall = 0
    if let growth { shortfall = try await losses.compare(with: growth, lost: lost) }
    let summary = await capture?.finish()
    if let summary { printer.line("\n\(CaptureText.line(summary))") }
    if let path = self.output { printer.line("\nEverything is saved in \(path)", isWhole: true) }
    await printer.finish()
    try printer.requireToldToItsEnd()
    if let missing = story.missing.first {
      let words = missing.words(collector: self.to?.description)
      throw CommandFailure("the demo failed: not seen: \(words)")
    }
    if shortfall > 0 {
      throw CommandFailure(
        "\(self.received ?? ""): \(CountText.lines(shortfall)) that "
          + "\(Plural.word(shortfall, "was", "were")) forwarded to the collector "
          + "\(Plural.word(shortfall, "is", "are")) missing, cut or altered")
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
  private let printer: StoryPrinter
  /// The story, once it has ended.
  let story = NIOLockedValueBox<DemoStory?>(nil)

  init(
    loaded: LoadedConfiguration, subscription: String, output: OutputFolder,
    capture: LiveCapture?, collector: CollectorArgument?, printer: StoryPrinter
  ) {
    self.loaded = loaded
    self.subscription = subscription
    self.output = output
    self.capture = capture
    self.collector = collector
    self.printer = printer
  }

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: DemoStage.End.self)
    let box = NIOLoopBoundBox<DemoStage?>.makeBoxSendingValue(nil, eventLoop: loop)
    loop.execute {
      do throws(FileStoreError) {
        let stage = try DemoStage(
          loop: loop, loaded: self.loaded, subscription: self.subscription, output: self.output,
          collector: self.collector, printer: self.printer
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
    case .completed(let story): self.story.withLockedValue { $0 = story }
    }
  }
}
