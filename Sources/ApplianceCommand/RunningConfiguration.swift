import ApplianceConfiguration
import ApplianceRuntime
import ArgumentParser
import Dispatch
import FileStore
import Glibc
import LiveNetwork
import LogDelivery
import NIOConcurrencyHelpers
import Simulation

/// The configuration of a live run, which somebody may change while it runs.
///
/// A file is read again on SIGHUP, the state folder of `appliance config` whenever something was
/// committed there. What has errors changes nothing.
final class RunningConfiguration: Sendable {
  /// Where it is read from.
  enum Source: Sendable {
    case file(String)
    /// The folder of committed configurations.
    case state(String)

    /// The file that holds it.
    var path: String {
      switch self {
      case .file(let path): path
      case .state(let folder): folder + "/committed.xml"
      }
    }
  }

  /// The run that takes changes.
  private struct Target {
    let live: LiveRun
    let output: OutputFolder
  }

  /// What SCP pushes log in with.
  let ssh: SSHKeyFiles
  private let source: Source
  private let keepsRecord: Bool
  /// What the command line sets otherwise than the file.
  private let adapt: @Sendable (inout Configuration) -> Void
  private let hadTerminal = hasControllingTerminal()
  /// Which commit runs.
  private let commit: NIOLockedValueBox<String?>
  private let target = NIOLockedValueBox<Target?>(nil)
  /// Files are read here, one after the other, and neither where signals are taken nor where the
  /// run goes on.
  private let queue = DispatchQueue(label: "configuration")

  /// - Parameters:
  ///   - keepsRecord: whether pushed logs have files too, which need descriptors.
  ///   - adapt: what the command line sets otherwise than the file.
  init(
    _ source: Source, keepsRecord: Bool, ssh: SSHKeyFiles,
    adapt: @escaping @Sendable (inout Configuration) -> Void
  ) {
    self.source = source
    self.keepsRecord = keepsRecord
    self.ssh = ssh
    self.adapt = adapt
    self.commit = NIOLockedValueBox(Self.committed(source))
  }

  /// Reads it, prints its warnings, and fails when it has errors.
  func load() throws -> LoadedConfiguration {
    var loaded = try LoadedConfiguration.read(self.source.path)
    self.adapt(&loaded.configuration)
    try TLSSupport.require(for: loaded.configuration)
    for warning in self.warnings(loaded.configuration) { Terminal.error.line(warning) }
    return loaded
  }

  /// From now on changes are applied to `live`.
  func begin(_ live: LiveRun, output: OutputFolder) {
    self.target.withLockedValue { $0 = Target(live: live, output: output) }
  }

  /// The run is over.
  func end() {
    self.target.withLockedValue { $0 = nil }
  }

  /// SIGHUP: the file may have changed. A run whose terminal is gone ends in order instead.
  func hangUp() {
    if self.hadTerminal, !Self.hasControllingTerminal() {
      ProcessSignals.shared.end()
    } else {
      self.queue.async { self.reload() }
    }
  }

  /// Applies what was committed since it was looked last.
  func lookForCommit() {
    guard let committed = Self.committed(self.source) else { return }
    let isNew = self.commit.withLockedValue { known in
      defer { known = committed }
      return known != committed
    }
    if isNew { self.queue.async { self.reload() } }
  }

  private func reload() {
    guard let target = self.target.withLockedValue({ $0 }) else { return }
    let path = self.source.path
    // A status line may stand there.
    Terminal.error.transient("")
    let loaded: LoadedConfiguration
    let ssh: SSHFiles
    do {
      loaded = try self.load()
      ssh = try self.ssh.files(for: loaded.configuration, in: target.output)
    } catch {
      // Findings were printed by then.
      let reason = error is ExitCode ? "it has errors" : "\(error)"
      return Terminal.error.line("\(path): not applied, the run goes on as before: \(reason)")
    }
    target.live.commit(loaded.configuration, zone: loaded.zone, ssh: ssh) { outcome in
      Terminal.error.transient("")
      Terminal.error.line("\(path): \(Self.words(outcome))")
    }
  }

  private func warnings(_ configuration: Configuration) -> [String] {
    var lines = LogContentText.warnings(configuration)
    if let warning = AutoSupportText.warning(configuration) { lines.append(warning) }
    lines += FileTransferRequest.missingClients(of: configuration).map {
      "\($0.subscription): warning: \($0.method) needs the program \($0.program), "
        + "which is not in PATH: its files stay in the output folder until it is installed"
    }
    let needs = DescriptorNeeds(configuration.subscriptions, keepsRecord: self.keepsRecord)
    if let warning = OpenFiles.warning(needs) { lines.append(warning) }
    return lines
  }

  private static func words(_ outcome: LiveRun.CommitOutcome) -> String {
    func rest(_ sections: [String]) -> String {
      sections.isEmpty
        ? "" : "; takes effect at the next start: \(sections.joined(separator: ", "))"
    }
    switch outcome {
    case .applied(let later): return "applied" + rest(later)
    case .unchanged(let later): return "nothing to apply" + rest(later)
    case .changesOfMode(let names):
      return "not applied, the run goes on as before: the delivery mode of "
        + "\(names.joined(separator: ", ")) would keep lines at another place; "
        + "end the run and use another --output"
    }
  }

  /// The commit that is active in a state folder.
  private static func committed(_ source: Source) -> String? {
    guard case .state = source else { return nil }
    var buffer = [CChar](repeating: 0, count: 256)
    let count = readlink(source.path, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func hasControllingTerminal() -> Bool {
    let descriptor = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }
}
