/// The forms of compressed files, told by their first bytes: they hold no lines.
public enum CompressedForm: String, Hashable, Sendable, CaseIterable {
  case gzip, zstd, bzip2, xz, zip

  /// How many first bytes tell.
  public static let magicCountMax = 6

  private var magic: [UInt8] {
    switch self {
    case .gzip: [0x1F, 0x8B]
    case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
    case .bzip2: [0x42, 0x5A, 0x68]
    case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
    case .zip: [0x50, 0x4B, 0x03, 0x04]
    }
  }

  /// The form of a file that begins with `bytes`; `nil` for any other file.
  public init?(firstBytes bytes: some Sequence<UInt8>) {
    guard let form = Self.allCases.first(where: { bytes.starts(with: $0.magic) }) else {
      return nil
    }
    self = form
  }
}
