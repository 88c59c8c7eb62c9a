public import Alerting
public import LogDelivery
public import LogModel

/// What an appliance wants done, in order. Each is complete: who carries it out needs to know
/// nothing else of the configuration.
public enum ApplianceAction: Sendable {
  /// Open what a subscription keeps on disk, say what an earlier run left there, and then call
  /// `opened`.
  case open(SubscriptionID, SubscriptionStorage)
  /// A subscription is no more, or another one of its name follows: keep how it stands, as for the
  /// next run, and close its folders.
  case close(SubscriptionID, SubscriptionRecord)
  /// Do this in the folder of a subscription.
  case file(SubscriptionID, LogFileAction)
  /// Do this in the disk buffer of a subscription.
  case spool(SubscriptionID, SpoolAction)
  /// Send this saved file to that server.
  case transfer(SubscriptionID, name: String, FileTransferEndpoint)
  /// Open a connection for a subscription's push.
  case connect(SubscriptionID, ConnectionID, PushEndpoint)
  /// Hand lines to a push's connection.
  case write(SubscriptionID, ConnectionID, [PushWrite])
  /// Close the sending direction of a push's connection.
  case finish(SubscriptionID, ConnectionID)
  /// Close a push's connection.
  case closeConnection(SubscriptionID, ConnectionID)
  /// Send an alert mail.
  case sendMail(AlertMail)
  /// Something to report.
  case report(RunEvent)
}

/// How a subscription stands, for whoever goes on with it.
public struct SubscriptionRecord: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Its ledger, without disk buffer.
  public let journal: LedgerJournal?
  /// How far its log files had come, with disk buffer.
  public let loggedMark: LedgerJournal?
  /// Its saved files.
  var files: [String]
  let hasDiskBuffer: Bool
  let ledger: SubscriptionLedger?
}
