/// An end that lines which are not the log's share, while without it each would be one.
///
/// Bounded: the first lines tell.
struct CommonEnd {
  private static let linesMax = 32
  private static let bytesMax = 200

  private var previous: [UInt8] = []
  private var lines = 0

  /// A line arrived whole: the form is known.
  mutating func lineArrived() { self.lines = Self.linesMax }

  /// Whether enough is known.
  var isOver: Bool { self.lines >= Self.linesMax }

  /// How many bytes long the end is that `body` and the line before share, the log having both
  /// without it; `nil` where there is none.
  mutating func length(with body: [UInt8], isLogged: (LineKey) -> Bool) -> Int? {
    let before = self.previous
    self.previous = body
    self.lines += 1
    guard !before.isEmpty, before != body else { return nil }
    return before.withUnsafeBytes { before in
      body.withUnsafeBytes { body in
        let most = min(Self.bytesMax, before.count, body.count)
        let common = body.commonSuffix(before, max: most)
        return (0..<common).lazy.map { $0 + 1 }.first { cut in
          isLogged(LineKey(body: body.upTo(body.count - cut).trimmed, stamp: 0))
            && isLogged(LineKey(body: before.upTo(before.count - cut).trimmed, stamp: 0))
        }
      }
    }
  }
}
