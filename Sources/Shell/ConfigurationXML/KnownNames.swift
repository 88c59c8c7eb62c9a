/// Names of elements that real exports hold, so that what is known to exist is no finding.
///
/// Source: reference of the file format, "Top-level children seen in real exports"; a name that is
/// seen in another export is one more entry here.
enum KnownNames {
  /// Children of `config` that are read.
  static let modelled: Set<String> = [
    "hostname", "timezone", "interfaces", "smtp_routes", "listeners", "log_subscriptions",
    "log_system_measurements_frequency", "log_message_id", "log_orig_subj", "log_remote_response",
    "log_headers", "alert_email_config", "autosupport_enabled", Self.initialInterval,
    Self.maximumInterval,
  ]

  /// The waits before a duplicate alert: beside `alert_email_config` or in it. Standing: R.
  static let initialInterval = "alert_initial_debounce_interval"
  static let maximumInterval = "alert_maximum_debounce_interval"

  /// Children of `config` that are kept and mean nothing to the logging subsystem.
  static let notModelled: Set<String> = [
    "ports", "ip_groups", "allow_arp_multicast", "dehydration_enabled", "ethernet_settings", "dns",
    "dns_cache_ttl_min", "dns_interface", "default_gateway", "routes", "fips_mode",
    "config_encryption", "ntp", "https_certificate", "crl_sources", "filebeat_config",
    "update_interval", "users", "bounce_profiles", "hostkeys", "SenderBase_timeout",
  ]

  /// Children of `interface`; the last line is not read.
  static let interface: Set<String> = [
    "interface_name", "ip", "netmask", "interface_hostname",
    "ip6", "ip6_prefix", "phys_interface", "ftpd_port", "telnetd_port", "sshd_port", "ccs_port",
    "httpd_port", "https_redirect", "httpsd_port", "api_httpd_port", "api_httpsd_port",
    "trailblazer_httpsd_port", "euq_httpd_port", "euq_httpsd_port", "euq_default_interface",
    "certificate_name",
  ]

  /// Children of `listener`; the last line is not read.
  static let listener: Set<String> = [
    "listener_name", "interface_name", "type",
    "hat", "rat",
  ]
}
