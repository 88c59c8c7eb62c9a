/// What a log subscription records; the raw value is the project's stable name of the type.
///
/// Source: docs/FIDELITY.md, "Log types".
public enum LogType: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case textMail, qmailMail, delivery, bounce, status, domainDebug, injectionDebug
  case smtpConversation, system, cliAudit, ftpServer, http, ntp, ldapDebug
  case antiSpam, antiSpamArchive, graymail, graymailArchive, antiVirus, antiVirusArchive
  case ampEngine, ampArchive, scanning, contentScanner, spamQuarantine, spamQuarantineGUI
  case safeBlockLists, reporting, reportingQuery, updater, tracking, authentication, audit
  case configurationHistory, encryption, reputationEngine, urlReputation, upgrade, api, snmp
  case smartLicense, haystack, consolidatedEvent

  /// The name that the appliance prints, such as `IronPort Text Mail Logs`.
  public var displayName: String {
    Self.names[Int(self.rawValue)]
  }

  private static let names = [
    "IronPort Text Mail Logs", "qmail Format Mail Logs", "Delivery Logs", "Bounce Logs",
    "Status Logs", "Domain Debug Logs", "Injection Debug Logs", "SMTP Conversation Logs",
    "System Logs", "CLI Audit Logs", "FTP Server Logs", "HTTP Logs", "NTP logs",
    "LDAP Debug Logs", "Anti-Spam Logs", "Anti-Spam Archive", "Graymail Engine Logs",
    "Graymail Archive", "Anti-Virus Logs", "Anti-Virus Archive", "AMP Engine Logs",
    "AMP Archive", "Scanning Logs", "Content Scanner Logs", "Spam Quarantine Logs",
    "Spam Quarantine GUI Logs", "Safe/Block Lists Logs", "Reporting Logs",
    "Reporting Query Logs", "Updater Logs", "Tracking Logs", "Authentication Logs",
    "Audit Logs", "Configuration History Logs", "Encryption Logs", "Reputation Engine Logs",
    "URL Reputation Logs", "Upgrade Logs", "API Logs", "SNMP Logs", "Smartlicense Logs",
    "Haystack Logs", "Consolidated Event Logs",
  ]

  /// Whether the type is lines of text; the others are binary or mail boxes and cannot go by syslog.
  public var isText: Bool {
    switch self {
    case .delivery, .tracking, .antiSpamArchive, .antiVirusArchive, .ampArchive, .graymailArchive,
      .configurationHistory:
      false
    default:
      true
    }
  }

  /// Whether the simulated appliance writes lines of this type, beside header lines; a log of
  /// another type stays without content.
  ///
  /// Source: docs/FIDELITY.md, "Log types without content".
  public var hasContent: Bool {
    switch self {
    case .textMail, .status: true
    default: false
    }
  }

  /// Whether a file or stream of this type begins with `Begin Logfile` and the lines after it.
  ///
  /// Source: docs/FIDELITY.md, "Header lines".
  public var hasHeaderLines: Bool {
    switch self {
    case .textMail, .antiVirus, .ldapDebug, .system, .authentication, .safeBlockLists, .api: true
    default: false
    }
  }
}
