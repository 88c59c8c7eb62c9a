# shellcheck shell=bash
# Sourced: the configuration that the checks run the appliance with, in one place.

# $1: UDP or TCP, $2: syslog port, $3: SMTP port of the relay for alerts.
configuration() {
  cat <<END
<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE config SYSTEM "config.dtd">

<!--
  Product: Cisco C370 Email Security Appliance
  Model Number: C370
  Version: 8.0.1-023
  Serial Number: A4BADB4712A9-511AA1E
  Number of CPUs: 2
  Memory (GB): 4
  Current Time: Thu Jun 25 08:50:03 2015
-->
<config>
  <hostname>mail.example.com</hostname>
  <timezone>Africa/Johannesburg</timezone>
  <smtp_routes>
    <smtp_route>
      <route_source_address>ALL</route_source_address>
      <route_destination_address>127.0.0.1:$3</route_destination_address>
    </smtp_route>
  </smtp_routes>
  <log_subscriptions>
    <log_text>
      <name>Mail_Log</name>
      <module>mail</module>
      <log_level>3</log_level>
      <retrieval>
        <syslog_push>
          <hostname>127.0.0.1</hostname>
          <port>$2</port>
          <protocol>$1</protocol>
          <facility>mail</facility>
        </syslog_push>
      </retrieval>
    </log_text>
  </log_subscriptions>
  <alert_email_config>
    <alert_class name="system">
      <alert_severity name="critical">
        <email_address>alerts@example.com</email_address>
      </alert_severity>
    </alert_class>
  </alert_email_config>
  <autosupport_enabled>0</autosupport_enabled>
</config>
END
}
