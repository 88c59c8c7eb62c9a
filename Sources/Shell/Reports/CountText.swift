internal import Text

/// Counts for a person.
public enum CountText {
  /// `2146` as `2,146`.
  public static func grouped(_ number: some BinaryInteger) -> String {
    let digits = String(number)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// `1 line`, `2,146 lines`.
  public static func lines(_ number: some BinaryInteger) -> String {
    self.counted(number, "line")
  }

  /// The count with its word, such as `1 file` and `2,146 copies`.
  public static func counted(
    _ number: some BinaryInteger, _ one: String, _ several: String? = nil
  ) -> String {
    "\(self.grouped(number)) \(Plural.word(number, one, several))"
  }
}
