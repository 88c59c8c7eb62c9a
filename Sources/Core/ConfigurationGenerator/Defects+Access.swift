import ApplianceConfiguration

/// Defects of access tables and certificates.
extension Defects {
  static let access = [
    table(.accessBehaviourUnknown, "hat", "$A\n ACEPT {}\nALL\n $A\n", "an unknown behaviour"),
    table(
      .accessBehaviourUnknown, "rat", "example.com BOUNCE\nALL REJECT\n",
      "an unknown behaviour for a recipient"),
    table(
      .accessBehaviourAssumed, "rat", "example.com\nALL REJECT\n",
      "a recipient of which nothing is said"),
    table(
      .accessUnclear, "hat", "$A\n ACCEPT {tls = off\n", "a block without its end"),
    table(
      .accessNameDuplicate, "hat", "$A\n ACCEPT {}\nONE:\n $A\nONE:\n $A\nALL\n $A\n",
      "two sender groups of one name"),
    table(
      .accessNameDuplicate, "rat", "example.com ACCEPT\nexample.com REJECT\nALL REJECT\n",
      "a recipient twice"),
    table(
      .mailFlowPolicyUnknown, "hat", "$A\n ACCEPT {}\nALL\n $B\n", "a policy that is not there"),
    table(.accessTableOpen, "hat", "$A\n ACCEPT {}\nONE:\n $A\n", "no ALL among the senders"),
    table(.accessTableOpen, "rat", "example.com ACCEPT\n", "no ALL among the recipients"),
    table(
      .accessUnclear, "hat", "???\n$A\n ACCEPT {}\nALL\n $A\n", "what is no access table"),
    tree(.elementDoubtful, "a sender group whose name is misspelt") { root in
      root.edit("listener") { listener in
        listener.remove("hat")
        listener.children.append(
          GeneratedElement("hat", [GeneratedElement("sender_gruop", "192.0.2.1")]))
      }
    },
    tree(.certificateInvalid, "a certificate without its end") { root in
      root.edit("https_certificate") {
        $0.set("certificate", to: "-----BEGIN CERTIFICATE-----\nQUJD\n")
      }
    },
  ]

  private static func table(
    _ code: DiagnosticCode, _ name: String, _ text: String, _ words: String
  ) -> Row {
    self.tree(code, words) { root in root.edit("listener") { $0.replace(name, by: text) } }
  }
}
