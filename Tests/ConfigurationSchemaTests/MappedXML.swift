import CLibXML2
import Foundation
import Testing

/// The mapping of XML to JSON that docs/CONFIG-CI.md tells, by libxml2's tree.
enum MappedXML {
  /// The JSON of the root element.
  static func json(_ bytes: [UInt8]) throws -> Data {
    let document = bytes.withUnsafeBytes {
      xmlReadMemory(
        $0.bindMemory(to: CChar.self).baseAddress, CInt(bytes.count), "x.xml", nil,
        CInt(XML_PARSE_NONET.rawValue))
    }
    defer { xmlFreeDoc(document) }
    let root = try #require(xmlDocGetRootElement(document))
    return try JSONSerialization.data(withJSONObject: self.value(root), options: .fragmentsAllowed)
  }

  private static func value(_ node: xmlNodePtr) -> Any {
    var object: [String: [Any]] = [:]
    var text = ""
    var child = node.pointee.children
    while let current = child {
      switch current.pointee.type {
      case XML_ELEMENT_NODE:
        object[String(cString: current.pointee.name), default: []].append(self.value(current))
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
        text += current.pointee.content.map { String(cString: $0) } ?? ""
      default: break
      }
      child = current.pointee.next
    }
    var result: [String: Any] = object.mapValues { $0.count == 1 ? $0[0] : $0 }
    var attribute = node.pointee.properties
    while let current = attribute {
      let value = current.pointee.children?.pointee.content.map { String(cString: $0) } ?? ""
      result["@" + String(cString: current.pointee.name)] = value
      attribute = current.pointee.next
    }
    if object.isEmpty {
      let isContainer = text.allSatisfy(\.isWhitespace)
      if result.isEmpty { return isContainer ? "" : text }
    }
    if !text.allSatisfy(\.isWhitespace) { result["#text"] = text }
    return result
  }
}
