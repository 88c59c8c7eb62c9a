internal import Text

/// Lines of the mail log about a subscription that no alert goes with; all are ours.
public enum SubscriptionLogText {
  /// Files can be written again.
  public static func filesRecovered(subscription: String, linesNotKept: UInt64) -> String {
    "Subscription \(subscription): its log file is written again, "
      + "\(Plural.counted(linesNotKept, "line")) not kept so far"
  }

  /// Somebody took a log file away (docs/FIDELITY.md, "A log file that is gone").
  public static func fileGone(subscription: String, name: String) -> String {
    "Subscription \(subscription): its log file \(name) was removed or renamed, a new one is begun"
  }

  /// A disk buffer can be written again.
  public static func bufferRecovered(subscription: String, linesLost: UInt64) -> String {
    "Subscription \(subscription): its disk buffer is written again, "
      + "\(Plural.counted(linesLost, "line")) lost so far"
  }
}
