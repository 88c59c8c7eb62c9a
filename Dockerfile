# The release archive's binary in a small image: docker build -t appliance-sim .
FROM swift:6.3-bookworm AS builder
WORKDIR /source
COPY . .
RUN Scripts/dist.sh && mkdir /archive && tar -xzf dist/*.tar.gz -C /archive --strip-components=1 \
 && mv /archive/appliance /appliance

FROM debian:bookworm-slim
# The time zones that configurations name, and the clients of FTP and SCP pushes.
RUN apt-get update && apt-get install -y --no-install-recommends tzdata curl openssh-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home appliance
COPY --from=builder /appliance /usr/local/bin/appliance
# The rest of the archive: fixtures and documents.
COPY --from=builder /archive /usr/local/share/appliance-sim
USER appliance
WORKDIR /home/appliance
ENTRYPOINT ["appliance"]
