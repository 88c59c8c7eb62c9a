/// A table that is looked up for each packet: sorted by its keys, and found by halving.
///
/// With the few entries of a network that is faster than hashing.
struct SortedTable<Key: Comparable & Sendable, Value: Sendable>: Sendable {
  private var keys: [Key] = []
  private var values: [Value] = []

  /// The first place whose key is not less.
  @inline(__always)
  private func place(of key: Key) -> Int {
    var low = 0
    var high = self.keys.count
    while low < high {
      let middle = (low + high) / 2
      if self.keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The value of a key; `nil` removes it.
  subscript(key: Key) -> Value? {
    get {
      let place = self.place(of: key)
      return place < self.keys.count && self.keys[place] == key ? self.values[place] : nil
    }
    set {
      let place = self.place(of: key)
      let isThere = place < self.keys.count && self.keys[place] == key
      switch (newValue, isThere) {
      case (let value?, true): self.values[place] = value
      case (let value?, false):
        self.keys.insert(key, at: place)
        self.values.insert(value, at: place)
      case (nil, true):
        self.keys.remove(at: place)
        self.values.remove(at: place)
      case (nil, false): break
      }
    }
  }
}
