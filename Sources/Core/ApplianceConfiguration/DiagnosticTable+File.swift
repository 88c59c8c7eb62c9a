/// Codes about reading the file, and about what a check was asked for.
extension DiagnosticTable {
  static let file = [
    Row(
      .fileUnreadable, .error,
      "the file cannot be read",
      .bound("a file that cannot be read")),
    Row(
      .fileTooLarge, .error,
      "the file is too large",
      .bound("size of a file")),
    Row(
      .fileEmpty, .error,
      "the file is empty",
      .xml("XML 1.0, section 2.1: one element at least")),
    Row(
      .notWellFormed, .error,
      "not well-formed XML",
      .xml("XML 1.0, section 2.1")),
    Row(
      .declarationMissing, .error,
      "the XML declaration is missing",
      .documented("loading: the declaration is mandatory")),
    Row(
      .encodingUnsupported, .error,
      "this encoding is not supported",
      .xml("XML 1.0, section 4.3.3")),
    Row(
      .encodingViolated, .error,
      "the bytes do not fit the encoding",
      .xml("XML 1.0, section 4.3.3")),
    Row(
      .nulByte, .error,
      "a NUL byte",
      .xml("XML 1.0, section 2.2")),
    Row(
      .documentTypeMissing, .error,
      "the document type is missing",
      .documented("loading: the document type is mandatory")),
    Row(
      .documentTypeUnexpected, .error,
      "not the document type of an appliance",
      .documented("loading: the document type is mandatory")),
    Row(
      .internalSubset, .error,
      "declarations inside the document type are refused",
      .bound("declarations of a file are never followed")),
    Row(
      .entityUnknown, .error,
      "this entity is not known",
      .xml("XML 1.0, section 4.1")),
    Row(
      .limitExceeded, .error,
      "a limit of the reader is exceeded",
      .bound("what the reader takes of a file")),
    Row(
      .rootUnexpected, .error,
      "not the root element of an appliance's configuration",
      .documented("loading: config is mandatory")),
    Row(
      .headerMissing, .error,
      "the header comment lacks a line",
      .house("header lines of logs and alert mails are made of it")),
    Row(
      .headerValueInvalid, .error,
      "a value of the header comment is not usable",
      .house("header lines of logs and alert mails are made of it")),
    Row(
      .findingsNotListed, .error,
      "further findings are not listed",
      .bound("findings that are listed")),
    Row(
      .prefixTaken, .error,
      "the prefix of delivery settings has another namespace",
      .house("the namespace of delivery settings")),
    Row(
      .headerTimeInvalid, .warning,
      "the time of saving in the header comment is not understood",
      .inferred("the form of the time in public exports")),
    Row(
      .headerLineUnknown, .note,
      "a line of the header comment is not known, and near to one that is",
      .ours("lines beyond those of public exports are not known here")),
    Row(
      .sectionsTaken, .note,
      "taken as sections to load, not as a whole file",
      .ours("a file without the appliance's lines in its header, or without hostname")),
    Row(
      .prologueMissing, .note,
      "sections without declaration, document type and config around them",
      .ours("a convenience: an appliance asks for all three")),
  ]

  static let checks = [
    Row(
      .expectationUnmet, .error,
      "differs from what the corpus expects",
      .house("what the corpus expects")),
    Row(
      .documentTypeUnusable, .error,
      "the document type cannot be used",
      .bound("a document type that cannot be read")),
    Row(
      .houseRuleBroken, .error,
      "a house rule is broken",
      .house("the rules of appliance-check.yaml")),
    Row(
      .suppressionInvalid, .warning,
      "a suppression that is not understood, without effect",
      .ours("comments that begin with appliance-check:")),
    Row(
      .suppressionIdle, .note,
      "a suppression of what is not found",
      .ours("comments that begin with appliance-check:")),
    Row(
      .houseRuleIdle, .note,
      "a house rule that matches nothing in these files",
      .ours("a path that leads nowhere may be misspelt")),
  ]
}
