import ApplianceConfiguration
import ConfigurationPolicy
import LogModel

/// How a log is fetched or pushed.
struct RetrievalDecoder {
  let reader: ElementReader

  func retrieval(of element: XMLElement) -> LogSubscriptionSettings.Retrieval {
    guard let retrieval = self.reader.only("retrieval", in: element) else {
      self.reader.report(
        .elementMissing, at: element, found: "no <retrieval>",
        allowed: "<retrieval> with " + Self.allowedMethods, assumed: "none")
      return .notUnderstood(nil)
    }
    self.reader.checkContainer(retrieval, knowing: RetrievalNames.methods, area: .logs)
    let methods = retrieval.children.filter { RetrievalNames.methods.contains($0.name) }
    guard methods.count == 1, let method = methods.first else {
      // A method that exists and is not modelled: nothing is logged by it.
      let others = retrieval.children.map(\.name).filter { !RetrievalNames.methods.contains($0) }
      let isLearned = others.contains { self.reader.knows(.element, $0, in: retrieval.name) }
      if methods.isEmpty, isLearned { return .notUnderstood(retrieval.position) }
      let found = methods.map { "<\($0.name)>" }.joined(separator: " ")
      self.reader.report(
        .retrievalInvalid, at: retrieval, found: found.isEmpty ? "none" : found,
        allowed: Self.allowedMethods, assumed: "none")
      return .notUnderstood(retrieval.position)
    }
    switch method.name {
    case RetrievalNames.filePoll:
      return .manualDownload(self.files(method, knowing: RetrievalNames.files))
    case RetrievalNames.ftpPush:
      return .ftpPush(self.transfer(method, defaultPort: 21, knowing: RetrievalNames.passphrase))
    case RetrievalNames.scpPush:
      return .scpPush(
        self.transfer(method, defaultPort: 22, knowing: RetrievalNames.hostKeyChecking))
    default: return .syslogPush(self.push(method))
    }
  }

  private static let allowedMethods = "one of <ftp_poll>, <ftp_push>, <scp_push>, <syslog_push>"

  private static let nearSchedules = NearNames(["none", "hourly", "daily", "weekly"])

  /// The files of a method; other children are reported and kept.
  private func files(_ element: XMLElement, knowing known: Set<String>) -> LogFileSettings {
    self.reader.checkContainer(element, knowing: known, area: .logs)
    let filename = self.reader.requiredText("filename", in: element, area: .logs)
    var files = LogFileSettings(filename: filename)
    if let text = self.reader.text("rolloversize", in: element, area: .logs) {
      files.rolloverSizeBytes = self.reader.convert(
        text, or: files.rolloverSizeBytes.value, .rolloverSizeInvalid,
        allowed: "bytes, or a number with the suffix k or m", by: byteCount)
    }
    if let text = self.reader.text(RetrievalNames.interval, in: element, area: .logs) {
      files.rolloverSchedule = self.reader.convert(
        text, or: .never, .rolloverIntervalInvalid,
        allowed: "0, none, 2h30m, daily 01:30, weekly Mon 01:30 and the like",
        words: Self.nearSchedules, by: rolloverSchedule)
    }
    files.filesMax = self.reader.number(
      "rollover_max_files", in: element, absent: files.filesMax.value,
      code: .rolloverFilesInvalid, allowed: "a whole number", area: .logs)
    files.kept = self.reader.kept(of: element, reading: known)
    return files
  }

  private func transfer(
    _ element: XMLElement, defaultPort: UInt16, knowing own: String
  ) -> FileTransferSettings {
    let known = RetrievalNames.files.union(RetrievalNames.transfer).union([own])
    let files = self.files(element, knowing: known)
    var transfer = FileTransferSettings(
      host: self.host(self.reader.requiredText("hostname", in: element, area: .logs)),
      port: Setting(default: defaultPort),
      directory: self.reader.text("directory", in: element, area: .logs),
      username: self.reader.text("username", in: element, area: .logs), files: files)
    if own == RetrievalNames.passphrase {
      transfer.passphrase = self.reader.text(
        own, in: element, area: .logs, isSecret: true
      ).map {
        Setting(Passphrase($0.value), at: $0.position, state: $0.state)
      }
    } else {
      transfer.checksHostKey = self.reader.flag(own, in: element, absent: false, area: .logs)
    }
    if let port = self.port(of: element, absent: defaultPort) { transfer.port = port }
    return transfer
  }

  /// A host without brackets around it, which are not part of its name or address.
  private func host(_ text: Setting<String>) -> Setting<String> {
    guard let inner = HostSpelling.withoutBrackets(text.value), HostSpelling(host: inner) != .none
    else { return text }
    self.reader.findings.add(
      Diagnostic(
        .hostnameDoubtful, at: text.position, found: Diagnostic.quote(text.value),
        allowed: Allowed.host, assumed: inner))
    return Setting(inner, at: text.position, state: text.state)
  }

  private func port(
    of element: XMLElement, absent fallback: UInt16
  ) -> Setting<UInt16>? {
    guard let text = self.reader.text("port", in: element, area: .logs) else { return nil }
    return self.reader.convert(
      text, or: fallback, .pushPortInvalid, allowed: Allowed.number(1...65535)
    ) { wholeNumber($0).flatMap { (1...65535).contains($0) ? UInt16($0) : nil } }
  }

  private static let facilities = SyslogFacility.allCases.map(\.rawValue)
  /// What is assumed where it is not known whether lines would be encrypted, or how they would go.
  private static let noPush = "no push"

  private func push(_ element: XMLElement) -> SyslogPushSettings {
    // Those of our own names that are not known are told of apart.
    let own = element.children.map(\.name).filter(DeliveryNames.isSetting)
    let known = own.isEmpty ? RetrievalNames.syslog : RetrievalNames.syslog.union(own)
    self.reader.checkContainer(element, knowing: known, area: .logs)
    var push = SyslogPushSettings(
      host: self.host(self.reader.requiredText("hostname", in: element, area: .logs)))
    push.usesTLS = self.reader.flag(
      "tls", in: element, absent: false, area: .logs, assumed: Self.noPush)
    // Source: docs/FIDELITY.md, "Encrypted syslog".
    if push.usesTLS.value { push.port = Setting(default: 6514) }
    if let port = self.port(of: element, absent: push.port.value) { push.port = port }
    if let text = self.reader.text("protocol", in: element, area: .logs) {
      push.transport = self.reader.convert(
        text, or: .udp, .pushProtocolInvalid, allowed: "UDP or TCP",
        words: NearNames(["UDP", "TCP"]),
        assumed: Self.noPush
      ) { SyslogPushSettings.Transport(rawValue: $0.uppercased()) }
    }
    if let text = self.reader.text("facility", in: element, area: .logs) {
      push.facility = self.reader.convert(
        text, or: .mail, .pushFacilityInvalid, allowed: Self.facilities.joined(separator: ", "),
        words: NearNames(Self.facilities)
      ) { SyslogFacility(rawValue: $0.lowercased()) }
    }
    if let text = self.reader.text(RetrievalNames.messageSize, in: element, area: .logs) {
      push.messageBytesMax = self.reader.convert(
        text, or: 1024, .messageSizeInvalid, allowed: "a whole number of bytes", by: wholeNumber)
    }
    push.delivery = DeliveryDecoder(reader: self.reader).delivery(of: element)
    push.kept = self.reader.kept(of: element, reading: known)
    return push
  }
}
