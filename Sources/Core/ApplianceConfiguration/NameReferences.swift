internal import Text

/// Which names a file defines, and which elements hold such a name: by equality of texts, the one
/// thing that can be said of sections of which no public source tells the meaning.
///
/// An element that is called by a name and holds something else is a definition; the same shape
/// with nothing but the name refers to one. Nothing of it is judged: an appliance knows names that
/// a file does not define, and a text can equal a name by chance. Standing: ours; docs/CONFIG-CI.md,
/// "Names and where they are used".
public struct NameReferences: Hashable, Sendable {
  /// A place in the file.
  public struct Place: Hashable, Sendable {
    /// The element's name: of a definition its kind, such as `content_filter`.
    public let element: String
    /// Where it stands.
    public let position: SourcePosition
    /// Such as `/config/listeners/listener[2]/interface_name`; empty until somebody fills it in.
    public var path = ""
  }

  /// One name, with every place that defines it and those that hold it.
  public struct Name: Hashable, Sendable {
    /// The text, without blanks around it.
    public let text: String
    /// What it names, in the order of the file: things of two kinds may share a name.
    public var definitions: [Place]
    /// The first elements that hold it, in the order of the file.
    public var uses: [Place] = []
    /// How many hold it.
    public var useCount = 0
  }

  /// How much there is, over one file or several.
  public struct Counts: Hashable, Sendable {
    /// Names that are defined.
    public var names = 0
    /// Names that some element holds.
    public var used = 0
    /// Elements that hold one.
    public var uses = 0

    /// Nothing.
    public init() {}

    /// Adds those of another file.
    public mutating func add(_ other: Self) {
      self.names += other.names
      self.used += other.used
      self.uses += other.uses
    }

    /// Such as `names: 40 defined, 12 used by 20 elements, 28 used nowhere in the file`.
    public var text: String {
      "names: \(self.names) defined, \(self.used) used by "
        + Plural.counted(self.uses, "element")
        + ", \(self.names - self.used) used nowhere in the file"
    }
  }

  /// The names, in the order of their first definitions.
  public private(set) var names: [Name] = []
  /// How much there is.
  public private(set) var counts = Counts()
  private var indices: [String: Int] = [:]
  /// The names of the definitions, by where those stand.
  private var ownNames: [SourcePosition: String] = [:]
  /// The names of the definitions that the walk is in: within itself nothing uses a name.
  private var open: [String] = []

  /// How many uses of a name are listed.
  private static let usesMax = 100
  /// The longest text that is taken for a name, in bytes. Standing: ours.
  private static let bytesMax = 256
  /// Sections whose names are words of the appliance, which nobody chose.
  private static let wordSections: Set<String> = ["alert_email_config"]
  /// Words that stand everywhere, so that equality says nothing.
  private static let plainWords: Set<String> = [
    "on", "off", "yes", "no", "true", "false", "default", "none", "all", "any", "auto",
    "automatic", "enabled", "disabled", "enable", "disable", "accept", "reject", "public",
    "private",
  ]

  /// The names below `root`, a file's or a machine's `config`.
  public init(_ root: ConfigurationElement) {
    for child in root.children where !Self.wordSections.contains(child.name) { self.define(child) }
    for child in root.children { self.use(child) }
    self.counts.names = self.names.count
    for name in self.names where name.useCount > 0 {
      self.counts.used += 1
      self.counts.uses += name.useCount
    }
  }

  /// Fills in the path of every place.
  public mutating func setPaths(_ path: (SourcePosition) -> String) {
    for index in self.names.indices {
      for place in self.names[index].definitions.indices {
        self.names[index].definitions[place].path = path(
          self.names[index].definitions[place].position)
      }
      for place in self.names[index].uses.indices {
        self.names[index].uses[place].path = path(self.names[index].uses[place].position)
      }
    }
  }

  // MARK: The file

  private mutating func define(_ element: ConfigurationElement) {
    guard !element.children.isEmpty, !element.isSecret else { return }
    if let found = ElementLabel.find(in: element), let text = Self.name(in: found.text),
      element.children.count > (found.child == nil ? 0 : 1)
    {
      self.ownNames[element.position] = text
      let place = Place(element: element.name, position: element.position)
      if let index = self.indices[text] {
        self.names[index].definitions.append(place)
      } else {
        self.indices[text] = self.names.count
        self.names.append(Name(text: text, definitions: [place]))
      }
    }
    for child in element.children { self.define(child) }
  }

  private mutating func use(_ element: ConfigurationElement) {
    guard element.children.isEmpty else {
      let name = self.ownNames[element.position]
      if let name { self.open.append(name) }
      for child in element.children { self.use(child) }
      if name != nil { self.open.removeLast() }
      return
    }
    guard !element.isSecret, let text = Self.name(in: element.text), let index = self.indices[text],
      !self.open.contains(text)
    else { return }
    self.names[index].useCount += 1
    guard self.names[index].uses.count < Self.usesMax else { return }
    self.names[index].uses.append(Place(element: element.name, position: element.position))
  }

  /// The text without blanks around it, if it can be a name.
  private static func name(in text: String) -> String? {
    guard text.utf8.count <= self.bytesMax else { return nil }
    var trimmed = text[...]
    while let first = trimmed.first, XMLBlank.isBlank(first) { trimmed.removeFirst() }
    while let last = trimmed.last, XMLBlank.isBlank(last) { trimmed.removeLast() }
    // Numbers and addresses are values.
    guard trimmed.utf8.count > 1, trimmed.contains(where: \.isLetter),
      !self.plainWords.contains(trimmed.lowercased()), !Passphrase.isMask(text)
    else { return nil }
    return String(trimmed)
  }
}
