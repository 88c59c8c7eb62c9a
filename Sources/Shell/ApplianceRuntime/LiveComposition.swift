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
    self.init(
      loop: loop,
      appliance: Appliance(
        configuration: configuration, zone: zone, options: options, start: clock.elapsed()),
      clock: clock, settings: settings, output: output, onAppend: onAppend, onEvent: onEvent,
      onEnd: onEnd)
    // A folder that cannot be made is known before anything begins.
    for (id, storage) in self.appliance.storages { self.open[id] = try self.openFolders(storage) }
    self.relays = configuration.relays
  }
}

extension Configuration {
  /// Where alert mails may go.
  var relays: [(host: String, port: UInt16)] {
    self.smtpRoutes.flatMap { $0.destinations.compactMap(\.value.endpoint) }
  }
}
