// Isolation by mounts: builds a container's private root out of overlays, in a mount namespace of its own.
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { chmod, chown, mkdir, readdir, realpath, symlink, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { removeTree } from "./folders.ts";
import {
  type Area,
  type Entry,
  HOME,
  type Mount,
  type MountPlan,
  PACKAGES,
  planMounts,
  type System,
  TEMP,
} from "./mounts.ts";
import type { Box } from "./spec.ts";

export interface OverlayOptions {
  /** Image layers that the container begins with, the uppermost first. */
  readonly image?: readonly string[];
  /** Takes what is written, and stays. */
  readonly layer?: string;
  readonly needed: readonly string[];
  /** Folder that user code works in. */
  readonly project: string;
  /** Folders that are the computer's own: what is written to them stays, and all containers see it. */
  readonly shared?: readonly string[];
  /** Folder that layers and boxes lie in. */
  readonly cache: string;
}

/** How this user may make a mount namespace: as root, or as root of a user namespace that keeps the user's own id. */
export interface Privilege {
  readonly wrapper: readonly string[];
  readonly root: boolean;
}

/** Those that may work for this user. */
export function privileges(): readonly Privilege[] {
  const unshare = ["/usr/bin/unshare", "/bin/unshare"].find((path) => existsSync(path));
  if (unshare === undefined) return [];
  const namespace = ["-m", "--propagation", "private"];
  if (process.getuid?.() === 0) return [{ wrapper: [unshare, ...namespace], root: true }];
  return [{ wrapper: [unshare, "--map-current-user", "--keep-caps", ...namespace], root: false }];
}

export async function overlayBox(
  folder: string,
  privilege: Privilege,
  options: OverlayOptions,
): Promise<Box> {
  const { image = [], layer = join(folder, "layer"), cache } = options;
  const plan = planMounts(
    readSystem(privilege.root),
    await withoutLinks(options.needed),
    await realpath(options.project),
  );
  await mkdir(join(folder, "root"), { recursive: true });
  await makeEntries(join(folder, "skeleton"), plan.skeleton);
  await makeEntries(join(folder, "temp"), plan.temp, TEMP);
  await mkdir(join(folder, "empty"));
  const lines: string[] = [];
  const from = (path: string) => relative(folder, path);
  const option = privilege.root ? "index=off" : "userxattr,index=off";
  const line = (source: string, target: string, type: string, options: string) =>
    lines.push([source, target, type, options, "0", "0"].map(asField).join(" "));
  const filled = await Promise.all(image.map(filledAreas));
  line("tmpfs", join(folder, "memory"), "tmpfs", "mode=755");
  await mkdir(join(folder, "memory"));
  let bound = 0;
  const bind = async (path: string) => {
    const at = join(folder, `bound${bound++}`);
    await mkdir(at);
    line(path, at, "none", "bind");
    return from(at);
  };

  for (const mount of plan.mounts) {
    const path = pathOf(mount);
    const target = join(folder, "root", path);
    if (mount.kind === "memory") line("tmpfs", target, "tmpfs", "mode=1777");
    else if (mount.kind === "bind") line(path, target, "none", "rbind");
    else {
      const name = encodeURIComponent(path);
      const upper = join(layer, "upper", name);
      const work = join(layer, "work", name);
      await makeUpper(upper, mount.area);
      await mkdir(work, { recursive: true });
      // Commas and colons mean something to the kernel: such paths are seen by another name.
      let lower = from(join(folder, path === TEMP ? "temp" : path === "/" ? "skeleton" : "empty"));
      if (mount.area.lower !== undefined) {
        lower = /[,:\\]/.test(mount.area.lower) ? await bind(mount.area.lower) : mount.area.lower;
      }
      const above = image.filter((_, index) => filled[index]?.has(name));
      if (above.length > 0) {
        if (`${cache}/`.startsWith(path === "/" ? "/" : `${path}/`) && mount.area.lower !== undefined) {
          // The layer lies below the lower folder, and the kernel wants neither to contain the other: an overlay in
          // between makes another file system of it.
          const between = join(folder, `between${bound++}`);
          await mkdir(between);
          line("overlay", between, "overlay", `${option},lowerdir=memory:${lower}`);
          lower = from(between);
        }
        lower = [...above.map((each) => from(join(each, "upper", name))), lower].join(":");
      }
      line(
        "overlay",
        target,
        "overlay",
        `${option},lowerdir=${lower},upperdir=${from(upper)},workdir=${from(work)}`,
      );
    }
  }
  for (const path of options.shared ?? []) line(path, join(folder, "root", path), "none", "rbind");
  await writeFile(join(folder, "mounts"), `${lines.join("\n")}\n`);
  return {
    env: { HOME, TMPDIR: TEMP },
    packages: PACKAGES,
    wrapper: privilege.wrapper,
    setup: `cd ${quote(folder)}; mount -a -T mounts; cd root; pivot_root . .; umount -l .; cd /`,
    drop: privilege.root ? "" : "setpriv --inh-caps=-all --ambient-caps=-all",
    remove: () => removeTree(folder),
  };
}

function pathOf(mount: Mount): string {
  return mount.kind === "overlay" ? mount.area.path : mount.path;
}

/** Areas of a layer that hold anything. */
async function filledAreas(image: string): Promise<Set<string>> {
  const upper = join(image, "upper");
  const names = await readdir(upper);
  const filled = await Promise.all(names.map(async (name) => (await readdir(join(upper, name))).length > 0));
  return new Set(names.filter((_, index) => filled[index]));
}

/** The merged folder shows the mode and the owner of its upper folder. */
async function makeUpper(upper: string, area: Area): Promise<void> {
  await mkdir(upper, { recursive: true });
  const original = statOf(area.lower ?? area.path);
  await chmod(upper, (original?.mode ?? 0o755) & 0o7777);
  if (process.getuid?.() === 0 && original) await chown(upper, original.uid, original.gid);
}

function statOf(
  path: string,
): { readonly mode: number; readonly uid: number; readonly gid: number } | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

async function makeEntries(folder: string, entries: MountPlan["skeleton"], base = "/"): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const entry of entries) {
    const path = join(folder, relative(base, entry.path));
    if (entry.kind === "folder") await mkdir(path, { recursive: true });
    else if (entry.kind === "file") await writeFile(path, "");
    else await symlink(entry.target, path);
  }
}

/** Both as given and as they are: a working folder may be reached by a link. */
async function withoutLinks(paths: readonly string[]): Promise<string[]> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  return [...new Set([...paths, ...real])];
}

function readSystem(privileged: boolean): System {
  const mountPoints = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .flatMap((line) => line.split(" ")[4] ?? [])
    .map((path) =>
      path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
  const entry = (path: string): Entry | undefined => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    const name = basename(path);
    if (stat?.isSymbolicLink()) return { name, kind: "link", target: readlinkSync(path) };
    return stat && { name, kind: stat.isDirectory() ? "folder" : stat.isFile() ? "file" : "other" };
  };
  return {
    mountPoints: new Set(mountPoints),
    privileged,
    entry,
    entries: (folder) => readdirSync(folder).flatMap((name) => entry(join(folder, name)) ?? []),
  };
}

/** As fstab(5) wants it. */
function asField(field: string): string {
  return field.replace(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
