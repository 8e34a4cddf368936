# The server as a container: docker build -t emotion-server .
# The tests in one: docker build --target test .
#
# BASE may name another Debian 12, or the same one by its digest. What a site
# needs beyond it (a package index, a CA) is given from outside:
# deploy/image/README.md.
ARG BASE=debian:bookworm-slim

# checkov:skip=CKV_DOCKER_7: the default of BASE has a tag.
FROM ${BASE} AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /src
COPY deploy/apt-build.txt deploy/
# hadolint ignore=DL3008 # the file pins them
RUN apt-get update \
 && grep -v '^#' deploy/apt-build.txt \
    | xargs apt-get install -y --no-install-recommends \
      binutils ca-certificates python3 \
 && rm -rf /var/lib/apt/lists/*
COPY dev ./
COPY model/requirements.txt model/
COPY deploy/image/requirements.txt deploy/image/
RUN --mount=type=cache,target=/root/.cache/pip ./dev setup
COPY . .
ARG REVISION=unknown
RUN --mount=type=cache,target=/root/.cache/ccache \
    EMOTION_COMMIT="${REVISION}" ./dev build \
 && for part in server client; do \
      cmake --install build/release --component "$part" --prefix /opt/emotion; \
    done

FROM build AS test
RUN ./dev test

# The files of the image, a folder below /out for each layer.
FROM build AS rootfs
ARG SOURCE_DATE_EPOCH=0
RUN PYTHONPATH=deploy/image build/venv/bin/python -m emotion_image.rootfs \
      --installed /opt/emotion --model build/model --out /out

FROM scratch AS runtime
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="emotion-server" \
      org.opencontainers.image.description="Classifies the emotion of the last turn of a dialogue, over gRPC" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
# From what changes least to what changes most.
COPY --from=rootfs /out/debian /
COPY --from=rootfs /out/libtorch /
COPY --from=rootfs /out/model /
COPY --from=rootfs /out/emotion /
ENV PATH=/usr/local/bin \
    EMOTION_MODEL=/srv/model \
    EMOTION_ADDRESS=0.0.0.0:50051 \
    EMOTION_METRICS_ADDRESS=0.0.0.0:9464
USER 65532:65532
EXPOSE 50051 9464
# A new connection and a call: it fails before the port opens and when nothing
# answers. It finds the port by EMOTION_ADDRESS.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["emotion-client", "info"]
ENTRYPOINT ["emotion-server"]
