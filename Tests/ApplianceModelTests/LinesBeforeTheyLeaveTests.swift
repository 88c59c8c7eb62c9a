import ApplianceConfiguration
import ApplianceModel
import LogDelivery
import LogModel
import Simulation
import TestKit
import Testing

/// Whenever a process dies between two actions, each line that left is in its log file or in the
/// disk buffer, and what is in the buffer alone can be added to the file.
@Suite struct LinesBeforeTheyLeaveTests {
  /// Bytes of each subscription's files, segments and socket, as actions put them there.
  private struct Disk {
    var files: [SubscriptionID: [UInt8]] = [:]
    var segments: [SubscriptionID: [UInt8]] = [:]
    var left: [SubscriptionID: [UInt8]] = [:]

    mutating func take(_ action: ApplianceAction) {
      switch action {
      case .file(let index, .append(let bytes, _)): self.files[index, default: []] += bytes
      case .spool(let index, .append(_, let bytes, _)): self.segments[index, default: []] += bytes
      case .write(let index, _, let writes):
        for write in writes { self.left[index, default: []] += write.bytes }
      default: break
      }
    }
  }

  /// The texts of a stream that comes in pieces.
  private struct Texts {
    private(set) var all: [Substring] = []
    private var rest: [UInt8] = []

    mutating func append(_ bytes: [UInt8]) {
      self.rest += bytes
      guard let end = self.rest.lastIndex(of: 0x0A) else { return }
      self.all += LinesBeforeTheyLeaveTests.texts(Array(self.rest[...end]))
      self.rest.removeSubrange(...end)
    }
  }

  /// What stands behind `Level: ` of each line, header lines left out.
  private static func texts(_ bytes: [UInt8]) -> [Substring] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let levels = ["Critical: ", "Warning: ", "Info: "]
      guard let level = levels.first(where: { line.contains($0) }),
        let text = line.firstRange(of: level).map({ line[$0.lowerBound...] })
      else { return nil }
      let isHeader = ["Begin Logfile", "Version: ", "Time offset"].contains {
        text.dropFirst(level.count).hasPrefix($0)
      }
      return isHeader ? nil : text
    }
  }

  private static func pushed(
    _ mode: DeliveryMode, _ change: (inout DeliverySettings) -> Void = { _ in }
  )
    -> LogSubscriptionSettings
  {
    var subscription = Fixtures.pushed(name: "Mail_Log", host: "10.0.0.1")
    guard case .syslogPush(var push) = subscription.retrieval else { return subscription }
    push.delivery.mode = Setting(mode)
    change(&push.delivery)
    subscription.retrieval = .syslogPush(push)
    return subscription
  }

  /// The actions of a run of some seconds, whose push is connected and whose socket takes all.
  private static func actions(_ subscription: LogSubscriptionSettings) -> [ApplianceAction] {
    var options = ApplianceOptions()
    options.rate = .perSecond(20)
    let start = Fixtures.documentedInstant
    var appliance = Appliance(
      configuration: Fixtures.configuration(subscriptions: [subscription]),
      zone: Fixtures.johannesburg, options: options, start: start)
    var all: [ApplianceAction] = []
    func take(_ now: SimInstant) {
      while true {
        let actions = appliance.takeActions()
        if actions.isEmpty { return }
        all += actions
        for action in actions {
          switch action {
          case .connect(let index, let id, _):
            appliance.connected(subscription: index, id, now: now)
          case .write(let index, let id, let writes):
            for write in writes {
              appliance.bytesWritten(write.bytes.count, subscription: index, id, now: now)
            }
          default: break
          }
        }
      }
    }
    appliance.startWithFoldersOpen(now: start)
    take(start)
    for step in 1...100 {
      let now = start.advanced(by: .milliseconds(Int64(step * 50)))
      appliance.advance(now: now)
      take(now)
    }
    return all
  }

  @Test(arguments: [DeliveryMode.asAppliance, .buffered, .atLeastOnce])
  func lineThatLeftIsInTheFileAtEveryDeath(_ mode: DeliveryMode) {
    var (left, kept) = (Texts(), Texts())
    var checked = 0
    for action in Self.actions(Self.pushed(mode)) {
      var disk = Disk()
      disk.take(action)
      left.append(disk.left[0] ?? [])
      kept.append(disk.files[0] ?? [])
      guard case .write = action else { continue }
      // Both only grow: what was held against the file before is there still.
      #expect(kept.all.count >= left.all.count)
      for place in checked..<min(left.all.count, kept.all.count) {
        #expect(kept.all[place] == left.all[place])
      }
      checked = left.all.count
    }
    #expect(checked > 500)
  }

  /// At each death, what the disk buffer has more than the file is what the buffer gives for it.
  @Test(
    arguments: [
      { _ in }, { $0.showsHost = Setting(true) }, { $0.format = Setting(.rfc5424) },
    ] as [@Sendable (inout DeliverySettings) -> Void])
  func bufferCompletesTheFileAtEveryDeath(_ change: @Sendable (inout DeliverySettings) -> Void) {
    let subscription = Self.pushed(.buffered, change)
    let all = Self.actions(subscription)
    var whole = Disk()
    for action in all { whole.take(action) }
    let lines = String(decoding: whole.files[0] ?? [], as: UTF8.self).split(separator: "\n")
      .dropFirst(3)
    var disk = Disk()
    var deaths = 0
    for (place, action) in all.enumerated() {
      disk.take(action)
      guard case .spool(_, .append) = action, place % 7 == 0 else { continue }
      deaths += 1
      let kept = max(0, (disk.files[0] ?? []).count { $0 == 0x0A } - 3)
      let later = Appliance(
        configuration: Fixtures.configuration(subscriptions: [subscription]),
        zone: Fixtures.johannesburg, options: ApplianceOptions(),
        start: Fixtures.documentedInstant)
      let added = Self.added(later, disk.segments[0] ?? [], from: kept)
      #expect(added.count > 0)
      #expect(added == Array(lines.dropFirst(kept).prefix(added.count)))
    }
    #expect(deaths > 3)
  }

  private static func added(
    _ appliance: consuming Appliance, _ segment: [UInt8], from sequence: Int
  ) -> [Substring] {
    let found = appliance.logLines(
      inSegment: segment, from: UInt64(sequence), subscription: 0,
      now: Fixtures.documentedInstant.advanced(by: .seconds(90)))
    let lines = String(decoding: found.bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == found.lines)
    return lines
  }

  /// A file that was taken away is said once, and the lines go on in a new one.
  @Test func linesGoOnInANewFile() {
    var appliance = Appliance(
      configuration: Fixtures.configuration(subscriptions: [Fixtures.files()]),
      zone: Fixtures.johannesburg, options: ApplianceOptions(), start: Fixtures.documentedInstant)
    let now = Fixtures.documentedInstant
    appliance.startWithFoldersOpen(now: now)
    var names: [String] = []
    var bytes: [String: [UInt8]] = [:]
    var said = 0
    var isGone = false
    func take(_ now: SimInstant) {
      while true {
        let actions = appliance.takeActions()
        if actions.isEmpty { return }
        for action in actions {
          switch action {
          case .file(_, .create(let name)): names.append(name)
          case .file(let index, .append(let more, let lines)):
            if isGone {
              isGone = false
              appliance.fileGone(
                subscription: index, .append(more, lines: lines), name: names[0], now: now)
            } else {
              bytes[names.last ?? "", default: []] += more
            }
          case .report(let event): said += event.kind == .fileGone ? 1 : 0
          default: break
          }
        }
      }
    }
    take(now)
    for step in 1...200 {
      let later = now.advanced(by: .milliseconds(Int64(step * 50)))
      isGone = isGone || step == 100
      appliance.advance(now: later)
      take(later)
    }
    #expect(names.count == 2)
    #expect(said == 1)
    let second = String(decoding: bytes[names.last ?? ""] ?? [], as: UTF8.self)
    #expect(second.split(separator: "\n")[0].hasSuffix(" Info: Begin Logfile"))
    #expect(
      second.contains("Warning: Subscription mail_logs: its log file \(names[0]) was removed"))
    #expect(appliance.linesNotKept.isEmpty)
  }
}
