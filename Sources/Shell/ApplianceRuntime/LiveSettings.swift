public import ApplianceModel
public import FileStore
public import Simulation

/// How a live run ended.
public enum LiveOutcome: Hashable, Sendable {
  /// The traffic is done, and that is left of what was to be sent.
  case ended(RunRemains)
  /// The clock left the years in which a run can be (`SimInstant.runs`).
  case outOfTime
  /// A folder could not be read.
  case failed(FileStoreError)

  /// The traffic is done and every push has drained.
  public static var finished: LiveOutcome { .ended(.nothing) }
}

/// The files that SCP pushes need.
public struct SSHFiles: Hashable, Sendable {
  /// The private key that servers know the appliance by.
  public var keyFile: String
  /// The keys of servers, as `ssh` keeps them; the only ones trusted where keys are checked.
  public var knownHostsFile: String

  /// No key, and no server known.
  public init(keyFile: String = "/dev/null", knownHostsFile: String = "/dev/null") {
    self.keyFile = keyFile
    self.knownHostsFile = knownHostsFile
  }
}

/// Settings of a live run that are not the appliance's.
public struct LiveSettings: Sendable {
  /// How long pushes may take to drain once the traffic is done; one with a disk buffer, to get on.
  public var drainTimeout = SimDuration.seconds(30)
  /// How long a connect may take. Source: docs/FIDELITY.md, "TCP of the push".
  public var connectTimeout = SimDuration.seconds(75)
  /// How often the kernel is asked what the peers acknowledged.
  public var acknowledgementInterval = SimDuration.milliseconds(50)

  /// What SCP pushes log in with, and whom they trust.
  public var ssh = SSHFiles()

  /// Whether the run ends when the traffic is done and the pushes have drained.
  public var endsWithTraffic = true

  /// The defaults.
  public init() {}
}
