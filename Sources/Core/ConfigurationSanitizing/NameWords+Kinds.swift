internal import ApplianceConfiguration

/// What else a name says of what it holds, for a copy.
extension NameWords {
  // MARK: Measures

  private static let measures: Set<String> = [
    "size", "length", "len", "bits", "ttl", "lifetime", "age", "days", "hours", "minutes",
    "seconds", "timeout", "expiry", "expiration", "expires", "interval", "period", "count", "max",
    "min", "limit", "retries", "attempts", "history", "method", "algorithm", "algo", "alg", "type",
    "format", "mode", "kind", "usage", "strength", "complexity", "enabled", "disabled", "enable",
    "required", "policy", "verify", "verification", "validation", "check", "checking", "version",
    "status",
  ]

  /// Whether what has the name is a size, a time or a method, as far as a word beside says.
  var isMeasure: Bool { self.words.last.map { Self.measures.contains($0) } ?? false }

  // MARK: What a person wrote

  private static let proseAnywhere: Set<String> = [
    "banner", "banners", "disclaimer", "disclaimers", "motd", "greeting", "footer", "footers",
    "remark", "remarks", "note", "notes", "notice", "notices", "memo", "salutation", "template",
    "templates",
    "notification", "notifications",
  ]
  private static let proseAtEnd: Set<String> = [
    "message", "messages", "msg", "text", "texts", "query", "queries",
    "body", "html", "signature", "wording", "reply", "response", "question", "answer",
    "title", "headline", "tooltip", "tmpl", "sql",
  ]

  /// Whether what has the name is a sentence or more that somebody wrote, or a query.
  var isProse: Bool {
    self.words.contains { Self.proseAnywhere.contains($0) }
      // Texts that are referred to by name: `text_resources`.
      || self.words.contains("text") && self.words.contains { $0.hasPrefix("resource") }
      || self.words.last.map { Self.proseAtEnd.contains($0) } ?? false
        // Logs, whose elements are `log_text`.
        && self.words.first != "log"
  }

  // MARK: Names and hosts

  private static let hostsAtEnd: Set<String> = [
    "host", "hosts", "fqdn", "ip", "ips", "addr", "addrs", "peer", "peers", "url", "uri", "urls",
    "mx", "relay", "relays", "servers", "domains", "endpoint",
  ]
  private static let names: Set<String> = [
    "customer", "tenant", "account", "city", "street", "owner", "login", "realm", "principal",
    "org", "department", "dept", "company", "person", "site", "office", "building", "topic",
    "alias", "nickname", "iban", "uid", "mandant",
  ]

  /// Whether what has the name is a host, as far as its last word says.
  var isHost: Bool { self.words.last.map { Self.hostsAtEnd.contains($0) } ?? false }

  /// Whether what has the name names a person, a place or a customer.
  var isNameOfSomebody: Bool {
    self.words.last == "user" || self.words.contains { Self.names.contains($0) }
  }
}
