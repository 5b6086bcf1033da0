import { commands, type ExtensionContext, window, workspace } from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";

import { documents, program, settings } from "./server.ts";

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand("podline.restart", () => restart(context)),
    workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("podline.path")) {
        await restart(context);
      }
    }),
  );
  await start(context);
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
  client = undefined;
}

async function restart(context: ExtensionContext): Promise<void> {
  await deactivate();
  await start(context);
}

async function start(context: ExtensionContext): Promise<void> {
  const configuration = workspace.getConfiguration("podline");
  const command = program(configuration.get("path"), context.extensionPath);
  const server: ServerOptions = { command, args: ["lsp"] };
  const options: LanguageClientOptions = {
    documentSelector: documents,
    initializationOptions: settings((name) => configuration.get(name)),
    synchronize: { configurationSection: "podline" },
  };
  client = new LanguageClient("podline", "podline", server, options);
  try {
    await client.start();
  } catch (error) {
    const choice = await window.showErrorMessage(`podline: ${command} cannot be started: ${error}`, "Settings");
    if (choice) {
      await commands.executeCommand("workbench.action.openSettings", "podline.path");
    }
  }
}
