import LogModel

/// How a file spells the type of a log: the one table that a new spelling extends by one row.
///
/// A row `mail` covers the element `log_mail` and, where the type is text, `log_text` with the
/// module `mail`.
enum LogSpellings {
  /// Whether a spelling was seen in the vendor's material (S) or is our reconstruction (R).
  enum Standing {
    case sourced, reconstructed
  }

  /// One spelling of one type.
  struct Row {
    let spelling: String
    let type: LogType
    let standing: Standing

    fileprivate init(_ spelling: String, _ type: LogType, _ standing: Standing) {
      self.spelling = spelling
      self.type = type
      self.standing = standing
    }
  }

  /// The element whose child `module` tells the type.
  static let generic = "log_text"

  static let rows: [Row] = [
    // Elements of the vendor's published viewer.
    Row("status", .status, .sourced), Row("bounces", .bounce, .sourced),
    Row("antispam", .antiSpam, .sourced), Row("antispam_archive", .antiSpamArchive, .sourced),
    Row("cli", .cliAudit, .sourced), Row("scanning", .scanning, .sourced),
    Row("antivirus", .antiVirus, .sourced), Row("euq", .spamQuarantine, .sourced),
    Row("euqgui", .spamQuarantineGUI, .sourced), Row("reportd", .reporting, .sourced),
    Row("reportqueryd", .reportingQuery, .sourced),
    // Ours, after the names of the default subscriptions and of the daemons.
    Row("mail", .textMail, .reconstructed), Row("qmail", .qmailMail, .reconstructed),
    Row("delivery", .delivery, .reconstructed),
    Row("domain_debug", .domainDebug, .reconstructed),
    Row("injection_debug", .injectionDebug, .reconstructed),
    Row("smtp_conversation", .smtpConversation, .reconstructed),
    Row("system", .system, .reconstructed), Row("ftpd", .ftpServer, .reconstructed),
    Row("gui", .http, .reconstructed), Row("http", .http, .reconstructed),
    Row("sntpd", .ntp, .reconstructed), Row("ntp", .ntp, .reconstructed),
    Row("ldap_debug", .ldapDebug, .reconstructed), Row("graymail", .graymail, .reconstructed),
    Row("graymail_archive", .graymailArchive, .reconstructed),
    Row("antivirus_archive", .antiVirusArchive, .reconstructed),
    Row("amp", .ampEngine, .reconstructed), Row("amp_archive", .ampArchive, .reconstructed),
    Row("content_scanner", .contentScanner, .reconstructed),
    Row("slbld", .safeBlockLists, .reconstructed), Row("updater", .updater, .reconstructed),
    Row("trackerd", .tracking, .reconstructed),
    Row("authentication", .authentication, .reconstructed), Row("audit", .audit, .reconstructed),
    Row("config_history", .configurationHistory, .reconstructed),
    Row("encryption", .encryption, .reconstructed),
    Row("reputation", .reputationEngine, .reconstructed),
    Row("url_reputation", .urlReputation, .reconstructed),
    Row("upgrade", .upgrade, .reconstructed), Row("api", .api, .reconstructed),
    Row("snmp", .snmp, .reconstructed), Row("smartlicense", .smartLicense, .reconstructed),
    Row("haystack", .haystack, .reconstructed),
    Row("consolidated_event", .consolidatedEvent, .reconstructed),
  ]

  /// The elements that are log subscriptions.
  static let elements = Set(Self.rows.map { "log_" + $0.spelling } + [Self.generic])

  /// Those of them that the vendor's material shows.
  static let publicElements = Set(
    Self.rows.filter { $0.standing == .sourced }.map { "log_" + $0.spelling } + [Self.generic])

  /// The type of an element such as `log_bounces`.
  static func type(ofElement name: String) -> LogType? {
    name.hasPrefix("log_") && name != Self.generic ? Self.types[String(name.dropFirst(4))] : nil
  }

  /// The type of `log_text` with a module.
  static func type(ofModule module: String) -> LogType? {
    Self.types[module].flatMap { $0.isText ? $0 : nil }
  }

  /// The modules that `log_text` may have, for a finding.
  static let allowedModules = Self.modules.joined(separator: ", ")

  /// The modules that `log_text` may have.
  static let modules = Self.rows.filter(\.type.isText).map(\.spelling)

  /// How an export writes a type: its first spelling, as an element where that is sourced and as a
  /// module of `log_text` where it is not.
  static func preferred(_ type: LogType) -> (element: String, module: String?) {
    let row = Self.rows.first { $0.type == type } ?? Self.rows[0]
    return row.standing == .sourced || !type.isText
      ? ("log_" + row.spelling, nil) : (Self.generic, row.spelling)
  }

  private static let types = Dictionary(
    uniqueKeysWithValues: Self.rows.map { ($0.spelling, $0.type) })
}
