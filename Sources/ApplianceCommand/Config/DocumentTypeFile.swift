import ApplianceConfiguration
import ArgumentParser
import ConfigurationPolicy
import ConfigurationXML

/// The file of a document type that a person names.
enum DocumentTypeFile {
  /// Its declarations; what is wrong with it goes to standard error, and the command ends.
  static func read(_ path: String) throws -> DocumentType {
    let bytes: [UInt8]
    do throws(FindingError) {
      bytes = try FileBytes.read(path, bytesMax: DocumentTypeParser.bytesMax)
    } catch {
      throw CommandFailure(
        "\(path): cannot be read: found \(error.diagnostic.found), "
          + "allowed: \(error.diagnostic.allowed)")
    }
    do throws(DocumentTypeParser.Unusable) {
      return try DocumentTypeParser().parse(bytes)
    } catch {
      for finding in error.findings { Terminal.error.line(describe(finding, file: path)) }
      throw ExitCode.failure
    }
  }
}
