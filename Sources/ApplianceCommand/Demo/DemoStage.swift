import ApplianceConfiguration
import ApplianceModel
import ApplianceRuntime
import FileStore
import LabPeers
import LiveNetwork
import MailTransport
import NIOCore
import Reports
import Simulation

/// The demo's lab on one event loop: receiver, mailbox, appliance; asks the story what to do next.
final class DemoStage {
  /// How the demo ended.
  enum End: Sendable {
    case completed(DemoStory)
    case failed(String)
    /// The collector cannot be reached: there was no story.
    case refused(String)
  }

  /// The server resets the first connection after so many lines.
  private static let resetAfterLines: UInt64 = 60
  private static let messagesPerSecond = 12
  /// How long the traffic goes on behind the four lines.
  private static let goOnFor = TimeAmount.milliseconds(1200)
  private static let deadline = TimeAmount.seconds(10)

  private let loop: any EventLoop
  private let loaded: LoadedConfiguration
  private let subscription: String
  private let output: OutputFolder
  private let received: AppendFile
  private let collector: CollectorArgument?
  private let onEnd: (End) -> Void
  private var story: DemoStory
  private var narrator: DemoNarrator
  private var report = RunReport()
  private let clock = LiveClock()
  private var live: LiveAppliance?
  private var server: LabSyslogServer?
  private var mailServer: LabMailServer?
  private var forwarder: CollectorForwarder?
  private var labPorts: [Int: Int] = [:]
  private var logRest: [UInt8] = []
  private var mails = 0
  private var secondStream: [UInt8] = []
  private var hasEnded = false
  private var liveOutcome: LiveOutcome?
  private var openConnections = 0
  /// What is captured of the appliance's sockets; to be set before `start`.
  var capture: LiveCapture?

  init(
    loop: any EventLoop, loaded: LoadedConfiguration, subscription: String, output: OutputFolder,
    collector: CollectorArgument?, printer: StoryPrinter, onEnd: @escaping (End) -> Void
  ) throws(FileStoreError) {
    self.loop = loop
    self.collector = collector
    self.loaded = loaded
    self.subscription = subscription
    self.output = output
    self.received = try output.receivedFile(server: "syslog")
    self.onEnd = onEnd
    self.story = DemoStory(subscription: subscription)
    self.narrator = DemoNarrator(
      printer: printer, zone: loaded.zone, collector: collector?.description)
  }

  /// Connects to the collector, if there is one; then opens the lab and lets the story begin.
  func start() {
    guard let collector = self.collector else { return self.begin() }
    CollectorForwarder.connect(
      loop: self.loop, host: collector.host, port: collector.port,
      onProblem: { self.end(.failed("collector \(collector): \($0)")) },
      completion: { result in
        switch result {
        case .success(let forwarder):
          self.forwarder = forwarder
          self.begin()
        case .failure(let problem): self.end(.refused("--to \(collector): \(problem)"))
        }
      })
  }

  private func begin() {
    guard !self.hasEnded else { return }
    self.loop.assumeIsolated().scheduleTask(in: Self.deadline) {
      self.end(.failed("the demo did not finish within 10 s"))
    }
    self.openLab()
  }

  /// Ends early, as when a person interrupts.
  func cancel() {
    self.end(.failed("interrupted"))
  }

  // MARK: The lab

  private func openLab() {
    let server = LabSyslogServer(
      loop: self.loop,
      faults: [
        ScheduledReceiverFault(.resetAfter(.lines(Self.resetAfterLines)), connectionsMax: 1)
      ],
      onBytes: { self.read($0, connection: $1) }, onEvent: { self.serverSaw($0) })
    self.server = server
    let stage = NIOLoopBound(self, eventLoop: self.loop)
    do throws(MailTransportError) {
      let name = try MailDomain("mailbox.lab.example")
      server.listenTCP()
        .and(
          LabMailServer.listen(group: self.loop, settings: SMTPServerSettings(name: name)) {
            try stage.value.mailArrived($0)
          }
        )
        .assumeIsolated().whenComplete { result in
          switch result {
          case .success(let (port, mailServer)):
            self.mailServer = mailServer
            self.startAppliance(syslogPort: port, mailPort: Int(mailServer.port))
          case .failure(let error): self.end(.failed("the lab cannot listen: \(error)"))
          }
        }
    } catch {
      self.end(.failed("\(error)"))
    }
  }

  private func startAppliance(syslogPort: Int, mailPort: Int) {
    self.narrator.heading("The lab is open")
    if let collector = self.collector {
      self.narrator.say("collector \(collector): connected")
      self.narrator.say(
        "device on the path to it on 127.0.0.1:\(syslogPort) (forwards everything, and resets the "
          + "first connection)")
    } else {
      self.narrator.say(
        "syslog server on 127.0.0.1:\(syslogPort) (resets its first connection)")
    }
    self.narrator.say("mailbox on 127.0.0.1:\(mailPort), output in \(self.output.path)")
    self.narrator.heading("The appliance starts, and pushes its mail log by TCP")
    var options = ApplianceOptions()
    options.rate = .perSecond(Self.messagesPerSecond)
    do throws(FileStoreError) {
      let live = try LiveAppliance(
        loop: self.loop,
        configuration: self.loaded.configuration.redirected(
          subscription: self.subscription, syslogPort: UInt16(syslogPort),
          mailPort: UInt16(mailPort)),
        zone: self.loaded.zone, options: options, settings: LiveSettings(), output: self.output,
        onAppend: { self.logGrew($0, $1) }, onEvent: { self.happened($0) },
        onEnd: { self.applianceEnded($0) })
      live.capture = self.capture
      self.live = live
      live.start()
    } catch {
      self.end(.failed(error.description))
    }
  }

  // MARK: Facts

  private func happened(_ event: RunEvent) {
    self.report.add(event)
    self.narrator.happened(event)
    self.follow(self.story.happened(event))
  }

  private func logGrew(_ name: String, _ bytes: [UInt8]) {
    guard name == "mail_logs" else { return }
    self.logRest += bytes
    while let end = self.logRest.firstIndex(of: 0x0A) {
      let line = String(decoding: self.logRest[..<end], as: UTF8.self)
      self.logRest.removeSubrange(...end)
      self.narrator.logged(line)
      self.story.logged(line)
    }
  }

  private func mailArrived(_ message: ReceivedMessage) throws {
    self.mails += 1
    _ = try self.output.writeMail(message.bytes, number: self.mails)
    self.narrator.mail(message.bytes)
    self.story.mailArrived(
      subject: MailSubject.unfolded(of: message.bytes),
      hostname: self.loaded.configuration.hostname.value)
  }

  private func read(_ buffer: ByteBuffer, connection: Int) {
    let bytes = Array(buffer.readableBytesView)
    do throws(FileStoreError) {
      try self.received.append(bytes)
    } catch {
      self.end(.failed(error.description))
    }
    self.forwarder?.forward(buffer, connection: connection)
    let instruction = self.story.read(bytes, connection: connection)
    if instruction == .resumeTraffic {
      self.narrator.secondStream(self.story.secondStream, subscription: self.subscription)
    }
    self.follow(instruction)
  }

  private func serverSaw(_ event: LabSyslogEvent) {
    switch event {
    case .accepted(let connection, let port):
      self.labPorts[connection] = port
      self.openConnections += 1
    case .read(let connection, let lines, _):
      // A collector's application is out of sight: what the lab's receiver read is no receipt then.
      if self.forwarder == nil, let port = self.labPorts[connection] {
        self.live?.receiverRead(lines: lines, fromPort: port)
      }
    case .reset(let connection, _, _), .closed(let connection, _, _):
      self.openConnections -= 1
      self.forwarder?.end(connection: connection)
    case .unfinished, .inPieces, .datagram, .accepting:
      break
    }
    self.narrator.server(event, now: self.clock.elapsed())
    self.story.serverSaw(event)
    self.endWhenAllIsSeen()
  }

  private func applianceEnded(_ outcome: LiveOutcome) {
    self.liveOutcome = outcome
    self.endWhenAllIsSeen()
  }

  // MARK: Acts

  private func follow(_ instruction: DemoStory.Instruction) {
    switch instruction {
    case .holdTraffic:
      self.live?.holdTraffic()
    case .resumeTraffic:
      self.live?.resumeTraffic()
      self.loop.assumeIsolated().scheduleTask(in: Self.goOnFor) { self.live?.stop() }
    case .stop:
      self.live?.stop()
    case .none:
      break
    }
  }

  /// The server may still be reading when the appliance has ended.
  private func endWhenAllIsSeen() {
    guard let outcome = self.liveOutcome, self.openConnections == 0 else { return }
    guard outcome == .finished, let live = self.live else {
      self.end(.failed(OutcomeText.line(outcome)))
      return
    }
    let ledgers = live.ledgers
    self.story.ended(ledgers)
    self.narrator.ledger(ledgers)
    self.narrator.verdict(self.story)
    let losses = LossSummary(ledgers, promised: [], notKept: live.linesNotKept)
    self.narrator.losses(losses)
    self.report.capture = self.capture?.origin
    self.report.finish(
      outcome: self.story.missing.isEmpty ? "finished" : "not as expected",
      traffic: live.traffic, pending: live.pendingWork, ledgers: ledgers, losses: losses,
      pendingAlertMails: live.pendingAlertMails)
    do {
      try self.output.replace(LedgerDocument(ledgers).json(), name: "ledger.json")
      try self.output.replace(self.report.json(), name: "report.json")
      try self.output.replace(Array(self.report.markdown.utf8), name: "report.md")
      self.end(.completed(self.story))
    } catch {
      self.end(.failed("\(error)"))
    }
  }

  /// The first end counts. What happens from now on is no part of the story: it would come in the
  /// middle of the words about the end.
  private func end(_ end: End) {
    guard !self.hasEnded else { return }
    self.hasEnded = true
    if case .failed = end, let live = self.live {
      self.narrator.losses(
        LossSummary(live.ledgers, promised: [], notKept: live.linesNotKept))
    }
    self.narrator.isSilent = true
    self.server?.close()
    self.mailServer?.close().whenComplete { _ in }
    guard case .completed = end, let forwarder = self.forwarder else { return self.onEnd(end) }
    // The collector is to have everything that went on before anybody looks for it.
    forwarder.finish().assumeIsolated().whenComplete { _ in self.onEnd(end) }
  }
}

extension Configuration {
  /// The same with one subscription pushed by TCP, and all mail relayed, to ports of the lab.
  func redirected(subscription name: String, syslogPort: UInt16, mailPort: UInt16) -> Self {
    var copy = self
    for index in copy.subscriptions.indices
    where copy.subscriptions[index].name.value == name {
      copy.subscriptions[index].retrieval = .syslogPush(
        SyslogPushSettings(
          host: Setting("127.0.0.1"), port: Setting(syslogPort), transport: Setting(.tcp)))
    }
    copy.smtpRoutes = [
      SMTPRoute(
        source: Setting("ALL"), destinations: [Setting(.host("127.0.0.1", port: mailPort))])
    ]
    return copy
  }
}
