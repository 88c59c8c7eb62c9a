/// Turns untrusted bytes into text that may stand in a log line or an error.
enum PrintableText {
  /// The text of `bytes` as UTF-8, at most `bytesMax` of them, with `...` where something was cut.
  ///
  /// Control characters, line separators and invisible formatting become `?`, bytes that are no
  /// UTF-8 become U+FFFD: nothing that comes from a peer can begin a new line or turn the text's
  /// direction.
  static func make(_ bytes: some Sequence<UInt8>, bytesMax: Int = .max) -> String {
    var kept: [UInt8] = []
    var isCut = false
    for byte in bytes {
      guard kept.count < bytesMax else {
        isCut = true
        break
      }
      kept.append(byte)
    }
    var text = ""
    for scalar in String(decoding: kept, as: UTF8.self).unicodeScalars {
      text.unicodeScalars.append(Self.isHarmless(scalar) ? scalar : "?")
    }
    return isCut ? text + "..." : text
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return scalar.value >= 0x20 && scalar.value != 0x7F
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
      return false
    default:
      return true
    }
  }
}
