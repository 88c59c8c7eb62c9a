public import ApplianceConfiguration

/// How many files and sockets a configuration's subscriptions have open when all are at work.
public struct DescriptorNeeds: Hashable, Sendable {
  /// Sockets of pushes; one by TCP has a second descriptor, which asks the kernel what arrived.
  public private(set) var sockets = 0
  /// Log files that are being written.
  public private(set) var files = 0
  /// Segments of disk buffers, and the marks beside them.
  public private(set) var buffers = 0
  /// Alert mails, one a push that may fail; and clients that send files.
  public private(set) var others = 0

  /// At most so many alert mails are under way at a time (docs/ARCHITECTURE.md, "Bounds").
  private static let mailsMax = 100
  /// Look-ups of names, a journal, a ledger that is being replaced.
  private static let passing = 16
  /// The pipes of a client that sends a file.
  private static let ofTransfer = 4

  /// - Parameter keepsRecord: whether pushed subscriptions have files too.
  public init(_ subscriptions: [LogSubscriptionSettings], keepsRecord: Bool) {
    var pushes = 0
    for subscription in subscriptions {
      switch subscription.retrieval {
      case .manualDownload: self.files += 1
      case .ftpPush, .scpPush:
        self.files += 1
        self.others += Self.ofTransfer
      case .syslogPush(let push):
        pushes += 1
        self.files += keepsRecord ? 1 : 0
        self.sockets += push.transport.value == .tcp ? 2 : 1
        if subscription.hasDiskBuffer { self.buffers += 2 }
      case .notUnderstood: break
      }
    }
    self.others += min(pushes, Self.mailsMax) + Self.passing
  }

  /// All of them.
  public var count: Int { self.sockets + self.files + self.buffers + self.others }

  /// Such as `1000 for sockets of pushes, 500 for log files, 0 for disk buffers, 116 for the rest`.
  public var words: String {
    "\(self.sockets) for sockets of pushes, \(self.files) for log files, \(self.buffers) for disk "
      + "buffers, \(self.others) for the rest"
  }
}
