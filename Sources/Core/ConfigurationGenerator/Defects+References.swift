import ApplianceConfiguration

/// Defects that show only when several places are looked at, and those of single log settings.
extension Defects {
  static let references = [
    tree(.passphrasesMasked, "the passphrase of a user is masked") { root in
      root.edit("user") { $0.set("enc_password", to: "*****") }
    },
    tree(.servicePortInvalid, "a service at port 0") { root in
      root.edit("interface") { $0.replace("sshd_port", by: "0") }
    },
    tree(.servicePortTaken, "two services at one port") { root in
      root.edit("interface") {
        $0.replace("httpd_port", by: "8080")
        $0.replace("httpsd_port", by: "8080")
      }
    },
    tree(.addressTaken, "two interfaces with one address") { root in
      root.edit("interfaces") { list in
        guard var other = list["interface"] else { return }
        other.set("interface_name", to: "Data 99")
        list.children.append(other)
      }
    },
    tree(.certificateUnknown, "a certificate is named and none is there") { root in
      root.remove("https_certificate")
      root.edit("interface") { $0.replace("certificate_name", by: "own") }
    },
    tree(.bounceProfileUnknown, "a bounce profile that is not there") { root in
      root.edit("listener") { $0.replace("bounce_profile_name", by: "No Such Profile") }
    },
    value(.hostAddressInvalid, "default_gateway", ["192.0.2", "gateway.example.com"]),
    tree(.hostAddressInvalid, "an IPv6 address with its prefix") { root in
      root.edit("interface") { $0.replace("ip6", by: "2001:db8::1/64") }
    },
    tree(.hostAddressInvalid, "a route to a network with 33 bits") { root in
      root.edit("routes") {
        $0.children.append(
          GeneratedElement(
            "route",
            [
              GeneratedElement("route_name", "lab"),
              GeneratedElement("destination", "192.0.2.0/33"),
              GeneratedElement("gateway", "192.0.2.2"),
            ]))
      }
    },
    tree(.contentDoubtful, "a timeout with a unit") { root in
      root.edit("dns") { $0.replace("dns_ptr_timeout", by: "20s") }
    },
    Row(
      code: .clusterExport, words: "the export of a cluster",
      change: .tree { root, random in
        root.children.append(ConfigurationPlan.cluster(["esa1", "esa2"], by: &random))
      }),
  ]

  static let furtherLogs = [
    tree(.rolloverIntervalInvalid, "an interval without a unit that is known") { root in
      root.edit("ftp_poll") { $0.replace("rollover_interval", by: "5x") }
    },
    tree(.valueBeyondBound, "an interval of a second") { root in
      root.edit("ftp_poll") { $0.replace("rollover_interval", by: "1s") }
    },
    tree(.valueBeyondBound, "messages of a megabyte") { root in
      root.edit("syslog_push") { $0.replace("max_message_size", by: "1048576") }
    },
    tree(.messageSizeInvalid, "a size of messages with a unit") { root in
      root.edit("syslog_push") { $0.replace("max_message_size", by: "1k") }
    },
    Row(
      code: .transferHostInvalid, words: "a server for files that is none",
      change: .tree { root, random in
        root.edit("retrieval") {
          var transfer = ConfigurationPlan.transfer("mail", by: &random)
          transfer.set("hostname", to: "file server")
          $0.children = [transfer]
        }
      }),
    Row(
      code: .transferLoginInvalid, words: "a user with a colon",
      change: .tree { root, random in
        root.edit("retrieval") {
          var transfer = ConfigurationPlan.transfer("mail", by: &random)
          transfer.replace("username", by: "lab:esa")
          $0.children = [transfer]
        }
      }),
    tree(.valueDoubtful, "an encryption that is neither on nor off") { root in
      root.edit("syslog_push") { $0.replace("tls", by: "required") }
    },
    tree(.repetitionDoubtful, "two protocols of a push") { root in
      root.edit("syslog_push") {
        $0.children.append(GeneratedElement("protocol", "TCP"))
        $0.children.append(GeneratedElement("protocol", "UDP"))
      }
    },
    Row(
      code: .absenceDoubtful, words: "files that are sent to no server",
      change: .tree { root, random in
        root.edit("retrieval") {
          var transfer = ConfigurationPlan.transfer("mail", by: &random)
          transfer.remove("hostname")
          $0.children = [transfer]
        }
      }),
    tree(.encryptionByDatagram, "an encrypted push by datagram") { root in
      root.edit("syslog_push") {
        $0.replace("protocol", by: "UDP")
        $0.replace("tls", by: "1")
      }
    },
    tree(.bytesToRecordInvalid, "a number of bytes that is a word") { root in
      root.edit("log_subscriptions") {
        $0.children.append(
          Defects.log("log_bounces", "more_bounces", [GeneratedElement("bytes_to_record", "all")]))
      }
    },
    tree(.logElementMisspelt, "a misspelt name among the log settings") { root in
      root.edit("log_message_id") { $0.name = "log_mesage_id" }
    },
    tree(.pushToItself, "a push to the appliance itself") { root in
      let own = root["hostname"]?.text ?? ""
      root.edit("syslog_push") { $0.set("hostname", to: own) }
    },
    tree(.pushFailureUnseen, "the only mail log is pushed by TCP") { root in
      root.edit("log_subscriptions") { list in
        list.children.removeAll { log in
          log["module"]?.text == "mail" && log["name"]?.text != "pushed"
        }
      }
      root.edit("syslog_push") { $0.set("protocol", to: "TCP") }
    },
    tree(.pushSharesRelay, "a push to the relay of alerts") { root in
      root.edit("smtp_route") { $0.set("route_destination_address", to: "[192.0.2.25]:25") }
      root.edit("syslog_push") { $0.set("hostname", to: "192.0.2.25") }
    },
    tree(.logTypeRepeated, "two logs of a type that may occur once") { root in
      root.edit("log_subscriptions") { list in
        for name in ["history_one", "history_two"] {
          list.children.append(
            Defects.log("log_config_history", name, []))
        }
      }
    },
  ]

  /// A subscription that is kept in files.
  private static func log(
    _ element: String, _ name: String, _ parts: [GeneratedElement]
  ) -> GeneratedElement {
    let files = GeneratedElement("ftp_poll", [GeneratedElement("filename", name)])
    return GeneratedElement(
      element,
      [GeneratedElement("name", name)] + parts + [GeneratedElement("retrieval", [files])])
  }
}
