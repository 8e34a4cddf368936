// Runs against a little server of its own, or against EMOTION_ADDRESS if it is set.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import { classify, connect, loadService } from './classify.mjs';

const LABELS = ['others', 'happy', 'sad', 'angry'];
const real = process.env.EMOTION_ADDRESS;
const only = { skip: real ? 'needs the little server' : false };

// Refusals of the next calls, and the calls as they came.
const plan = [];
const seen = [];

function answer(call, done) {
  const { turns } = call.request.dialogue;
  seen.push({ turns, id: call.metadata.get('x-request-id')[0] });
  const refusal = plan.shift();
  if (refusal) return done(refusal);
  if (!turns.at(-1).trim()) {
    return done({ code: grpc.status.INVALID_ARGUMENT, details: 'is empty' });
  }
  const label = LABELS.findLast((each) => turns.at(-1).includes(each)) ?? 'others';
  const probabilities = LABELS.map((each) => ({
    label: each,
    probability: each === label ? 0.97 : 0.01,
  }));
  return done(null, { classification: { label, probabilities } });
}

function busy() {
  const metadata = new grpc.Metadata();
  metadata.set('grpc-retry-pushback-ms', '1');
  return { code: grpc.status.RESOURCE_EXHAUSTED, details: 'the queue is full', metadata };
}

let server;
let client;

before(async () => {
  let address = real;
  if (!address) {
    server = new grpc.Server();
    server.addService(loadService().service, { classify: answer });
    const port = await new Promise((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    address = `127.0.0.1:${port}`;
  }
  client = connect(address);
});

after(() => {
  client.close();
  server?.forceShutdown();
});

test('a dialogue is classified', async () => {
  const { label, probabilities } = await classify(client, ['Hi', 'Why?', 'I am so sad']);
  assert.equal(label, 'sad');
  assert.deepEqual(probabilities.map((each) => each.label), LABELS);
  const total = probabilities.reduce((sum, each) => sum + each.probability, 0);
  assert.ok(Math.abs(total - 1) < 1e-3, `${total}`);
});

test('a dialogue that cannot be classified is refused with a reason', async () => {
  await assert.rejects(classify(client, ['Hi', ' ']), { code: grpc.status.INVALID_ARGUMENT });
});

test('the turns and the id arrive as they are', only, async () => {
  seen.length = 0;
  await classify(client, ['Grüß dich', '😀'], { requestId: 'mine' });
  assert.deepEqual(seen, [{ turns: ['Grüß dich', '😀'], id: 'mine' }]);
});

test('a busy server is asked again when it said', only, async () => {
  seen.length = 0;
  plan.push(busy(), busy());
  assert.equal((await classify(client, ['happy'])).label, 'happy');
  assert.equal(seen.length, 3);
});

test('a server that stays busy is given up', only, async () => {
  seen.length = 0;
  plan.push(busy(), busy(), busy(), busy());
  await assert.rejects(classify(client, ['happy']), { code: grpc.status.RESOURCE_EXHAUSTED });
  assert.equal(seen.length, 4);
});
