import ApplianceConfiguration
import LogModel

/// What a run says of subscriptions that nothing is written to.
enum LogContentText {
  static func warnings(_ configuration: Configuration) -> [String] {
    configuration.subscriptions.filter(\.sendsNothing).map { subscription in
      "\(subscription.name.value): warning: nothing is sent: the simulation writes no lines of "
        + "type \(subscription.type.value.displayName)"
    }
  }
}
