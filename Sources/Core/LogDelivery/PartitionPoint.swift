/// How many of the indices from 0 on meet a condition that none meets behind one that does not.
@inline(__always)
func partitionPoint(below end: Int, where isMet: (Int) -> Bool) -> Int {
  var low = 0
  var high = end
  while low < high {
    let middle = (low + high) / 2
    if isMet(middle) { low = middle + 1 } else { high = middle }
  }
  return low
}
