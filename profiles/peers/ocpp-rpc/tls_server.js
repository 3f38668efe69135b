// A small backend on top of npm ocpp-rpc in strict mode, over TLS with certificates on both sides.
// Usage: node tls_server.js DIRECTORY_WITH_NODE_MODULES CHAIN_PEM KEY_PEM ROOTS_PEM. Prints one JSON object a line.
"use strict";

const fs = require("node:fs");
const https = require("node:https");
const { createRequire } = require("node:module");
const path = require("node:path");

const [directory, cert, key, ca] = process.argv.slice(2);
const { RPCServer, createRPCError } = createRequire(path.join(path.resolve(directory), "package.json"))("ocpp-rpc");

const tell = (thing) => process.stdout.write(`${JSON.stringify(thing)}\n`);
const now = () => new Date().toISOString();

const answers = {
  BootNotification: () => ({ currentTime: now(), interval: 300, status: "Accepted" }),
  Heartbeat: () => ({ currentTime: now() }),
  SecurityEventNotification: () => ({}),
  StatusNotification: () => ({}),
};

const server = new RPCServer({ protocols: ["ocpp2.0.1"], strictMode: true });

server.auth((accept, _reject, handshake) => {
  const socket = handshake.request.socket;
  const shown = socket.getPeerCertificate();
  tell({ connected: handshake.identity, subject: shown.subject, authorized: socket.authorized, version: socket.getProtocol() });
  accept();
});

server.on("client", (client) => {
  client.on("strictValidationFailure", (event) => tell({ invalid: event.method, why: String(event.error) }));
  client.on("badMessage", (event) => tell({ invalid: "frame", why: String(event.error) }));
  client.handle(({ method, params }) => {
    tell({ heard: method, payload: params });
    if (!answers[method]) throw createRPCError("NotImplemented");
    return answers[method](params);
  });
});

const read = (name) => fs.readFileSync(name);
const terms = { cert: read(cert), key: read(key), ca: read(ca), requestCert: true, rejectUnauthorized: true };
const listening = https.createServer(terms, (_request, response) => response.writeHead(404).end());
listening.on("upgrade", server.handleUpgrade);
listening.listen(0, "127.0.0.1", () => tell({ listening: listening.address().port }));
