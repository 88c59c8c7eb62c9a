import ApplianceConfiguration
import ConfigurationXML
import LogModel
import Support
import Testing

/// Delivery settings in the namespace of our own.
@Suite struct DeliverySettingsTests {
  private func pushes(_ fixture: String) throws -> [SyslogPushSettings] {
    let path = "\(Repository.root)/fixtures/configurations/accepted/\(fixture).xml"
    let configuration = try #require(ConfigurationReader().read(contentsOf: path).configuration)
    return configuration.subscriptions.compactMap {
      guard case .syslogPush(let push) = $0.retrieval else { return nil }
      return push
    }
  }

  @Test func valuesAreRead() throws {
    let pushes = try self.pushes("delivery-settings")
    let deliveries = pushes.map(\.delivery)
    #expect(deliveries.map(\.mode.value).prefix(3) == [.buffered, .atLeastOnce, .asAppliance])
    #expect(deliveries[0].bufferBytesMax.value == 64 << 20)
    #expect(deliveries[0].overflow.value == .dropOldest)
    #expect(deliveries[0].syncs.value)
    #expect(pushes[1].messageBytesMaxInForce == 2048)
    #expect(deliveries[1].format.value == .rfc5424)
    #expect(deliveries[1].hasHost)
    #expect(deliveries[1].framing.value == .octetCounting)
    #expect(deliveries[1].linesPerSecond.value == 500)
    #expect(deliveries[1].burstLines?.value == 50)
    #expect(deliveries.map(\.closeConfirms.value).prefix(3) == [false, true, false])
    #expect(deliveries[2].hasHost)
    #expect(deliveries[2].severity(of: .critical) == .critical)
    #expect(deliveries[2].severity(of: .information) == .notice)
    #expect(deliveries[2].severity(of: .warning) == .warning)
    #expect(pushes[2].messageBytesMaxInForce == 9216)
    #expect(deliveries[3].keepAlive.idleSeconds.value == 20)
    #expect(deliveries[3].keepAlive.userTimeoutSeconds.value == 30)
    #expect(!deliveries[3].hasHost)
    #expect(deliveries[4].tls.authorityFile?.value == "/certificates/ca.pem")
    #expect(deliveries[4].tls.versionMin.value == .tls13)
  }

  @Test func portOfTLSIsItsOwnUnlessOneIsGiven() throws {
    let ports = try self.pushes("delivery-settings").map(\.port.value)
    #expect(ports.suffix(3) == [514, 6514, 10514])
  }

  @Test func namespaceCountsAndNotThePrefix() throws {
    let delivery = try #require(try self.pushes("delivery-other-prefix").first).delivery
    #expect(delivery.mode.value == .buffered)
    #expect(delivery.overflow.value == .dropOldest)
  }
}
