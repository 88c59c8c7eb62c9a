public import Simulation

/// What happened, in the words of docs/FIDELITY.md, "Text mail log" (one case a line form).
///
/// Nested by the part of the mail flow, so that each part's words are one exhaustive switch.
public enum LogEventBody: BitwiseCopyable, Sendable {
  case injection(InjectionLine)
  case reception(ReceptionLine)
  case workQueue(WorkQueueLine)
  case delivery(DeliveryLine)
  /// Recipients wait for another attempt. The one line that names an instant, which moves with the
  /// stamps.
  case pendingTill(MID, RIDSet, SimInstant)
  /// The last line of a message.
  case messageFinished(MID, MessageEnd)
  /// A line whose text was made elsewhere: status, log errors, alerts, Internal SMTP.
  case text(TextID)
}

/// A line about an injection connection.
public enum InjectionLine: BitwiseCopyable, Sendable {
  case newConnection(
    ICID, interface: TextID, interfaceAddress: IPv4Address, remote: IPv4Address,
    reverseDNS: TextID, verified: Bool)
  case senderGroup(ICID, HATAction, group: TextID, match: TextID, score: ReputationScore)
  case tls(ICID, TLSVersion, cipher: TextID)
  case tlsFailed(ICID)
  case lost(ICID)
  case closed(ICID)
  case idle(ICID, remote: IPv4Address)
  case receivingFailed(ICID, ReceivingFailure)
  case senderRejected(ICID, EnvelopeAddress, SenderRejection)
}

/// A line about the reception of a message.
public enum ReceptionLine: BitwiseCopyable, Sendable {
  case started(MID, ICID)
  case from(MID, ICID, EnvelopeAddress)
  case to(MID, ICID, RID, EnvelopeAddress)
  case recipientRejected(MID, ICID, EnvelopeAddress, RecipientRejection)
  case identifier(MID, token: UInt64, domain: TextID)
  case subject(MID, text: TextID, number: UInt32)
  case ready(MID, bytes: UInt32, EnvelopeAddress)
  case attachment(MID, name: TextID)
  case aborted(MID, MessageAbort)
  case policyMatched(MID, policy: TextID, MailDirection)
  case generatedForBounce(MID, of: MID)
}

/// A line of an engine, a filter or a quarantine.
public enum WorkQueueLine: BitwiseCopyable, Sendable {
  case interimSpamVerdict(MID, SpamVerdict)
  case spamVerdict(MID, SpamVerdict)
  case scanSkipped(MID, by: ScanEngine, bytes: UInt32, limitBytes: UInt32)
  case interimVirusVerdict(MID, clean: Bool)
  case virusNegative(MID)
  case virusPositive(MID, name: TextID)
  case outbreakNegative(MID)
  case outbreakThreatLevel(MID, UInt8)
  case droppedBySpamEngine(MID)
  case droppedByVirusEngine(MID)
  case droppedByFilter(MID, filter: TextID)
  case droppedByContentFilter(MID, filter: TextID, MailDirection)
  case bouncedByContentFilter(MID, filter: TextID, MailDirection)
  case quarantined(MID, quarantine: TextID, reason: TextID)
  case releasedFromQuarantine(MID, quarantine: TextID, QuarantineEnd, seconds: UInt32)
  case deletedFromQuarantine(MID, quarantine: TextID, QuarantineEnd)
  case releasedFromAllQuarantines(MID)
  case deletedFromAllQuarantines(MID)
  case taggedForSpamQuarantine(MID)
  case spamQuarantineStarted(RCID, MID)
  case spamQuarantined(MID)
  case spamQuarantineDone(RCID, MID)
  case signingSkipped(MID, SigningMethod, EnvelopeAddress)
}

/// A line about deliveries and bounces.
public enum DeliveryLine: BitwiseCopyable, Sendable {
  case queued(MID)
  case newConnection(DCID, interface: IPv4Address, remote: IPv4Address, port: UInt16)
  case tls(DCID, TLSVersion, cipher: TextID)
  case started(DCID, MID, RIDSet)
  case done(DCID, MID, RIDSet)
  case response(MID, RIDSet, ResponseForm, queueID: UInt64)
  case closed(DCID)
  case hardBounce(DCID, MID, RID, BounceReason, EnvelopeAddress)
  case softBounce(DCID, MID, RID, BounceReason, EnvelopeAddress)
  /// A bounce that cannot be told to anyone, since the sender is null.
  case doubleBounce(MID, RID, BounceReason, EnvelopeAddress)
  case connectionError(DCID, remote: IPv4Address, interface: IPv4Address, ConnectionErrorReason)
}
