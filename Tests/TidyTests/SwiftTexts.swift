/// The texts of a source of Swift, on one line or several.
enum SwiftTexts {
  /// The source with blanks in the place of everything that is in no text; its lines are where
  /// they were, and a bar is between two texts.
  static func only(in source: String) -> String {
    var reader = Reader(characters: Array(source))
    reader.readCode(isInText: false)
    return String(reader.output)
  }

  private struct Reader {
    let characters: [Character]
    var place = 0
    var output: [Character] = []

    private func begins(_ text: String) -> Bool {
      self.characters[self.place...].starts(with: text)
    }

    private mutating func skip(_ count: Int = 1) {
      for _ in 0..<count where self.place < self.characters.count {
        self.output.append(self.characters[self.place].isNewline ? "\n" : " ")
        self.place += 1
      }
    }

    /// Code up to the end, or to the parenthesis that ends what is put into a text.
    mutating func readCode(isInText: Bool) {
      var depth = 0
      while self.place < self.characters.count {
        let character = self.characters[self.place]
        if character == "/", self.begins("//") {
          while self.place < self.characters.count, !self.characters[self.place].isNewline {
            self.skip()
          }
        } else if character == "\"" || character == "#" && self.beginsRawText {
          self.readText()
        } else {
          if character == "(" { depth += 1 }
          if character == ")" {
            if isInText, depth == 0 { return self.skip() }
            depth -= 1
          }
          self.skip()
        }
      }
    }

    private var beginsRawText: Bool {
      let marks = self.characters[self.place...].prefix { $0 == "#" }
      return marks.endIndex < self.characters.count && self.characters[marks.endIndex] == "\""
    }

    private mutating func readText() {
      let hashes = String(self.characters[self.place...].prefix { $0 == "#" })
      self.skip(hashes.count)
      let quotes = self.begins("\"\"\"") ? "\"\"\"" : "\""
      self.skip(quotes.count)
      while self.place < self.characters.count, !self.begins(quotes + hashes) {
        if self.characters[self.place] != "\\" {
          self.output.append(self.characters[self.place])
          self.place += 1
        } else if self.begins("\\" + hashes + "(") {
          self.skip(hashes.count + 2)
          self.readCode(isInText: true)
        } else {
          // An escape, or the end of a line that is none.
          self.skip(hashes.count + 2)
        }
      }
      self.skip(quotes.count + hashes.count)
      self.output[self.output.count - 1] = "|"
    }
  }
}
