/// A packet between two stations.
struct TravellingPacket: Sendable {
  var packet: Packet
  /// Its path, and which way it goes on it, once it has left its host.
  var path = 0
  var direction = PathDirection.outbound
  /// Where it comes next.
  var next: Station
}

/// A station of a packet on its way.
enum Station: Hashable, Sendable {
  /// It leaves its host, whose stack took some time.
  case departure(host: Int)
  /// The middle of the path, where the middleboxes are.
  case middle
  case end
}

/// The packets on their way, each in a place that it keeps until it arrives.
struct TravellingPackets: Sendable {
  /// Read and changed in place by the owner; a free place has an empty packet.
  var packets: [TravellingPacket] = []
  private var free: [UInt32] = []

  /// Gives a packet a place.
  mutating func place(_ packet: consuming TravellingPacket) -> UInt32 {
    guard let free = self.free.popLast() else {
      self.packets.append(packet)
      return UInt32(self.packets.count - 1)
    }
    swap(&packet, &self.packets[Int(free)])
    return free
  }

  /// Gives a copy of a packet a place of its own.
  mutating func double(_ place: UInt32) -> UInt32 { self.place(self.packets[Int(place)]) }

  /// Takes a packet out of its place, which others use then.
  mutating func land(_ place: UInt32) -> Packet {
    self.free.append(place)
    var packet = Packet(.tcp, from: Endpoint.none, to: Endpoint.none)
    swap(&packet, &self.packets[Int(place)].packet)
    return packet
  }
}
