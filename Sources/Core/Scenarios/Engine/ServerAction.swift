internal import LabPeers
internal import NetworkModel
internal import Simulation

/// What a server of the lab does about a connection that it accepted.
enum ServerAction: Hashable, Sendable {
  /// Comment the connection's last packet in captures.
  case note(String)
  case read(ReadMode)
  case send([UInt8])
  case shutDown
  case close(note: String?)
  case reset(note: String)
  /// The connection is the server's no more.
  case forget
  /// The lines were read.
  case keep([UInt8], host: String)
  /// Lines read so far, for the ledger of the push at the other end.
  case confirm(lines: UInt64)
  /// A mail was taken.
  case deliver([UInt8])
  /// Call `timeReached` then.
  case wake(at: SimInstant)
  /// Call `decided` with this, that much later.
  case delay(SyslogReceiverConnection.Action, SimDuration)
}
