public import ApplianceConfiguration

/// What a subscription keeps on disk, and under which name.
public struct SubscriptionStorage: Hashable, Sendable {
  /// The name of its folders.
  public let name: String
  /// Whether it has log files.
  public let keepsFiles: Bool
  /// Whether its lines are pushed; its log files then are a record of ours, which is on no
  /// appliance's disk.
  public let isPush: Bool
  /// Whether its push has a disk buffer.
  public let hasDiskBuffer: Bool
  /// Whether one of its name was open before in this run: its files and its ledger are known.
  public var continues = false

  /// What these settings keep.
  ///
  /// - Parameter keepsRecord: whether a pushed log has files too.
  public init(_ settings: LogSubscriptionSettings, keepsRecord: Bool) {
    self.name = settings.name.value
    self.hasDiskBuffer = settings.hasDiskBuffer
    switch settings.retrieval {
    case .manualDownload, .ftpPush, .scpPush: (self.keepsFiles, self.isPush) = (true, false)
    case .notUnderstood: (self.keepsFiles, self.isPush) = (false, false)
    case .syslogPush: (self.keepsFiles, self.isPush) = (keepsRecord, true)
    }
  }
}

/// The server that saved files go to.
public struct FileTransferEndpoint: Hashable, Sendable {
  /// How they go.
  public enum Method: Hashable, Sendable {
    case ftp
    /// Whether the server's key is compared with those known.
    case scp(checksHostKey: Bool)
  }

  /// By FTP or SCP.
  public let method: Method
  /// Server, folder and login as configured.
  public let settings: FileTransferSettings

  /// The server of a subscription; `nil` for one whose files stay.
  public init?(_ retrieval: LogSubscriptionSettings.Retrieval) {
    switch retrieval {
    case .ftpPush(let settings):
      self.method = .ftp
      self.settings = settings
    case .scpPush(let settings):
      self.method = .scp(checksHostKey: settings.checksHostKey.value)
      self.settings = settings
    case .manualDownload, .syslogPush, .notUnderstood: return nil
    }
  }
}
