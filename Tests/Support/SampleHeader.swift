/// What an export of a configuration begins with, as tests write one.
public enum SampleHeader {
  /// Declaration, document type and header comment, each line whole.
  public static let text = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE config SYSTEM "config.dtd">
    <!--
      Product: Cisco C370 Email Security Appliance
      Model Number: C370
      Version: 8.0.1-023
      Serial Number: A4BADB4712A9-511AA1E
    -->

    """
}
