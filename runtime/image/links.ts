// Names that pass between ES modules, and which of them turn out to be types once all modules are known.
import type { ts } from "@ts-morph/common";

type Compiler = typeof ts;

export interface Links {
  readonly specifiers: readonly Link[];
  /** Names that the module's own declarations export. */
  readonly declared: readonly string[];
  /** Modules of `export * from`. */
  readonly stars: readonly string[];
}

/** One specifier of an import or export statement. */
export interface Link {
  /** The module and the name in it; absent for `export { local }`. */
  readonly from?: string;
  readonly imported?: string;
  readonly local?: string;
  readonly exported?: string;
  /** Where it stands, with the comma after it. */
  readonly start: number;
  readonly end: number;
}

export const NO_LINKS: Links = { specifiers: [], declared: [], stars: [] };

export function readLinks(ts: Compiler, file: ts.SourceFile): Links {
  const specifiers: Link[] = [];
  const declared: string[] = [];
  const stars: string[] = [];
  const span = (node: ts.Node) => {
    const comma = /^\s*,/.exec(file.text.slice(node.end))?.[0].length ?? 0;
    return { start: node.getStart(file), end: node.end + comma };
  };
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      const from = (statement.moduleSpecifier as ts.StringLiteral).text;
      const named = statement.importClause?.namedBindings;
      if (!named || !ts.isNamedImports(named)) continue;
      for (const e of named.elements) {
        specifiers.push({ from, imported: (e.propertyName ?? e.name).text, local: e.name.text, ...span(e) });
      }
    } else if (ts.isExportDeclaration(statement)) {
      const from = statement.moduleSpecifier && (statement.moduleSpecifier as ts.StringLiteral).text;
      const clause = statement.exportClause;
      if (!clause) stars.push(from ?? "");
      else if (ts.isNamespaceExport(clause)) declared.push(clause.name.text);
      else {
        for (const e of clause.elements) {
          const inner = (e.propertyName ?? e.name).text;
          const origin = from === undefined ? { local: inner } : { from, imported: inner };
          specifiers.push({ ...origin, exported: e.name.text, ...span(e) });
        }
      }
    } else if (ts.isExportAssignment(statement)) {
      declared.push("default");
    } else if (ts.canHaveModifiers(statement)) {
      const modifiers = ts.getModifiers(statement)?.map((modifier) => modifier.kind) ?? [];
      if (!modifiers.includes(ts.SyntaxKind.ExportKeyword)) continue;
      if (modifiers.includes(ts.SyntaxKind.DefaultKeyword)) declared.push("default");
      else declared.push(...declaredNames(ts, statement));
    }
  }
  return { specifiers, declared, stars };
}

function declaredNames(ts: Compiler, statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((d) => patternNames(ts, d.name));
  }
  const { name } = statement as ts.Node as ts.ClassDeclaration | ts.FunctionDeclaration;
  return name ? [name.text] : [];
}

function patternNames(ts: Compiler, name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((e) => (ts.isBindingElement(e) ? patternNames(ts, e.name) : []));
}

/** A module as it was lowered. */
interface LinkedModule {
  readonly links: Links;
  readonly mayNameTypes: boolean;
}

/**
 * Finds the specifiers that name types. A file alone does not say whether `export { T } from "./t"` passes on a type,
 * so that the compiler leaves it; Node would then miss the export in the other module.
 */
export function typeLinks(
  moduleAt: (path: string) => LinkedModule | undefined,
  resolve: (path: string, specifier: string) => string | undefined,
): (path: string) => readonly Link[] {
  const provides = (path: string | undefined, name: string, seen: ReadonlySet<string>): boolean => {
    const module = path === undefined ? undefined : moduleAt(path);
    // What is no TypeScript of the project has all that is asked of it, or Node says so.
    if (path === undefined || !module?.mayNameTypes) return true;
    const visit = `${path}\0${name}`;
    if (seen.has(visit)) return false;
    const further = new Set([...seen, visit]);
    const { specifiers, declared, stars } = module.links;
    if (declared.includes(name)) return true;
    const link = specifiers.find((other) => other.exported === name);
    if (link) return isValue(path, module.links, link, further);
    return name !== "default" && stars.some((star) => provides(resolve(path, star), name, further));
  };
  const isValue = (path: string, links: Links, link: Link, seen: ReadonlySet<string>): boolean => {
    if (link.from !== undefined) return provides(resolve(path, link.from), link.imported ?? "", seen);
    const origin = links.specifiers.find((other) => other.from !== undefined && other.local === link.local);
    return origin === undefined || isValue(path, links, origin, seen);
  };
  return (path) => {
    const module = moduleAt(path);
    if (!module?.mayNameTypes) return [];
    return module.links.specifiers.filter((link) => !isValue(path, module.links, link, new Set()));
  };
}

/** The text with the specifiers overwritten by spaces. */
export function blank(text: string, links: readonly Link[]): string {
  let result = text;
  for (const { start, end } of links) {
    result = result.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, " ") + result.slice(end);
  }
  return result;
}
