internal import Simulation
internal import Text

/// How a capture is written.
public enum CaptureFormat: String, Hashable, Sendable, CaseIterable {
  /// Nanosecond time stamps (magic 0xA1B23C4D), link type Ethernet, little endian.
  case pcap
  /// With comments that name the fault. Source: draft-ietf-opsawg-pcapng.
  case pcapng
}

/// Captures as files for tshark and Wireshark.
public enum CaptureFile {
  /// What the longer of both headers takes: pcapng's section and interface.
  static let headerBytes = 28 + 4 + 24 + 32 + 16
  private static let snapLength: UInt32 = 262_144
  private static let ethernet: UInt32 = 1

  /// What a packet takes in the longer of both formats.
  static func bytesOfRecord(frame: Int) -> Int { 32 + self.padded(frame) + 4 }

  /// What a comment takes, with the end of the options.
  static func bytesOfNote(_ text: String) -> Int { 8 + self.padded(text.utf8.count) }

  /// The bytes of the file.
  ///
  /// - Parameters:
  ///   - hasComments: whether a pcapng file says which fault struck; pcap has no comments.
  ///   - interface: what pcapng calls the place, such as `appliance`.
  public static func bytes(
    of capture: PacketCapture, as format: CaptureFormat, hasComments: Bool, interface: String
  ) -> [UInt8] {
    switch format {
    case .pcap: self.pcap(capture)
    case .pcapng: self.pcapng(capture, hasComments: hasComments, interface: interface)
    }
  }

  private static func pcap(_ capture: PacketCapture) -> [UInt8] {
    var bytes = self.pcapHeader(link: self.ethernet)
    bytes.reserveCapacity(bytes.count + capture.records.count)
    bytes += capture.records
    return bytes
  }

  static func pcapHeader(link: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in [0xA1B2_3C4D, 0x0004_0002, 0, 0, self.snapLength, link] {
      bytes.append(littleEndian: word)
    }
    return bytes
  }

  static func pcapRecord(
    _ packet: ArraySlice<UInt8>, length: UInt32, time: SimInstant
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(PacketCapture.recordHeaderBytes + packet.count)
    bytes.append(littleEndian: UInt32(truncatingIfNeeded: time.wholeSeconds))
    bytes.append(littleEndian: UInt32(time.subsecondNanoseconds))
    bytes.append(littleEndian: UInt32(packet.count))
    bytes.append(littleEndian: length)
    bytes += packet
    return bytes
  }

  private static func pcapng(
    _ capture: PacketCapture, hasComments: Bool, interface: String
  ) -> [UInt8] {
    var bytes = self.pcapngHeader(link: self.ethernet, interface: interface, comment: nil)
    var notes = (hasComments ? capture.notes : [])[...]
    // Comments come when something becomes of a packet, which is behind it.
    notes = notes.sorted { $0.packet < $1.packet }[...]
    var place = 0
    for number in 0..<capture.packets {
      var texts: [String] = []
      while let note = notes.first, note.packet == number {
        texts.append(note.text)
        notes.removeFirst()
      }
      self.append(packetAt: &place, of: capture.records, comments: texts, to: &bytes)
    }
    return bytes
  }

  /// The blocks of the section and its one interface.
  static func pcapngHeader(link: UInt32, interface: String, comment: String?) -> [UInt8] {
    var bytes: [UInt8] = []
    self.append(block: 0x0A0D_0D0A, to: &bytes) { body in
      body.append(littleEndian: UInt32(0x1A2B_3C4D))
      // Version 1.0; the length of the section is not given.
      for word: UInt32 in [1, .max, .max] { body.append(littleEndian: word) }
      if let comment { self.append(option: 1, Array(comment.utf8.prefix(1000)), to: &body) }
      self.append(option: 4, Array("appliance-sim".utf8), to: &body)
      body.append(littleEndian: UInt32(0))
    }
    self.append(block: 1, to: &bytes) { body in
      body.append(littleEndian: link)
      body.append(littleEndian: self.snapLength)
      self.append(option: 2, Array(interface.utf8.prefix(20)), to: &body)
      // Time stamps count nanoseconds.
      self.append(option: 9, [9], to: &body)
      body.append(littleEndian: UInt32(0))
    }
    return bytes
  }

  private static func append(
    packetAt place: inout Int, of records: [UInt8], comments: [String], to bytes: inout [UInt8]
  ) {
    let (seconds, subsecond, length) = records.withUnsafeBytes { records in
      (
        UInt64(LittleEndian.word32(records, at: place)),
        UInt64(LittleEndian.word32(records, at: place + 4)),
        LittleEndian.word32(records, at: place + 8)
      )
    }
    let nanoseconds = seconds * 1_000_000_000 + subsecond
    let start = place + PacketCapture.recordHeaderBytes
    place = start + Int(length)
    bytes += self.pcapngRecord(
      records[start..<place], length: length, nanoseconds: nanoseconds, comments: comments)
  }

  /// An enhanced packet block.
  static func pcapngRecord(
    _ packet: ArraySlice<UInt8>, length: UInt32, nanoseconds: UInt64, comments: [String]
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    self.append(block: 6, to: &bytes) { body in
      let words = [
        0, UInt32(truncatingIfNeeded: nanoseconds >> 32), UInt32(truncatingIfNeeded: nanoseconds),
        UInt32(packet.count), length,
      ]
      for word in words { body.append(littleEndian: word) }
      body += packet
      self.pad(&body, since: 0)
      guard !comments.isEmpty else { return }
      for comment in comments { self.append(option: 1, Array(comment.utf8), to: &body) }
      body.append(littleEndian: UInt32(0))
    }
    return bytes
  }

  private static func append(
    block type: UInt32, to bytes: inout [UInt8], _ fill: (inout [UInt8]) -> Void
  ) {
    var body: [UInt8] = []
    fill(&body)
    let length = UInt32(12 + body.count)
    bytes.append(littleEndian: type)
    bytes.append(littleEndian: length)
    bytes += body
    bytes.append(littleEndian: length)
  }

  private static func append(option code: UInt32, _ value: [UInt8], to bytes: inout [UInt8]) {
    bytes.append(littleEndian: code | UInt32(value.count) << 16)
    let start = bytes.count
    bytes += value
    self.pad(&bytes, since: start)
  }

  private static func pad(_ bytes: inout [UInt8], since start: Int) {
    while (bytes.count - start) % 4 != 0 { bytes.append(0) }
  }

  private static func padded(_ count: Int) -> Int { (count + 3) / 4 * 4 }
}
