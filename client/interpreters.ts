// Which interpreters the editor means: variables in settings, and the Python that was chosen for a file.
import * as vscode from "vscode";

/** The part of the Python extension's public interface that is used here. */
interface PythonExtension {
  readonly environments?: {
    readonly onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri: vscode.Uri | undefined } } | undefined>;
  };
}

/**
 * The Python that the user has chosen for a file: in the Python extension, or, where that is not installed, in the
 * setting that it shares with its forks. Asked for at each run, so that another choice holds from the next one on.
 */
export async function chosenPython(
  resource: vscode.Uri,
  log: vscode.LogOutputChannel,
): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (!extension) return defaultInterpreter(resource);
  try {
    const { environments } = extension.isActive ? extension.exports : await extension.activate();
    const active = environments?.getActiveEnvironmentPath(resource);
    const chosen = active && (await environments?.resolveEnvironment(active));
    const path = chosen?.executable.uri?.fsPath;
    if (path === undefined)
      log.warn("The Python extension names no interpreter that starts; the project decides.");
    return path;
  } catch (error) {
    log.warn(`The Python extension could not say which interpreter was chosen: ${error}`);
    return undefined;
  }
}

/** The same for reading code, which waits for no other extension to start. */
async function pythonAtHand(
  resource: vscode.Uri | undefined,
  log: vscode.LogOutputChannel,
): Promise<string | undefined> {
  if (!resource?.path.endsWith(".py")) return undefined;
  const extension = vscode.extensions.getExtension("ms-python.python");
  return !extension || extension.isActive ? chosenPython(resource, log) : undefined;
}

/** Tells when another Python may have been chosen: once the Python extension runs, and at each choice from then on. */
export async function watchPython(changed: () => void): Promise<vscode.Disposable | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (!extension) return undefined;
  const ran = extension.isActive;
  const { environments } = await extension.activate();
  if (!ran) changed();
  return environments?.onDidChangeActiveEnvironmentPath?.(changed);
}

function defaultInterpreter(resource: vscode.Uri): string | undefined {
  const written = vscode.workspace.getConfiguration("python", resource).get("defaultInterpreterPath");
  // The setting's default is the bare name.
  return typeof written === "string" && /[\\/]/.test(written) ? expand(written, resource) : undefined;
}

/**
 * Settings of ours with the variables of their interpreters put in, which the editor leaves to extensions, and with the
 * Python that was chosen elsewhere.
 */
export async function withInterpreters(
  settings: unknown,
  scope: string | undefined,
  log: vscode.LogOutputChannel,
): Promise<unknown> {
  if (typeof settings !== "object" || settings === null) return settings;
  const resource = scope === undefined ? undefined : vscode.Uri.parse(scope);
  const chosen = await pythonAtHand(resource, log);
  const entries = Object.entries(settings).map(([name, value]) =>
    (name === "node" || name === "python") && typeof value === "string"
      ? [name, expand(value, resource)]
      : [name, value],
  );
  return { ...Object.fromEntries(entries), ...(chosen !== undefined && { chosenPython: chosen }) };
}

function expand(path: string, resource: vscode.Uri | undefined): string {
  const own = resource && vscode.workspace.getWorkspaceFolder(resource);
  const folder = own ?? vscode.workspace.workspaceFolders?.[0];
  return path.replace(/\$\{(workspaceFolder|env:(\w+))\}/g, (whole, _name, variable?: string) =>
    variable === undefined ? (folder?.uri.fsPath ?? whole) : (process.env[variable] ?? ""),
  );
}
