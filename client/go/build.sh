#!/bin/sh
# build.sh FOLDER [test]: makes the messages from the protos and builds
# FOLDER/classify, or tests it, with Debian's packages (deploy/apt-test.txt) and no
# module proxy. GOOGLEAPIS_DIR holds google/api and google/rpc.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: build.sh FOLDER [test]}
mkdir -p "$out/src/emotion/classify"
out=$(cd "$out" && pwd)
package=emotion/v1/emotion.proto
protoc -I "$here/../../proto" -I "${GOOGLEAPIS_DIR:?names no folder}" \
  --go_out="$out/src" --go_opt="M$package=emotion/v1;emotionv1" \
  --go-grpc_out="$out/src" --go-grpc_opt="M$package=emotion/v1;emotionv1" \
  "$package"
cp "$here"/*.go "$out/src/emotion/classify/"
export GO111MODULE=off GOPATH="$out:/usr/share/gocode" GRPC_GO_RETRY=on
if [ "${2:-}" = test ]; then
  go vet emotion/classify
  exec go test -count=1 emotion/classify
fi
exec go build -o "$out/classify" emotion/classify
