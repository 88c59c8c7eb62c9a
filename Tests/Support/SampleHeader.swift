/// What an export of a configuration begins with, as tests write one; each line whole.
public enum SampleHeader {
  /// Declaration and document type.
  public static let prologue = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE config SYSTEM "config.dtd">

    """
  /// The header comment.
  public static let comment = Self.comment(with: "")
  /// Both.
  public static let text = Self.prologue + Self.comment

  /// The header comment with more lines at its end, each whole.
  public static func comment(with lines: String) -> String {
    """
    <!--
      Product: Cisco C370 Email Security Appliance
      Model Number: C370
      Version: 8.0.1-023
      Serial Number: A4BADB4712A9-511AA1E
    \(lines)-->

    """
  }
}
