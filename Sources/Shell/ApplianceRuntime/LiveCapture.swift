internal import FileStore
internal import LiveNetwork
internal import NIOConcurrencyHelpers
internal import NIOCore
public import NetworkModel
internal import Simulation

/// A capture of what a live appliance sends and receives: its pushes and its alert mails.
///
/// Real packets where the process may see them, otherwise made of what the sockets' owner knows.
/// Source: docs/LIVE-FAULTS.md, "A capture of a live run".
public final class LiveCapture: Sendable {
  /// Where its packets come from.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// From the kernel, which needs CAP_NET_RAW.
    case packets
    /// Made of what the sockets' owner knows.
    case synthesised
  }

  /// What it came to.
  public struct Summary: Hashable, Sendable {
    /// Where its packets come from.
    public let kind: Kind
    /// The file.
    public let path: String
    /// Packets in it.
    public let packets: Int
    /// Packets that did not fit the largest file.
    public let leftOut: Int
    /// Packets that the kernel dropped before they were read.
    public let dropped: UInt64
    /// Connections for which no packet could be made, since they are by IPv6.
    public let unseen: Int
    /// Why the file ended before its time; `nil` when it did not.
    public let problem: String?
  }

  /// What a file of the synthesised kind says of itself.
  public static let mark = "synthesised by appliance-sim from socket events, not captured"
  private static let packetsComment =
    "packets of the appliance's pushes and alert mails, each of loopback once; what did not leave "
    + "the machine may be longer than a segment and without checksum (offload)"
  private static let portsMax = 256

  private struct State {
    var taps: [PacketTap] = []
    var ports: Set<UInt16> = []
    var unseen = 0
    var problem: String?
  }

  /// Where its packets come from.
  public let kind: Kind
  /// Why they are not the kernel's, where nobody asked for others; `nil` when that is not so.
  public let refusal: String?
  private let path: String
  private let sink: CaptureSink
  private let state = NIOLockedValueBox(State())

  private final class File: Sendable {
    let file: AppendFile

    init(_ file: consuming AppendFile) {
      self.file = file
    }
  }

  /// Begins the file.
  ///
  /// - Parameters:
  ///   - kind: `nil` for real packets where that is allowed.
  ///   - bytesMax: the largest file.
  /// - Throws: when the file cannot be made, or real packets are asked for and not allowed.
  public init(
    path: String, format: CaptureFormat, kind: Kind?, bytesMax: Int = 100 << 20
  ) throws {
    let refusal = kind == .synthesised ? nil : PacketTap.refusal
    if kind == .packets, let refusal { throw LiveCaptureError(refusal: refusal) }
    self.refusal = refusal
    self.kind = kind == .synthesised || refusal != nil ? .synthesised : .packets
    self.path = path
    let file = File(try AppendFile(creating: path, exclusively: false))
    let isReal = self.kind == .packets
    self.sink = CaptureSink(
      CaptureStream(format: format, bytesMax: bytesMax), interface: isReal ? "any" : "synthesised",
      comment: isReal ? Self.packetsComment : Self.mark
    ) { bytes in try file.file.append(bytes) }
  }

  /// The file and where its packets come from, for a report that is written before the end.
  public var origin: String {
    "\(self.path): \(self.kind == .synthesised ? Self.mark : "real packets")"
  }

  /// Sees the packets of these ports too from now on.
  func begin(ports: Set<UInt16>, on loop: any EventLoop) {
    guard self.kind == .packets else { return }
    let chosen = self.state.withLockedValue { state in
      let room = Self.portsMax - state.ports.count
      let chosen = Array(ports.subtracting(state.ports).sorted().prefix(room))
      state.ports.formUnion(chosen)
      return chosen
    }
    guard !chosen.isEmpty else { return }
    let sink = self.sink
    do {
      let tap = try PacketTap(ports: chosen, loop: loop) { packet in
        guard let packet else { return sink.flush() }
        sink.add(packet.bytes, length: packet.length, time: packet.time)
      }
      self.state.withLockedValue { $0.taps.append(tap) }
    } catch {
      self.state.withLockedValue { $0.problem = "\(error)" }
    }
  }

  /// Who tells of a new socket; `nil` where the kernel does.
  func trace(_ transport: TransportProtocol) -> WireTrace? {
    guard self.kind == .synthesised else { return nil }
    // A wall clock out of range ends the run; until then the time before it serves.
    var latest = LiveClock.wall() ?? SimInstant.runs.lowerBound
    return WireTrace(
      transport,
      now: {
        latest = LiveClock.wall() ?? latest
        return latest
      },
      onPackets: { packets, time in
        for packet in packets {
          let bytes = PacketEncoder.internetPacket(of: packet)
          self.sink.add(bytes[...], length: bytes.count, time: time)
        }
        self.sink.flush()
      },
      onUnseen: { self.state.withLockedValue { $0.unseen += 1 } })
  }

  /// Takes the last packets and ends the file.
  public func finish() async -> Summary {
    let taps = self.state.withLockedValue { state in
      defer { state.taps = [] }
      return state.taps
    }
    var dropped: UInt64 = 0
    var unread: String?
    for tap in taps {
      do { dropped += try await tap.finish().get() } catch {
        unread = "the last packets were not read: \(error)"
      }
    }
    self.sink.flush()
    let standing = self.sink.standing
    let state = self.state.withLockedValue { $0 }
    return Summary(
      kind: self.kind, path: self.path, packets: standing.packets, leftOut: standing.leftOut,
      dropped: dropped, unseen: state.unseen,
      problem: standing.problem ?? state.problem ?? unread)
  }
}

/// Why real packets cannot be captured.
public struct LiveCaptureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// In the system's words.
  public let refusal: String

  public var description: String {
    "real packets cannot be captured: \(self.refusal) (packet sockets need CAP_NET_RAW); allowed: "
      + "\(LiveCapture.Kind.synthesised.rawValue)"
  }
}
