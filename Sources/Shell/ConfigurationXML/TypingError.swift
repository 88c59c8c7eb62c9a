import ApplianceConfiguration

/// Whether a name that is not known is a known one with a typing error, or may well be another
/// name.
///
/// A typing error is one letter added, lost or changed, or two neighbours swapped, within a word of
/// the name. Another name differs by a whole word: `ftp_pull` beside `ftp_poll`, `http_poll`, and
/// `log_euq_gui` beside `log_euqgui`, whose words are divided otherwise. Source: our choice, since
/// an export of another release may have any name that is made as names are; docs/FIDELITY.md,
/// "Misspelt settings".
enum TypingError {
  /// Whether `name` is `known` with one typing error.
  ///
  /// - Parameter isOfLog: whether it is the name of a log. Of these more exist than are known here,
  ///   and many are of three letters, so that one letter more or less makes another log.
  static func isOne(_ name: String, for known: String, isOfLog: Bool = false) -> Bool {
    self.isOne(self.words(name), for: self.words(known), isOfLog: isOfLog)
  }

  private static func isOne(_ words: [String], for others: [String], isOfLog: Bool) -> Bool {
    // Only case, or what stands between words, is another.
    if words == others { return !isOfLog }
    guard let (word, other) = self.onlyDifference(of: words, others) else { return false }
    guard NearNames.distance(word, other) == 1, self.differsByALetter(word, other) else {
      return false
    }
    if isOfLog, other.utf8.count <= 3 { return false }
    if self.isAnotherForm(word, of: other) || self.isAnotherForm(other, of: word) { return true }
    let singular = word.hasSuffix("s") ? String(word.dropLast()) : word
    return !self.vocabulary.contains(word) && !self.vocabulary.contains(singular)
  }

  /// Whether `name` is the section `known` with a typing error that hardly makes another section:
  /// not in a word of three letters, such as `dns`, and not one and several of a thing, such as
  /// `ip_group`, which another release may have.
  static func isOneOfSection(_ name: String, for known: String) -> Bool {
    let (words, others) = (self.words(name), self.words(known))
    if words == others { return true }
    guard let (word, other) = self.onlyDifference(of: words, others), other.utf8.count > 3,
      !self.isAnotherForm(word, of: other), !self.isAnotherForm(other, of: word)
    else { return false }
    return self.isOne(words, for: others, isOfLog: false)
  }

  /// The word that differs, if it is the only one: one word more or less is another name, or the
  /// same words divided otherwise.
  private static func onlyDifference(
    of words: [String], _ others: [String]
  ) -> (word: String, other: String)? {
    guard words.count == others.count else { return nil }
    let differing = zip(words, others).filter { $0 != $1 }
    guard differing.count == 1, let (word, other) = differing.first else { return nil }
    return (word, other)
  }

  /// One and several of a thing, `enable` and `enabled`, are mixed up as letters are.
  private static func isAnotherForm(_ word: String, of other: String) -> Bool {
    word == other + "s" || other.hasSuffix("e") && word == other + "d"
  }

  /// The parts of a name between what is no letter and no digit, in lower case.
  ///
  /// Names of ASCII are parted by bytes: a file may have thousands of misspelt ones.
  private static func words(_ name: String) -> [String] {
    guard name.utf8.allSatisfy({ $0 < 0x80 }) else {
      return name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
    let hasUpper = name.utf8.contains { $0 >= 0x41 && $0 <= 0x5A }
    let lower = hasUpper ? name.lowercased() : name
    return lower.utf8.split { !self.isLetterOrDigit($0) }.map { String(Substring($0)) }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x61...0x7A: true
    default: false
    }
  }

  /// A digit makes another name, such as `ip4` beside `ip`.
  private static func differsByALetter(_ word: String, _ other: String) -> Bool {
    self.digits(word) == self.digits(other)
  }

  private static func digits(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { $0 < 0x80 && !($0 >= 0x30 && $0 <= 0x39) }
    return isPlain ? "" : word.filter(\.isNumber)
  }

  private static let vocabulary: Set<String> = {
    var names = KnownNames.known.union(KnownNames.interface).union(KnownNames.listenerKept)
      .union(LogSpellings.elements).union(DeliveryNames.all)
    for children in ConfigurationVocabulary.read.values { names.formUnion(children) }
    for element in ConfigurationVocabulary.accessElements { names.insert(element.name) }
    var words = Set(names.flatMap { TypingError.words($0) })
    words.formUnion(
      """
      pull post push put get pool call sftp tftp ftps scp ntp http https snmp smtp smtps api cli gui
      cgi pop imap tls ssl ssh dns rule role rate mode node mask task host cost port path part sort
      router line link list label user test text next rest tape time date cat cap gap zone site size
      file filer name rat hat lag max min mix form mail main gate bit net set state anti virus spam
      archive scan scanner report query quarantine response object internal internet header sender
      """.split { $0 == " " || $0 == "\n" }.map(String.init))
    return words
  }()
}
