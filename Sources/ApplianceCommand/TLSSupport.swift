import ApplianceConfiguration
import LiveNetwork

/// What a build without TLS does not run.
enum TLSSupport {
  /// - Throws: when a subscription pushes by TLS and this build has none; names each.
  static func require(for configuration: Configuration) throws {
    guard !TLSLayer.isBuiltIn else { return }
    let names = configuration.subscriptions.filter { subscription in
      guard case .syslogPush(let push) = subscription.retrieval else { return false }
      return push.usesTLS.value
    }.map(\.name.value)
    guard !names.isEmpty else { return }
    throw CommandFailure("\(names.joined(separator: ", ")): push by TLS: \(TLSLayer.NotBuiltIn())")
  }
}
