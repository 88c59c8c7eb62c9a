import LogModel
import Simulation

/// The texts that the golden table names.
struct GoldenTexts {
  var arena = TextArena()

  mutating func callAsFunction(_ text: String) -> TextID {
    self.arena.intern(text)
  }

  mutating func address(_ local: String, _ number: UInt32 = 0, at domain: String)
    -> EnvelopeAddress
  {
    EnvelopeAddress(localPart: self(local), localNumber: number, domain: self(domain))
  }
}

/// One form: the event and the line that it must give.
struct GoldenLine {
  let body: LogEventBody
  let line: String

  init(_ body: LogEventBody, _ line: String) {
    self.body = body
    self.line = line
  }
}

private let mid = MID(24_611_490)
private let icid = ICID(60_140_298)
private let dcid = DCID(6_565_555)
private let remote = IPv4Address(198, 51, 100, 7)
private let interface = IPv4Address(192, 0, 2, 10)
/// 2015-06-25T06:50:03Z.
let goldenStamp = SimInstant(secondsSinceEpoch: 1_435_215_003)

func injectionTable(_ text: inout GoldenTexts) -> [GoldenLine] {
  let list = text("UNKNOWNLIST")
  let range = text("sbrs[-0.5:10.0]")
  let none = text("None")
  let empty = text("")
  let foo = text.address("foo", at: "example.com")
  let blah = text.address("blah", at: "example.com")
  return [
    GoldenLine(
      .injection(
        .newConnection(
          icid, interface: text("Data 1"), interfaceAddress: interface, remote: remote,
          reverseDNS: text("unknown"), verified: false)),
      "New SMTP ICID 60140298 interface Data 1 (192.0.2.10) address 198.51.100.7 "
        + "reverse dns host unknown verified no"),
    GoldenLine(
      .injection(
        .newConnection(
          ICID(5), interface: text("Management"), interfaceAddress: IPv4Address(10, 1, 1, 1),
          remote: IPv4Address(10, 1, 1, 209), reverseDNS: text("remotehost.com"), verified: true)),
      "New SMTP ICID 5 interface Management (10.1.1.1) address 10.1.1.209 "
        + "reverse dns host remotehost.com verified yes"),
    GoldenLine(
      .injection(.senderGroup(icid, .accept, group: list, match: range, score: .tenths(56))),
      "ICID 60140298 ACCEPT SG UNKNOWNLIST match sbrs[-0.5:10.0] SBRS 5.6"),
    GoldenLine(
      .injection(.senderGroup(icid, .reject, group: list, match: range, score: .tenths(-95))),
      "ICID 60140298 REJECT SG UNKNOWNLIST match sbrs[-0.5:10.0] SBRS -9.5"),
    GoldenLine(
      .injection(.senderGroup(ICID(0), .tcpRefuse, group: list, match: range, score: .none)),
      "ICID 0 TCPREFUSE SG UNKNOWNLIST match sbrs[-0.5:10.0] SBRS None"),
    GoldenLine(
      .injection(.senderGroup(ICID(3), .accept, group: none, match: empty, score: .rfc1918)),
      "ICID 3 ACCEPT SG None match  SBRS rfc1918"),
    GoldenLine(
      .injection(
        .senderGroup(ICID(3), .relay, group: none, match: empty, score: .unableToRetrieve)),
      "ICID 3 RELAY SG None match  SBRS unable to retrieve"),
    GoldenLine(
      .injection(.senderGroup(ICID(3), .throttle, group: none, match: empty, score: .tenths(-3))),
      "ICID 3 THROTTLE SG None match  SBRS -0.3"),
    GoldenLine(
      .injection(.tls(icid, .tls1, cipher: text("AES128-SHA"))),
      "ICID 60140298 TLS success protocol TLSv1 cipher AES128-SHA"),
    GoldenLine(.injection(.tlsFailed(icid)), "ICID 60140298 TLS failed"),
    GoldenLine(.injection(.lost(icid)), "ICID 60140298 lost"),
    GoldenLine(.injection(.closed(icid)), "ICID 60140298 close"),
    GoldenLine(
      .injection(.idle(ICID(3), remote: IPv4Address(10, 1, 1, 101))),
      "ICID 3 disconnected address 10.1.1.101, no messages injected within timeout period"),
    GoldenLine(
      .injection(.receivingFailed(icid, .messageLoop)),
      "ICID 60140298 Receiving Failed: Message loop"),
    GoldenLine(
      .injection(.receivingFailed(icid, .messageSizeExceedsLimit)),
      "ICID 60140298 Receiving Failed: Message size exceeds limit"),
    GoldenLine(
      .injection(.receivingFailed(icid, .connectionLimitExceeded)),
      "ICID 60140298 Receiving Failed: Connection limit exceeded"),
    GoldenLine(
      .injection(.senderRejected(ICID(4), foo, .domainDoesNotExist)),
      "ICID 4 Address: <foo@example.com> sender rejected, "
        + "envelope sender domain does not exist"),
    GoldenLine(
      .injection(.senderRejected(ICID(9), blah, .domainCouldNotBeResolved)),
      "ICID 9 Address: <blah@example.com> sender rejected, "
        + "envelope sender domain could not be resolved"),
  ]
}

func receptionTable(_ text: inout GoldenTexts) -> [GoldenLine] {
  let sender = text.address("sender", at: "remotehost.com")
  let nobody = text.address("", at: "")
  return [
    GoldenLine(.reception(.started(MID(6), ICID(5))), "Start MID 6 ICID 5"),
    GoldenLine(
      .reception(.from(MID(6), ICID(5), sender)), "MID 6 ICID 5 From: <sender@remotehost.com>"),
    GoldenLine(.reception(.from(MID(6), ICID(0), nobody)), "MID 6 ICID 0 From: <>"),
    GoldenLine(
      .reception(.to(MID(6), ICID(5), RID(12), text.address("mary", 17, at: "yourdomain.com"))),
      "MID 6 ICID 5 RID 12 To: <mary17@yourdomain.com>"),
    GoldenLine(
      .reception(
        .recipientRejected(MID(1), ICID(2), text.address("postmaster", at: "example.com"), .rat)),
      "MID 1 ICID 2 To: <postmaster@example.com> Rejected by RAT"),
    GoldenLine(
      .reception(
        .recipientRejected(
          MID(2), ICID(7), text.address("user", at: "example.com"), .injectionControl)),
      "MID 2 ICID 7 To: <user@example.com> Rejected by Injection Control"),
    GoldenLine(
      .reception(
        .recipientRejected(MID(2), ICID(7), text.address("user", at: "example.com"), .ldapAccept)),
      "MID 2 ICID 7 To: <user@example.com> Rejected by LDAPACCEPT"),
    GoldenLine(
      .reception(.identifier(mid, token: 0x0123_4567_89AB_CDEF, domain: text("example.com"))),
      "MID 24611490 Message-ID '<0123456789ABCDEF@example.com>'"),
    GoldenLine(
      .reception(.subject(mid, text: text("Webinar: Working Together"), number: 101)),
      "MID 24611490 Subject 'Webinar: Working Together 101'"),
    GoldenLine(
      .reception(.subject(mid, text: text("a\r\nFri Jun 26 Info: forged"), number: 0)),
      #"MID 24611490 Subject 'a\r\nFri Jun 26 Info: forged'"#),
    GoldenLine(
      .reception(.ready(MID(6), bytes: 100, sender)),
      "MID 6 ready 100 bytes from <sender@remotehost.com>"),
    GoldenLine(
      .reception(.attachment(mid, name: text("CFO_INV_1400691819.pdf"))),
      "MID 24611490 attachment 'CFO_INV_1400691819.pdf'"),
    GoldenLine(
      .reception(.aborted(mid, .receivingAborted)), "Message aborted MID 24611490 Receiving aborted"
    ),
    GoldenLine(
      .reception(.aborted(mid, .injectionAborted)), "Message aborted MID 24611490 Injection aborted"
    ),
    GoldenLine(.messageFinished(mid, .aborted), "Message finished MID 24611490 aborted"),
    GoldenLine(
      .reception(.policyMatched(mid, policy: text("DEFAULT"), .inbound)),
      "MID 24611490 matched all recipients for per-recipient policy DEFAULT in the inbound table"
    ),
    GoldenLine(
      .reception(.policyMatched(mid, policy: text("DEFAULT"), .outbound)),
      "MID 24611490 matched all recipients for per-recipient policy DEFAULT in the outbound table"
    ),
    GoldenLine(
      .reception(.generatedForBounce(MID(515), of: MID(511))),
      "MID 515 was generated for bounce of MID 511"),
  ]
}

func verdictTable(_ text: inout GoldenTexts) -> [GoldenLine] {
  [
    GoldenLine(
      .workQueue(.interimSpamVerdict(mid, .negative)),
      "MID 24611490 interim verdict using engine: CASE spam negative"),
    GoldenLine(
      .workQueue(.spamVerdict(mid, .positive)), "MID 24611490 using engine: CASE spam positive"),
    GoldenLine(
      .workQueue(.spamVerdict(mid, .suspect)), "MID 24611490 using engine: CASE spam suspect"),
    GoldenLine(
      .workQueue(.spamVerdict(mid, .marketing)), "MID 24611490 using engine: CASE marketing"),
    GoldenLine(.workQueue(.spamVerdict(mid, .bulk)), "MID 24611490 using engine: CASE bulk"),
    GoldenLine(
      .workQueue(
        .scanSkipped(MID(24_611_433), by: .outbreakFilters, bytes: 362_262, limitBytes: 262_144)),
      "MID 24611433 was too big (362262/262144) for scanning by Outbreak Filters"),
    GoldenLine(
      .workQueue(.scanSkipped(MID(8), by: .antiSpam, bytes: 100_000, limitBytes: 99_999)),
      "MID 8 was too big (100000/99999) for scanning by CASE"),
    GoldenLine(
      .workQueue(.interimVirusVerdict(MID(408_721), clean: true)),
      "MID 408721 interim AV verdict using Sophos CLEAN"),
    GoldenLine(
      .workQueue(.interimVirusVerdict(MID(408_721), clean: false)),
      "MID 408721 interim AV verdict using Sophos VIRAL"),
    GoldenLine(.workQueue(.virusNegative(mid)), "MID 24611490 antivirus negative "),
    GoldenLine(
      .workQueue(.virusPositive(mid, name: text("W32/Sober-P"))),
      "MID 24611490 antivirus positive 'W32/Sober-P'"),
    GoldenLine(
      .workQueue(.outbreakNegative(mid)), "MID 24611490 Outbreak Filters: verdict negative"),
    GoldenLine(.workQueue(.outbreakThreatLevel(MID(9731), 3)), "MID 9731 Virus Threat Level=3"),
    GoldenLine(
      .workQueue(.signingSkipped(mid, .dkim, text.address("user", 2, at: "example.com"))),
      "MID 24611490 DKIM: cannot sign - no profile matches user2@example.com"),
    GoldenLine(
      .workQueue(.signingSkipped(mid, .domainKeys, text.address("user", 2, at: "example.com"))),
      "MID 24611490 DomainKeys: cannot sign - no profile matches user2@example.com"),
  ]
}

func dispositionTable(_ text: inout GoldenTexts) -> [GoldenLine] {
  let outbreak = text("Outbreak")
  let policy = text("Policy")
  return [
    GoldenLine(
      .workQueue(.droppedBySpamEngine(mid)), "Message aborted MID 24611490 Dropped by CASE"),
    GoldenLine(
      .workQueue(.droppedByVirusEngine(mid)), "Message aborted MID 24611490 Dropped by antivirus"),
    GoldenLine(
      .workQueue(.droppedByFilter(mid, filter: text("FileType"))),
      "Message aborted MID 24611490 Dropped by filter 'FileType'"),
    GoldenLine(
      .workQueue(.droppedByContentFilter(MID(1_960_958), filter: text("dontsend"), .inbound)),
      "Message aborted MID 1960958 Dropped by content filter 'dontsend' in the inbound table"),
    GoldenLine(
      .workQueue(.bouncedByContentFilter(MID(1_960_958), filter: text("dontsend"), .outbound)),
      "Message aborted MID 1960958 Bounced by content filter 'dontsend' in the outbound table"),
    GoldenLine(
      .workQueue(.quarantined(MID(43), quarantine: policy, reason: text(""))),
      "MID 43 quarantined to \"Policy\""),
    GoldenLine(
      .workQueue(
        .quarantined(MID(43), quarantine: outbreak, reason: text("VOF rule:.pif file in zip"))),
      "MID 43 quarantined to \"Outbreak\" (VOF rule:.pif file in zip)"),
    GoldenLine(
      .workQueue(
        .releasedFromQuarantine(MID(9735), quarantine: outbreak, .queueFull, seconds: 190)),
      "MID 9735 released from quarantine \"Outbreak\" (queue full) t=190"),
    GoldenLine(
      .workQueue(.releasedFromQuarantine(MID(9735), quarantine: outbreak, .expired, seconds: 0)),
      "MID 9735 released from quarantine \"Outbreak\" (expired) t=0"),
    GoldenLine(
      .workQueue(.deletedFromQuarantine(MID(43), quarantine: policy, .manual)),
      "MID 43 deleted from quarantine \"Policy\" (manual)"),
    GoldenLine(
      .workQueue(.releasedFromAllQuarantines(MID(43))), "MID 43 released from all quarantines"),
    GoldenLine(
      .workQueue(.deletedFromAllQuarantines(MID(43))), "MID 43 deleted from all quarantines"),
    GoldenLine(
      .workQueue(.taggedForSpamQuarantine(MID(24_611_424))),
      "ISQ: Tagging MID 24611424 for quarantine"),
    GoldenLine(
      .workQueue(.spamQuarantineStarted(RCID(756_814), MID(2_317_877))),
      "RPC Delivery start RCID 756814 MID 2317877 to local IronPort Spam Quarantine"),
    GoldenLine(.workQueue(.spamQuarantined(MID(2_317_877))), "ISQ: Quarantined MID 2317877"),
    GoldenLine(
      .workQueue(.spamQuarantineDone(RCID(756_814), MID(2_317_877))),
      "RPC Message done RCID 756814 MID 2317877"),
  ]
}

func deliveryTable(_ text: inout GoldenTexts) -> [GoldenLine] {
  [
    GoldenLine(.delivery(.queued(mid)), "MID 24611490 queued for delivery"),
    GoldenLine(
      .delivery(
        .newConnection(
          dcid, interface: interface, remote: IPv4Address(198, 51, 100, 9), port: 25)),
      "New SMTP DCID 6565555 interface 192.0.2.10 address 198.51.100.9 port 25"),
    GoldenLine(
      .delivery(.tls(dcid, .tls1, cipher: text("AES128-SHA"))),
      "DCID 6565555 TLS success protocol TLSv1 cipher AES128-SHA "),
    GoldenLine(
      .delivery(.tls(dcid, .tls1_1, cipher: text("RC4-SHA"))),
      "DCID 6565555 TLS success protocol TLSv1.1 cipher RC4-SHA "),
    GoldenLine(
      .delivery(.tls(dcid, .tls1_2, cipher: text("AES256-SHA"))),
      "DCID 6565555 TLS success protocol TLSv1.2 cipher AES256-SHA "),
    GoldenLine(
      .delivery(.started(dcid, mid, RIDSet(first: 2))),
      "Delivery start DCID 6565555 MID 24611490 to RID [0, 1]"),
    GoldenLine(
      .delivery(.done(dcid, mid, RIDSet(first: 1))),
      "Message done DCID 6565555 MID 24611490 to RID [0] "),
    GoldenLine(
      .delivery(.response(mid, RIDSet(bits: 0b1010_0000_0000), .enhancedQueued, queueID: 0xA_BCDE)),
      "MID 24611490 RID [9, 11] Response '2.0.0 Ok: queued as 00000ABCDE'"),
    GoldenLine(
      .delivery(.response(mid, RIDSet(RID(0)), .queued, queueID: 0x9C_8B42_5DA7)),
      "MID 24611490 RID [0] Response 'queued as 9C8B425DA7'"),
    GoldenLine(
      .delivery(.response(mid, RIDSet(RID(0)), .accepted, queueID: 0x9C_8B42_5DA7)),
      "MID 24611490 RID [0] Response '2.0.0 00009C8B425DA7 Message accepted for delivery'"),
    GoldenLine(.messageFinished(mid, .done), "Message finished MID 24611490 done"),
    GoldenLine(.delivery(.closed(DCID(8))), "DCID 8 close"),
    GoldenLine(
      .pendingTill(
        MID(4), RIDSet(first: 1), SimInstant(nanoseconds: goldenStamp.nanoseconds + 60_000_000_000)),
      "Message 4 to RID [0] pending till Thu Jun 25 08:51:03 2015"),
    GoldenLine(
      .delivery(
        .connectionError(
          DCID(2804), remote: IPv4Address(192, 0, 2, 5), interface: IPv4Address(10, 20, 1, 49),
          .timeout)),
      "Connection Error: connection timed out DCID: 2804 IP: 192.0.2.5 details: timeout "
        + "interface: 10.20.1.49"),
    GoldenLine(
      .delivery(
        .connectionError(
          DCID(263), remote: IPv4Address(192, 0, 2, 90), interface: IPv4Address(192, 0, 2, 246),
          .endOfFile)),
      "Connection Error: DCID: 263 IP: 192.0.2.90 details: EOF interface: 192.0.2.246 "
        + "reason: network error"),
    GoldenLine(
      .delivery(
        .connectionError(
          DCID(263), remote: IPv4Address(192, 0, 2, 90), interface: IPv4Address(192, 0, 2, 246),
          .refused)),
      "Connection Error: DCID: 263 IP: 192.0.2.90 details: [Errno 61] Connection refused "
        + "interface: 192.0.2.246 reason: network error"),
    GoldenLine(.text(text("a line made elsewhere")), "a line made elsewhere"),
  ]
}

func bounceTable(_ text: inout GoldenTexts) -> [GoldenLine] {
  let george = text.address("george", at: "yourdomain.com")
  let replies: [(BounceReason, String)] = [
    (
      .unknownAddress,
      "5.1.0 - Unknown address error ('550', ['5.1.1 <george@yourdomain.com>: "
        + "Recipient address rejected: User unknown'])"
    ),
    (
      .relayingDenied,
      "5.1.0 - Unknown address error ('550', ['<george@yourdomain.com>... Relaying denied'])"
    ),
    (
      .badDestinationHost,
      "5.1.2 - Bad destination host "
        + "('000', ['DNS Hard Error looking up host (MX):  NXDomain'])"
    ),
    (
      .mailboxFull,
      "4.1.0 - Unknown address error ('452', ['4.2.2 <george@yourdomain.com>: Mailbox full'])"
    ),
    (
      .greylisted,
      "4.1.0 - Unknown address error ('451', ['4.7.1 <george@yourdomain.com>: "
        + "Recipient address rejected: Greylisted, please try again later'])"
    ),
    (
      .networkProblem,
      "4.4.0 - Other network problem ('000', ['[Errno 54] Connection reset by peer'])"
    ),
    (
      .connectionRefused,
      "4.4.0 - Other network problem ('000', ['[Errno 61] Connection refused'])"
    ),
    (
      .messageTooLarge,
      "5.3.0 - Other mail system problem ('552', ['5.3.4 Message size exceeds fixed limit'])"
    ),
    (
      .deliveryExpired,
      "5.4.7 - Delivery expired (message too old) ('000', ['timeout'])"
    ),
  ]
  var table = replies.map { reason, words in
    GoldenLine(
      .delivery(.hardBounce(DCID(3), MID(4), RID(0), reason, george)),
      "Bounced: DCID 3 MID 4 to RID 0 - \(words) []")
  }
  table.append(
    GoldenLine(
      .delivery(.softBounce(DCID(5), MID(4), RID(1), .mailboxFull, george)),
      "Delayed: DCID 5 MID 4 to RID 1 - 4.1.0 - Unknown address error "
        + "('452', ['4.2.2 <george@yourdomain.com>: Mailbox full']) []"))
  table.append(
    GoldenLine(
      .delivery(.doubleBounce(MID(12), RID(0), .relayingDenied, george)),
      "Double bounce: MID 12 to 0 - 5.1.0 - Unknown address error "
        + "550-'<george@yourdomain.com>... Relaying denied'"))
  return table
}
