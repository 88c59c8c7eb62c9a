import Alerting
import ApplianceConfiguration
import MailTransport

/// What is said of alerts that would leave the lab for the vendor.
enum AutoSupportText {
  /// The warning; `nil` while AutoSupport is off, or its mail stays on this machine.
  static func warning(_ configuration: Configuration) -> String? {
    guard configuration.alerts.autosupportEnabled.value,
      let address = try? MailAddress(AlertRouter.autosupportAddress)
    else { return nil }
    let router = AlertRouter(settings: configuration.alerts, routes: configuration.smtpRoutes)
    guard case .relay(let relay) = router.path(to: address),
      !ReferenceRules.isLoopback(HostSyntax.canonical(relay.host))
    else { return nil }
    return "warning: AutoSupport is on: a copy of each alert goes to the vendor "
      + "(\(AlertRouter.autosupportAddress)) by way of \(relay.host) port \(relay.port); set "
      + "autosupport_enabled to 0, or route ALL to a mailbox on this machine"
  }

  /// The warning about files that were checked; `nil` when none of them is concerned.
  ///
  /// - Parameters:
  ///   - files: those whose appliance would mail the vendor.
  ///   - count: how many were checked.
  static func warning(files: [String], of count: Int) -> String? {
    guard let first = files.first else { return nil }
    let words =
      "AutoSupport is on and the relay is another machine: a run mails a copy of each alert to the "
      + "vendor (\(AlertRouter.autosupportAddress))"
    return count == 1
      ? "\(first): warning: \(words)"
      : "warning: in \(files.count) of \(count) files \(words); the first is \(first)"
  }
}
