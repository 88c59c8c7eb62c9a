public import ApplianceConfiguration
public import ConfigurationPolicy
public import ConfigurationXML

/// Compares files by what they mean.
///
/// Files that an appliance would refuse can be compared all the same. A file of sections stands for
/// the other file with these sections loaded. Of two exports of clusters all levels are compared,
/// unless a machine is named.
public struct ConfigurationComparison: Sendable {
  /// What comparing two files gave.
  public struct Outcome: Sendable {
    /// How the second differs from the first.
    public let difference: FileDifference
    /// What there is to say of the files beside, a line each.
    public let remarks: [String]
  }

  /// A file and what it holds.
  private struct Content {
    let name: String
    let bytes: [UInt8]
    let reader: ConfigurationReader
    var result: ReadResult
  }

  /// Why two files cannot be compared, a line each.
  private struct Unreadable: Error {
    let remarks: [String]
  }

  private let reader: ConfigurationReader

  /// What a team's own exports make known of each file; nothing unless set.
  public var learned: @Sendable (ConfigurationFiles.File) -> Set<LearnedWord> = { _ in [] }

  /// A comparison of files read within these limits.
  ///
  /// - Parameters:
  ///   - reader: knows time zones and limits.
  ///   - machine: of a cluster's export, the machine to take.
  public init(reader: ConfigurationReader, machine: String? = nil) {
    var reader = reader
    reader.mode = .lenient
    reader.machine = machine
    reader.takesSections = true
    reader.takesLevels = true
    reader.listsUnmodelled = false
    self.reader = reader
  }

  /// Compares two files.
  ///
  /// - Parameters:
  ///   - name: what the pair is called.
  ///   - isQuick: whether files of equal bytes are the same without being read.
  public func compare(
    _ first: ConfigurationFiles.File, _ second: ConfigurationFiles.File, called name: String,
    isQuick: Bool = false
  ) -> Outcome {
    var remarks: [String] = []
    do throws(Unreadable) {
      // Once only, since a pipe can be named.
      let bytes = (try self.bytes(of: first), try self.bytes(of: second))
      if isQuick, self.reader.machine == nil, bytes.0 == bytes.1 {
        return Outcome(difference: FileDifference(name, .same), remarks: [])
      }
      var contents = [(first, bytes.0), (second, bytes.1)].map { file, bytes in
        var reader = self.reader
        reader.learned = self.learned(file)
        return Content(
          name: file.path, bytes: bytes, reader: reader,
          result: reader.read(bytes: bytes, name: file.path))
      }
      try self.complete(&contents, &remarks)
      try self.completePart(&contents, &remarks)
      if !isQuick { remarks += Self.wholeFiles(in: contents) }
      let changes = try self.changes(contents, &remarks)
      return Outcome(difference: FileDifference(name, changes: changes), remarks: remarks)
    } catch {
      return Outcome(
        difference: FileDifference(name, .unreadable), remarks: remarks + error.remarks)
    }
  }

  private func bytes(of file: ConfigurationFiles.File) throws(Unreadable) -> [UInt8] {
    if let problem = file.problem {
      throw Unreadable(remarks: [describe(problem, file: file.path)])
    }
    do throws(FindingError) {
      return try FileBytes.read(
        file.path, bytesMax: self.reader.limits.fileBytesMax, isNamed: file.isNamed)
    } catch {
      throw Unreadable(remarks: [describe(error.diagnostic, file: file.path)])
    }
  }

  /// Sections stand for the other file with them.
  private func complete(
    _ contents: inout [Content], _ remarks: inout [String]
  ) throws(Unreadable) {
    let forms = contents.map(\.result.form)
    for index in contents.indices where forms[index] != .whole {
      let (file, other) = (contents[index], contents[1 - index])
      try self.requireLoadable(file)
      guard file.result.configuration != nil else { continue }
      let isCompleted = forms[1 - index] == .whole && other.result.configuration != nil
      remarks.append(
        "\(escapingControls(file.name)): taken as \(escapingControls(forms[index].words))"
          + (isCompleted ? ", the rest is that of \(escapingControls(other.name))" : ""))
      guard isCompleted else { continue }
      contents[index].result = try self.loaded(file, over: other)
    }
  }

  /// Sections that a load refuses for their own sake stand for nothing: they are told as `check`
  /// tells them. Masked passphrases change no other setting.
  private func requireLoadable(_ file: Content) throws(Unreadable) {
    var reader = file.reader
    reader.mode = .strict
    let errors = reader.read(bytes: file.bytes, name: file.name).diagnostics
      .filter { $0.severity == .error && $0.code != .passphrasesMasked }
    guard errors.isEmpty else {
      throw Unreadable(remarks: errors.map { describe($0, file: file.name) })
    }
  }

  private func loaded(_ file: Content, over other: Content) throws(Unreadable) -> ReadResult {
    switch ConfigurationSplice.apply(
      file: file.bytes, to: other.bytes, limits: self.reader.limits)
    {
    case .success(let spliced):
      return file.reader.read(bytes: spliced.bytes, name: file.name)
    case .failure(let failure):
      let name = failure.source == .base ? other.name : file.name
      throw Unreadable(remarks: failure.findings.map { describe($0, file: name) })
    }
  }

  /// A whole file that omits more of the other's sections than it has is one to load, which leaves
  /// those alone; an export of an appliance has nearly all of them.
  ///
  /// Source: docs/FIDELITY.md, "Whole file or sections".
  private func completePart(
    _ contents: inout [Content], _ remarks: inout [String]
  ) throws(Unreadable) {
    guard Self.areComparedWhole(contents) else { return }
    for index in contents.indices {
      let (file, other) = (contents[index], contents[1 - index])
      let names = (file.result.sectionNames, other.result.sectionNames)
      let missing = names.1.subtracting(names.0)
      guard missing.count > names.1.count - missing.count else { continue }
      contents[index].result = try self.loaded(file, over: other)
      remarks.append(
        "\(escapingControls(file.name)): taken as \(file.result.form.words); it omits "
          + "\(Self.listed(missing)): the rest is that of \(escapingControls(other.name))")
      return
    }
  }

  private static func areComparedWhole(_ contents: [Content]) -> Bool {
    contents.allSatisfy {
      $0.result.form == .whole && $0.result.levels == nil && $0.result.configuration != nil
    }
  }

  private static func listed(_ sections: Set<String>) -> String {
    escapingControls(
      sections.sorted().prefix(5).joined(separator: ", ") + (sections.count > 5 ? ", ..." : ""))
  }

  /// A whole file that lacks sections of the other: who meant it as sections to load is told that
  /// what it leaves out counts as removed.
  private static func wholeFiles(in contents: [Content]) -> [String] {
    contents.indices.compactMap { index in
      let (file, other) = (contents[index], contents[1 - index])
      guard file.result.form == .whole, other.result.form == .whole,
        file.result.levels == nil, other.result.levels == nil,
        file.result.configuration != nil
      else { return nil }
      let missing = other.result.sectionNames.subtracting(file.result.sectionNames)
      guard !missing.isEmpty else { return nil }
      return "\(escapingControls(file.name)): taken as \(file.result.form.words); it omits "
        + "\(Self.listed(missing)), removed in the comparison"
    }
  }

  private func changes(
    _ contents: [Content], _ remarks: inout [String]
  ) throws(Unreadable) -> [ConfigurationChange] {
    let (first, second) = (contents[0].result, contents[1].result)
    let areClusters = first.levels != nil && second.levels != nil
    for content in contents {
      remarks += content.result.diagnostics
        .filter { finding in
          finding.severity == .error || finding.isAboutMachines && !areClusters
            || finding.isAboutLevelTaken
        }.map { describe($0, file: content.name) }
    }
    if let before = first.levels, let after = second.levels {
      return ConfigurationDifference.changes(from: before, to: after)
    }
    guard let before = first.configuration, let after = second.configuration else {
      throw Unreadable(remarks: [])
    }
    return ConfigurationDifference.changes(from: before, to: after)
  }
}

extension ConfigurationComparison {
  /// A file of one folder and the file of that name in another.
  public struct FilePair: Sendable {
    /// From the folders on.
    public let name: String
    /// `nil` where the first folder has none.
    public let first: ConfigurationFiles.File?
    /// `nil` where the second folder has none.
    public let second: ConfigurationFiles.File?
  }

  /// The `.xml` files of two folders and all below them, by name.
  public static func pairs(
    of first: ConfigurationFiles.Folder, _ second: ConfigurationFiles.Folder
  ) -> [FilePair] {
    let names = Set(first.files.keys).union(second.files.keys).sorted()
    return names.map {
      FilePair(name: $0, first: first.files[$0], second: second.files[$0])
    }
  }

  /// Compares two files of one name.
  public func compare(_ pair: FilePair) -> Outcome {
    if let first = pair.first, let second = pair.second {
      return self.compare(first, second, called: pair.name, isQuick: true)
    }
    guard let only = pair.first ?? pair.second else {
      return Outcome(difference: FileDifference(pair.name, .same), remarks: [])
    }
    do throws(Unreadable) {
      // What is there is told, what cannot be read is no file.
      _ = try self.bytes(of: only)
      return Outcome(
        difference: FileDifference(pair.name, pair.first == nil ? .added : .removed), remarks: [])
    } catch {
      return Outcome(difference: FileDifference(pair.name, .unreadable), remarks: error.remarks)
    }
  }
}
