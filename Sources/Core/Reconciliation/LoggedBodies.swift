/// The texts of logged lines lately compared, since neighbours are compared with the same ones.
struct LoggedBodies: ~Copyable {
  private static let entriesMax = 256

  private var places = Array(repeating: -1, count: LoggedBodies.entriesMax)
  private var bodies = Array(repeating: [UInt8](), count: LoggedBodies.entriesMax)

  init() {}

  /// Gives `body` level and text of a logged line.
  mutating func withBody<Result>(
    of place: Int, source: inout some LineSource, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    let entry = place % Self.entriesMax
    if self.places[entry] != place {
      self.places[entry] = place
      self.bodies[entry] = source.withLine(place) { Array(ReadLine.logged($0).body) }
    }
    return self.bodies[entry].withUnsafeBytes(body)
  }

  /// Bytes of a line that was compared just before.
  func count(of place: Int) -> Int? {
    let entry = place % Self.entriesMax
    return self.places[entry] == place ? self.bodies[entry].count : nil
  }
}
