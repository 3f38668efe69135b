// A small backend on top of npm ocpp-rpc in strict mode: it validates every message both ways.
// Usage: node server.js DIRECTORY_WITH_NODE_MODULES [ROOT.pem]. With a root it manages certificates as well. Prints one JSON object a line: {listening}, {heard}, {said}, {refused}.
"use strict";

const { createRequire } = require("node:module");
const fs = require("node:fs");
const path = require("node:path");

const load = createRequire(path.join(path.resolve(process.argv[2]), "package.json"));
const { RPCServer, createRPCError } = load("ocpp-rpc");

const tell = (thing) => process.stdout.write(`${JSON.stringify(thing)}\n`);
const root = process.argv[3] ? fs.readFileSync(process.argv[3], "utf8") : null;
const now = () => new Date().toISOString();

const answers = {
  Authorize: () => ({ idTokenInfo: { status: "Accepted" } }),
  BootNotification: () => ({ currentTime: now(), interval: 300, status: "Accepted" }),
  Get15118EVCertificate: () => ({ status: "Failed", exiResponse: "" }),
  GetCertificateStatus: () => ({ status: "Failed" }),
  Heartbeat: () => ({ currentTime: now() }),
  NotifyEVChargingNeeds: () => ({ status: "Accepted" }),
  NotifyEVChargingSchedule: () => ({ status: "Accepted" }),
  SecurityEventNotification: () => ({}),
  SignCertificate: () => ({ status: "Accepted" }),
  StatusNotification: () => ({}),
  TransactionEvent: (said) => (said.idToken ? { idTokenInfo: { status: "Accepted" } } : {}),
};

function profileFor(transactionId) {
  return {
    id: 1,
    stackLevel: 0,
    chargingProfilePurpose: "TxProfile",
    chargingProfileKind: "Absolute",
    transactionId,
    chargingSchedule: [
      { id: 1, startSchedule: now(), chargingRateUnit: "W", chargingSchedulePeriod: [{ startPeriod: 0, limit: 8100.5 }] },
    ],
  };
}

async function manageCertificates(client) {
  const certificateType = "ManufacturerRootCertificate";
  await ask(client, "InstallCertificate", { certificateType, certificate: root });
  const listed = await ask(client, "GetInstalledCertificateIds", { certificateType: [certificateType] });
  const certificateHashData = listed.certificateHashDataChain[0].certificateHashData;
  await ask(client, "DeleteCertificate", { certificateHashData });
  await ask(client, "CertificateSigned", { certificateChain: root, certificateType: "ChargingStationCertificate" });
}

async function ask(client, action, payload) {
  try {
    const answer = await client.call(action, payload);
    tell({ said: action, answer });
    return answer;
  } catch (error) {
    tell({ refused: action, code: error.rpcErrorCode, why: error.message });
    return null;
  }
}

const server = new RPCServer({ protocols: ["ocpp2.0.1"], strictMode: true });

server.auth((accept, _reject, handshake) => {
  tell({ connected: handshake.identity, password: handshake.password ? handshake.password.toString() : null });
  accept();
});

server.on("client", (client) => {
  let transactionId = null;
  client.on("strictValidationFailure", (event) => tell({ invalid: event.method, why: String(event.error) }));
  client.on("badMessage", (event) => tell({ invalid: "frame", why: String(event.error) }));
  client.handle(({ method, params }) => {
    tell({ heard: method, payload: params });
    if (!answers[method]) throw createRPCError("NotImplemented");
    if (method === "TransactionEvent") transactionId = params.transactionInfo.transactionId;
    if (method === "SignCertificate" && root) setImmediate(() => manageCertificates(client));
    if (method === "NotifyEVChargingNeeds") {
      setImmediate(async () => {
        await ask(client, "SetChargingProfile", { evseId: 1, chargingProfile: profileFor(transactionId) });
        await ask(client, "GetVariables", {
          getVariableData: [{ component: { name: "TxCtrlr" }, variable: { name: "TxStartPoint" } }],
        });
        await ask(client, "GetBaseReport", { requestId: 1, reportBase: "FullInventory" });
        await ask(client, "GetTransactionStatus", { transactionId });
        await ask(client, "RequestStopTransaction", { transactionId });
      });
    }
    return answers[method](params);
  });
});

server.listen(0, "127.0.0.1").then((http) => tell({ listening: http.address().port }));
