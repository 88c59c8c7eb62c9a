internal import CLibXML2
internal import Scenarios

/// Scenarios' results as JUnit XML, which CI systems read: a suite a scenario, a case an expectation.
public enum JUnitDocument {
  /// Why a document could not be written: libxml2 had no memory.
  public struct WritingFailed: Error, CustomStringConvertible {
    public var description: String { "the JUnit report could not be written" }
  }

  /// The document's bytes.
  public static func xml(_ documents: [ScenarioDocument]) throws(WritingFailed) -> [UInt8] {
    guard let buffer = xmlBufferCreate() else { throw WritingFailed() }
    defer { xmlBufferFree(buffer) }
    guard let writer = xmlNewTextWriterMemory(buffer, 0) else { throw WritingFailed() }
    xmlTextWriterSetIndent(writer, 1)
    xmlTextWriterStartDocument(writer, nil, "UTF-8", nil)
    xmlTextWriterStartElement(writer, "testsuites")
    for document in documents { self.write(document, to: writer) }
    xmlTextWriterEndElement(writer)
    let result = xmlTextWriterEndDocument(writer)
    xmlFreeTextWriter(writer)
    guard result >= 0, let content = xmlBufferContent(buffer) else { throw WritingFailed() }
    return Array(UnsafeBufferPointer(start: content, count: Int(xmlBufferLength(buffer))))
  }

  private static func write(_ document: ScenarioDocument, to writer: xmlTextWriterPtr) {
    let failures = document.verdicts.count { !$0.isMet }
    xmlTextWriterStartElement(writer, "testsuite")
    xmlTextWriterWriteAttribute(writer, "name", document.name)
    xmlTextWriterWriteAttribute(writer, "tests", "\(document.verdicts.count)")
    xmlTextWriterWriteAttribute(writer, "failures", "\(failures)")
    for verdict in document.verdicts {
      xmlTextWriterStartElement(writer, "testcase")
      xmlTextWriterWriteAttribute(writer, "classname", document.name)
      xmlTextWriterWriteAttribute(writer, "name", "\(verdict.expectation)")
      if !verdict.isMet {
        xmlTextWriterStartElement(writer, "failure")
        xmlTextWriterWriteAttribute(writer, "message", "found \(verdict.found)")
        xmlTextWriterEndElement(writer)
      }
      xmlTextWriterEndElement(writer)
    }
    xmlTextWriterEndElement(writer)
  }
}
