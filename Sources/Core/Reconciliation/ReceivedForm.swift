/// How one kind of collector keeps lines.
///
/// `ReceivedForm.all` is the one table of forms: the values of `--format-received`, what `auto`
/// looks for and the table of docs/RECONCILE.md are made from it.
public struct ReceivedForm: Hashable, Sendable {
  /// What a file of lines is made of.
  public enum Family: String, Hashable, Sendable, CaseIterable {
    /// One line of text for one line of the log.
    case text
    /// JSON objects: one a line, one behind the other, or in an array.
    case json
    /// Columns, named in the first line.
    case csv
    /// The journal's export format.
    case journal
  }

  /// The value of `--format-received`.
  public let name: String
  /// Whose form it is, for a table.
  public let collector: String
  /// What its files may be.
  public let families: [Family]
  /// Paths of JSON members, columns or fields that hold the line: the first one found is taken.
  public let texts: [String]
  /// Paths of what holds the tag, where the line has none.
  public let tags: [String]
  /// A text without its level, and where the level is.
  public let split: SplitText?
  /// A line, or two for CSV, that holds `Info: text` of the log `Mail_Log`.
  public let example: String

  /// A text whose level is in a member of its own.
  public struct SplitText: Hashable, Sendable {
    public let text: String
    public let level: String
  }

  private init(
    _ name: String, _ collector: String, _ families: [Family], texts: [String] = [],
    tags: [String] = [], split: SplitText? = nil, example: String
  ) {
    self.name = name
    self.collector = collector
    self.families = families
    self.texts = texts
    self.tags = tags
    self.split = split
    self.example = example
  }

  /// Members around the record that are read over.
  ///
  /// Source: Elastic's search answers and dumps, Splunk's JSON lines, Graylog's search.
  public static let wrappers = [
    "_source", "fields", "result", "record", "data", "jsonPayload", "payload", "attributes",
  ]
  /// Members of a whole answer that hold its records as an array.
  public static let arrays = [
    "results", "hits", "messages", "events", "records", "rows", "logs", "items", "entries", "value",
    "data",
  ]

  /// All forms. Of members that several forms have, those that hold more of the line come first.
  public static let all: [ReceivedForm] = [
    ReceivedForm(
      "wire", "as sent, also with RFC 5424's header; `appliance receive`", [.text],
      example: "<22>Jun 25 08:50:03 Mail_Log: Info: text"),
    ReceivedForm(
      "rsyslog", "rsyslog: its file templates; JSON templates with `rawmsg` or `msg`",
      [.text, .json, .csv], texts: ["rawmsg", "rawmsg-after-pri", "msg", "message"],
      tags: ["syslogtag", "syslog-tag", "programname", "app-name"],
      example: "2015-06-25T08:50:03.123456+02:00 HOST Mail_Log: Info: text"),
    ReceivedForm(
      "syslog-ng", "syslog-ng: its default template, `format-json`", [.text, .json, .csv],
      texts: ["RAWMSG", "MESSAGE", "MSG"], tags: ["PROGRAM"],
      example: #"{"PROGRAM": "Mail_Log", "MESSAGE": "Info: text", "HOST": "192.0.2.10"}"#),
    ReceivedForm(
      "journald", "journald: `journalctl -o short`, `export` or `json`", [.text, .json, .journal],
      texts: ["MESSAGE"], tags: ["SYSLOG_IDENTIFIER"],
      example: #"{"SYSLOG_IDENTIFIER": "Mail_Log", "MESSAGE": "Info: text", "PRIORITY": "6"}"#),
    ReceivedForm(
      "splunk", "Splunk: an export as JSON or CSV, `_raw`", [.json, .csv], texts: ["_raw"],
      example: #"{"result": {"_raw": "<22>Jun 25 08:50:03 Mail_Log: Info: text"}}"#),
    ReceivedForm(
      "elastic",
      "Elastic: dumps, answers, Kibana's CSV; what the integration for this appliance keeps",
      [.json, .csv], texts: ["event.original", "message"],
      tags: [
        "cisco_secure_email_gateway.log.category.name", "log.syslog.appname", "process.name",
      ],
      split: SplitText(text: "cisco_secure_email_gateway.log.message", level: "log.level"),
      example: #"{"_source": {"event.original": "<22>Jun 25 08:50:03 Mail_Log: Info: text"}}"#),
    ReceivedForm(
      "logstash", "Logstash: `file` output with `json_lines`", [.json, .csv],
      texts: ["event.original", "message"],
      tags: ["process.name", "program", "log.syslog.appname"],
      example: #"{"event": {"original": "<22>Jun 25 08:50:03 Mail_Log: Info: text"}, "tags": []}"#),
    ReceivedForm(
      "graylog", "Graylog and GELF: `full_message`, `short_message`, CSV with `message`",
      [.json, .csv], texts: ["full_message", "short_message", "message", "message.message"],
      tags: ["application_name", "_application_name"],
      example: #"{"version": "1.1", "host": "HOST", "short_message": "Mail_Log: Info: text"}"#),
    ReceivedForm(
      "docker", "Docker's json-file and containerd: `log`", [.text, .json], texts: ["log"],
      example: #"{"log": "<22>Jun 25 08:50:03 Mail_Log: Info: text\n", "stream": "stdout"}"#),
    ReceivedForm(
      "loki", "Loki: `logcli query -o jsonl`", [.json, .csv], texts: ["line", "Line"],
      example: #"{"labels": {"a": "HOST"}, "line": "<22>Jun 25 08:50:03 Mail_Log: Info: text"}"#),
    ReceivedForm(
      "fluentd", "fluentd (time, tag, JSON) and Fluent Bit", [.json, .csv],
      texts: ["message", "log"], tags: ["ident"],
      example: "2015-06-25T08:50:03+02:00\tmail.info\t"
        + #"{"ident": "Mail_Log", "message": "Info: text"}"#),
    ReceivedForm(
      "vector", "Vector: sources `syslog` and `socket`", [.json, .csv], texts: ["message"],
      tags: ["appname"],
      example: #"{"appname": "Mail_Log", "host": "192.0.2.10", "message": "Info: text"}"#),
    ReceivedForm(
      "csv", "any CSV with a column for the line, separated by `,` `;` `|` or tabs", [.csv],
      texts: [
        "_raw", "event.original", "full_message", "message", "Message", "msg", "SyslogMessage",
        "MESSAGE", "log", "line", "Line", "text", "body",
      ],
      tags: ["ProcessName", "program", "ident", "appname", "tag"],
      example: "timestamp;source;message\n2015-06-25 08:50:03;192.0.2.10;Mail_Log: Info: text"),
    ReceivedForm(
      "log", "a log file of the appliance, pushed as a file", [.text],
      example: "Thu Jun 25 08:50:03 2015 Info: text"),
  ]
}

/// What a person says of a collector's form.
public enum ReceivedFormat: Hashable, Sendable {
  /// Found out for each file.
  case auto
  /// Lines of text, each taken as it is: nothing is refused.
  case plain
  /// One of the table.
  case form(ReceivedForm)

  /// The values of `--format-received`.
  public static let names = ["auto", "plain"] + ReceivedForm.all.map(\.name)

  /// The format of that name.
  public init?(name: String) {
    switch name {
    case "auto": self = .auto
    case "plain": self = .plain
    default:
      guard let form = ReceivedForm.all.first(where: { $0.name == name }) else { return nil }
      self = .form(form)
    }
  }

  /// Whether files of that family are read.
  func reads(_ family: ReceivedForm.Family) -> Bool {
    switch self {
    case .auto: true
    case .plain: family == .text
    case .form(let form): form.families.contains(family)
    }
  }

  /// The forms that are looked for.
  var forms: [ReceivedForm] {
    switch self {
    case .auto: ReceivedForm.all
    case .plain: []
    case .form(let form): [form]
    }
  }
}
