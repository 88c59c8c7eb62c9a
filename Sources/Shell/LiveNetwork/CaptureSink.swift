internal import NIOConcurrencyHelpers
public import NetworkModel
public import Simulation

/// A capture file that any thread may add packets to. What cannot be written ends the capture, and
/// nothing else.
public final class CaptureSink: Sendable {
  private static let waitingBytesMax = 256 * 1024

  private struct State {
    var stream: CaptureStream
    var waiting: [UInt8] = []
    var problem: String?
  }

  private let state: NIOLockedValueBox<State>
  private let write: @Sendable ([UInt8]) throws -> Void

  /// A file that begins now.
  ///
  /// - Parameters:
  ///   - interface: what pcapng calls the place.
  ///   - comment: what pcapng says of the whole.
  ///   - write: appends to the file.
  public init(
    _ stream: CaptureStream, interface: String, comment: String,
    write: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    var stream = stream
    let beginning = stream.beginning(interface: interface, comment: comment)
    self.state = NIOLockedValueBox(State(stream: stream, waiting: beginning))
    self.write = write
    self.flush()
  }

  /// Packets in the file, packets that did not fit, and why it ended before its time, if it did.
  public var standing: (packets: Int, leftOut: Int, problem: String?) {
    self.state.withLockedValue { ($0.stream.packets, $0.stream.packetsLeftOut, $0.problem) }
  }

  /// Adds an IP packet; `flush` writes it.
  public func add(_ packet: ArraySlice<UInt8>, length: Int, time: SimInstant) {
    let isFull = self.state.withLockedValue { state in
      guard state.problem == nil,
        let record = state.stream.record(packet, length: length, time: time)
      else { return false }
      state.waiting += record
      return state.waiting.count >= Self.waitingBytesMax
    }
    if isFull { self.flush() }
  }

  /// Writes what waits.
  public func flush() {
    self.state.withLockedValue { state in
      guard !state.waiting.isEmpty, state.problem == nil else { return }
      do { try self.write(state.waiting) } catch { state.problem = "\(error)" }
      state.waiting.removeAll(keepingCapacity: true)
    }
  }
}
