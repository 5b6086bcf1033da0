// The protocol library of VS Code against the server: what its own types say of every message.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  CodeActionRequest,
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  ShutdownRequest,
} from "vscode-languageserver-protocol/node";

import { settings } from "../src/server.ts";

const podline = process.env.PODLINE ?? join("..", "..", "target", "debug", "podline");

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
  containers: [{ name: web, image: "nginx:1.27" }]
`;

test("a manifest is judged at the level of the settings", { skip: !existsSync(podline) && "podline is not built" }, async (t) => {
  const server = spawn(podline, ["lsp"]);
  // One that is left alive would keep a failed test from ending.
  t.after(() => server.kill());
  const connection = createProtocolConnection(server.stdout, server.stdin);
  const published = new Promise<PublishDiagnosticsParams>((resolve) =>
    connection.onNotification(PublishDiagnosticsNotification.type, resolve),
  );
  connection.listen();
  const initialized = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    initializationOptions: settings((name) => (name === "level" ? "baseline" : undefined)),
  });
  assert.equal(initialized.serverInfo?.name, "podline");
  await connection.sendNotification(InitializedNotification.type, {});
  const uri = "untitled:Untitled-1";
  const document = { uri, languageId: "yaml", version: 1, text: pod };
  await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: document });
  const { diagnostics } = await published;
  assert.deepEqual(diagnostics.map((diagnostic) => diagnostic.code), ["pss/hostNamespaces"]);
  const range = diagnostics[0]!.range;
  const context = { diagnostics };
  const actions = await connection.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range, context });
  assert.ok(actions?.some((action) => action.title.startsWith("Set spec.hostNetwork to false")));
  await connection.sendRequest(ShutdownRequest.type);
  await connection.sendNotification(ExitNotification.type);
  const status = await new Promise((resolve) => server.on("exit", resolve));
  assert.equal(status, 0);
  connection.dispose();
});
