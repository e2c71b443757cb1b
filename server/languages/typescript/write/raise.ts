// What has to move up with a load that moves up: the constants that its arguments use.
import { ts } from "../compiler.ts";
import type { Element } from "./elements.ts";
import { isPure } from "./expressions.ts";
import { declaredNames, namesIn } from "./names.ts";

/**
 * Statements between the first load and the last that later loads use, in their order; undefined where one of them is
 * more than a constant, or rests on a load.
 */
export function raisedStatements(elements: readonly Element[]): readonly ts.Statement[] | undefined {
  const sites = new Set<ts.Node>(elements.map(({ site }) => site));
  const [first] = elements;
  const block = first?.site.parent;
  if (!first || !block || !("statements" in block))
    return isIndependent(elements, new Set()) ? [] : undefined;
  const statements = block.statements as ts.NodeArray<ts.Statement>;
  const from = statements.indexOf(first.site as ts.Statement);
  const loaded = new Set(statements.filter((statement) => sites.has(statement)).flatMap(declaredNames));
  if (!isIndependent(elements, loaded)) return undefined;
  const needed = new Set(elements.flatMap(({ source }) => [...namesIn(source)]));
  const last = Math.max(...elements.map(({ site }) => statements.indexOf(site as ts.Statement)));
  const raised: ts.Statement[] = [];
  for (const statement of statements.slice(from, last).toReversed()) {
    if (sites.has(statement) || ts.isFunctionDeclaration(statement)) continue;
    if (!declaredNames(statement).some((name) => needed.has(name))) continue;
    if (!isConstant(statement)) return undefined;
    for (const name of namesIn(statement)) {
      if (loaded.has(name)) return undefined;
      needed.add(name);
    }
    raised.unshift(statement);
  }
  return raised;
}

function isIndependent(elements: readonly Element[], loaded: ReadonlySet<string>): boolean {
  return elements.every(({ source }) => [...namesIn(source)].every((name) => !loaded.has(name)));
}

function isConstant(statement: ts.Statement): boolean {
  if (!ts.isVariableStatement(statement) || !(statement.declarationList.flags & ts.NodeFlags.Const))
    return false;
  return statement.declarationList.declarations.every(
    ({ initializer }) => !initializer || isPure(initializer),
  );
}
