public import ApplianceConfiguration
public import ApplianceModel
public import FileStore
internal import MailFlow
public import NIOCore
public import Simulation

extension LiveAppliance {
  /// An appliance by a configuration, with its log files in an output folder.
  ///
  /// - Parameters:
  ///   - output: `nil` keeps no files.
  ///   - clock: elapsed time, which begins now, and the wall clock.
  ///   - onAppend: what is appended to the log files of which subscription, on the loop.
  /// - Throws: when a folder cannot be made.
  public convenience init(
    loop: any EventLoop, configuration: Configuration, zone: ZoneTransitions,
    options: ApplianceOptions, settings: LiveSettings, output: OutputFolder?,
    clock: LiveClock = LiveClock(),
    onAppend: @escaping (String, [UInt8]) -> Void = { _, _ in },
    onEvent: @escaping (RunEvent) -> Void, onEnd: @escaping (LiveOutcome) -> Void
  ) throws(FileStoreError) {
    var options = options
    options.waitsForRoom = true
    var folders: [LogFolder?] = []
    var spools: [SpoolFolder?] = []
    for subscription in configuration.subscriptions {
      if case .syslogPush = subscription.retrieval {
        try output?.requireSameMode(
          subscription: subscription.name.value, hasDiskBuffer: subscription.hasDiskBuffer)
      }
      spools.append(
        subscription.hasDiskBuffer
          ? try output?.spoolFolder(subscription: subscription.name.value) : nil)
      let keepsFiles: Bool
      switch subscription.retrieval {
      case .manualDownload, .ftpPush, .scpPush: keepsFiles = true
      case .notUnderstood: keepsFiles = false
      case .syslogPush: keepsFiles = options.keepsRecord
      }
      guard keepsFiles, let output else {
        folders.append(nil)
        continue
      }
      folders.append(try output.logFolder(subscription: subscription.name.value))
    }
    let names = configuration.subscriptions.map(\.name.value)
    self.init(
      loop: loop,
      appliance: Appliance(
        configuration: configuration, zone: zone, options: options, start: clock.elapsed()),
      clock: clock, settings: settings, subscriptions: configuration.subscriptions,
      folders: folders,
      spools: spools,
      onAppend: { onAppend(names[$0], $1) }, onEvent: onEvent, onEnd: onEnd)
    self.relays = configuration.smtpRoutes.flatMap { route in
      route.destinations.compactMap(\.value.endpoint)
    }
  }
}
