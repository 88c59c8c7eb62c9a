import ApplianceConfiguration
import ConfigurationXML
import Foundation
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

  /// Each row reads and writes a place of its own.
  @Test func rowsHoldWhatTheyAreGiven() {
    let rows = DeliveryField.all
    #expect(Set(rows.map(\.name)).count == rows.count)
    #expect(Set(rows.map(\.outlineName)).count == rows.count)
    #expect(Set(DeliveryField.written.map(\.name)) == Set(rows.map(\.name)))
    for row in rows {
      let value: OutlineNode.Value =
        switch row.kind {
        case .word(let words): .text(words[words.count - 1])
        case .flag: .flag(true)
        case .number(let range), .bytes(let range): .number(range.upperBound)
        case .severity: .text(SyslogSeverity.debug.name)
        case .file, .host: .text("example.com")
        }
      var delivery = DeliverySettings()
      row.set(Setting(value), in: &delivery)
      #expect(row[delivery] == Setting(value), "\(row.name)")
      for other in rows where other.name != row.name {
        #expect(other[delivery] == other[DeliverySettings()], "\(row.name), \(other.name)")
      }
    }
  }

  @Test func eachSettingIsDocumented() throws {
    let document = try String(
      contentsOf: Repository.url.appendingPathComponent("docs/DELIVERY.md"), encoding: .utf8)
    for row in DeliveryField.all {
      // The severities share a row, where all but the first are written by their ends.
      let isEnd = document.contains("`_\(row.name.split(separator: "_").last ?? "")`")
      let isNamed = document.contains("`sim:\(row.name)`")
      #expect(isNamed || row.topic == .severity && isEnd, "\(row.name)")
    }
  }

  /// Whoever changes a name or a bound changes it in one place.
  @Test func elementsAreSpeltInTheirRows() throws {
    let sources = Repository.url.appendingPathComponent("Sources")
    let walk = FileManager.default.enumerator(atPath: sources.path)
    var texts: [(name: String, text: String)] = []
    while let name = walk?.nextObject() as? String {
      // What is known of the appliance is a document's words.
      guard name.hasSuffix(".swift"), !name.hasPrefix("Core/Fidelity/") else { continue }
      texts.append(
        (name, try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)))
    }
    // Names of one word stand for other things too.
    let names = Set(DeliveryField.all.flatMap { [$0.name, $0.outlineName] })
      .filter { $0.contains("_") && !$0.hasPrefix("severity_") }
    #expect(names.count > 15)
    for name in names {
      let found = texts.filter {
        $0.text.contains("\"\(name)\"") || $0.text.contains("sim:\(name)")
      }
      #expect(
        found.map(\.name) == ["Core/ApplianceConfiguration/DeliveryField+Rows.swift"], "\(name)")
    }
  }
}
