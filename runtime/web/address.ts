// Addresses of a served app: `/f/NAME/…` for functions, `/api/…` for calls, all else for the page.

export interface Address {
  readonly pathname: string;
  readonly area: string;
  readonly name: string;
}

/** A path that stands as it will be read: no dots, percent signs or the like to see to. */
const PLAIN = /^(?:\/[\w~-][\w.~-]*)+\/?(?=\?|$)/;

export function addressOf(url = "/"): Address {
  const pathname = PLAIN.exec(url)?.[0] ?? new URL(url, "http://localhost").pathname;
  const [, area = "", name = ""] = pathname.split("/");
  return { pathname, area, name: decode(name) };
}

/** A name that is no valid text in percent signs is looked up as it stands, and not found. */
export function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
