public import ApplianceConfiguration
public import ConfigurationPolicy
public import Simulation

/// What reading one file gave.
public struct ReadResult: Sendable {
  /// The name of the file as given, for messages.
  public let name: String
  /// The configuration; `nil` when there was any error, as an appliance loads all or nothing.
  public internal(set) var configuration: Configuration?
  /// Every finding, in the order of the file; those about the file as a whole come first, and how
  /// many are not listed comes last.
  public var diagnostics: [Diagnostic]
  /// What the file was taken as.
  public var form = DocumentForm.whole
  /// How much of the file was checked; `nil` of a file that could not be read as a configuration.
  public var coverage: ConfigurationCoverage?
  /// The version that the header comment names, whatever else is wrong; `nil` when it names none.
  public var version: Setting<String>?

  /// What is not known in the file, each with the known name that it is near to, or nothing, when
  /// the reader is learning; `nil` when the file could not be read or is no configuration.
  public internal(set) var unknownWords: [LearnedWord: String]?

  /// Of a cluster's export what each level sets itself, when the reader takes levels and no machine
  /// is named; `nil` of any other file.
  public internal(set) var levels: [ConfigurationLevel]?

  /// The names that the file, or its machine, defines and uses, when the reader takes references.
  public internal(set) var references: NameReferences?

  /// The certificates of the file, when the reader can read some.
  public internal(set) var certificates: [CertificateEntry] = []

  /// The names of the sections, when the reader takes levels; of a cluster's export the machine's.
  public internal(set) var sectionNames: Set<String> = []

  /// Which paths of rules of the house lead somewhere in the file.
  public internal(set) var rulePaths = RulePaths()

  /// Comments of the file that suppress findings.
  public internal(set) var suppressions: [Suppression] = []

  /// Whether nothing was read, so that what the file holds is not known: no such finding is to be
  /// left out or taken lightly.
  public internal(set) var isUnreadable = false

  init(name: String, configuration: Configuration? = nil, diagnostics: [Diagnostic]) {
    self.name = name
    self.configuration = configuration
    self.diagnostics = diagnostics
  }

  /// The result of a file that is not read, for one reason.
  public init(name: String, refusedBy finding: Diagnostic) {
    self.init(name: name, diagnostics: [finding])
    self.isUnreadable = true
  }

  /// The findings as lines for a person.
  public var descriptions: [String] {
    self.diagnostics.map { describe($0, file: self.name) }
  }
}

/// Reads an appliance's XML configuration.
///
/// Reading never reaches beyond the bytes given: no DTD, entity or file is loaded by reference. A
/// reader is a value without state; any number of files may be read at the same time.
public struct ConfigurationReader: Sendable {
  /// How much of a file is taken.
  public var limits: ReadingLimits
  /// Whether a file that an appliance would refuse gives a configuration.
  public var mode: ReadingMode
  /// What a configuration must fulfil beyond being readable.
  public var rules: ConfigurationRules
  /// Of a cluster's export, the machine to import; `nil` refuses such a file, or takes its first
  /// machine when reading leniently.
  public var machine: String?
  /// Whether a file of sections alone is taken as such; else each is to be whole.
  public var takesSections = false
  /// Whether the levels of a cluster's export are read too, each for itself.
  public var takesLevels = false
  /// Whether it is told which names the file defines, and where they are used.
  public var takesReferences = false
  /// Whether each name that is not modelled is a finding; else it is part of the coverage alone.
  public var listsUnmodelled = true
  /// The version of the appliance that is to load the file; `nil` for any.
  public var targetVersion: String?
  /// The model of the appliance that is to load the file; `nil` for any.
  public var targetModel: String?

  /// The appliance's own document type: it decides which elements there are and where they stand,
  /// in the place of what this reader supposes.
  public var documentType: DocumentType?

  /// Names and values of a team's own exports, which are no findings.
  public var learned: Set<LearnedWord> = []
  /// Whether what is not known is gathered in `ReadResult.unknownWords`.
  public var isLearning = false

  /// Reads each certificate of a text; `nil` leaves them alone.
  public var readCertificates: (@Sendable (String) -> [CertificateReading])?
  /// When certificates are to be valid; else when the file was saved, by its header comment.
  public var certificatesAt: LocalTime?

  /// Rules of the house that the file is to follow.
  public var houseRules: [HouseRule] = []

  /// Whether a time zone has this name; by its spelling unless told otherwise, since a reader has
  /// no zone data.
  public var isTimeZone: @Sendable (String) -> Bool = { HostSyntax.isTimeZoneName($0) }

  /// Gets the number of elements that are looked at, each time that some are; for tests alone,
  /// which show that twice as many elements are twice the work.
  var countSteps: StepCount?

  /// A reader with the product's limits and rules unless told otherwise.
  public init(
    mode: ReadingMode = .strict, limits: ReadingLimits = ReadingLimits(),
    rules: ConfigurationRules = ConfigurationRules()
  ) {
    self.mode = mode
    self.limits = limits
    self.rules = rules
  }

  /// Reads the file at `path`; a missing, unreadable or too large file is a finding.
  ///
  /// - Parameter isNamed: whether a person named this very path; `false` for one that was met in a
  ///   folder, which must be a regular file and no link.
  public func read(contentsOf path: String, isNamed: Bool = true) -> ReadResult {
    do throws(FindingError) {
      let bytes = try FileBytes.read(
        path, bytesMax: self.limits.fileBytesMax, isNamed: isNamed)
      return self.read(bytes: bytes, name: path)
    } catch {
      return Self.refusal(error, name: path)
    }
  }

  /// Reads the content of a file.
  ///
  /// - Parameter name: what to call the file in messages.
  public func read(bytes: [UInt8], name: String) -> ReadResult {
    guard !bytes.isEmpty else {
      return Self.refusal(
        FindingError(.fileEmpty, at: nil, found: "0 bytes", allowed: "XML"), name: name)
    }
    guard bytes.count <= self.limits.fileBytesMax else {
      let problem = FileBytes.tooLarge(
        "\(bytes.count) bytes", bytesMax: self.limits.fileBytesMax)
      return Self.refusal(problem, name: name)
    }
    let isBare = self.takesSections && BareSections.isBare(bytes)
    switch isBare ? BareSections.text(of: bytes) : SourceText.decode(bytes) {
    case .failure(let problem): return Self.refusal(problem, name: name)
    case .success(let text):
      switch XMLTreeParser(limits: self.limits).parse(text) {
      case .failure(let problem): return Self.refusal(problem.given(in: text), name: name)
      case .success(let document): return self.decode(document, isBare: isBare, name: name)
      }
    }
  }

  private func decode(
    _ document: XMLDocument, isBare: Bool, name: String
  ) -> ReadResult {
    var collector = FindingCollector(
      findingsMax: self.limits.findingsMax, mode: self.mode,
      decidedElsewhere: self.documentType == nil ? [] : Self.decidedByDocumentType)
    self.checkDocumentType(of: document, &collector)
    var machineDocument = document
    guard var root = self.machineRoot(of: document.root, &collector) else {
      return self.unread(collector, of: document, name: name)
    }
    let form = self.form(of: document, isBare: isBare)
    if form != .whole { root = Self.placed(root, form, isBare: isBare, &collector) }
    machineDocument.root = root
    let reader = ElementReader(
      findings: collector, isWhole: form == .whole, listsUnmodelled: self.listsUnmodelled,
      learned: self.knownWords, isLearning: self.isLearning, isTimeZone: self.isTimeZone)
    reader.countSteps = self.countSteps
    let configuration = ConfigurationDecoder(reader).decode(machineDocument)
    self.checkOrigin(of: configuration, &reader.findings)
    var findings = reader.findings
    if !findings.contains(anyOf: [.rootUnexpected]) {
      var found = self.ruleFindings(
        in: configuration, after: findings, hasLearnedHearers: reader.hasLearnedHearers)
      if form != .whole {
        let names = root.children.map(\.name)
        found.removeAll { !Self.concernsSections($0, names) }
      }
      findings.add(contentsOf: found)
    }
    var certificates: [CertificateEntry] = []
    if let read = self.readCertificates {
      certificates = CertificateRules.certificates(in: configuration, read: read)
      let time =
        self.certificatesAt.map { CertificateTime($0, isAsked: true) }
        ?? CertificateTime(savedBy: configuration.identity)
      findings.add(contentsOf: CertificateRules.findings(about: certificates, at: time))
    }
    let house = HouseRuleCheck(
      root: root, identity: configuration.identity, isWhole: form == .whole)
    findings.add(contentsOf: house.findings(by: self.houseRules))
    var result = self.result(findings, of: document, name: name)
    result.configuration = findings.hasError ? nil : configuration
    result.rulePaths = house.paths(of: self.houseRules)
    result.form = form
    result.isUnreadable = findings.contains(anyOf: [.rootUnexpected])
    result.certificates = certificates
    if !certificates.isEmpty {
      var paths = XMLPathFinder(root: document.root)
      for index in result.certificates.indices {
        let position = result.certificates[index].place.position
        result.certificates[index].place.path = paths.path(at: position)
      }
    }
    if self.takesReferences { result.references = Self.references(in: root, of: document) }
    if self.takesLevels { result.sectionNames = Set(root.children.map(\.name)) }
    if self.takesLevels, self.machine == nil { result.levels = self.levels(of: document) }
    if !findings.contains(anyOf: [.rootUnexpected]) {
      result.unknownWords = reader.unknownWords
      result.coverage = reader.unmodelled.coverage(
        of: root, isModelled: reader.areModelled,
        namesMax: self.listsUnmodelled ? .max : ConfigurationCoverage.namesMax)
    }
    result.version =
      configuration.identity.version.position == nil ? nil : configuration.identity.version
    return result
  }

  /// A file of which nothing is read but its header.
  private func unread(
    _ findings: FindingCollector, of document: XMLDocument, name: String
  ) -> ReadResult {
    var result = self.result(findings, of: document, name: name)
    result.isUnreadable = true
    result.version = ConfigurationDecoder.version(namedIn: document)
    return result
  }

  private func form(of document: XMLDocument, isBare: Bool) -> DocumentForm {
    guard self.takesSections else { return .whole }
    return isBare ? .sections(document.root.children.map(\.name)) : document.form
  }

  /// Sections where they belong, with what there is to say of a file of them.
  private static func placed(
    _ root: XMLElement, _ form: DocumentForm, isBare: Bool, _ collector: inout FindingCollector
  ) -> XMLElement {
    let placed = NestedSections.place(root)
    collector.add(
      Diagnostic(.sectionsTaken, at: root.position, found: form.words + placed.words))
    if isBare { collector.add(BareSections.note) }
    collector.add(contentsOf: placed.findings)
    return placed.root
  }

  private static func references(
    in root: XMLElement, of document: XMLDocument
  ) -> NameReferences {
    var references = NameReferences(root)
    var paths = XMLPathFinder(root: document.root)
    references.setPaths { paths.path(at: $0) }
    return references
  }

  /// The findings with the paths of their elements, and no configuration.
  private func result(
    _ findings: FindingCollector, of document: XMLDocument, name: String
  ) -> ReadResult {
    var paths = XMLPathFinder(root: document.root, countSteps: self.countSteps)
    let diagnostics = findings.sorted().map { finding in
      var finding = finding
      finding.path = finding.position.map { paths.path(at: $0) } ?? "/" + document.root.name
      return finding
    }
    var result = ReadResult(name: name, configuration: nil, diagnostics: diagnostics)
    result.suppressions = document.suppressions.map { suppression in
      Suppression(
        comment: suppression.comment.text, at: suppression.comment.position,
        path: paths.path(at: suppression.comment.position),
        target: suppression.target.map { paths.path(at: $0) },
        isOfFile: suppression.target == document.root.position)
    }
    return result
  }

  /// Source: docs/FIDELITY.md, "Version of a file".
  private func checkOrigin(
    of configuration: Configuration, _ findings: inout FindingCollector
  ) {
    let identity = configuration.identity
    for (code, value, target) in [
      (DiagnosticCode.versionMismatch, identity.version, self.targetVersion),
      (.modelMismatch, identity.model, self.targetModel),
    ] {
      guard let target, value.state == .present, value.value != target else { continue }
      findings.add(
        Diagnostic(
          code, at: value.position, found: Diagnostic.quote(value.value),
          allowed: Diagnostic.quote(target), assumed: Self.asItStands))
    }
  }

  /// What the rules find, without what would only echo an error of the reading: a place that was
  /// not understood holds a placeholder, about which there is nothing to say.
  private func ruleFindings(
    in configuration: Configuration, after findings: FindingCollector, hasLearnedHearers: Bool
  ) -> [Diagnostic] {
    let found = self.rules.findings(in: configuration)
    // Most files obey the rules.
    guard !found.isEmpty else { return [] }
    let placeholders = Set(findings.placeholders).union(
      findings.findings.filter { $0.code.severity == .error }.compactMap(\.position))
    let areHearersUnknown =
      hasLearnedHearers
      || findings.contains(anyOf: [.alertClassUnknown, .alertSeverityUnknown])
      || configuration.alerts.autosupportEnabled.position.map { placeholders.contains($0) } ?? false
    return found.filter { finding in
      if finding.code == .criticalAlertsUnheard { return !areHearersUnknown }
      return finding.position.map { !placeholders.contains($0) } ?? true
    }.map { finding in
      var finding = finding
      // A rule changes nothing.
      if finding.code.severity == .error { finding.assumed = Self.asItStands }
      return finding
    }
  }

  static let asItStands = "the value as it is"

  private static func refusal(_ problem: FindingError, name: String) -> ReadResult {
    ReadResult(name: name, refusedBy: problem.diagnostic)
  }
}
