/// How the inside of `hat` and `rat` is spelt where it is elements.
///
/// A public viewer shows `rat_entry`, `rat_address`, `access` and `rat_params`; each other name
/// here is ours, and this table is the one place that holds them; a spelling that is seen in a real
/// file is one more word. Names that refer to others end in
/// `_name`, so that a sanitized copy replaces both alike.
/// Source: docs/FIDELITY.md, "Access tables".
enum AccessTableNames {
  /// Lists in which groups, policies and entries may stand.
  static let lists: Set<String> = [
    "sender_groups", "mail_flow_policies", "hat_entries", "rat_entries", "recipients",
  ]
  static let groups: Set<String> = ["sender_group", "hat_group"]
  static let policies: Set<String> = ["mail_flow_policy", "hat_policy"]
  static let recipients: Set<String> = [Self.recipientEntry, "recipient_entry"]
  /// An entry of public exports; it may have several addresses.
  static let recipientEntry = "rat_entry"
  static let recipientAddress = "rat_address"

  /// Each an attribute or a child.
  static let groupNames = ["name", "sender_group_name", "group_name"]
  static let policyNames = ["name", "mail_flow_policy_name", "policy_name"]
  static let policyReferences = ["policy_name", "mail_flow_policy_name"]
  static let recipientNames = ["address", Self.recipientAddress, "recipient"]
  static let behaviours = ["access", "behaviour", "behavior", "action"]
  static let comments = ["comment", "description"]

  /// Children of a sender group, one or more.
  static let senders: Set<String> = ["sender", "sender_entry", "hat_entry"]
  /// A list of parameters; each is named by its element, or is a `parameter` with a name.
  static let parameterLists: Set<String> = ["parameters", "policy_parameters", "rat_params"]
  static let parameter = "parameter"
  /// Parameters that a document type declares, which cannot say "and others"; the reader takes any.
  static let parameterNames = [
    "bounce_verification", "dkim_signing", "dkim_verification", "max_concurrency",
    "max_message_size", "max_msgs_per_session", "max_rcpts_per_hour", "max_rcpts_per_hour_code",
    "max_rcpts_per_hour_text", "max_rcpts_per_msg", "smtp_banner_code", "smtp_banner_text",
    "bypass_ldap_accept", "smtp_response_code", "smtp_response_text", "spam_check",
    "spf_verification", "tls", "virus_check", "bypass_receiving_control",
  ]
}
