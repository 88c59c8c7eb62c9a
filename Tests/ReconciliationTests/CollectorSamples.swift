/// What collectors make of a log's lines, each as a small function of the line.
enum CollectorSamples {
  /// Lines with what forms have to quote: blanks, tabs, quotes, backslashes, commas, semicolons,
  /// characters beyond ASCII, an identical pair.
  static let log: [TestLine] = [
    TestLine(
      body: "Info: New SMTP ICID 7 interface Data 2 (192.0.2.3) address 198.51.100.4", second: 1),
    TestLine(body: "Info: MID 12 Subject 'Stückliste; \"Größe\" 5\\7, 3 €'", second: 1),
    TestLine(body: "Info: MID 12 tab\there", second: 2),
    TestLine(body: "Warning: [a] {b} (c) <d> | e = f", second: 2),
    TestLine(body: "Warning: queue is full, later", second: 3),
    TestLine(body: "Warning: queue is full, later", second: 3),
    TestLine(body: "Info: MID 12 antispam negative ", second: 4),
    TestLine(body: "Critical: Log Error: Subscription Mail_Log: Failed to connect", second: 5),
    TestLine(body: "Info: ICID 7 close", second: 5),
  ]

  static var logged: [String] { self.log.map(\.logged) }

  private static func json(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func csv(_ text: String) -> String {
    "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  private static func clock(_ line: TestLine) -> String { "08:00:0\(line.second)" }
  private static func bsd(_ line: TestLine) -> String { "Jun 25 \(self.clock(line))" }
  private static func iso(_ line: TestLine) -> String { "2015-06-25T\(self.clock(line))" }

  private static func lines(_ record: (TestLine) -> String) -> String {
    self.log.map { record($0) + "\n" }.joined()
  }

  private static func list(_ record: (TestLine) -> String) -> String {
    self.log.map(record).joined(separator: ", ")
  }

  /// Name of the form that may be forced, what it is, the file.
  static var all: [(form: String, title: String, text: String)] {
    self.texts + self.objects + self.tables
  }

  private static var texts: [(form: String, title: String, text: String)] {
    [
      ("wire", "as sent", self.lines { $0.wire() }),
      ("wire", "with CR", self.log.map { $0.wire() + "\r\n" }.joined()),
      ("wire", "with a mark", "\u{FEFF}" + self.lines { $0.wire() }),
      ("wire", "by NUL", self.log.map { $0.wire() + "\0" }.joined()),
      ("wire", "by NUL and LF", self.log.map { $0.wire() + "\0\n" }.joined()),
      ("wire", "without a stamp", self.lines { "<22>Mail_Log: \($0.body)" }),
      (
        "wire", "RFC 5424",
        self.lines { "<22>1 \(self.iso($0))+02:00 h Mail_Log - - - \u{FEFF}\($0.body)" }
      ),
      ("rsyslog", "traditional", self.lines { "\(self.bsd($0)) 192.0.2.9 Mail_Log: \($0.body)" }),
      ("rsyslog", "a host with _", self.lines { "\(self.bsd($0)) esa_1 Mail_Log: \($0.body)" }),
      (
        "rsyslog", "IPv6",
        self.lines { "\(self.iso($0)).000001+02:00 2001:db8::a:1 Mail_Log: \($0.body)" }
      ),
      (
        "rsyslog", "a relay's header",
        self.lines { "\(self.bsd($0)) relay \(self.bsd($0)) Mail_Log: \($0.body)" }
      ),
      (
        "rsyslog", "two relays'",
        self.lines {
          "<13>\(self.bsd($0)) a \(self.iso($0))Z b <22>\(self.bsd($0)) esa Mail_Log: \($0.body)"
        }
      ),
      ("syslog-ng", "default", self.lines { "\(self.bsd($0)) esa Mail_Log: \($0.body)" }),
      ("journald", "short", self.lines { "\(self.bsd($0)) esa Mail_Log[12]: \($0.body)" }),
      (
        "journald", "short-precise",
        self.lines { "\(self.bsd($0)).123456 esa Mail_Log[12]: \($0.body)" }
      ),
      (
        "journald", "short-full",
        self.lines { "Thu 2015-06-25 \(self.clock($0)) CEST esa Mail_Log[12]: \($0.body)" }
      ),
      (
        "journald", "short-unix",
        self.lines { "143521560\($0.second).123456 esa Mail_Log[12]: \($0.body)" }
      ),
      ("docker", "with -t", self.lines { "\(self.iso($0)).111111111Z \($0.wire())" }),
      ("docker", "containerd", self.lines { "\(self.iso($0)).1Z stdout F \($0.wire())" }),
      (
        "docker", "containerd, without a header",
        self.lines { "\(self.iso($0)).1Z stderr F Mail_Log: \($0.body)" }
      ),
      ("rsyslog", "tag and text", self.lines { "Mail_Log: \($0.body)" }),
      ("rsyslog", "text alone", self.lines { $0.body }),
      ("log", "a file of the appliance", self.lines { $0.logged }),
      ("log", "with a mark", "\u{FEFF}" + self.lines { $0.logged }),
    ]
  }

  private static var objects: [(form: String, title: String, text: String)] {
    let raw = { (line: TestLine) in "{\"_raw\": \(self.json(line.wire()))}" }
    let source = { (line: TestLine) in
      "{\"_index\": \"a\", \"_source\": {\"tags\": [\"message\"], \"message\": "
        + "\(self.json(line.wire()))}}"
    }
    let integration = { (line: TestLine) in
      let parts = line.body.split(separator: ": ", maxSplits: 1).map(String.init)
      return "{\"_source\": {\"log\": {\"level\": \"\(parts[0].lowercased())\", \"syslog\": {}}, "
        + "\"cisco_secure_email_gateway\": {\"log\": {\"category\": {\"name\": \"Mail_Log\"}, "
        + "\"message\": \(self.json(parts[1]))}}}}"
    }
    return [
      ("splunk", "lines", self.lines { "{\"result\": \(raw($0)), \"preview\": false}" }),
      (
        "splunk", "an answer",
        "{\"preview\": false, \"results\": [\(self.list(raw))], \"m\": [{\"_raw\": \"x\"}]}"
      ),
      ("splunk", "an array", "[\(self.list(raw))]\n"),
      ("splunk", "an array over lines", "[\n" + self.log.map(raw).joined(separator: ",\n") + "\n]"),
      ("elastic", "a dump", self.lines(source)),
      (
        "elastic", "an answer",
        "{\"took\": 2, \"hits\": {\"total\": {\"value\": 9}, \"hits\": [\(self.list(source))]}}"
      ),
      (
        "elastic", "over lines",
        self.lines { "{\n  \"message\": \(self.json($0.wire())),\n  \"a\": [1]\n}" }
      ),
      (
        "elastic", "fields",
        self.lines {
          "{\"fields\": {\"message\": [\(self.json($0.body))], "
            + "\"event.original\": [\(self.json($0.wire()))]}}"
        }
      ),
      ("elastic", "the integration", self.lines(integration)),
      (
        "logstash", "file",
        self.lines { "{\"event\": {\"original\": \(self.json($0.wire()))}, \"message\": \"x\"}" }
      ),
      (
        "docker", "json-file",
        self.lines { "{\"log\": \(self.json($0.wire() + "\n")), \"stream\": \"stdout\"}" }
      ),
      (
        "loki", "logcli",
        self.lines { "{\"labels\": {\"host\": \"a\"}, \"line\": \(self.json($0.wire()))}" }
      ),
      (
        "graylog", "GELF",
        self.lines {
          "{\"version\": \"1.1\", \"short_message\": \(self.json("Mail_Log: \($0.body)"))}"
        }
      ),
      (
        "graylog", "GELF with the whole message",
        self.lines {
          "{\"short_message\": \"Mail_Log: I\", \"full_message\": \(self.json($0.wire()))}"
        }
      ),
      (
        "graylog", "a search's answer",
        "{\"messages\": ["
          + self.list { "{\"message\": {\"message\": \(self.json("Mail_Log: \($0.body)"))}}" }
          + "]}"
      ),
      (
        "syslog-ng", "format-json",
        self.lines {
          "{\"PROGRAM\": \"Mail_Log\", \"MESSAGE\": \(self.json($0.body)), \"DATE\": \"a\"}"
        }
      ),
      (
        "journald", "json",
        self.lines { "{\"MESSAGE\": \(self.json($0.body)), \"SYSLOG_IDENTIFIER\": \"Mail_Log\"}" }
      ),
      (
        "journald", "a JSON text sequence",
        self.lines {
          "\u{1E}{\"SYSLOG_IDENTIFIER\": \"Mail_Log\", \"MESSAGE\": \(self.json($0.body))}"
        }
      ),
      (
        "journald", "export",
        self.lines {
          "__CURSOR=s=1\n_X\n\u{2}\0\0\0\0\0\0\0\n\n\n"
            + "SYSLOG_IDENTIFIER=Mail_Log\nMESSAGE=\($0.body)\n"
        }
      ),
      (
        "fluentd", "file",
        self.lines {
          "\(self.iso($0))+02:00\tmail.info\t"
            + "{\"ident\": \"Mail_Log\", \"message\": \(self.json($0.body))}"
        }
      ),
      (
        "fluentd", "stdout",
        self.lines {
          "2015-06-25 \(self.clock($0)).0 +0200 mail: "
            + "{\"ident\": \"Mail_Log\", \"message\": \(self.json($0.body))}"
        }
      ),
      (
        "fluentd", "Fluent Bit",
        self.lines {
          "{\"date\": 1.5, \"ident\": \"Mail_Log\", \"message\": \(self.json($0.body))}"
        }
      ),
      (
        "vector", "syslog",
        self.lines {
          "{\"appname\": \"Mail_Log\", \"message\": \(self.json($0.body)), \"severity\": \"info\"}"
        }
      ),
      (
        "vector", "socket", self.lines { "{\"host\": \"a\", \"message\": \(self.json($0.wire()))}" }
      ),
      (
        "rsyslog", "jsonmesg",
        self.lines { "{\"msg\": \(self.json(" " + $0.body)), \"rawmsg\": \(self.json($0.wire()))}" }
      ),
      (
        "rsyslog", "a JSON template",
        self.lines { "{\"syslogtag\": \"Mail_Log:\", \"message\": \(self.json(" " + $0.body))}" }
      ),
    ]
  }

  private static var tables: [(form: String, title: String, text: String)] {
    [
      (
        "elastic", "Kibana",
        "\"@timestamp\",\"log.level\",message\n"
          + self.lines { "\"Jun 25, 2015 @ 08:00:01.000\",info,\(self.csv($0.wire()))" }
      ),
      (
        "elastic", "Kibana, the integration",
        "cisco_secure_email_gateway.log.message,log.level\n"
          + self.lines { line in
            let parts = line.body.split(separator: ": ", maxSplits: 1).map(String.init)
            return "\(self.csv(parts[1])),\(parts[0].lowercased())"
          }
      ),
      (
        "splunk", "CSV", "\"_raw\",\"_time\",host\n" + self.lines { "\(self.csv($0.wire())),1,esa" }
      ),
      (
        "graylog", "CSV",
        "\"timestamp\",\"source\",\"message\"\r\n"
          + self.log.map { "\"1\",\"a\",\(self.csv("Mail_Log: \($0.body)"))\r\n" }.joined()
      ),
      (
        "csv", "semicolons and a mark",
        "\u{FEFF}time;program;message\n" + self.lines { "1;Mail_Log;\(self.csv($0.body))" }
      ),
      ("csv", "tabs", "time\tmessage\n" + self.lines { "1\t\(self.csv($0.wire()))" }),
      ("csv", "Excel", "sep=;\r\ntime;message\r\n" + self.lines { "1;\(self.csv($0.wire()))" }),
      (
        "csv", "lines in fields",
        "note,message\n" + self.lines { "\"a\n\"\"b\"\"\n\",\(self.csv($0.wire() + "\n"))" }
      ),
      (
        "csv", "twice the first line",
        "time,message\n" + self.lines { "1,\(self.csv($0.wire()))" } + "time,message\n"
      ),
      ("csv", "one column", "message\n" + self.lines { self.csv($0.wire()) }),
    ]
  }
}
