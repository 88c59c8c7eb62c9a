# The release archive's binary in a small image: docker build -t appliance-sim .
FROM swift:6.3-bookworm AS builder
WORKDIR /source
COPY . .
RUN Scripts/dist.sh && mkdir /archive && tar -xzf dist/*.tar.gz -C /archive --strip-components=1

FROM debian:bookworm-slim
# The time zones that configurations name, and the clients of FTP and SCP pushes.
RUN apt-get update && apt-get install -y --no-install-recommends tzdata curl openssh-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home appliance
COPY --from=builder /archive/appliance /usr/local/bin/appliance
COPY --from=builder /archive/appliance-config.xml /archive/LICENSE /usr/local/share/appliance-sim/
USER appliance
WORKDIR /home/appliance
ENTRYPOINT ["appliance"]
