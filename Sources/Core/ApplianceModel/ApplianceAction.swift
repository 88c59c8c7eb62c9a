public import Alerting
public import LogDelivery

/// What an appliance wants done, in order.
public enum ApplianceAction: Sendable {
  /// Do this in the folder of a subscription.
  case file(subscription: Int, LogFileAction)
  /// Do this in the disk buffer of a subscription.
  case spool(subscription: Int, SpoolAction)
  /// Send this saved file to the server of a subscription.
  case transfer(subscription: Int, name: String)
  /// Open a connection for a subscription's push.
  case connect(subscription: Int, ConnectionID)
  /// Hand lines to a push's connection.
  case write(subscription: Int, ConnectionID, [PushWrite])
  /// Close the sending direction of a push's connection.
  case finish(subscription: Int, ConnectionID)
  /// Close a push's connection.
  case closeConnection(subscription: Int, ConnectionID)
  /// Send an alert mail.
  case sendMail(AlertMail)
  /// Something to report.
  case report(RunEvent)
}
