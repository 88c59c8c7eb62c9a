public import Simulation

/// How one operating system's TCP behaves, as data.
public struct TCPStackProfile: Hashable, Sendable {
  /// When data received are acknowledged.
  public enum Acknowledging: Hashable, Sendable {
    /// Each segment at once.
    case immediate
    /// At the second segment, or after this time (RFC 1122 section 4.2.3.2).
    case delayed(SimDuration)
  }

  /// Which RST ends a connection.
  public enum ResetRule: Hashable, Sendable {
    /// Any in the window (RFC 793).
    case inWindow
    /// The one with exactly the next sequence number; another in the window is answered with an ACK
    /// (RFC 5961, RFC 9293).
    case exact
  }

  /// The MSS option of a SYN or SYN,ACK.
  public var offeredSegmentSize: UInt16
  /// The window scale option; `nil` leaves it out.
  public var offeredWindowScale: UInt8?
  /// Whether SACK is offered; what is selectively acknowledged is not simulated.
  public var offersSACK: Bool
  /// The receive buffer, and with it the first window.
  public var receiveBufferBytes: Int
  /// Whether the buffer is rounded up to a multiple of the MSS once the connection stands.
  public var roundsBufferToSegments: Bool
  public var acknowledging: Acknowledging = .delayed(.milliseconds(100))
  public var resetRule: ResetRule = .exact
  /// The congestion window to begin with, in segments (RFC 5681 section 3.1).
  public var initialCongestionSegments = 4

  /// The time-out before the first measurement, and of the first SYN (RFC 6298 section 2.1).
  public var firstTimeout: SimDuration = .seconds(1)
  public var timeoutMin: SimDuration = .milliseconds(200)
  public var timeoutMax: SimDuration = .seconds(120)
  /// How long data go unacknowledged before the connection is given up.
  ///
  /// 924.6 s is what 15 retransmissions from 200 ms to 120 s add up to.
  public var giveUpAfter: SimDuration = .milliseconds(924_600)
  /// Whether giving up sends a RST.
  public var resetsWhenGivingUp = false
  /// How long a SYN goes unanswered before the connect fails.
  public var connectTimeout: SimDuration = .seconds(75)
  /// How often a SYN,ACK is repeated.
  public var synAckRetransmissionsMax = 5
  /// Whether ICMP unreachable fails a connect at once; else it is told when the time-out ends it.
  public var unreachableFailsConnect = true
  /// Whether a close with bytes unread sends a RST instead of a FIN (RFC 2525 section 2.17).
  public var resetsOnCloseWithUnreadBytes = true

  /// From a SYN or SYN,ACK to what answers it.
  public var handshakeDelay: SimDuration = .zero
  /// From any other segment to what answers it.
  public var segmentDelay: SimDuration = .zero
  /// From news of a socket to what the application does about it; the network's owner sees to it.
  public var applicationDelay: SimDuration = .zero

  public var keepAliveIdle: SimDuration = .seconds(7200)
  public var keepAliveInterval: SimDuration = .seconds(75)
  public var keepAliveProbesMax = 9
  /// How long TIME-WAIT lasts: twice the maximum segment lifetime.
  public var timeWait: SimDuration = .seconds(60)
  /// How long a closed socket waits for the peer's FIN.
  public var finWait: SimDuration = .seconds(60)

  /// A profile with the values that captures show, and defaults elsewhere.
  public init(
    offeredSegmentSize: UInt16, offeredWindowScale: UInt8? = nil, offersSACK: Bool = false,
    receiveBufferBytes: Int, roundsBufferToSegments: Bool = false
  ) {
    self.offeredSegmentSize = offeredSegmentSize
    self.offeredWindowScale = offeredWindowScale
    self.offersSACK = offersSACK
    self.receiveBufferBytes = receiveBufferBytes
    self.roundsBufferToSegments = roundsBufferToSegments
  }

  /// The appliance of the documented capture: SYN with Win=16384 MSS=1460 WS=0 SACK permitted, then
  /// 16384 rounded up to a multiple of the MSS.
  ///
  /// Source: the documented capture, with its times; RST rule, time-outs and delayed ACK are ours.
  public static let appliance: TCPStackProfile = {
    var profile = TCPStackProfile(
      offeredSegmentSize: 1460, offeredWindowScale: 0, offersSACK: true,
      receiveBufferBytes: 16_384, roundsBufferToSegments: true)
    profile.handshakeDelay = .microseconds(15)
    profile.segmentDelay = .microseconds(6)
    profile.applicationDelay = .microseconds(158)
    return profile
  }()

  /// The server of the documented capture: window 32120 = 22 * 1460, each segment acknowledged at
  /// once and read just after, no option but the MSS.
  ///
  /// Source: the documented capture; what it does not show is ours.
  public static let documentedServer: TCPStackProfile = {
    var profile = TCPStackProfile(offeredSegmentSize: 1460, receiveBufferBytes: 22 * 1460)
    profile.acknowledging = .immediate
    // What is left of 2471 us between SYN and SYN,ACK beside the path of the documented capture.
    profile.handshakeDelay = SimDuration(nanoseconds: 2_123_695)
    profile.applicationDelay = .microseconds(830)
    return profile
  }()
}
