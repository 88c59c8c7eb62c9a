import Simulation
import ApplianceConfiguration
import ConfigurationXML
import LogModel
import Support
import Testing

/// The configuration at the top of the repository, with which everybody begins.
@Suite struct SampleTests {
  private static let path = Repository.root + "/appliance-config.xml"

  private func sample() throws -> Configuration {
    let result = ConfigurationReader().read(contentsOf: Self.path)
    #expect(result.descriptions == [])
    return try #require(result.configuration)
  }

  @Test func identityComesFromTheHeader() throws {
    let identity = try self.sample().identity
    #expect(identity.product.value == "Cisco C370 Email Security Appliance")
    #expect(identity.model.value == "C370")
    #expect(identity.version == Setting("8.0.1-023", at: SourcePosition(line: 7, column: 3)))
    #expect(identity.serialNumber.value == "A4BADB4712A9-511AA1E")
  }

  @Test func networkAndListeners() throws {
    let sample = try self.sample()
    #expect(
      sample.hostname == Setting("mail.example.com", at: SourcePosition(line: 20, column: 3)))
    #expect(sample.timeZone.value == "Africa/Johannesburg")
    #expect(sample.interfaces.map(\.name.value) == ["Management", "Data 1"])
    #expect(sample.interfaces.map(\.address?.value.description) == ["192.0.2.10", "198.51.100.10"])
    #expect(sample.interfaces.map(\.prefixLength?.value) == [24, 24])
    #expect(sample.smtpRoutes.map(\.source.value) == ["ALL"])
    #expect(
      sample.smtpRoutes[0].destinations.map(\.value) == [.host("127.0.0.1", port: 2525)])
    #expect(sample.listeners.map(\.kind.value) == [.public, .private])
  }

  @Test func subscriptions() throws {
    let subscriptions = try self.sample().subscriptions
    #expect(subscriptions.count == 24)
    let mailLogs = try #require(subscriptions.first { $0.name.value == "mail_logs" })
    #expect(mailLogs.type.value == .textMail)
    #expect(mailLogs.level.value == .information)
    guard case .manualDownload(let files) = mailLogs.retrieval else {
      Issue.record("mail_logs is for manual download")
      return
    }
    #expect(files.filename.value == "mail")
    #expect(files.rolloverSizeBytes.value == 10_485_760)
    #expect(files.filesMax.value == 10)
    let errorLogs = try #require(subscriptions.first { $0.name.value == "error_logs" })
    #expect(errorLogs.level.value == .critical)
    #expect(errorLogs.type.value == .textMail)
  }

  @Test func theMailLogIsPushedByTCP() throws {
    let first = try #require(try self.sample().subscriptions.first)
    #expect(first.name.value == "Mail_Log")
    guard case .syslogPush(let push) = first.retrieval else {
      Issue.record("Mail_Log is pushed")
      return
    }
    #expect(push.host.value == "127.0.0.1")
    #expect(push.port.value == 5514)
    #expect(push.transport.value == .tcp)
    #expect(push.facility.value == .mail)
    #expect(push.port.position?.column == 11)
  }

  @Test func alerts() throws {
    let alerts = try self.sample().alerts
    let hearers = alerts.recipients.filter { $0.hears.contains(AlertKinds(.system, .critical)) }
    #expect(hearers.map(\.address.value) == ["alerts@example.com"])
    #expect(alerts.fromAddress?.state == .empty)
    #expect(alerts.initialIntervalSeconds.value == 300)
    #expect(alerts.maximumIntervalSeconds.value == 3600)
    #expect(!alerts.autosupportEnabled.value, "a lab mails nobody outside")
  }

  @Test func logGlobals() throws {
    let globals = try self.sample().logGlobals
    #expect(globals.systemMeasurementsFrequencySeconds.value == 60)
    #expect(globals.logsMessageID.value)
    #expect(globals.logsOriginalSubject.value)
    #expect(globals.logsRemoteResponse.value)
  }
}
