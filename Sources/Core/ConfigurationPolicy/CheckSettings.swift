/// What a team says in `appliance-check.yaml` about the files below its folder.
public struct CheckSettings: Hashable, Sendable {
  /// The file's name.
  public static let fileName = "appliance-check.yaml"

  /// What the team's own exports contain beyond what the reader knows.
  public var known = LearnedWords()

  /// Settings that change nothing.
  public init() {}
}
