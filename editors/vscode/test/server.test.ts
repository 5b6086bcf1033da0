import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { program, settingNames, settings } from "../src/server.ts";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));

test("the program that is set comes before the bundled one, and that before the PATH", () => {
  const bundled = join("/extension", "server", "podline");
  assert.equal(program(" /opt/podline ", "/extension", () => true), "/opt/podline");
  assert.equal(program("", "/extension", (path) => path === bundled, "linux"), bundled);
  assert.equal(program(undefined, "/extension", () => false), "podline");
  assert.match(program("", "/extension", () => true, "win32"), /podline\.exe$/);
});

test("the settings are those of package.json", () => {
  const names = Object.keys(manifest.contributes.configuration.properties).map((name) => name.replace("podline.", ""));
  assert.deepEqual([...settingNames].sort(), names.filter((name) => name !== "path").sort());
  assert.deepEqual(settings((name) => name), Object.fromEntries(settingNames.map((name) => [name, name])));
});

test("an untrusted workspace does not choose the program", () => {
  assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, ["podline.path"]);
});
