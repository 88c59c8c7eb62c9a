/// The line with the system's measurements, written to the mail log and the status log.
///
/// Real: the numbers that `MailFlowCounters` has. Constant, since nothing here has them: load,
/// memory, disk, swap, DNS cache and engine loads. Pairs and order are those of the published
/// sample of release 14.0; none of 8.0.1 is public. Source: docs/FIDELITY.md, "Status line".
public enum StatusLine {
  /// The text without level: `Status: CPULd 0 DskIO 0 ...`.
  public static func text(_ counters: MailFlowCounters) -> String {
    let pairs = Self.load + Self.counts(counters) + Self.gauges(counters) + Self.system(counters)
    return "Status: " + pairs.map { "\($0.name) \($0.value)" }.joined(separator: " ")
  }

  private typealias Pair = (name: String, value: String)

  private static let load: [Pair] = [
    ("CPULd", "0"), ("DskIO", "0"), ("RAMUtil", "1"), ("QKUsd", "0"), ("QKFre", "8388608"),
  ]

  private static func counts(_ counters: MailFlowCounters) -> [Pair] {
    let completed = counters.recipientsDelivered + counters.hardBounces
    return [
      ("CrtMID", "\(counters.midNewest)"), ("CrtICID", "\(counters.icidNewest)"),
      ("CrtDCID", "\(counters.dcidNewest)"), ("InjMsg", "\(counters.messagesAccepted)"),
      ("InjRcp", "\(counters.recipientsAccepted)"),
      ("GenBncRcp", "\(counters.recipientsGenerated)"),
      ("RejRcp", "\(counters.recipientsRejected)"), ("DrpMsg", "\(counters.messagesDropped)"),
      ("SftBncEvnt", "\(counters.softBounces)"), ("CmpRcp", "\(completed)"),
      ("HrdBncRcp", "\(counters.hardBounces)"), ("DnsHrdBnc", "\(counters.bouncesDNS)"),
      ("5XXHrdBnc", "\(counters.bouncesReply)"), ("FltrHrdBnc", "0"),
      ("ExpHrdBnc", "\(counters.bouncesExpired)"), ("OtrHrdBnc", "0"),
      ("DlvRcp", "\(counters.recipientsDelivered)"), ("DelRcp", "0"), ("GlbUnsbHt", "0"),
    ]
  }

  private static func gauges(_ counters: MailFlowCounters) -> [Pair] {
    let attempted = counters.recipientsActive - counters.recipientsUnattempted
    return [
      ("ActvRcp", "\(counters.recipientsActive)"),
      ("UnatmptRcp", "\(counters.recipientsUnattempted)"), ("AtmptRcp", "\(attempted)"),
      ("CrtCncIn", "\(counters.connectionsOpen)"),
      ("CrtCncOut", "\(counters.deliveryConnectionsOpen)"),
    ]
  }

  private static func system(_ counters: MailFlowCounters) -> [Pair] {
    [
      ("DnsReq", "0"), ("NetReq", "0"), ("CchHit", "0"), ("CchMis", "0"), ("CchEct", "0"),
      ("CchExp", "0"), ("CPUTTm", "0"), ("CPUETm", "0"), ("MaxIO", "487"),
      ("RAMUsd", "125195690"), ("MMLen", "0"), ("DstInMem", "3"), ("ResCon", "0"),
      ("WorkQ", "\(counters.workQueue)"), ("QuarMsgs", "\(counters.quarantined)"),
      ("QuarQKUsd", "0"), ("LogUsd", "5"), ("SophLd", "0"), ("BMLd", "0"), ("CASELd", "0"),
      ("TotalLd", "0"), ("LogAvail", "148G"), ("EuQ", "\(counters.messagesSpamQuarantined)"),
      ("EuqRls", "0"), ("CmrkLd", "0"), ("McafLd", "0"), ("SwIn", "0"), ("SwOut", "0"),
      ("SwPgIn", "0"), ("SwPgOut", "0"), ("SwapUsage", "0%"), ("RptLd", "0"), ("QtnLd", "0"),
      ("EncrQ", "0"), ("InjBytes", "\(counters.bytesAccepted)"),
    ]
  }
}
