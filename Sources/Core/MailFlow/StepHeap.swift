import Simulation

/// What a step does when it is due.
enum StepKind: UInt8, BitwiseCopyable, Sendable {
  /// The next message of an injection connection begins.
  case mailBegins
  /// The data of an injection connection's message are complete.
  case dataEnds
  case injectionCloses
  case injectionLost
  case injectionIdles
  /// A message leaves the work queue.
  case workDone
  case quarantineEnds
  case spamQuarantineEnds
  /// A delayed message is tried again.
  case deliveryRetries
  /// The remote host answers for the message under way on a delivery connection.
  case deliveryDone
  /// A delivery connection may have been unused for long enough.
  case deliveryIdles
}

/// Something that is due: a kind, and the slot of the connection or message that it is about.
struct Step: BitwiseCopyable, Sendable {
  let due: Int64
  /// Counts insertions, so that equal times keep their order.
  let order: UInt64
  let slot: UInt32
  let kind: StepKind

  @inline(__always)
  func precedes(_ other: Step) -> Bool {
    // Without branches: which of four children is the earliest cannot be predicted.
    let isEarlier = self.due < other.due ? 1 : 0
    let isEqual = self.due == other.due ? 1 : 0
    let isOlder = self.order < other.order ? 1 : 0
    return isEarlier | (isEqual & isOlder) != 0
  }
}

/// The steps to come, the earliest first; equal times keep the order of insertion.
///
/// A heap with four children a node over a flat array. Bounded by the owner: an injection
/// connection or message has one step at most, a delivery connection two.
struct StepHeap: Sendable {
  private var steps: [Step] = []
  private var nextOrder: UInt64 = 0

  @inline(__always)
  var isEmpty: Bool { self.steps.isEmpty }

  /// When the first step is due; `Int64.max` when there is none.
  @inline(__always)
  var firstDue: Int64 { self.steps.isEmpty ? .max : self.steps[0].due }

  /// Adds a step.
  mutating func insert(_ kind: StepKind, _ slot: UInt32, at instant: SimInstant) {
    let step = Step(due: instant.nanoseconds, order: self.nextOrder, slot: slot, kind: kind)
    self.nextOrder += 1
    var place = self.steps.count
    self.steps.append(step)
    self.steps.withUnsafeMutableBufferPointer { steps in
      while place > 0 {
        let parent = (place - 1) / 4
        guard step.precedes(steps[parent]) else { break }
        steps[place] = steps[parent]
        place = parent
      }
      steps[place] = step
    }
  }

  /// Takes the first step.
  ///
  /// - Precondition: there is one.
  mutating func removeFirst() -> Step {
    let first = self.steps[0]
    let last = self.steps.removeLast()
    guard !self.steps.isEmpty else { return first }
    self.steps.withUnsafeMutableBufferPointer { steps in
      let count = steps.count
      var place = 0
      while true {
        let child = place * 4 + 1
        guard child < count else { break }
        var least = child
        let end = min(child + 4, count)
        var next = child + 1
        while next < end {
          least = steps[next].precedes(steps[least]) ? next : least
          next += 1
        }
        guard steps[least].precedes(last) else { break }
        steps[place] = steps[least]
        place = least
      }
      steps[place] = last
    }
    return first
  }
}
