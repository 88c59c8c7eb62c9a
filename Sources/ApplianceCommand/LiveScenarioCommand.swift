import ApplianceModel
import ApplianceRuntime
import ArgumentParser
import FileStore
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Reports
import Scenarios
import ServiceLifecycle

/// `appliance run --scenario`: a scenario in the live world, judged and kept as `simulate` does.
struct LiveScenarioCommand: Sendable {
  let file: String
  let scenario: Scenario
  let folder: OutputFolder
  let capture: LiveCapture?
  let format: OutputFormat
  let failsOnLoss: Bool

  func run() async throws {
    let refusals = LiveScenario.refusals(self.scenario)
    guard refusals.isEmpty else {
      throw CommandFailure(refusals.map { "\(self.file): \($0)" }.joined(separator: "\n"))
    }
    try TLSSupport.require(for: self.scenario.configuration)
    for warning in LogContentText.warnings(self.scenario.configuration) {
      Terminal.error.line(warning)
    }
    for warning in LiveScenario.warnings(self.scenario) {
      Terminal.error.line("\(self.file): warning: \(warning)")
    }
    let service = LiveScenarioService(
      scenario: self.scenario, folder: self.folder, capture: self.capture)
    try await runUntilSignalled(service)
    let captured = await self.capture?.finish()
    guard let result = service.result.withLockedValue({ $0 }) else {
      throw CommandFailure("the run ended without a result")
    }
    let document = ScenarioDocument(scenario: self.scenario, result: result)
    let capture = captured.map(CaptureText.line)
    if let capture { Terminal.error.line(capture) }
    let counted = try ScenarioResultFiles.countedLosses(result, self.scenario, in: self.folder)
    try ScenarioResultFiles.write(
      result, self.scenario, document, to: self.folder, capture: capture, counted: counted)
    switch self.format {
    case .json:
      try Terminal.output.write(bytes: document.json())
      Terminal.error.line(
        ScenarioResultFiles.losses(result, self.scenario, counted: counted).line)
    case .text: ScenarioResultFiles.show(result, self.scenario, counted: counted)
    }
    try ScenarioResultFiles.judge(
      result, self.scenario, failsOnLoss: self.failsOnLoss, counted: counted)
    try CaptureText.require(captured)
  }
}

/// The scenario from start to end; a shutdown ends it before its time.
private final class LiveScenarioService: Service {
  private let scenario: Scenario
  private let folder: OutputFolder
  private let capture: LiveCapture?
  let result = NIOLockedValueBox<ScenarioResult?>(nil)

  init(scenario: Scenario, folder: OutputFolder, capture: LiveCapture?) {
    self.scenario = scenario
    self.folder = folder
    self.capture = capture
  }

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: Void.self)
    let box = NIOLoopBoundBox<LiveScenario?>.makeBoxSendingValue(nil, eventLoop: loop)
    loop.execute {
      let live = LiveScenario(
        loop: loop, scenario: self.scenario,
        output: ScenarioFolder(folder: self.folder, keepsCapture: false, keepsReceived: true),
        folder: self.folder,
        onEvent: { event in
          if let line = event.sentence { Terminal.error.line(line) }
        },
        onEnd: { end in
          box.value = nil
          done.completeWith(Result { try self.keep(end) })
        })
      live.capture = self.capture
      box.value = live
      live.begin()
    }
    try await withGracefulShutdownHandler {
      try await done.futureResult.get()
    } onGracefulShutdown: {
      loop.execute { box.value?.stop() }
    }
  }

  private func keep(_ end: LiveScenario.End) throws {
    let (result, output) = try end.get()
    if var folder = output as? ScenarioFolder {
      folder.finish()
      if let failure = folder.failure { throw failure }
    }
    self.result.withLockedValue { $0 = result }
  }
}
