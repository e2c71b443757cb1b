// What a container sees where, on computers of several kinds.
import { describe, expect, it } from "vitest";
import { type Entry, planMounts, type System } from "./mounts.ts";

type Tree = { readonly [name: string]: Tree | "file" | `-> ${string}` };

function computer(tree: Tree, mountPoints: readonly string[], privileged = true): System {
  const at = (path: string): Tree[string] | undefined =>
    path
      .split("/")
      .filter(Boolean)
      .reduce<Tree[string] | undefined>(
        (node, name) => (typeof node === "object" ? node[name] : undefined),
        tree,
      );
  const entry = (path: string): Entry | undefined => {
    const node = at(path);
    const name = path.split("/").at(-1) ?? "";
    if (node === undefined) return undefined;
    if (typeof node === "object") return { name, kind: "folder" };
    return node === "file" ? { name, kind: "file" } : { name, kind: "link", target: node.slice(3) };
  };
  return {
    privileged,
    mountPoints: new Set(mountPoints),
    entry,
    entries: (folder) => {
      const node = at(folder);
      const names = typeof node === "object" ? Object.keys(node) : [];
      return names.flatMap((name) => entry(`${folder === "/" ? "" : folder}/${name}`) ?? []);
    },
  };
}

const usual: Tree = {
  bin: "-> usr/bin",
  usr: { bin: {}, lib: {} },
  etc: {},
  home: { me: { project: {} } },
  proc: {},
  sys: {},
  dev: { shm: {} },
  run: {},
  tmp: { other: {}, work: { app: {} }, "package.json": "file" },
  swapfile: "file",
};
const own = ["/proc", "/sys", "/dev", "/dev/shm", "/run"];

const shown = (system: System, needed: readonly string[]) =>
  planMounts(system, needed).mounts.map((mount) => {
    if (mount.kind !== "overlay") return `${mount.kind} ${mount.path}`;
    return `${mount.area.lower === undefined ? "own" : "overlay"} ${mount.area.path}`;
  });

describe("root's home", () => {
  const withRoot = { ...usual, root: { work: {} } };

  it("shows through for root, and is empty for those who could not look into it", () => {
    expect(shown(computer(withRoot, own), ["/home/me/project"])).toContain("overlay /root");
    expect(shown(computer(withRoot, own, false), ["/home/me/project"])).toContain("own /root");
    expect(shown(computer(withRoot, own, false), ["/root/work"])).toContain("overlay /root");
  });
});

describe("the usual computer", () => {
  it("shows through overlays, with its own kernel file systems and an empty temp folder", () => {
    expect(shown(computer(usual, own), ["/home/me/project"])).toEqual([
      "own /",
      "overlay /usr",
      "overlay /etc",
      "overlay /home",
      "bind /proc",
      "bind /sys",
      "bind /dev",
      "bind /run",
      "bind /swapfile",
      "memory /dev/shm",
      "own /tmp",
    ]);
  });

  it("keeps links as they are", () => {
    const { skeleton } = planMounts(computer(usual, own), []);
    expect(skeleton).toContainEqual({ kind: "link", path: "/bin", target: "usr/bin" });
  });
});

describe("the project of an ordinary user", () => {
  const last = (project: string, privileged: boolean) =>
    planMounts(computer(usual, own, privileged), [project], project).mounts.at(-1);

  it("is an overlay of its own, since folders above may be another's", () => {
    const area = { path: "/home/me/project", lower: "/home/me/project" };
    expect(last("/home/me/project", false)).toEqual({ kind: "overlay", area });
    expect(last("/home/me/project", true)).not.toMatchObject({ area });
  });

  it("is not laid over what is the computer's", () => {
    expect(last("/run/project", false)).toEqual({ kind: "overlay", area: { path: "/tmp" } });
  });
});

describe("what is needed below the temp folder", () => {
  it("is seen, and the rest is not", () => {
    const mounts = shown(computer(usual, own), ["/tmp/work/app/handler.mjs"]);
    expect(mounts.slice(-3)).toEqual(["own /tmp", "overlay /tmp/work", "bind /tmp/package.json"]);
    expect(mounts.join()).not.toContain("other");
  });

  it("is the whole of it when a program lies in it directly", () => {
    const tree: Tree = { ...usual, tmp: { "handler.mjs": "file", other: {} } };
    expect(shown(computer(tree, own), ["/tmp/handler.mjs"]).at(-1)).toBe("overlay /tmp");
  });

  it("may be reached by a link", () => {
    const tree: Tree = { ...usual, tmp: { link: "-> /home/me/project" } };
    const { temp } = planMounts(computer(tree, own), ["/tmp/link/app", "/home/me/project/app"]);
    expect(temp).toEqual([{ kind: "link", path: "/tmp/link", target: "/home/me/project" }]);
  });
});

describe("folders with mounts below", () => {
  const tree: Tree = { ...usual, home: { me: { project: {}, disk: {} } }, snap: { core: {} } };
  const mountPoints = [...own, "/home/me/disk", "/snap/core"];

  it("are overlays for root, with these mounts as they are", () => {
    const mounts = shown(computer(tree, mountPoints), ["/home/me/project"]);
    expect(mounts).toEqual(
      expect.arrayContaining(["overlay /home", "bind /home/me/disk", "overlay /snap", "bind /snap/core"]),
    );
  });

  it("are taken apart for ordinary users where the project lies, else bound", () => {
    const mounts = shown(computer(tree, mountPoints, false), ["/home/me/project"]);
    expect(mounts).toEqual(
      expect.arrayContaining(["overlay /home/me/project", "overlay /home/me/disk", "bind /snap"]),
    );
    expect(mounts).not.toContain("overlay /home");
  });
});
