// What a source file says about itself, read from its syntax: what it imports, and which module system it is written for.
import type { ts } from "@ts-morph/common";
import { type Links, NO_LINKS, readLinks } from "./links.ts";

type Compiler = typeof ts;

export interface Scan {
  readonly imports: readonly ImportedName[];
  /** `import` and `export` statements. */
  readonly esm: boolean;
  /** What only ES modules can do: `import.meta`, top-level await. */
  readonly esmOnly: boolean;
  /** What only CommonJS offers, used without being declared: `require`, `module`, `exports`, `__dirname`, `__filename`. */
  readonly commonjs: boolean;
  readonly decorators: boolean;
  /** Names that pass between ES modules. */
  readonly links: Links;
}

export interface ImportedName {
  readonly specifier: string;
  /** `require` looks names up by CommonJS rules, the others by those of ES modules. */
  readonly form: "import" | "require" | "dynamic";
  /** Whether loading the file is enough to import it; a call inside of a function waits for that function. */
  readonly atLoad: boolean;
}

/** Parses `text`; what does not parse is skipped. */
export function scan(ts: Compiler, path: string, text: string): Scan {
  const file = ts.createSourceFile(path, text, { languageVersion: ts.ScriptTarget.ESNext }, false);
  const imports: ImportedName[] = [];
  const declared = new Set<string>();
  const used = new Set<string>();
  let esm = false;
  let esmOnly = false;
  let decorators = false;

  for (const statement of file.statements) {
    if (isTypeOnly(ts, statement)) continue;
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      esm = true;
      imports.push({
        specifier: statement.moduleSpecifier.text,
        form: "import",
        atLoad: true,
      });
      declareImport(ts, statement, declared);
    } else if (ts.isExportDeclaration(statement)) {
      esm = true;
      if (statement.moduleSpecifier && ts.isStringLiteral(statement.moduleSpecifier)) {
        imports.push({ specifier: statement.moduleSpecifier.text, form: "import", atLoad: true });
      }
    } else {
      if (ts.isExportAssignment(statement)) {
        if (statement.isExportEquals) used.add("module");
        else esm = true;
      }
      if (ts.canHaveModifiers(statement) && has(ts, statement, ts.SyntaxKind.ExportKeyword)) esm = true;
      visit(statement, true);
    }
  }
  return {
    imports,
    esm,
    esmOnly,
    commonjs: [...used].some((name) => !declared.has(name)),
    decorators,
    links: esm ? readLinks(ts, file) : NO_LINKS,
  };

  function visit(node: ts.Node, moduleLevel: boolean): void {
    if (ts.isTypeNode(node)) return;
    if (ts.isBinaryExpression(node)) {
      visitBinary(node, moduleLevel);
      return;
    }
    if (ts.isDecorator(node)) decorators = true;
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) esmOnly = true;
    if (moduleLevel && (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)))
      esmOnly = true;
    if (ts.isCallExpression(node)) visitCall(node, moduleLevel);
    if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      used.add("require");
      const argument = node.moduleReference.expression;
      if (ts.isStringLiteralLike(argument))
        imports.push({ specifier: argument.text, form: "require", atLoad: true });
    }
    if (ts.isIdentifier(node) && (node.text === "__dirname" || node.text === "__filename"))
      used.add(node.text);
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const name = node.expression.text;
      if ((name === "module" && node.name.text === "exports") || name === "exports") used.add(name);
    }
    if (
      (ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node)) &&
      node.name &&
      ts.isIdentifier(node.name)
    ) {
      declared.add(node.name.text);
    }
    const inside = moduleLevel && !ts.isFunctionLike(node) && !ts.isClassStaticBlockDeclaration(node);
    ts.forEachChild(node, (child) => visit(child, inside));
  }

  /** Generated code chains thousands of operands: too many for recursion. */
  function visitBinary(node: ts.BinaryExpression, moduleLevel: boolean): void {
    let left: ts.Expression = node;
    while (ts.isBinaryExpression(left)) {
      visit(left.right, moduleLevel);
      left = left.left;
    }
    visit(left, moduleLevel);
  }

  function visitCall(node: ts.CallExpression, moduleLevel: boolean): void {
    const [argument] = node.arguments;
    const dynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const callee = ts.isIdentifier(node.expression) ? node.expression.text : "";
    // The compiler's own spelling of `import x = require()` in an ES module.
    const require = callee === "require" || callee === "__require";
    if (callee === "require") used.add("require");
    if (argument && ts.isStringLiteralLike(argument) && (dynamic || require)) {
      imports.push({
        specifier: argument.text,
        form: dynamic ? "dynamic" : "require",
        atLoad: moduleLevel,
      });
    }
  }
}

function isTypeOnly(ts: Compiler, statement: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true;
  if (ts.isImportDeclaration(statement))
    return statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  if (ts.isImportEqualsDeclaration(statement)) return statement.isTypeOnly;
  return ts.canHaveModifiers(statement) && has(ts, statement, ts.SyntaxKind.DeclareKeyword);
}

function has(ts: Compiler, node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false;
}

function declareImport(ts: Compiler, statement: ts.ImportDeclaration, into: Set<string>): void {
  const clause = statement.importClause;
  if (clause?.name) into.add(clause.name.text);
  if (clause?.namedBindings && ts.isNamedImports(clause.namedBindings)) {
    for (const element of clause.namedBindings.elements) into.add(element.name.text);
  }
}
