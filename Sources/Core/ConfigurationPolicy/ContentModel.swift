/// The order and number of the elements in an element, as a DTD's content model says it.
public struct ContentModel: Hashable, Sendable {
  /// How often something may stand.
  public enum Occurrence: Hashable, Sendable {
    case once, optional, any, atLeastOnce

    fileprivate var maySkip: Bool { self == .optional || self == .any }
    fileprivate var mayRepeat: Bool { self == .any || self == .atLeastOnce }
  }

  /// A part of a model.
  public indirect enum Particle: Hashable, Sendable {
    case name(String, Occurrence)
    /// All of them, one after the other.
    case sequence([Particle], Occurrence)
    /// One of them.
    case choice([Particle], Occurrence)
  }

  /// A state of the automaton: leads on without a name, or by one.
  private struct State: Hashable, Sendable {
    var name: String?
    var next: [Int] = []
  }

  /// How far a sequence of elements was followed.
  struct Progress: Hashable, Sendable {
    fileprivate var states: [Int]
  }

  /// The names that the model mentions.
  public let names: Set<String>
  /// Whether it takes its names any number of times in any order, as `(a | b)*` does.
  private let isFree: Bool
  private let states: [State]
  private let end: Int

  /// A model.
  ///
  /// - Complexity: linear in the size of `particle`.
  public init(_ particle: Particle) {
    var builder = Builder()
    let (start, end) = builder.add(particle)
    // State 0 is where every model begins.
    builder.states[0].next = [start]
    self.states = builder.states
    self.end = end
    self.names = builder.names
    self.isFree = Self.isFree(particle)
  }

  private static func isFree(_ particle: Particle) -> Bool {
    guard case .choice(let parts, .any) = particle else { return false }
    return parts.allSatisfy { if case .name = $0 { true } else { false } }
  }

  /// Before the first element.
  var beginning: Progress { Progress(states: self.isFree ? [] : self.closure(of: [0])) }

  /// After one more element; `nil` when it may not stand there.
  func following(_ name: String, after progress: Progress) -> Progress? {
    guard self.names.contains(name) else { return nil }
    if self.isFree { return progress }
    var reached: [Int] = []
    for state in progress.states where self.states[state].name == name {
      reached += self.states[state].next
    }
    return reached.isEmpty ? nil : Progress(states: self.closure(of: reached))
  }

  /// Whether nothing more must follow.
  func isComplete(_ progress: Progress) -> Bool {
    self.isFree || progress.states.contains(self.end)
  }

  /// The names that may follow, sorted.
  func names(after progress: Progress) -> [String] {
    let names = self.isFree ? self.names : Set(progress.states.compactMap { self.states[$0].name })
    return names.sorted()
  }

  private func closure(of start: [Int]) -> [Int] {
    var seen = Set(start)
    var todo = start
    while let state = todo.popLast() {
      guard self.states[state].name == nil else { continue }
      for next in self.states[state].next where seen.insert(next).inserted { todo.append(next) }
    }
    return seen.sorted()
  }

  /// Builds the automaton after Thompson: a state or two for each part.
  private struct Builder {
    var states = [State()]
    var names: Set<String> = []

    private mutating func newState(_ name: String? = nil) -> Int {
      self.states.append(State(name: name))
      return self.states.count - 1
    }

    mutating func add(_ particle: Particle) -> (start: Int, end: Int) {
      let start = self.newState()
      let end = self.newState()
      let occurrence: Occurrence
      switch particle {
      case .name(let name, let times):
        occurrence = times
        self.names.insert(name)
        let state = self.newState(name)
        self.states[start].next.append(state)
        self.states[state].next.append(end)
      case .sequence(let parts, let times):
        occurrence = times
        var last = start
        for part in parts {
          let inner = self.add(part)
          self.states[last].next.append(inner.start)
          last = inner.end
        }
        self.states[last].next.append(end)
      case .choice(let parts, let times):
        occurrence = times
        for part in parts {
          let inner = self.add(part)
          self.states[start].next.append(inner.start)
          self.states[inner.end].next.append(end)
        }
      }
      return self.repeated(occurrence, start, end)
    }

    /// The part with a begin and an end of its own, around which it may go again.
    private mutating func repeated(
      _ occurrence: Occurrence, _ start: Int, _ end: Int
    ) -> (start: Int, end: Int) {
      guard occurrence != .once else { return (start, end) }
      let (outerStart, outerEnd) = (self.newState(), self.newState())
      self.states[outerStart].next.append(start)
      self.states[end].next.append(outerEnd)
      if occurrence.maySkip { self.states[outerStart].next.append(outerEnd) }
      if occurrence.mayRepeat { self.states[end].next.append(start) }
      return (outerStart, outerEnd)
    }
  }
}
