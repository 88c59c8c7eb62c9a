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

  /// Names that stand in the place of a documented one. Those that differ by a whole word, or by
  /// how words are divided, may be another release's; those with a typing error are refused.
  private static let names: [(around: String, plausible: String, typingErrors: String)] = [
    (
      "config",
      """
      host_name hostnames1 time_zone smtp_router smtp_rules listener_list interface_list
      logsubscriptions log_message_ids2 log_orig_subject log_remote_host log_header_list
      alertemailconfig autosupport_enabled2 auto_support_enabled
      """,
      """
      hostnme hostnamee timezoen smtp_rotes smtp_routess lsiteners interfacs log_subscritions
      log_mesage_id log_orig_subjj log_remote_respnse alert_email_confg autosuport_enabled
      """
    ),
    (
      "interfaces/interface", "ip4 interfacename interface_mode net_mask host",
      "ipp nettmask itnerface_name"
    ),
    (
      "listeners/listener",
      "listenername listener_mode bounceprofilename bounce_profile_mode interface_text",
      "listner_name lisetner_name interface_nme"
    ),
    (
      "log_subscriptions",
      """
      log_anti_spam log_euq_gui log_anti_virus log_anti_spam_archive log_anti_spam_archives
      log_report log_reports log_clu log_eqs log_cii log_report_query log_test
      """,
      "log_txt log_statsu log_bounses log_antispm log_antivirsu log_scaning log_reportdd"
    ),
    (
      "log_subscriptions/log_text", "log_label loglevel log_mode bytestorecord bytes_to_file",
      "log_levle log_leve retreival modle log_lvel"
    ),
    (
      "log_subscriptions/log_text/retrieval",
      """
      ftp_pull http_poll sftp_poll ftp_post ftppoll syslogpush syslog_pull syslog_post sys_log_push
      """,
      "ftp_pol ftp_polll ftp_ploll syslog_psuh syslg_push"
    ),
    (
      "log_subscriptions/log_text/retrieval/ftp_poll",
      "file_name rollover_size rollover_max_file1 rollover_min_files rollovermaxfiles",
      "filname rollversize rolloversizee rollover_max_fiels"
    ),
    (
      "alert_email_config", "alertclass alert_from_mail_address alert_class2",
      "alert_clas alert_clsas"
    ),
    (
      "alert_email_config/alert_class/alert_severity", "emailaddress mail_address email_address1",
      "email_adress email_addres emial_address"
    ),
  ]

  /// What is found about an element of that name in the place of the documented ones.
  private static func severities(_ name: String, in place: String) -> [Diagnostic.Severity] {
    let way = place.split(separator: "/").map(String.init)
    let inner = way[0] == "config" ? Array(way.dropFirst()) : way
    let start = inner.map { element -> String in
      ["alert_class", "alert_severity"].contains(element)
        ? "<\(element) name=\"\(element == "alert_class" ? "system" : "critical")\">"
        : "<\(element)>"
    }.joined()
    let end = inner.reversed().map { "</\($0)>" }.joined()
    let text =
      SampleHeader.text
      + "\n<config>\n\(start)\n<\(name)>x</\(name)>\n\(end)\n</config>"
    let lines = SampleHeader.text.split(separator: "\n", omittingEmptySubsequences: false).count
    return ConfigurationReader().read(bytes: Array(text.utf8), name: "x.xml").diagnostics
      .filter { $0.position?.line == lines + 3 }.map(\.severity)
  }

  private static let placed = Self.names.flatMap { row in
    [(row.plausible, Diagnostic.Severity.warning), (row.typingErrors, .error)].flatMap {
      words, severity in
      words.split { " \n".contains($0) }.map { (row.around, String($0), severity) }
    }
  }

  @Test(arguments: placed)
  func aWholeWordIsDoubtfulAndATypingErrorIsWrong(
    _ place: String, _ name: String, _ severity: Diagnostic.Severity
  ) {
    let found = Self.severities(name, in: place)
    // A name that is near to none is not told in the general part, or as a note.
    if severity == .warning {
      #expect(!found.contains(.error), "\(place)/\(name)")
    } else {
      #expect(found.contains(.error), "\(place)/\(name)")
    }
  }

  /// The names that were refused once.
  @Test(arguments: [
    ("log_subscriptions/log_text/retrieval", "ftp_pull"),
    ("log_subscriptions/log_text/retrieval", "http_poll"), ("log_subscriptions", "log_anti_spam"),
    ("log_subscriptions", "log_euq_gui"), ("config", "host_name"),
    ("log_subscriptions/log_text/retrieval/ftp_poll", "rollover_size"),
  ])
  func anotherNameIsAWarning(_ place: String, _ name: String) {
    #expect(Self.severities(name, in: place).contains(.warning), "\(place)/\(name)")
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
