/// Why a collector's file, or a log, cannot be compared: its figures would tell of losses that are
/// none, or hide some.
public enum RefusedForm: Error, Hashable, Sendable {
  /// Something stands behind a JSON object on its line.
  case textBehindObject
  /// A JSON object goes on over the end of its line, or never ends.
  case openObject
  /// An array of JSON records, or an answer with one, never ends: the file is cut.
  case openArray
  /// None of the members of a JSON object is known to hold a line.
  case noTextMember(found: String)
  /// A JSON record of Elastic's integration without a text: only the original has all of it.
  case integrationWithoutText
  /// No column is known to hold a line.
  case noTextColumn(found: String)
  /// A record of another number of columns than the first line has.
  case columns(found: Int, allowed: Int)
  /// A field of the journal's export without an end.
  case openField
  /// Another family than the form that was asked for has.
  case otherFamily(ReceivedForm.Family)
  /// UTF-16, the journal's binary file, a capture, a compressed file.
  case binary(String)
  /// A line of the log is in the text, behind what is no known header.
  case unknownHeader(found: String)
  /// Between the parts of a line of containerd there is a line of the other stream.
  case partsApart
  /// Each line of the log has the same text after its own.
  case unknownEnd(found: String)
  /// Hardly any line has a known form.
  case unknownForm(found: String)
  /// Under the log's name nothing arrived, and another tag has its lines.
  case otherTag(name: String, found: [String])
  /// Several tags have the log's lines.
  case severalTags([String])
  /// No line of a log: `Thu Jun 25 08:50:03 2015 Info: text`.
  case noLog(found: String)
  /// The log's lines are a collector's.
  case collectorAsLog
  /// The log has no lines.
  case emptyLog

  /// Such as `found text after an object, allowed: one JSON object a line`.
  public var words: String {
    switch self {
    case .textBehindObject: "found text after an object, allowed: one JSON object a line"
    case .openObject: "found a JSON object without its end, allowed: whole objects"
    case .openArray:
      "found JSON that ends within an array, allowed: a whole file, since records may be missing"
    case .noTextMember(let found):
      "found JSON with \(found), allowed: a member of the table in docs/RECONCILE.md that holds "
        + "the line, such as message"
    case .integrationWithoutText:
      "found a record of Elastic's integration without a text, allowed: event.original, which the "
        + "integration keeps with its option preserve_original_event"
    case .noTextColumn(let found):
      "found the columns \(found), allowed: one that holds the line, such as message"
    case .columns(let found, let allowed):
      "found \(found) columns, allowed: \(allowed), as in the first line"
    case .openField: "found a field without its end, allowed: the journal's export format"
    case .otherFamily(let family):
      "found \(family == .text ? "lines of text" : family.rawValue.uppercased()), allowed: the "
        + "form that --format-received names"
    case .binary(let what): "found \(what), allowed: lines of text"
    case .unknownHeader(let found):
      "found a line of the log after '\(found)', allowed: a form of docs/RECONCILE.md; "
        + "--format-received plain takes each line as it is"
    case .partsApart:
      "found another line between the parts of one, allowed: one stream a file (such as the lines "
        + "with ' stdout ' alone)"
    case .unknownEnd(let found):
      "found lines of the log with '\(found)' at their end, allowed: a form of docs/RECONCILE.md; "
        + "--format-received plain takes each line as it is"
    case .unknownForm(let found):
      "found '\(found)', allowed: a form of docs/RECONCILE.md; --format-received plain takes each "
        + "line as it is"
    case .otherTag(let name, let found):
      "found no line with the tag \(name), and lines like this log's with \(Self.list(found)): "
        + "--tag \(found.first ?? "TAG") when that is this log's tag at the collector, --tag "
        + "\(name) when it is another log's"
    case .severalTags(let tags):
      "found lines like this log's with the tags \(Self.list(tags)), allowed: one; "
        + "--tag TAG says which is this log's"
    case .noLog(let found):
      "found '\(found)', allowed: a log, whose lines begin as 'Thu Jun 25 08:50:03 2015 Info: '"
    case .collectorAsLog:
      "this looks like a collector's file, allowed: the log first, and the collector's file last"
    case .emptyLog: "found no lines, allowed: a log with lines to compare"
    }
  }

  private static func list(_ tags: [String]) -> String {
    tags.prefix(4).joined(separator: ", ") + (tags.count > 4 ? ", ..." : "")
  }
}
