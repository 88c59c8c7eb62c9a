import CLibXML2
import ConfigurationSchema

/// Asks libxml2 whether a file follows one of our schemas; `nil` when the file is no XML.
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
    let text = Array(schema.text.utf8)
    return text.withUnsafeBytes { buffer -> Bool? in
      let start = buffer.bindMemory(to: CChar.self).baseAddress
      switch schema {
      case .xsd: return Self.xsd(document, start, CInt(text.count))
      case .rng: return Self.rng(document, start, CInt(text.count))
      case .dtd: return Self.dtd(document, start, CInt(text.count))
      case .json: return nil
      }
    }
  }

  private static func xsd(
    _ document: xmlDocPtr, _ text: UnsafePointer<CChar>?, _ count: CInt
  ) -> Bool? {
    guard let parser = xmlSchemaNewMemParserCtxt(text, count) else { return nil }
    defer { xmlSchemaFreeParserCtxt(parser) }
    guard let schema = xmlSchemaParse(parser), let context = xmlSchemaNewValidCtxt(schema) else {
      return nil
    }
    defer {
      xmlSchemaFreeValidCtxt(context)
      xmlSchemaFree(schema)
    }
    xmlSchemaSetValidStructuredErrors(context, { _, _ in }, nil)
    return xmlSchemaValidateDoc(context, document) == 0
  }

  private static func rng(
    _ document: xmlDocPtr, _ text: UnsafePointer<CChar>?, _ count: CInt
  ) -> Bool? {
    guard let parser = xmlRelaxNGNewMemParserCtxt(text, count) else { return nil }
    defer { xmlRelaxNGFreeParserCtxt(parser) }
    guard let schema = xmlRelaxNGParse(parser), let context = xmlRelaxNGNewValidCtxt(schema) else {
      return nil
    }
    defer {
      xmlRelaxNGFreeValidCtxt(context)
      xmlRelaxNGFree(schema)
    }
    xmlRelaxNGSetValidStructuredErrors(context, { _, _ in }, nil)
    return xmlRelaxNGValidateDoc(context, document) == 0
  }

  private static func dtd(
    _ document: xmlDocPtr, _ text: UnsafePointer<CChar>?, _ count: CInt
  ) -> Bool? {
    guard let input = xmlParserInputBufferCreateMem(text, count, XML_CHAR_ENCODING_UTF8),
      let dtd = xmlIOParseDTD(nil, input, XML_CHAR_ENCODING_UTF8),
      let context = xmlNewValidCtxt()
    else { return nil }
    defer {
      xmlFreeValidCtxt(context)
      xmlFreeDtd(dtd)
    }
    // Nothing is printed.
    xmlSetStructuredErrorFunc(nil) { _, _ in }
    defer { xmlSetStructuredErrorFunc(nil, nil) }
    return xmlValidateDtd(context, document, dtd) == 1
  }
}
