// Asks an emotion server how the last turn of a dialogue feels.
//
//     node classify.mjs [--address HOST:PORT] TURN [TURN [TURN]]
//
// The address is otherwise EMOTION_ADDRESS, or 127.0.0.1:50051. Exit code: 0, or 1 if
// the call failed, or 2 for wrong usage.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as grpc from '@grpc/grpc-js';
import * as protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const PROTO = fileURLToPath(
  new URL('../../proto/emotion/v1/emotion.proto', import.meta.url),
);

// google/rpc/status.proto does not come with protobufjs; this is all of it.
const RPC_STATUS = {
  fields: {
    code: { type: 'int32', id: 1 },
    message: { type: 'string', id: 2 },
    details: { rule: 'repeated', type: 'google.protobuf.Any', id: 3 },
  },
};

// What the proto imports and protobufjs need not read: the status is above, and the
// paths for JSON over HTTP concern proxies only.
const NOT_READ = ['google/rpc/status.proto', 'google/api/annotations.proto'];

/** The service's definition, for a client or a server. */
export function loadService() {
  const root = new protobuf.Root();
  const resolve = root.resolvePath;
  root.resolvePath = (origin, target) =>
    NOT_READ.includes(target) ? null : resolve.call(root, origin, target);
  root.addJSON(protobuf.common.get('google/protobuf/any.proto').nested);
  root.define('google.rpc').addJSON({ Status: RPC_STATUS });
  root.loadSync(PROTO);
  const definition = protoLoader.fromJSON(root.toJSON(), {
    defaults: true,
    enums: String,
  });
  return grpc.loadPackageDefinition(definition).emotion.v1.EmotionService;
}

// gRPC's own retries; they follow the server's grpc-retry-pushback-ms.
const SERVICE_CONFIG = {
  methodConfig: [
    {
      name: [{ service: 'emotion.v1.EmotionService' }],
      retryPolicy: {
        maxAttempts: 4,
        initialBackoff: '0.05s',
        maxBackoff: '1s',
        backoffMultiplier: 2,
        retryableStatusCodes: ['UNAVAILABLE', 'CANCELLED', 'RESOURCE_EXHAUSTED'],
      },
    },
  ],
};

/** A client; close() it. Give grpc.credentials.createSsl() for a TLS proxy. */
export function connect(address, credentials = grpc.credentials.createInsecure()) {
  return new (loadService())(address, credentials, {
    'grpc.service_config': JSON.stringify(SERVICE_CONFIG),
  });
}

/** Classifies one dialogue of one to three turns, oldest first; rejects with a status. */
export function classify(client, turns, { deadlineMs = 5000, requestId = randomUUID() } = {}) {
  const metadata = new grpc.Metadata();
  metadata.set('x-request-id', requestId);
  const deadline = new Date(Date.now() + deadlineMs);
  return new Promise((resolve, reject) => {
    client.classify({ dialogue: { turns } }, metadata, { deadline }, (error, answer) =>
      error ? reject(error) : resolve(answer.classification),
    );
  });
}

async function main() {
  let options;
  try {
    options = parseArgs({
      allowPositionals: true,
      options: { address: { type: 'string' } },
    });
  } catch (error) {
    console.error(`classify: ${error.message}`);
    return 2;
  }
  const turns = options.positionals;
  if (turns.length === 0) {
    console.error('classify: expected one to three turns');
    return 2;
  }
  const client = connect(
    options.values.address ?? process.env.EMOTION_ADDRESS ?? '127.0.0.1:50051',
  );
  try {
    const { label, probabilities } = await classify(client, turns);
    console.log(label);
    for (const each of probabilities) {
      console.log(`  ${each.label} ${each.probability.toFixed(4)}`);
    }
    return 0;
  } catch (error) {
    console.error(`classify: ${grpc.status[error.code]}: ${error.details}`);
    return 1;
  } finally {
    client.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
