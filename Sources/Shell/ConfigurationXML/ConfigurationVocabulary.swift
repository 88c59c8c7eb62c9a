import LogModel

/// Names that the reader knows, for what is made of them elsewhere.
public enum ConfigurationVocabulary {
  /// The elements that are log subscriptions and tell their type by their own name.
  public static let logElements = LogSpellings.elements.subtracting([LogSpellings.generic]).sorted()
  /// The log subscription whose child `module` tells its type.
  public static let genericLogElement = LogSpellings.generic
  /// What `module` may hold.
  public static let logModules = LogSpellings.rows.filter(\.type.isText).map(\.spelling)
}
