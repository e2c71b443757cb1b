// Reads the statements that decide what runs: branches, loops, `switch`, `try`.
import type { Block, Statement, Value } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { readBlock } from "./functions.ts";
import { readBindingName, readTarget } from "./patterns.ts";
import { innerScope, type Reader, rangeOf, withScope } from "./reader.ts";
import { declarePattern, hoistBlock, hoistList } from "./scope.ts";
import { readDeclarator, readStatements } from "./statements.ts";
import { readAll, readValue } from "./values.ts";

/** A statement that may or may not run, or runs again: a block of its own even where nobody wrote braces. */
export function readBranch(reader: Reader, node: ts.Statement): Block {
  return readBlock(reader, node, ts.isBlock(node) ? node.statements : [node]);
}

export function readSwitch(reader: Reader, node: ts.SwitchStatement): Statement {
  const { clauses } = node.caseBlock;
  const subject = readValue(reader, node.expression);
  const scope = innerScope(reader);
  hoistBlock(
    reader,
    scope,
    clauses.flatMap((clause) => [...clause.statements]),
  );
  return withScope(reader, scope, (): Statement => {
    const tests = clauses.flatMap((clause) =>
      ts.isCaseClause(clause) ? [readValue(reader, clause.expression)] : [],
    );
    const branches = clauses.map((clause) => ({
      range: rangeOf(reader, clause),
      statements: readStatements(reader, clause.statements),
    }));
    return { kind: "branch", tests: [subject, ...tests], branches, range: rangeOf(reader, node) };
  });
}

export function readFor(reader: Reader, node: ts.ForStatement): Statement {
  const scope = innerScope(reader);
  const list =
    node.initializer && ts.isVariableDeclarationList(node.initializer) ? node.initializer : undefined;
  if (list) hoistList(reader, scope, list);
  return withScope(reader, scope, (): Statement => {
    const header: Value[] = [];
    for (const declarator of list?.declarations ?? []) {
      const { pattern: target, value } = readDeclarator(reader, declarator);
      header.push({
        kind: "assign",
        target,
        operator: "=",
        ...(value && { value }),
        range: rangeOf(reader, declarator),
      });
    }
    const expressions = [
      list ? undefined : (node.initializer as ts.Expression | undefined),
      node.condition,
      node.incrementor,
    ];
    header.push(
      ...readAll(
        reader,
        expressions.filter((expression) => expression !== undefined),
      ),
    );
    return {
      kind: "loop",
      header,
      body: readBranch(reader, node.statement),
      async: false,
      range: rangeOf(reader, node),
    };
  });
}

export function readForEach(reader: Reader, node: ts.ForInOrOfStatement): Statement {
  const header = [readValue(reader, node.expression)];
  const scope = innerScope(reader);
  const { initializer } = node;
  if (ts.isVariableDeclarationList(initializer)) hoistList(reader, scope, initializer);
  return withScope(reader, scope, (): Statement => {
    const declared = ts.isVariableDeclarationList(initializer)
      ? initializer.declarations[0]?.name
      : undefined;
    const pattern = declared
      ? readBindingName(reader, declared)
      : ts.isVariableDeclarationList(initializer)
        ? undefined
        : readTarget(reader, initializer);
    return {
      kind: "loop",
      header,
      ...(pattern && { pattern }),
      body: readBranch(reader, node.statement),
      async: ts.isForOfStatement(node) && node.awaitModifier !== undefined,
      range: rangeOf(reader, node),
    };
  });
}

export function readTry(reader: Reader, node: ts.TryStatement): Statement {
  const clause = node.catchClause;
  return {
    kind: "try",
    body: readBranch(reader, node.tryBlock),
    ...(clause && { handler: readCatch(reader, clause) }),
    ...(node.finallyBlock && { finalizer: readBranch(reader, node.finallyBlock) }),
    range: rangeOf(reader, node),
  };
}

function readCatch(reader: Reader, node: ts.CatchClause): Block {
  const scope = innerScope(reader);
  const caught = node.variableDeclaration;
  if (caught) declarePattern(reader, scope, caught.name, "variable");
  return withScope(reader, scope, () => {
    const range = caught && rangeOf(reader, caught);
    const first: readonly Statement[] = range
      ? [
          {
            kind: "declare",
            pattern: readBindingName(reader, caught.name),
            exported: false,
            declaration: range,
            range,
          },
        ]
      : [];
    return readBlock(reader, node.block, node.block.statements, first);
  });
}
