// Decides what a container sees where: pure, from what the computer has to the mounts that make a private root of it.
//
// Every top-level folder becomes an overlay: what user code writes, to any path, lies in the container's own folder.
// `/tmp` begins empty; the folders below it that the run needs are overlays of their own. `/proc`, `/dev`, `/sys` and
// `/run` are the computer's.
import { dirname, join } from "node:path";

/** An overlay of the container's root: its upper folder takes what is written below `path`. */
export interface Area {
  readonly path: string;
  /** Folder of the computer that shows through; undefined for the parts of the skeleton, and for an empty folder. */
  readonly lower?: string;
}

export type Mount =
  | { readonly kind: "overlay"; readonly area: Area }
  /** The computer's own, with everything mounted below. */
  | { readonly kind: "bind"; readonly path: string }
  | { readonly kind: "memory"; readonly path: string };

export type SkeletonEntry =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "link"; readonly path: string; readonly target: string };

export interface MountPlan {
  /** Stands below the area `/`, mount points first of all. */
  readonly skeleton: readonly SkeletonEntry[];
  /** Stands below the area `/tmp`. */
  readonly temp: readonly SkeletonEntry[];
  /** In an order in which each finds its mount point. */
  readonly mounts: readonly Mount[];
}

/** What has to be known of the computer. */
export interface System {
  entries(folder: string): readonly Entry[];
  entry(path: string): Entry | undefined;
  /** Places where something is mounted. */
  readonly mountPoints: ReadonlySet<string>;
  /**
   * Whether folders with mounts below can be lower folders. For ordinary users the kernel refuses, since it would
   * uncover what the mounts cover.
   */
  readonly privileged: boolean;
}

export interface Entry {
  readonly name: string;
  readonly kind: "folder" | "file" | "link" | "other";
  readonly target?: string;
}

/** Home of user code; nothing of the computer's lies there. */
export const HOME = "/coldstart/home";
export const TEMP = "/tmp";
/** Where the packages of an image are installed. */
export const PACKAGES = "/coldstart/packages";

const OWN = ["/proc", "/sys", "/dev", "/run"];
/** More entries than this are bound as a whole, not one by one. */
const MANY = 200;

/**
 * @param needed Absolute paths, without links, that must be seen as they are.
 * @param project The folder among them that user code works in.
 */
export function planMounts(system: System, needed: readonly string[], project?: string): MountPlan {
  const skeleton: SkeletonEntry[] = [
    { kind: "folder", path: "/coldstart" },
    { kind: "folder", path: HOME },
  ];
  const mounts: Mount[] = [{ kind: "overlay", area: { path: "/" } }];
  const under = (folder: string) => needed.some((path) => path === folder || path.startsWith(`${folder}/`));
  const mountsBelow = (folder: string) =>
    [...system.mountPoints].filter((path) => path.startsWith(`${folder}/`)).sort();

  const split = (folder: string) => {
    for (const entry of system.entries(folder)) {
      const path = join(folder, entry.name);
      if (entry.kind === "link") skeleton.push({ kind: "link", path, target: entry.target ?? "" });
      else if (entry.kind === "file") {
        skeleton.push({ kind: "file", path });
        mounts.push({ kind: "bind", path });
      } else if (entry.kind === "folder") {
        skeleton.push({ kind: "folder", path });
        place(path);
      }
    }
  };
  const place = (path: string) => {
    if (path === TEMP) return;
    const below = mountsBelow(path);
    if (OWN.includes(path)) mounts.push({ kind: "bind", path });
    // The home of containers elsewhere, where ordinary users see nothing: it is empty, and theirs.
    else if (path === "/root" && !system.privileged && !under(path)) {
      mounts.push({ kind: "overlay", area: { path } });
    } else if (below.length === 0) mounts.push({ kind: "overlay", area: { path, lower: path } });
    else if (system.privileged) {
      mounts.push({ kind: "overlay", area: { path, lower: path } });
      const outermost = below.filter((each) => !below.some((other) => each.startsWith(`${other}/`)));
      for (const each of outermost) mounts.push({ kind: "bind", path: each });
    } else if ((under(path) || path === "/home" || path === "/var") && system.entries(path).length <= MANY) {
      split(path);
    } else mounts.push({ kind: "bind", path });
  };
  split("/");
  if (system.mountPoints.has("/dev/shm")) mounts.push({ kind: "memory", path: "/dev/shm" });

  const temp: SkeletonEntry[] = [];
  if (needed.some((path) => path === TEMP || isFileIn(system, TEMP, path))) {
    mounts.push({ kind: "overlay", area: { path: TEMP, lower: TEMP } });
  } else {
    mounts.push({ kind: "overlay", area: { path: TEMP } });
    const tops = needed.filter((path) => path.startsWith(`${TEMP}/`)).map(topOf);
    // Node looks for packages and for a package's kind in all folders above a file.
    for (const name of tops.length > 0 ? ["node_modules", "package.json"] : []) tops.push(join(TEMP, name));
    for (const path of new Set(tops)) {
      const entry = system.entry(path);
      if (entry?.kind === "link") temp.push({ kind: "link", path, target: entry.target ?? "" });
      if (entry?.kind === "folder") {
        temp.push({ kind: "folder", path });
        place(path);
      }
      if (entry?.kind === "file") {
        temp.push({ kind: "file", path });
        mounts.push({ kind: "bind", path });
      }
    }
  }
  const isArea = mounts.some((mount) => mount.kind === "overlay" && mount.area.path === project);
  const isOpen = mounts.every(
    (mount) => mount.kind !== "bind" || !`${project}/`.startsWith(`${mount.path}/`),
  );
  // To write below an overlay the system copies the folders above, owners included, which an ordinary user may not
  // where they are another's. In an overlay of its own nothing lies above the project.
  if (project !== undefined && !system.privileged && !isArea && isOpen) {
    mounts.push({ kind: "overlay", area: { path: project, lower: project } });
  }
  return { skeleton, temp, mounts };
}

/** `/tmp/a/b` → `/tmp/a`. */
function topOf(path: string): string {
  for (let folder = path; ; folder = dirname(folder)) if (dirname(folder) === TEMP) return folder;
}

function isFileIn(system: System, folder: string, path: string): boolean {
  return dirname(path) === folder && system.entry(path)?.kind === "file";
}
