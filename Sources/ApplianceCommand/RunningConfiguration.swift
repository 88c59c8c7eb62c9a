import ApplianceConfiguration
import ApplianceRuntime
import FileStore
import Glibc
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

  private let source: Source
  /// What the command line sets otherwise than the file.
  private let adapt: @Sendable (inout Configuration) -> Void
  private let hadTerminal = hasControllingTerminal()
  /// Which commit runs.
  private let commit: NIOLockedValueBox<String?>

  /// - Parameter adapt: what the command line sets otherwise than the file.
  init(_ source: Source, adapt: @escaping @Sendable (inout Configuration) -> Void) {
    self.source = source
    self.adapt = adapt
    self.commit = NIOLockedValueBox(Self.committed(source))
  }

  /// Reads it, and fails when it has errors.
  func load() throws -> LoadedConfiguration {
    var loaded = try LoadedConfiguration.read(self.source.path)
    self.adapt(&loaded.configuration)
    try TLSSupport.require(for: loaded.configuration)
    return loaded
  }

  /// SIGHUP: the file may have changed. A run whose terminal is gone ends in order instead.
  func hangUp(_ live: LiveRun) {
    if self.hadTerminal, !Self.hasControllingTerminal() {
      ProcessSignals.shared.end()
    } else {
      self.reload(live)
    }
  }

  /// Applies what was committed since it was looked last.
  func lookForCommit(_ live: LiveRun) {
    guard let committed = Self.committed(self.source) else { return }
    let isNew = self.commit.withLockedValue { known in
      defer { known = committed }
      return known != committed
    }
    if isNew { self.reload(live) }
  }

  private func reload(_ live: LiveRun) {
    let path = self.source.path
    let loaded: LoadedConfiguration
    do {
      loaded = try self.load()
    } catch {
      // Its findings are told by then.
      let reason = (error as? CommandFailure).map { "\($0)" } ?? "it has errors"
      return Terminal.error.line("\(path): not applied, the run goes on as before: \(reason)")
    }
    for warning in LogContentText.warnings(loaded.configuration) { Terminal.error.line(warning) }
    live.commit(loaded.configuration, zone: loaded.zone) { outcome in
      Terminal.error.line("\(path): \(Self.words(outcome))")
    }
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
