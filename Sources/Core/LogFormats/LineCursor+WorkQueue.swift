import LogModel

/// Lines of engines, filters and quarantines (FIDELITY: "Text mail log, work queue").
extension LineCursor {
  mutating func write(_ line: WorkQueueLine, _ texts: borrowing TextView) {
    switch line {
    case .interimSpamVerdict(let mid, let verdict):
      self.write(mid)
      self.write("interim verdict using engine: CASE ")
      self.write(verdict)
    case .spamVerdict(let mid, let verdict):
      self.write(mid)
      self.write("using engine: CASE ")
      self.write(verdict)
    case .interimVirusVerdict(let mid, let clean):
      self.write(mid)
      self.write("interim AV verdict using Sophos ")
      if clean { self.write("CLEAN") } else { self.write("VIRAL") }
    case .virusNegative(let mid):
      self.write(mid)
      // The blank at the end is in the sample of 7.6.3.
      self.write("antivirus negative ")
    case .virusPositive(let mid, let name):
      self.write(mid)
      self.write("antivirus positive '")
      self.write(name, texts)
      self.write(byte: 0x27)
    case .outbreakNegative(let mid):
      self.write(mid)
      self.write("Outbreak Filters: verdict negative")
    case .outbreakThreatLevel(let mid, let level):
      self.write(mid)
      self.write("Virus Threat Level=")
      self.write(UInt32(level))
    case .scanSkipped(let mid, let engine, let bytes, let limitBytes):
      self.write(mid)
      self.write("was too big (")
      self.write(bytes)
      self.write(byte: 0x2F)
      self.write(limitBytes)
      switch engine {
      case .antiSpam: self.write(") for scanning by CASE")
      case .outbreakFilters: self.write(") for scanning by Outbreak Filters")
      }
    case .signingSkipped(let mid, let method, let address):
      self.write(mid)
      switch method {
      case .domainKeys: self.write("DomainKeys: cannot sign - no profile matches ")
      case .dkim: self.write("DKIM: cannot sign - no profile matches ")
      }
      self.write(address, texts)
    case .droppedBySpamEngine(let mid):
      self.writeAborted(mid)
      self.write("Dropped by CASE")
    case .droppedByVirusEngine(let mid):
      self.writeAborted(mid)
      self.write("Dropped by antivirus")
    case .droppedByFilter(let mid, let filter):
      self.writeAborted(mid)
      self.write("Dropped by filter '")
      self.write(filter, texts)
      self.write(byte: 0x27)
    case .droppedByContentFilter(let mid, let filter, let direction):
      self.writeAborted(mid)
      self.write("Dropped")
      self.writeContentFilter(filter, direction, texts)
    case .bouncedByContentFilter(let mid, let filter, let direction):
      self.writeAborted(mid)
      self.write("Bounced")
      self.writeContentFilter(filter, direction, texts)
    case .quarantined(let mid, let quarantine, let reason):
      self.write(mid)
      self.write("quarantined to \"")
      self.write(quarantine, texts)
      self.write(byte: 0x22)
      guard !texts.text(reason).isEmpty else { return }
      self.write(" (")
      self.write(reason, texts)
      self.write(byte: 0x29)
    case .releasedFromQuarantine(let mid, let quarantine, let end, let seconds):
      self.write(mid)
      self.write("released from quarantine \"")
      self.write(quarantine, texts)
      self.write(end)
      self.write(" t=")
      self.write(seconds)
    case .deletedFromQuarantine(let mid, let quarantine, let end):
      self.write(mid)
      self.write("deleted from quarantine \"")
      self.write(quarantine, texts)
      self.write(end)
    case .releasedFromAllQuarantines(let mid):
      self.write(mid)
      self.write("released from all quarantines")
    case .deletedFromAllQuarantines(let mid):
      self.write(mid)
      self.write("deleted from all quarantines")
    case .taggedForSpamQuarantine(let mid):
      self.write("ISQ: Tagging MID ")
      self.write(mid.value)
      self.write(" for quarantine")
    case .spamQuarantineStarted(let rcid, let mid):
      self.write("RPC Delivery start RCID ")
      self.write(rcid.value)
      self.write(" MID ")
      self.write(mid.value)
      self.write(" to local IronPort Spam Quarantine")
    case .spamQuarantined(let mid):
      self.write("ISQ: Quarantined MID ")
      self.write(mid.value)
    case .spamQuarantineDone(let rcid, let mid):
      self.write("RPC Message done RCID ")
      self.write(rcid.value)
      self.write(" MID ")
      self.write(mid.value)
    }
  }

  private mutating func writeContentFilter(
    _ filter: TextID, _ direction: MailDirection, _ texts: borrowing TextView
  ) {
    self.write(" by content filter '")
    self.write(filter, texts)
    self.write("' in the ")
    self.write(direction)
    self.write(" table")
  }

  private mutating func writeAborted(_ mid: MID) {
    self.write("Message aborted MID ")
    self.write(mid.value)
    self.write(byte: 0x20)
  }

  private mutating func write(_ verdict: SpamVerdict) {
    switch verdict {
    case .negative: self.write("spam negative")
    case .positive: self.write("spam positive")
    case .suspect: self.write("spam suspect")
    case .marketing: self.write("marketing")
    case .bulk: self.write("bulk")
    }
  }

  private mutating func write(_ end: QuarantineEnd) {
    switch end {
    case .expired: self.write("\" (expired)")
    case .manual: self.write("\" (manual)")
    case .queueFull: self.write("\" (queue full)")
    }
  }
}
