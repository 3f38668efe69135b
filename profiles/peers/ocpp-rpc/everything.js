// npm ocpp-rpc in strict mode, as backend or as station, that makes and answers every call it is given samples of.
// Usage: node everything.js DIRECTORY_WITH_NODE_MODULES SAMPLES.json [URL IDENTITY]. Without URL it is a backend.
// SAMPLES: {"calls": [[action, payload], ...], "answers": {action: payload}, "after": action}; calls are made once
// `after` was heard, at once where that is empty. Prints one JSON object a line:
// {listening}, {connected}, {heard}, {said}, {refused}, {invalid}, {done}.
"use strict";

const { createRequire } = require("node:module");
const fs = require("node:fs");
const path = require("node:path");

const [directory, file, url, identity] = process.argv.slice(2);
const { RPCServer, RPCClient, createRPCError } = createRequire(path.join(path.resolve(directory), "package.json"))("ocpp-rpc");
const { calls, answers, after } = JSON.parse(fs.readFileSync(file, "utf8"));

const tell = (thing) => process.stdout.write(`${JSON.stringify(thing)}\n`);

async function makeCalls(client) {
  for (const [action, payload] of calls) {
    try {
      tell({ said: action, answer: await client.call(action, payload) });
    } catch (error) {
      tell({ refused: action, code: error.rpcErrorCode ?? error.name, why: error.message });
    }
  }
  tell({ done: calls.length });
}

function follow(client) {
  client.on("strictValidationFailure", (event) => tell({ invalid: event.method, outbound: event.outbound, why: String(event.error), details: event.error.details }));
  client.on("badMessage", (event) => tell({ invalid: "frame", why: String(event.error) }));
  client.handle(({ method, params }) => {
    tell({ heard: method, payload: params });
    if (method === after) setImmediate(() => makeCalls(client));
    if (!(method in answers)) throw createRPCError("NotImplemented");
    return answers[method];
  });
}

async function station() {
  const client = new RPCClient({ endpoint: url, identity, protocols: ["ocpp2.0.1"], strictMode: true, reconnect: false });
  follow(client);
  await client.connect();
  tell({ connected: identity });
  if (!after) await makeCalls(client);
}

async function backend() {
  const server = new RPCServer({ protocols: ["ocpp2.0.1"], strictMode: true });
  server.auth((accept, _reject, handshake) => {
    tell({ connected: handshake.identity });
    accept();
  });
  server.on("client", follow);
  const http = await server.listen(0, "127.0.0.1");
  tell({ listening: http.address().port });
}

(url ? station() : backend()).catch((error) => {
  tell({ failed: String(error) });
  process.exitCode = 1;
});
