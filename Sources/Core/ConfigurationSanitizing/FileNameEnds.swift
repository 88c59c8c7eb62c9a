/// Names of files that look like hosts.
enum FileNameEnds {
  /// Ends of files' names that are no top-level domains.
  private static let fileEnds: Set<String> = [
    "pdf", "doc", "docx", "docm", "xls", "xlsx", "xlsm", "ppt", "pptx", "rtf", "odt", "txt", "csv",
    "htm", "html", "xhtml", "shtml", "php", "asp", "aspx", "jsp", "cgi", "js", "css", "xml", "dtd",
    "xsd", "xsl", "json", "yaml", "yml", "ini", "cfg", "conf", "log", "gz", "tgz", "tar", "bz2",
    "rar", "jar", "iso", "exe", "dll", "scr", "bat", "cmd", "vbs", "msi", "pif", "lnk", "hta",
    "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "svg", "ico", "eml", "ics", "vcf", "crt",
    "cer", "pem", "p12", "pfx", "p7s", "p7m", "asc", "sig", "mp3", "mp4", "avi", "wav", "tmp",
    "bak", "sql", "mdb", "pst",
  ]

  /// The name before the end of `invoice.pdf`, which is no host.
  static func stem(of bytes: [UInt8]) -> ArraySlice<UInt8>? {
    guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot > 0, bytes.count - dot <= 6,
      self.fileEnds.contains(String(decoding: bytes[(dot + 1)...], as: UTF8.self).lowercased())
    else { return nil }
    return bytes[..<dot]
  }
}
