import ApplianceConfiguration
import LogFormats
import LogModel
import MailFlow
import Simulation

/// 2015-06-25T06:50:03Z.
let startOfRuns = SimInstant(secondsSinceEpoch: 1_435_215_003)

/// The one constructor of a mail flow for tests, every part defaulted. It ends when every life
/// cycle has closed.
struct FlowRun {
  var texts = TextArena()
  var flow: MailFlow
  var events: [LogEvent] = []

  init(seed: UInt64 = 1, _ change: (inout MailFlowSettings) -> Void = { _ in }) {
    var settings = MailFlowSettings(
      hostname: "mail.example.com", rate: MessageRate(messages: 10), messageLimit: 300)
    settings.interfaces = [
      NetworkInterface(
        name: Setting("Data 1"), address: Setting(IPv4Address(192, 0, 2, 10))),
      NetworkInterface(
        name: Setting("Data 2"), address: Setting(IPv4Address(10, 1, 1, 1))),
    ]
    settings.listeners = [
      Listener(
        name: Setting("IncomingMail"), interfaceName: Setting("Data 1"), kind: Setting(.public)),
      Listener(
        name: Setting("OutgoingMail"), interfaceName: Setting("Data 2"), kind: Setting(.private)),
    ]
    settings.leavesPending = false
    change(&settings)
    self.flow = MailFlow(settings: settings, seed: seed, start: startOfRuns, texts: &self.texts)
  }

  /// Runs until nothing is left to do, or traps after more steps than any test needs.
  mutating func finish(eventsMax: Int = 512) {
    var stepsLeft = 50_000_000
    while !self.flow.isFinished, stepsLeft > 0 {
      stepsLeft -= 1
      self.flow.advance(to: .distantFuture, eventsMax: eventsMax, into: &self.events)
    }
    precondition(self.flow.isFinished, "a run does not end")
  }

  /// The rendered lines, each behind its instant.
  var lines: [String] {
    var batch = RenderedBatch()
    var renderer = LogRenderer()
    self.texts.withView { view in
      renderer.render(
        self.events, texts: view,
        zone: ZoneTransitions(name: "Africa/Johannesburg", initialOffsetSeconds: 7200),
        into: &batch)
    }
    let bytes = batch.bytes.array
    return zip(batch.lines, self.events).map { line, event in
      let body = String(decoding: bytes[Int(line.start)..<Int(line.end)], as: UTF8.self)
      return "\(event.instant.nanoseconds) \(body)"
    }
  }

  /// 64-bit FNV-1a of the lines, each with LF.
  var digest: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for line in self.lines {
      for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
      hash = (hash ^ 0x0A) &* 0x0000_0100_0000_01B3
    }
    return hash
  }
}
