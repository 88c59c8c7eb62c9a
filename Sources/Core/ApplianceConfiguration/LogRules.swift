import LogModel

/// The rules of log subscriptions.
struct LogRules: RuleSection {
  /// How large and how many files and messages may be.
  let bounds: ConfigurationRules

  func findings(in configuration: Configuration) -> [Diagnostic] {
    self.subscriptionFindings(configuration.subscriptions) + Self.longFileNames(in: configuration)
  }

  private func subscriptionFindings(_ subscriptions: [LogSubscriptionSettings]) -> [Diagnostic] {
    var findings = Self.duplicates(
      subscriptions.map(\.name), code: .logNameDuplicate, alike: .logNameAlike)
    for subscription in subscriptions {
      if !HostSyntax.isSafeFileName(subscription.name.value) {
        let isUsable = HostSyntax.isUsableFileName(subscription.name.value)
        findings.append(
          Self.finding(
            isUsable ? .logNameDoubtful : .logNameInvalid, subscription.name,
            allowed: isUsable ? Allowed.fileName : Allowed.usableFileName))
      }
      if subscription.sendsNothing {
        findings.append(
          Diagnostic(
            .logTypeWithoutContent, at: subscription.type.position,
            found: subscription.type.value.displayName, allowed: Self.typesWithContent))
      }
      switch subscription.retrieval {
      case .notUnderstood: break
      case .manualDownload(let files): findings += self.fileFindings(files)
      case .ftpPush(let transfer):
        findings += self.transferFindings(transfer) + Self.loginFindings(transfer, refused: ":")
      case .scpPush(let transfer):
        findings += self.transferFindings(transfer) + Self.loginFindings(transfer, refused: ":/")
      case .syslogPush(let push): findings += self.pushFindings(push, type: subscription.type)
      }
    }
    return findings
  }

  private static let typesWithContent = LogType.allCases.filter(\.hasContent).map(\.displayName)
    .joined(separator: ", ")

  private func fileFindings(_ files: LogFileSettings) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    if !LogFileName.isAllowed(files.filename.value) {
      let isUsable = LogFileName.isUsable(files.filename.value)
      findings.append(
        Self.finding(
          isUsable ? .fileNameDoubtful : .fileNameInvalid, files.filename,
          allowed: isUsable ? Allowed.logFileName : Allowed.usableFileName))
    }
    if !self.bounds.rolloverSizeBytes.contains(files.rolloverSizeBytes.value) {
      let range = self.bounds.rolloverSizeBytes
      findings.append(
        Self.finding(
          .valueBeyondBound, files.rolloverSizeBytes,
          allowed: "\(range.lowerBound) to \(range.upperBound) bytes, or with the suffix k or m"))
    }
    let schedule = files.rolloverSchedule
    if case .interval(let seconds) = schedule.value,
      !self.bounds.rolloverIntervalSeconds.contains(seconds)
    {
      findings.append(
        Diagnostic(
          .valueBeyondBound, at: schedule.position, found: "\(seconds)",
          allowed: "0, or " + Allowed.seconds(self.bounds.rolloverIntervalSeconds)))
    }
    if !self.bounds.filesMax.contains(files.filesMax.value) {
      findings.append(
        Self.finding(
          .valueBeyondBound, files.filesMax, allowed: Allowed.number(self.bounds.filesMax)))
    }
    return findings
  }

  /// Names of log files that are allowed as they are written, and too long once what they stand for
  /// is put in.
  private static func longFileNames(in configuration: Configuration) -> [Diagnostic] {
    configuration.subscriptions.compactMap(\.retrieval.files?.filename).compactMap { filename in
      // Most names stand for nothing else.
      guard filename.value.utf8.contains(UInt8(ascii: "$")), LogFileName.isUsable(filename.value)
      else { return nil }
      let name = LogFileName.expanded(
        filename.value, hostname: configuration.hostname.value,
        serialNumber: configuration.identity.serialNumber.value)
      guard name.utf8.count > LogFileName.expandedBytesMax else { return nil }
      return Diagnostic(
        .fileNameInvalid, at: filename.position,
        found: "\(Diagnostic.quote(filename.value)), which is \(name.utf8.count) bytes here",
        allowed: "at most \(LogFileName.expandedBytesMax) bytes with host name and serial number")
    }
  }

  private func transferFindings(_ transfer: FileTransferSettings) -> [Diagnostic] {
    var findings = self.fileFindings(transfer.files)
    findings += Self.spelt(
      transfer.host, HostSpelling(host: transfer.host.value), .transferHostInvalid,
      allowed: Allowed.host)
    if transfer.port.value == 0 { findings.append(Self.zeroPort(transfer.port)) }
    return findings
  }

  /// The clients that send files take a user to end at a colon, `scp` also a server to begin behind
  /// the last slash; no control character is part of a name.
  ///
  /// - Parameter refused: characters that a user may not have.
  private static func loginFindings(
    _ transfer: FileTransferSettings, refused: String
  ) -> [Diagnostic] {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.generalCategory == .control
    }
    var findings: [Diagnostic] = []
    if let directory = transfer.directory, directory.value.unicodeScalars.contains(where: isControl)
    {
      findings.append(
        Self.finding(.transferLoginInvalid, directory, allowed: "a path without control characters")
      )
    }
    if let username = transfer.username,
      username.value.unicodeScalars.contains(where: {
        isControl($0) || refused.unicodeScalars.contains($0)
      })
    {
      let marks = refused.map { "\"\($0)\"" }.joined(separator: ", ")
      findings.append(
        Self.finding(
          .transferLoginInvalid, username,
          allowed: "a name without control characters and \(marks)"))
    }
    return findings
  }

  private static func zeroPort(_ port: Setting<UInt16>) -> Diagnostic {
    Diagnostic(
      .pushPortInvalid, at: port.position, found: "0", allowed: Allowed.number(1...65535))
  }

  private func pushFindings(
    _ push: SyslogPushSettings, type: Setting<LogType>
  ) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    findings += Self.spelt(
      push.host, HostSpelling(host: push.host.value), .pushHostInvalid, allowed: Allowed.host)
    if push.port.value == 0 { findings.append(Self.zeroPort(push.port)) }
    let sizes = self.bounds.messageBytesMax(push.transport.value)
    if let size = push.messageBytesMax, !sizes.contains(size.value) {
      findings.append(Self.finding(.valueBeyondBound, size, allowed: Allowed.number(sizes)))
    }
    findings += DeliveryRules.findings(push)
    if !type.value.isText {
      findings.append(
        Diagnostic(
          .pushTypeNotText, at: type.position, found: type.value.displayName,
          allowed: "ftp_poll, or a type that is text"))
    }
    return findings
  }
}
