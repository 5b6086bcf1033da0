// What does not need VS Code: which program is the server, and what it is told.

import { existsSync } from "node:fs";
import { join } from "node:path";

/** The settings that the server reads, by the names it knows them by: those of package.json without `podline.`. */
export const settingNames = ["level", "kubernetesVersion", "namespace", "admission", "run"] as const;

export type Settings = Record<(typeof settingNames)[number], unknown>;

/** Reads the settings of the server. */
export function settings(get: (name: string) => unknown): Settings {
  return Object.fromEntries(settingNames.map((name) => [name, get(name)])) as Settings;
}

/** The program to run: the one that is set, else the one that comes with the extension, else what the PATH has. */
export function program(
  set: string | undefined,
  extension: string,
  exists: (path: string) => boolean = existsSync,
  platform: string = process.platform,
): string {
  const path = set?.trim();
  if (path) {
    return path;
  }
  const bundled = join(extension, "server", platform === "win32" ? "podline.exe" : "podline");
  return exists(bundled) ? bundled : "podline";
}

/** The documents that the server is told of. It leaves in peace what is no manifest. */
export const documents = ["yaml", "json"].flatMap((language) =>
  ["file", "untitled"].map((scheme) => ({ scheme, language })),
);
