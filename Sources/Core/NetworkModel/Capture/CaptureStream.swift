public import Simulation

/// A capture file that grows packet by packet: whole at each of its ends, whatever ends its writer.
///
/// Its packets are IP packets without a link layer (link type RAW), so that those of each interface
/// and those that nobody saw on one look the same. Bounded in bytes; what does not fit is counted.
public struct CaptureStream: Sendable {
  /// Source: the list of link types at tcpdump.org, LINKTYPE_RAW.
  private static let rawInternetProtocol: UInt32 = 101

  private let format: CaptureFormat
  private let bytesMax: Int
  private var bytes = 0
  /// Packets in the file.
  public private(set) var packets = 0
  /// Packets that did not fit.
  public private(set) var packetsLeftOut = 0

  /// A file that has not begun.
  ///
  /// - Parameter bytesMax: the largest file.
  public init(format: CaptureFormat, bytesMax: Int = 100 << 20) {
    self.format = format
    self.bytesMax = bytesMax
  }

  /// The file's beginning.
  ///
  /// - Parameters:
  ///   - interface: what pcapng calls the place, such as `any`.
  ///   - comment: what pcapng says of the whole; pcap has no comments.
  public mutating func beginning(interface: String, comment: String) -> [UInt8] {
    let bytes =
      switch self.format {
      case .pcap: CaptureFile.pcapHeader(link: Self.rawInternetProtocol)
      case .pcapng:
        CaptureFile.pcapngHeader(
          link: Self.rawInternetProtocol, interface: interface, comment: comment)
      }
    self.bytes += bytes.count
    return bytes
  }

  /// The record of an IP packet.
  ///
  /// - Parameters:
  ///   - packet: its bytes, as far as they were kept.
  ///   - length: how long it was.
  ///   - comment: what pcapng says of the packet; `nil` for nothing.
  /// - Returns: `nil` when it does not fit; it is counted then.
  public mutating func record(
    _ packet: ArraySlice<UInt8>, length: Int, time: SimInstant, comment: String? = nil
  ) -> [UInt8]? {
    let record =
      switch self.format {
      case .pcap: CaptureFile.pcapRecord(packet, length: UInt32(clamping: length), time: time)
      case .pcapng:
        CaptureFile.pcapngRecord(
          packet, length: UInt32(clamping: length),
          nanoseconds: UInt64(clamping: time.nanoseconds), comments: comment.map { [$0] } ?? [])
      }
    guard self.bytes + record.count <= self.bytesMax else {
      self.packetsLeftOut += 1
      return nil
    }
    self.bytes += record.count
    self.packets += 1
    return record
  }
}
