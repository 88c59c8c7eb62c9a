public import Simulation
internal import Text

/// Where a capture is taken.
public enum CapturePlace: Hashable, Sendable {
  /// What a host sends and receives.
  case host(HostID)
  /// What passes the devices in the middle of a path, on one side of them.
  case path(PathID, PathSide)
}

/// A side of the devices in the middle of a path.
public enum PathSide: String, Hashable, Sendable, CaseIterable {
  /// Toward the path's first end, which is the appliance.
  case inside
  /// Toward the other end.
  case outside
}

/// A capture file in the making: the packets that pass one place.
///
/// Bounded; packets beyond the bound are counted. `CaptureFile` writes it as pcap or pcapng.
public struct PacketCapture: Sendable {
  /// A comment on a packet.
  public struct Note: Hashable, Sendable {
    /// Which packet, from 0.
    public let packet: Int
    /// Such as `silent-drop on the path to syslog: dropped`.
    public let text: String
  }

  /// What finds a packet again, to say later what became of it.
  private struct Trace {
    var packet: Int
    var serial: UInt32
    var source: Endpoint
    var destination: Endpoint
  }

  /// How many packets a ladder has at the most.
  public static let summariesMax = 2000
  /// How many comments are kept.
  public static let notesMax = 20_000
  /// How many packets back a comment can still be made.
  private static let tracesMax = 1024
  static let recordHeaderBytes = 16

  /// Where it is taken.
  public let place: CapturePlace
  /// Packets from then on.
  public let from: SimInstant?
  /// Packets before then.
  public let until: SimInstant?
  /// Only packets from or to this address.
  public let peer: IPv4Address?
  /// The largest file.
  public let bytesMax: Int
  /// Records of seconds, nanoseconds and twice the length, little endian, and the frame behind them.
  private(set) var records: [UInt8] = []
  /// How many bytes the file will have, comments included.
  private var bytes = CaptureFile.headerBytes
  /// Packets in it.
  public private(set) var packets = 0
  /// The first packets, for a ladder; at most `summariesMax`.
  public private(set) var summaries: [PacketSummary] = []
  /// Comments that name the fault, in order of the packets once the file is written.
  public private(set) var notes: [Note] = []
  /// Packets that did not fit.
  public private(set) var packetsLeftOut = 0
  private var traces: [Trace] = []

  /// A capture that has seen nothing.
  public init(
    at place: CapturePlace, from: SimInstant? = nil, until: SimInstant? = nil,
    peer: IPv4Address? = nil, bytesMax: Int = 100 << 20
  ) {
    self.place = place
    self.from = from
    self.until = until
    self.peer = peer
    self.bytesMax = bytesMax
  }

  mutating func record(_ packet: Packet, time: SimInstant) {
    guard self.from.map({ time >= $0 }) ?? true, self.until.map({ time < $0 }) ?? true,
      self.peer.map({ packet.source.address == $0 || packet.destination.address == $0 }) ?? true
    else { return }
    let frame = PacketEncoder.frame(of: packet)
    guard self.takes(CaptureFile.bytesOfRecord(frame: frame.count)) else {
      self.packetsLeftOut += 1
      return
    }
    self.trace(packet)
    self.packets += 1
    if self.summaries.count < Self.summariesMax {
      self.summaries.append(PacketSummary(packet, time: time))
    }
    self.records.append(littleEndian: UInt32(truncatingIfNeeded: time.wholeSeconds))
    self.records.append(littleEndian: UInt32(time.subsecondNanoseconds))
    self.records.append(littleEndian: UInt32(frame.count))
    self.records.append(littleEndian: UInt32(frame.count))
    self.records += frame
    if let note = packet.note { self.note(note, packet: self.packets - 1) }
  }

  /// Says what became of a packet that was seen.
  mutating func note(_ text: String, serial: UInt32) {
    if let trace = self.lastTrace(where: { $0.serial == serial }) {
      self.note(text, packet: trace.packet)
    }
  }

  /// Says something of the last packet between two endpoints.
  mutating func note(_ text: String, lastBetween one: Endpoint, and other: Endpoint) {
    let trace = self.lastTrace {
      ($0.source == one && $0.destination == other)
        || ($0.source == other && $0.destination == one)
    }
    if let trace { self.note(text, packet: trace.packet) }
  }

  private mutating func note(_ text: String, packet: Int) {
    guard self.notes.count < Self.notesMax, self.takes(CaptureFile.bytesOfNote(text)) else {
      return
    }
    self.notes.append(Note(packet: packet, text: text))
    if packet < self.summaries.count { self.summaries[packet].notes.append(text) }
  }

  /// Whether the file has room for so much more; it is taken then.
  private mutating func takes(_ count: Int) -> Bool {
    guard self.bytes + count <= self.bytesMax else { return false }
    self.bytes += count
    return true
  }

  private mutating func trace(_ packet: Packet) {
    let trace = Trace(
      packet: self.packets, serial: packet.serial, source: packet.source,
      destination: packet.destination)
    if self.traces.count < Self.tracesMax {
      self.traces.append(trace)
    } else {
      self.traces[self.packets % Self.tracesMax] = trace
    }
  }

  private func lastTrace(where isWanted: (Trace) -> Bool) -> Trace? {
    for back in 1...Self.tracesMax where back <= self.packets {
      let trace = self.traces[(self.packets - back) % Self.tracesMax]
      if isWanted(trace) { return trace }
    }
    return nil
  }
}
