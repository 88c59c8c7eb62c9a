import CLibXML2
import ConfigurationSchema

/// Asks libxml2 whether a file follows one of our schemas; `nil` when the file is no XML.
///
/// Each schema is compiled once a process: compiling costs more than all the files.
enum LibXML2Validator {
  static func accepts(_ bytes: [UInt8], by schema: ConfigurationSchema) -> Bool? {
    let options = CInt(
      XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue)
    let document = bytes.withUnsafeBytes {
      xmlReadMemory(
        $0.bindMemory(to: CChar.self).baseAddress, CInt(bytes.count), "x.xml", nil, options)
    }
    guard let document else { return nil }
    defer { xmlFreeDoc(document) }
    switch schema {
    case .xsd: return Self.followsXSD(document)
    case .rng: return Self.followsRNG(document)
    case .dtd: return Self.followsDTD(document)
    case .json: return nil
    }
  }

  // Read only once compiled; libxml2 keeps the state of a validation in its context.
  nonisolated(unsafe) private static let xsd: xmlSchemaPtr? = withText(.xsd) { text, count in
    guard let parser = xmlSchemaNewMemParserCtxt(text, count) else { return nil }
    defer { xmlSchemaFreeParserCtxt(parser) }
    return xmlSchemaParse(parser)
  }

  nonisolated(unsafe) private static let rng: xmlRelaxNGPtr? = withText(.rng) { text, count in
    guard let parser = xmlRelaxNGNewMemParserCtxt(text, count) else { return nil }
    defer { xmlRelaxNGFreeParserCtxt(parser) }
    return xmlRelaxNGParse(parser)
  }

  nonisolated(unsafe) private static let dtd: xmlDtdPtr? = withText(.dtd) { text, count in
    guard let input = xmlParserInputBufferCreateMem(text, count, XML_CHAR_ENCODING_UTF8) else {
      return nil
    }
    return xmlIOParseDTD(nil, input, XML_CHAR_ENCODING_UTF8)
  }

  private static func withText<Compiled>(
    _ schema: ConfigurationSchema, _ compile: (UnsafePointer<CChar>?, CInt) -> Compiled?
  ) -> Compiled? {
    let text = Array(schema.text.utf8)
    return text.withUnsafeBytes {
      compile($0.bindMemory(to: CChar.self).baseAddress, CInt(text.count))
    }
  }

  private static func followsXSD(_ document: xmlDocPtr) -> Bool? {
    guard let schema = self.xsd, let context = xmlSchemaNewValidCtxt(schema) else { return nil }
    defer { xmlSchemaFreeValidCtxt(context) }
    xmlSchemaSetValidStructuredErrors(context, { _, _ in }, nil)
    return xmlSchemaValidateDoc(context, document) == 0
  }

  private static func followsRNG(_ document: xmlDocPtr) -> Bool? {
    guard let schema = self.rng, let context = xmlRelaxNGNewValidCtxt(schema) else { return nil }
    defer { xmlRelaxNGFreeValidCtxt(context) }
    xmlRelaxNGSetValidStructuredErrors(context, { _, _ in }, nil)
    return xmlRelaxNGValidateDoc(context, document) == 0
  }

  private static func followsDTD(_ document: xmlDocPtr) -> Bool? {
    guard let dtd = self.dtd, let context = xmlNewValidCtxt() else { return nil }
    defer { xmlFreeValidCtxt(context) }
    // Nothing is printed.
    xmlSetStructuredErrorFunc(nil) { _, _ in }
    defer { xmlSetStructuredErrorFunc(nil, nil) }
    return xmlValidateDtd(context, document, dtd) == 1
  }
}
