/// Counts in English.
public enum Plural {
  /// `one` for a count of 1, else `several`, which is `one` with an `s` where it is not given.
  public static func word(
    _ count: some BinaryInteger, _ one: String, _ several: String? = nil
  ) -> String {
    count == 1 ? one : several ?? one + "s"
  }

  /// The count with its word, such as `1 line`, `0 lines` and `12 copies`.
  public static func counted(
    _ count: some BinaryInteger, _ one: String, _ several: String? = nil
  ) -> String {
    "\(count) \(self.word(count, one, several))"
  }
}
