// A syslog receiver on loopback that only counts. It prints "port N" for the port that the system
// chose, takes one TCP connection to its end, or datagrams until two quiet seconds after the last,
// then prints "lines=N bytes=N seconds=S lines_per_second=R", timed from first to last byte, and ends.
// With stdin it counts what it is piped.
//
// usage: countingsink tcp|udp|stdin

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  read_size = 256 * 1024,
  datagrams_per_call = 64,
  datagram_size_max = 2048,
  quiet_milliseconds = 2000,
  receive_buffer_bytes = 32 << 20,
};

struct count {
  long lines, bytes;
  double first, last;
};

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void add(struct count *count, long lines, long bytes) {
  count->last = now();
  if (count->bytes == 0)
    count->first = count->last;
  count->lines += lines;
  count->bytes += bytes;
}

static long line_feeds(const char *bytes, size_t size) {
  long found = 0;
  for (size_t i = 0; i < size; i++)
    found += bytes[i] == '\n';
  return found;
}

static void count_stream(int connection, struct count *count) {
  static char buffer[read_size];
  ssize_t size;
  while ((size = read(connection, buffer, sizeof buffer)) > 0)
    add(count, line_feeds(buffer, (size_t)size), size);
  if (size < 0)
    fail("read");
}

static void count_connection(int listener, struct count *count) {
  int connection = accept(listener, NULL, NULL);
  if (connection < 0)
    fail("accept");
  count_stream(connection, count);
}

static void print_count(const struct count *count) {
  double seconds = count->last - count->first;
  printf("lines=%ld bytes=%ld seconds=%.4f lines_per_second=%.0f\n", count->lines, count->bytes,
         seconds, seconds > 0 ? (double)count->lines / seconds : 0);
}

static void count_datagrams(int socket, struct count *count) {
  static char buffers[datagrams_per_call][datagram_size_max];
  struct iovec parts[datagrams_per_call];
  struct mmsghdr messages[datagrams_per_call];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < datagrams_per_call; i++) {
    parts[i] = (struct iovec){buffers[i], datagram_size_max};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  struct pollfd readable = {.fd = socket, .events = POLLIN};
  while (poll(&readable, 1, count->lines > 0 ? quiet_milliseconds : -1) > 0) {
    int taken = recvmmsg(socket, messages, datagrams_per_call, MSG_DONTWAIT, NULL);
    if (taken < 0)
      fail("recvmmsg");
    long bytes = 0;
    for (int i = 0; i < taken; i++)
      bytes += messages[i].msg_len;
    add(count, taken, bytes);
  }
}

int main(int argc, char **argv) {
  struct count count = {0};
  if (argc == 2 && strcmp(argv[1], "stdin") == 0) {
    count_stream(STDIN_FILENO, &count);
    print_count(&count);
    return 0;
  }
  int udp = argc == 2 && strcmp(argv[1], "udp") == 0;
  if (argc != 2 || (!udp && strcmp(argv[1], "tcp") != 0)) {
    fprintf(stderr, "usage: countingsink tcp|udp|stdin\n");
    return 64;
  }
  int server = socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(server, (struct sockaddr *)&address, size) < 0)
    fail("bind");
  if (getsockname(server, (struct sockaddr *)&address, &size) < 0)
    fail("getsockname");
  if (udp) {
    // Without privileges the system's limit stands, which is enough for a slower run.
    int bytes = receive_buffer_bytes;
    if (setsockopt(server, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0)
      setsockopt(server, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  } else if (listen(server, 1) < 0) {
    fail("listen");
  }
  printf("port %d\n", ntohs(address.sin_port));
  fflush(stdout);

  (udp ? count_datagrams : count_connection)(server, &count);
  print_count(&count);
  return 0;
}
