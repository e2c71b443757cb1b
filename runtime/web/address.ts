// Addresses of a served app: `/f/NAME/…` for functions, `/api/…` for calls, all else for the page.

export interface Address {
  readonly pathname: string;
  readonly area: string;
  readonly name: string;
}

export function addressOf(url: string | undefined): Address {
  const { pathname } = new URL(url ?? "/", "http://localhost");
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
