/// How like a received text is to a logged one.
enum Likeness: Hashable {
  case same
  /// The received text is a beginning of the logged one.
  case beginning
  /// So many bytes differ.
  case altered(Int)
  case none

  /// Bytes that may differ in any text; of long ones a quarter may.
  private static let distanceMin = 4
  /// Bytes in several places that are looked for, so that long texts cost what their length is.
  private static let distanceMax = 512

  /// - Parameter isSamePlace: whether the logged line is the one expected there.
  init(
    received: UnsafeRawBufferPointer, logged: UnsafeRawBufferPointer, isSamePlace: Bool
  ) {
    let prefix = received.commonPrefix(logged)
    if prefix == received.count {
      self = prefix == logged.count ? .same : .beginning
      return
    }
    let longer = max(received.count, logged.count)
    let shorter = min(received.count, logged.count)
    let bound = max(Self.distanceMin, longer / 4)
    let suffix = received.commonSuffix(logged, max: shorter - prefix)
    let stretch = longer - prefix - suffix
    let identifier = Self.identifier(logged)
    let isSameMail = Self.isEqual(Self.identifier(received), identifier)
    if stretch <= bound, isSameMail || isSamePlace {
      self = .altered(stretch)
    } else if isSameMail, identifier != nil, Self.isSameForm(received, logged) {
      self = .altered(stretch)
    } else if isSamePlace || isSameMail && identifier != nil,
      let distance = Self.distance(received, logged, max: min(bound, Self.distanceMax))
    {
      self = .altered(distance)
    } else {
      self = .none
    }
  }

  /// The first `MID 123`, `ICID 123` or the like.
  private static func identifier(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    var offset = 1
    while offset + 3 < text.count {
      if text[offset] == 0x49, text[offset + 1] == 0x44, text[offset + 2] == 0x20,
        (0x41...0x5A).contains(text[offset - 1])
      {
        var end = offset + 3
        while end < text.count, (0x30...0x39).contains(text[end]) { end += 1 }
        if end > offset + 3 {
          return UnsafeRawBufferPointer(rebasing: text[offset - 1..<end])
        }
      }
      offset += 1
    }
    return nil
  }

  private static func isEqual(
    _ a: UnsafeRawBufferPointer?, _ b: UnsafeRawBufferPointer?
  ) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return a.elementsEqual(b)
  }

  /// Whether both are the same but for the digits of their numbers.
  private static func isSameForm(
    _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer
  ) -> Bool {
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      let isDigit = (0x30...0x39).contains(a[i])
      guard isDigit == (0x30...0x39).contains(b[j]) else { return false }
      guard isDigit else {
        guard a[i] == b[j] else { return false }
        i += 1
        j += 1
        continue
      }
      while i < a.count, (0x30...0x39).contains(a[i]) { i += 1 }
      while j < b.count, (0x30...0x39).contains(b[j]) { j += 1 }
    }
    return i == a.count && j == b.count
  }

  /// Bytes to insert, delete or replace to make one of the other, when at most `max`.
  private static func distance(
    _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, max: Int
  ) -> Int? {
    guard abs(a.count - b.count) <= max else { return nil }
    let beyond = max + 1
    var row = (0...b.count).map { Swift.min($0, beyond) }
    for i in 1...Swift.max(a.count, 1) where i <= a.count {
      let low = Swift.max(1, i - max)
      let high = Swift.min(b.count, i + max)
      guard low <= high else { return nil }
      var diagonal = row[low - 1]
      row[low - 1] = low == 1 ? Swift.min(i, beyond) : beyond
      var best = row[low - 1]
      for j in low...high {
        let above = j == i + max ? beyond : row[j]
        let cost = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)
        diagonal = row[j]
        row[j] = Swift.min(cost, above + 1, row[j - 1] + 1, beyond)
        best = Swift.min(best, row[j])
      }
      guard best <= max else { return nil }
    }
    return row[b.count] <= max ? row[b.count] : nil
  }
}
