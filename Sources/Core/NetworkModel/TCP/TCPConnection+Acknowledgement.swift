import Simulation

extension TCPConnection {
  /// Takes the acknowledgement and the window of a segment.
  ///
  /// - Returns: false when the rest of the segment must not be looked at.
  @discardableResult
  mutating func acknowledged(_ segment: Packet, now: Int64, _ output: inout TCPOutput) -> Bool {
    let number = segment.acknowledgement
    if self.unacknowledged == self.initialSequence {
      guard number == self.initialSequence &+ 1 else {
        if let reset = Packet.reset(answering: segment) { output.segments.append(reset) }
        return false
      }
      self.takeRoundTrip(number, now: now)
      self.unacknowledged = number
      self.lingerDue = Self.off
      self.establish(segment, now: now)
      if let listener = self.listener {
        output.events.append(.accepted(by: listener, from: self.remote))
      } else {
        output.events.append(.connected)
      }
      return true
    }
    if self.sendMax.isBefore(number) {
      self.acknowledgementOwed = true
      return false
    }
    if self.unacknowledged.isBefore(number) {
      self.progressed(to: number, now: now, &output)
    } else if number == self.unacknowledged {
      self.repeated(segment, now: now, &output)
    }
    self.takeWindow(segment)
    return self.advanceStateIfFinAcknowledged(now: now, &output)
  }

  private mutating func progressed(to number: UInt32, now: Int64, _ output: inout TCPOutput) {
    self.takeRoundTrip(number, now: now)
    let bytes = min(number.offset(from: self.bufferSequence), self.sendBuffer.count)
    self.unacknowledged = number
    if self.sendNext.isBefore(number) { self.sendNext = number }
    if bytes > 0 {
      self.sendBuffer.drop(bytes)
      self.bufferSequence = self.bufferSequence &+ UInt32(bytes)
      self.acknowledgedBytes += UInt64(bytes)
      output.events.append(.acknowledged(self.acknowledgedBytes))
      self.tellRoom(&output)
    }
    if self.recovering {
      self.progressedInRecovery(number, bytes: bytes, now: now, &output)
    } else {
      self.duplicateAcknowledgements = 0
      self.growCongestionWindow(bytes)
    }
    if self.backoffs > 0 {
      self.backoffs = 0
      self.timeout = self.estimatedTimeout
    }
    self.waitingSince = now
    self.retransmitDue = number == self.sendMax ? Self.off : now + self.timeout
  }

  /// Tells an owner that waits, once half the buffer is free.
  private mutating func tellRoom(_ output: inout TCPOutput) {
    let room = self.options.sendBufferBytes - self.sendBuffer.count
    guard self.senderWaits, room * 2 >= self.options.sendBufferBytes, !self.finQueued else {
      return
    }
    self.senderWaits = false
    output.events.append(.writable(room))
  }

  /// Source: RFC 5681 section 3.1.
  private mutating func growCongestionWindow(_ bytes: Int) {
    if self.congestionWindow < self.slowStartThreshold {
      self.congestionWindow += min(bytes, self.segmentSize)
    } else {
      self.congestionWindow += max(
        1, self.segmentSize * self.segmentSize / max(1, self.congestionWindow))
    }
    self.congestionWindow = min(self.congestionWindow, 1 << 30)
  }

  /// Source: RFC 6582 section 3.2.
  private mutating func progressedInRecovery(
    _ number: UInt32, bytes: Int, now: Int64, _ output: inout TCPOutput
  ) {
    if number.isBefore(self.recoverySequence) {
      self.congestionWindow = max(
        self.segmentSize, self.congestionWindow - bytes + self.segmentSize)
      self.retransmitFirst(now: now, &output)
    } else {
      self.recovering = false
      self.duplicateAcknowledgements = 0
      self.congestionWindow = self.slowStartThreshold
    }
  }

  /// Counts acknowledgements that bring nothing; the third means that a segment is lost.
  ///
  /// Source: RFC 5681 section 3.2.
  private mutating func repeated(_ segment: Packet, now: Int64, _ output: inout TCPOutput) {
    let window = Int(segment.window) << Int(self.sendScale)
    guard segment.sequenceLength == 0, window == self.sendWindow,
      self.retransmitDue != Self.off, self.sendMax != self.unacknowledged
    else { return }
    self.duplicateAcknowledgements += 1
    if self.recovering {
      self.congestionWindow += self.segmentSize
    } else if self.duplicateAcknowledgements == 3 {
      let inFlight = self.sendMax.offset(from: self.unacknowledged)
      self.slowStartThreshold = max(inFlight / 2, 2 * self.segmentSize)
      self.congestionWindow = self.slowStartThreshold + 3 * self.segmentSize
      self.recoverySequence = self.sendMax
      self.recovering = true
      self.retransmitFirst(now: now, &output)
    }
  }

  /// Source: RFC 9293 section 3.10.7.4, the rule of SND.WL1 and SND.WL2.
  private mutating func takeWindow(_ segment: Packet) {
    let newer =
      self.windowSequence.isBefore(segment.sequence)
      || (self.windowSequence == segment.sequence
        && !segment.acknowledgement.isBefore(self.windowAcknowledgement))
    guard newer, !segment.acknowledgement.isBefore(self.unacknowledged) else { return }
    self.sendWindow = Int(segment.window) << Int(self.sendScale)
    self.sendWindowMax = max(self.sendWindowMax, self.sendWindow)
    self.windowSequence = segment.sequence
    self.windowAcknowledgement = segment.acknowledgement
    if self.sendWindow > 0 {
      self.persistDue = Self.off
      self.persistBackoffs = 0
    }
  }

  /// - Returns: false when the connection is over.
  private mutating func advanceStateIfFinAcknowledged(
    now: Int64, _ output: inout TCPOutput
  ) -> Bool {
    guard self.isFinAcknowledged else { return true }
    switch self.state {
    case .finWait1:
      self.state = .finWait2
      if self.ownerClosed { self.lingerDue = now + self.profile.finWait.nanoseconds }
    case .closing:
      self.enterTimeWait(now: now, &output)
    case .lastAck:
      self.state = .closed
      output.events.append(.closed)
      return false
    default:
      break
    }
    return true
  }

  /// Both directions are closed; late segments are still answered for a while.
  mutating func enterTimeWait(now: Int64, _ output: inout TCPOutput) {
    self.state = .timeWait
    self.retransmitDue = Self.off
    self.persistDue = Self.off
    self.keepAliveDue = Self.off
    self.lingerDue = now + self.profile.timeWait.nanoseconds
    self.closedOwed = true
  }

  /// Measures the round trip if `number` acknowledges the timed segment, which was sent once only.
  ///
  /// Source: RFC 6298 section 2, Karn's algorithm.
  mutating func takeRoundTrip(_ number: UInt32, now: Int64) {
    guard self.timedSince != Self.off, self.timedSequence.isBefore(number) else { return }
    let sample = now - self.timedSince
    self.timedSince = Self.off
    if self.smoothedRoundTrip == 0 {
      self.smoothedRoundTrip = max(1, sample)
      self.roundTripVariation = sample / 2
    } else {
      let difference = abs(self.smoothedRoundTrip - sample)
      self.roundTripVariation = (3 * self.roundTripVariation + difference) / 4
      self.smoothedRoundTrip = max(1, (7 * self.smoothedRoundTrip + sample) / 8)
    }
    self.timeout = self.estimatedTimeout
  }

  /// The time-out without back-off.
  var estimatedTimeout: Int64 {
    guard self.smoothedRoundTrip > 0 else { return self.profile.firstTimeout.nanoseconds }
    let estimate = self.smoothedRoundTrip + max(1_000_000, 4 * self.roundTripVariation)
    return min(
      max(estimate, self.profile.timeoutMin.nanoseconds), self.profile.timeoutMax.nanoseconds)
  }
}
