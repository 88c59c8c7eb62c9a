internal import FileDescriptors
internal import Glibc

/// The configurations that a scenario's file may name: those inside one folder, by links neither.
///
///     ScenarioReader.Sources(
///       sample: sample, configuration: ConfigurationFolder(root: "fixtures", of: path).bytes, ...)
public struct ConfigurationFolder: Sendable {
  /// Why a configuration is not read, in words.
  public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Such as `found "../a.xml", allowed: a file inside fixtures/scenarios`.
    public let description: String
  }

  /// A configuration is small; what is larger is refused before it is read.
  private static let bytesMax = 64 << 20

  private let root: String
  private let folder: String

  /// - Parameters:
  ///   - root: the folder that is never left; `nil` for that of the scenario's file.
  ///   - scenario: the path of the scenario's file, to whose folder names are relative.
  public init(root: String? = nil, of scenario: String) {
    let slash = scenario.lastIndex(of: "/")
    self.folder = slash.map { $0 == scenario.startIndex ? "/" : String(scenario[..<$0]) } ?? "."
    self.root = root ?? self.folder
  }

  /// The bytes of the file at `name`.
  public func bytes(_ name: String) throws -> [UInt8] {
    let found = "found \(ScenarioFinding.quote(name))"
    guard !name.hasPrefix("/"), !name.utf8.contains(0) else {
      throw Refusal(
        description: "\(found), allowed: a path relative to the scenario's file; copy the "
          + "configuration beside it and give its name")
    }
    guard let root = Self.resolved(self.root), let file = Self.resolved(self.folder + "/" + name)
    else {
      throw Refusal(
        description: "\(found), allowed: a file that can be read; \(self.folder)/\(name): "
          + String(cString: strerror(errno)))
    }
    guard file.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
      throw Refusal(
        description: "\(found), allowed: a file inside \(self.root); copy the configuration there")
    }
    return try Self.read(file, found)
  }

  /// The path without links and dots; `nil` when there is no such file.
  private static func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  private static func read(_ path: String, _ found: String) throws -> [UInt8] {
    // A name that became a link since it was resolved is refused; a pipe would wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw Refusal(description: "\(found), allowed: a file that can be read")
    }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT != S_IFDIR else {
      throw Refusal(
        description: "\(found), which is a folder, allowed: a file; name one of its files")
    }
    guard information.st_mode & S_IFMT == S_IFREG,
      information.st_size <= Self.bytesMax
    else {
      throw Refusal(
        description: "\(found), allowed: a plain file of at most \(Self.bytesMax) bytes")
    }
    var bytes = [UInt8](repeating: 0, count: Int(information.st_size))
    let progress = bytes.withUnsafeMutableBytes { Descriptor.fill($0, from: descriptor) }
    guard progress.errorNumber == nil else {
      throw Refusal(description: "\(found), allowed: a file that can be read")
    }
    return Array(bytes[..<progress.count])
  }
}
