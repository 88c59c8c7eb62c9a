internal import ApplianceConfiguration
public import ConfigurationPolicy
internal import ConfigurationXML
internal import Glibc

/// Finds `appliance-check.yaml`: the nearest one in the checked file's folder or above it.
public struct CheckSettingsFinder {
  private let currentFolder: String
  /// What holds in a folder.
  private var found: [String: (settings: CheckSettings, path: String)?] = [:]
  private let given: (settings: CheckSettings, path: String)?
  private let isSearching: Bool

  /// A finder.
  ///
  /// - Parameters:
  ///   - currentFolder: what paths are relative to.
  ///   - given: the file of settings for all; `nil` to search for one.
  ///   - isSearching: whether to search at all.
  public init(currentFolder: String, given: String? = nil, isSearching: Bool = true)
    throws(CheckSettingsError)
  {
    self.currentFolder = currentFolder
    self.isSearching = isSearching && given == nil
    if let given {
      self.given = (try Self.read(given, name: given), Self.absolute(given, in: currentFolder))
    } else {
      self.given = nil
    }
  }

  /// The settings that hold for a file.
  public mutating func settings(for path: String) throws(CheckSettingsError) -> PlacedSettings {
    let absolute = Self.absolute(path, in: self.currentFolder)
    let place =
      if let given = self.given { given } else { try self.search(from: Self.folder(of: absolute)) }
    guard let place else { return PlacedSettings(settings: CheckSettings(), file: nil, name: path) }
    let root = Self.folder(of: place.path)
    let prefix = root == "/" ? "/" : root + "/"
    let name = absolute.hasPrefix(prefix) ? String(absolute.dropFirst(prefix.count)) : path
    return PlacedSettings(settings: place.settings, file: place.path, name: name)
  }

  private mutating func search(
    from folder: String
  ) throws(CheckSettingsError) -> (settings: CheckSettings, path: String)? {
    guard self.isSearching else { return nil }
    if let known = self.found[folder] { return known }
    let path = (folder == "/" ? "" : folder) + "/" + CheckSettings.fileName
    var information = stat()
    let result: (settings: CheckSettings, path: String)?
    if stat(path, &information) == 0 {
      result = (try Self.read(path, name: self.shown(path)), path)
    } else if folder == "/" {
      result = nil
    } else {
      result = try self.search(from: Self.folder(of: folder))
    }
    self.found[folder] = .some(result)
    return result
  }

  /// As a person in the current folder would call it.
  private func shown(_ path: String) -> String {
    path.hasPrefix(self.currentFolder + "/")
      ? String(path.dropFirst(self.currentFolder.count + 1)) : path
  }

  private static func read(
    _ path: String, name: String
  ) throws(CheckSettingsError) -> CheckSettings {
    let bytes: [UInt8]
    do throws(FindingError) {
      bytes = try FileBytes.read(path, bytesMax: CheckSettingsReader.bytesMax)
    } catch {
      throw CheckSettingsError(lines: [describe(error.diagnostic, file: name)])
    }
    return try CheckSettingsReader.read(bytes: bytes, file: name)
  }

  /// A path from the root on, by the names alone.
  private static func absolute(_ path: String, in folder: String) -> String {
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : folder + "/" + path).split(separator: "/")
    where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
    return String(path[..<slash])
  }
}
