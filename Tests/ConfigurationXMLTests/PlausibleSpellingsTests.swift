import ApplianceConfiguration
import ConfigurationXML
import Support
import Testing

/// What an appliance may well call a thing, and no public source shows: none of it refuses a file,
/// each is told, and each is in the canonical export as the file has it.
@Suite struct PlausibleSpellingsTests {
  enum Family: String, CaseIterable {
    case module, element, level, method, alertClass, alertSeverity
  }

  struct Spelling: Sendable, CustomTestStringConvertible {
    let family: Family
    let word: String
    var testDescription: String { "\(self.family.rawValue) \(self.word)" }
  }

  private static let words: [Family: String] = [
    .module: """
    mail_logs mail_log text_mail textmail mta smtp smtpd gui_logs guilogs asarchive antispamd
    vofd vof sophos mcafee case graymaild euq_logs brightmail dlp
    """,
    .element: """
    log_mails log_mail_logs log_sntp log_mta log_smtp log_dlp log_dmarc log_spf log_sdr log_csn
    log_ecs log_threatfeeds log_advphish log_remediation log_mar log_s3 log_kernel log_trace
    log_vof log_tracker
    """,
    .level: """
    Informational INFORM error Error err crit warn Notice notice verbose Verbose all none
    dbg trace1 0 6 7 Level3 log_information
    """,
    .method: """
    https_push s3_push sftp_push sftp tls_push syslog_tls kafka_push http_post aws_s3_push
    remote_push cloud_push syslog_push_tls scp scpd_push ftps_push nfs smb_push webhook
    filebeat_push sma_push
    """,
    .alertClass: """
    sophos mcafee amp dlp virus spam outbreak outbreak_filters vof_updates encryption
    graymail reporting tracking smartlicense smart_licensing release_support ha cluster
    dane threat_feeds
    """,
    .alertSeverity: """
    informational notice error fatal emergency alert low medium high severe minor major
    warn crit debug none 1 2 3 infos
    """,
  ]

  static let table = Self.words.flatMap { family, words in
    words.split { " \n".contains($0) }.map { Spelling(family: family, word: String($0)) }
  }

  private static func file(_ spelling: Spelling) -> String {
    func word(_ family: Family, or usual: String) -> String {
      spelling.family == family ? spelling.word : usual
    }
    let (element, method) = (word(.element, or: "log_text"), word(.method, or: "syslog_push"))
    return SampleHeader.text + """
      <config><hostname>mail.example.com</hostname><timezone>Etc/GMT</timezone><log_subscriptions>
      <\(element)><name>doubted</name><module>\(word(.module, or: "mail"))</module>\
      <log_level>\(word(.level, or: "3"))</log_level>\
      <retrieval><\(method)><hostname>192.0.2.1</hostname></\(method)></retrieval></\(element)>
      </log_subscriptions><alert_email_config>\
      <alert_class name="\(word(.alertClass, or: "system"))">\
      <alert_severity name="\(word(.alertSeverity, or: "critical"))">\
      <email_address>admin@example.com</email_address></alert_severity></alert_class>\
      </alert_email_config></config>
      """
  }

  @Test func thereAreTwentyOfEachFamily() {
    for family in Family.allCases {
      #expect(Set(Self.table.filter { $0.family == family }.map(\.word)).count == 20, "\(family)")
    }
  }

  @Test(arguments: table)
  func isKeptWithAWarning(_ spelling: Spelling) throws {
    let bytes = Array(Self.file(spelling).utf8)
    let result = ConfigurationReader().read(bytes: bytes, name: "x.xml")
    let configuration = try #require(result.configuration, "\(result.descriptions)")
    let doubts = result.descriptions.filter {
      $0.contains("warning: ") && $0.contains(spelling.word)
        && $0.contains("our reading of this element may be wrong")
    }
    #expect(!doubts.isEmpty, "\(result.descriptions)")
    let export = String(decoding: ConfigurationExport.canonical(configuration), as: UTF8.self)
    #expect(export.contains(spelling.word))
    let again = ConfigurationReader().read(bytes: Array(export.utf8), name: "x.xml")
    #expect(again.diagnostics.map(\.code) == result.diagnostics.map(\.code))
    // A level that is not understood is the usual one; of a log that is not, nothing happens.
    let isPushed = configuration.inEffect.subscriptions.contains {
      if case .syslogPush = $0.retrieval { true } else { false }
    }
    #expect(isPushed != [.module, .element, .method].contains(spelling.family))
  }
}
