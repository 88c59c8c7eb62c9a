/// How much of a file the reader takes before it refuses: a configuration may come from anywhere.
///
/// Source: our choice; a real export has some hundred kilobytes and ten levels.
public struct ReadingLimits: Hashable, Sendable {
  /// The largest file, in bytes.
  public var fileBytesMax: Int
  /// The deepest element, the root being at depth 1; at most 200.
  public var depthMax: Int
  /// The most elements of a file; real exports have one for each 40 to 60 bytes, so that a larger
  /// file may have more.
  public var elementsMax: Int
  private static let bytesAnElement = 32
  /// The most attributes of one element; libxml2 compares each with all before it.
  public var attributesMax: Int
  /// The longest text of one element, in bytes of UTF-8; a larger file may have longer ones, at
  /// most 10 MB, libxml2's own limit.
  public var textBytesMax: Int
  private static let textsAFile = 64
  private static let textBytesLimit = 10_000_000
  /// The most findings of each severity that are listed; one more says how many are not.
  public var findingsMax: Int

  /// 64 MiB, 64 levels, an element for each 32 bytes of the largest file, 64 attributes, 1 MiB of
  /// text or a sixty-fourth of the largest file, 1000 findings.
  public init(
    fileBytesMax: Int = 64 * 1024 * 1024, depthMax: Int = 64, elementsMax: Int? = nil,
    attributesMax: Int = 64, textBytesMax: Int? = nil, findingsMax: Int = 1000
  ) {
    self.fileBytesMax = fileBytesMax
    self.depthMax = depthMax
    self.elementsMax = elementsMax ?? fileBytesMax / Self.bytesAnElement
    self.attributesMax = attributesMax
    self.textBytesMax =
      textBytesMax
      ?? min(max(1024 * 1024, fileBytesMax / Self.textsAFile), Self.textBytesLimit)
    self.findingsMax = findingsMax
  }
}
