# The server as a container: docker build -t emotion-server .
# The tests in one: docker build --target test .

FROM debian:bookworm-slim AS build
WORKDIR /src
COPY deploy/apt-build.txt deploy/
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 \
      $(grep -v '^#' deploy/apt-build.txt) \
 && rm -rf /var/lib/apt/lists/*
COPY . .
RUN ./dev build \
 && for part in server client; do \
      cmake --install build/release --component "$part" --prefix /opt/emotion; \
    done

FROM build AS test
RUN ./dev test

FROM debian:bookworm-slim AS runtime
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      'libedit2=3.1-*' 'libgrpc++1.51=1.51.1*' 'libprometheus-cpp-pull1.0=1.0.1*' \
      'libprotobuf32=3.21.12*' 'libspdlog1.10=1:1.10.0*' 'libssl3=3.0.*' \
      'libutf8proc2=2.8.0*' 'libyaml-cpp0.7=0.7.0*' \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/emotion /usr/local
COPY --from=build /src/build/model /srv/model
USER 65532:65532
EXPOSE 50051 9464
HEALTHCHECK --start-period=30s CMD ["emotion-client", "info"]
ENTRYPOINT ["emotion-server", "--model", "/srv/model", \
  "--address", "0.0.0.0:50051", "--metrics-address", "0.0.0.0:9464"]
