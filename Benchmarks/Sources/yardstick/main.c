// What a plain C program reaches at the same job: format each mail-log line with snprintf and push
// it to a syslog server on loopback, in 64 KiB writes by TCP or one line a datagram by UDP.
//
// By UDP 64 datagrams a system call, or with udp-each one write a datagram.
//
// usage: yardstick tcp|udp|udp-each LINES PORT

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  line_size_max = 512,
  write_size = 64 * 1024,
  datagrams_per_call = 64,
  shapes = 12,
};

static const char *const hosts[] = {
  "mx1.example.com", "smtp-out.example.net", "relay7.mail.example.org", "newsletter.example.info",
};
static const char *const users[] = {
  "alice.miller", "b.jones", "carol", "support-desk", "d.van.der.berg", "no-reply",
};
static const char *const subjects[] = {
  "Minutes of the meeting", "Your invoice 2026-1187 is ready", "Re: Re: question on the order",
  "Weekly report", "[ticket 48213] Printer on floor 3 does not answer",
};

#define PICK(table, draw) (table)[(draw) % (sizeof(table) / sizeof *(table))]

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint32_t draw(void) {
  static uint32_t state = 2463534242;
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

// Seconds change rarely, so the stamp is kept, as a fast logger does it.
static const char *stamp(void) {
  static time_t rendered;
  static char text[32];
  time_t now = time(NULL);
  if (now != rendered) {
    struct tm parts;
    localtime_r(&now, &parts);
    strftime(text, sizeof text, "%b %e %H:%M:%S", &parts);
    rendered = now;
  }
  return text;
}

// Writes line `number` of the traffic to `out` and returns its length: the life of one message
// after the other, each a connection, a message and a delivery.
static int format_line(char *out, long number) {
  const char *at = stamp();
  uint32_t id = (uint32_t)(number / shapes), mid = 1000000 + id, icid = 7000000 + id,
           dcid = 300000 + id, r = draw();
  const char *host = PICK(hosts, id), *user = PICK(users, id / 3);
#define LINE(text, ...)                                                                            \
  snprintf(out, line_size_max, "<22>%s Mail_Log: Info: " text "\n", at, __VA_ARGS__)
  switch (number % shapes) {
  case 0:
    return LINE("New SMTP ICID %u interface Data 1 (10.0.0.%u) address %u.%u.%u.%u reverse dns "
                "host %s verified yes", icid, 10 + r % 4, 1 + r % 223, r >> 8 & 255, r >> 16 & 255,
                r >> 24, host);
  case 1:
    return LINE("ICID %u ACCEPT SG UNKNOWNLIST match sbrs[-1.0:10.0] SBRS %u.%u country "
                "United States", icid, r % 10, r >> 8 & 7);
  case 2:
    return LINE("Start MID %u ICID %u", mid, icid);
  case 3:
    return LINE("MID %u ICID %u From: <%s@%s>", mid, icid, user, host);
  case 4:
    return LINE("MID %u ICID %u RID %u To: <%s@mail.example.com>", mid, icid, 0, PICK(users, r));
  case 5:
    return LINE("MID %u Message-ID '<%08x.%08x.%u@%s>'", mid, r, r * 2654435761u, mid, host);
  case 6:
    return LINE("MID %u Subject '%s, from %s (copy %u)'", mid, PICK(subjects, r), user, r % 97);
  case 7:
    return LINE("MID %u ready %u bytes from <%s@%s>", mid, 800 + r % 90000, user, host);
  case 8:
    return LINE("MID %u matched all recipients for per-recipient policy DEFAULT in the inbound "
                "table", mid);
  case 9:
    return LINE("New SMTP DCID %u interface 10.0.0.%u address 192.0.2.%u port 25 for MID %u queued "
                "for delivery", dcid, 10 + r % 4, r % 254, mid);
  case 10:
    return LINE("Message done DCID %u MID %u to RID [0] [('received', 'from %s ([192.0.2.%u]) by "
                "%s')]", dcid, mid, host, r % 254, PICK(hosts, r));
  default:
    return LINE("MID %u RID [0] Response '2.0.0 Ok: queued as %08X%04X by mailbox store %u'", mid,
                r, r >> 9 & 65535, 1 + r % 8);
  }
#undef LINE
}

static void write_all(int socket, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(socket, bytes, count);
    if (written < 0)
      fail("write");
    bytes += written;
    count -= (size_t)written;
  }
}

static void push_stream(int socket, long lines) {
  static char buffer[write_size];
  size_t filled = 0;
  for (long i = 0; i < lines; i++) {
    if (filled > write_size - line_size_max) {
      write_all(socket, buffer, filled);
      filled = 0;
    }
    filled += (size_t)format_line(buffer + filled, i);
  }
  write_all(socket, buffer, filled);
}

static void push_datagrams(int socket, long lines) {
  static char buffers[datagrams_per_call][line_size_max];
  struct iovec parts[datagrams_per_call];
  struct mmsghdr messages[datagrams_per_call];
  memset(messages, 0, sizeof messages);
  for (long i = 0; i < lines;) {
    unsigned count = 0;
    for (; count < datagrams_per_call && i < lines; count++, i++) {
      // A datagram is its own frame: the line feed stays behind.
      size_t length = (size_t)format_line(buffers[count], i) - 1;
      parts[count] = (struct iovec){buffers[count], length};
      messages[count].msg_hdr.msg_iov = &parts[count];
      messages[count].msg_hdr.msg_iovlen = 1;
    }
    for (unsigned sent = 0; sent < count;) {
      int accepted = sendmmsg(socket, messages + sent, count - sent, 0);
      if (accepted < 0)
        fail("sendmmsg");
      sent += (unsigned)accepted;
    }
  }
}

static void push_each(int socket, long lines) {
  char line[line_size_max];
  for (long i = 0; i < lines; i++) {
    size_t length = (size_t)format_line(line, i) - 1;
    if (write(socket, line, length) < 0)
      fail("write");
  }
}

int main(int argc, char **argv) {
  int each = argc == 4 && strcmp(argv[1], "udp-each") == 0;
  int udp = each || (argc == 4 && strcmp(argv[1], "udp") == 0);
  if (argc != 4 || (!udp && strcmp(argv[1], "tcp") != 0)) {
    fprintf(stderr, "usage: yardstick tcp|udp|udp-each LINES PORT\n");
    return 64;
  }
  int connection = socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
  struct sockaddr_in server = {
    .sin_family = AF_INET,
    .sin_port = htons((uint16_t)atoi(argv[3])),
    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  if (connect(connection, (struct sockaddr *)&server, sizeof server) < 0)
    fail("connect");
  (each ? push_each : udp ? push_datagrams : push_stream)(connection, atol(argv[2]));
  close(connection);
  return 0;
}
