// One TypeScript or JSX file to the JavaScript that its project's build would make of it: types go, code stays as it is.
import type { ts } from "@ts-morph/common";
import { ProgramError, position } from "./program.ts";
import type { CompilerSettings } from "./tsconfig.ts";

type Compiler = typeof ts;

export interface TranspileInput {
  readonly path: string;
  readonly text: string;
  readonly format: "module" | "commonjs";
  readonly settings: CompilerSettings;
}

/**
 * The lowered text with an inline source map. Not `ts.transpileModule`: that one settles a file's module format by its
 * extension alone, and CommonJS output must keep `import()` as it stands.
 * @throws ProgramError at the first syntax error
 */
export function transpile(ts: Compiler, input: TranspileInput): string {
  const { path, text } = input;
  const options = compilerOptions(ts, input);
  const source = ts.createSourceFile(path, text, {
    languageVersion: ts.ScriptTarget.ESNext,
    impliedNodeFormat: input.format === "module" ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
    ...(input.format === "module" && { setExternalModuleIndicator: markAsModule }),
  });
  let output = "";
  let map = "";
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === path ? source : undefined),
    writeFile: (name, content) => {
      if (name.endsWith(".map")) map = content;
      else output = content;
    },
    getDefaultLibFileName: () => "lib.d.ts",
    useCaseSensitiveFileNames: () => true,
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => "/",
    getNewLine: () => "\n",
    fileExists: (name) => name === path,
    readFile: () => undefined,
    directoryExists: () => true,
    getDirectories: () => [],
  };
  const program = ts.createProgram([path], options, host);
  const [error] = program.getSyntacticDiagnostics(source);
  if (error) {
    const message = ts.flattenDiagnosticMessageText(error.messageText, "\n");
    throw new ProgramError("error", "SyntaxError", message, { file: path, ...position(text, error.start) });
  }
  const after = input.format === "module" ? [jsonImports(ts)] : [];
  program.emit(source, undefined, undefined, false, { after });
  const { sourceRoot: _, ...rest } = JSON.parse(map) as Readonly<Record<string, unknown>>;
  const inline = Buffer.from(JSON.stringify({ ...rest, sources: [path] })).toString("base64");
  return output.replace(
    /\n?\/\/# sourceMappingURL=[^\n]*\s*$/,
    `\n//# sourceMappingURL=data:application/json;base64,${inline}\n`,
  );
}

/** Line and column, from 1, at which a script can't be read on. */
export function firstSyntaxError(
  ts: Compiler,
  path: string,
  text: string,
): { readonly line: number; readonly column: number } | undefined {
  const { diagnostics = [] } = ts.transpileModule(text, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, allowJs: true },
  });
  const [first] = diagnostics;
  return first?.start === undefined ? undefined : position(text, first.start);
}

function compilerOptions(ts: Compiler, { format, settings }: TranspileInput): ts.CompilerOptions {
  const automatic = settings.jsx === "react-jsx" || settings.jsx === "preserve";
  const classic = settings.jsx === "react-jsxdev" ? ts.JsxEmit.ReactJSXDev : ts.JsxEmit.React;
  return {
    // Newest that Node 22 runs; decorators are lowered by everything below ESNext.
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    jsx: automatic ? ts.JsxEmit.ReactJSX : classic,
    ...(settings.jsxFactory !== undefined && { jsxFactory: settings.jsxFactory }),
    ...(settings.jsxFragmentFactory !== undefined && { jsxFragmentFactory: settings.jsxFragmentFactory }),
    ...(settings.jsxImportSource !== undefined && { jsxImportSource: settings.jsxImportSource }),
    useDefineForClassFields: settings.useDefineForClassFields ?? definesFieldsByDefault(settings.target),
    esModuleInterop: settings.esModuleInterop ?? true,
    verbatimModuleSyntax: settings.verbatimModuleSyntax === true && format === "module",
    isolatedModules: true,
    sourceMap: true,
    allowJs: true,
    noLib: true,
    noResolve: true,
    noCheck: true,
    types: [],
    suppressOutputPathCheck: true,
    allowNonTsExtensions: true,
    outDir: "/lowered",
    rootDir: "/",
  };
}

/** The compiler's rule: class fields are defined from ES2022 on, assigned before. */
function definesFieldsByDefault(target: string | undefined): boolean {
  const year = /^es(\d{4})$/.exec(target ?? "")?.[1];
  if (year !== undefined) return Number(year) >= 2022;
  return !["es3", "es5", "es6"].includes(target ?? "");
}

/** A module even without import or export, so that its top-level awaits are read as such; the compiler marks forced modules alike. */
function markAsModule(file: ts.SourceFile): void {
  (file as { externalModuleIndicator?: true }).externalModuleIndicator = true;
}

/** `import data from "./data.json"`, `import { version } …`: bundlers take them as they are, Node wants an attribute. */
function jsonImports(ts: Compiler): ts.TransformerFactory<ts.SourceFile> {
  return ({ factory }) => {
    const attributes = () => {
      const type = factory.createIdentifier("type");
      const attribute = factory.createImportAttribute(type, factory.createStringLiteral("json"));
      return factory.createImportAttributes(factory.createNodeArray([attribute]));
    };
    const importJson = (statement: ts.ImportDeclaration): readonly ts.Statement[] => {
      const { modifiers, importClause, moduleSpecifier } = statement;
      const named = importClause?.namedBindings;
      if (!named || !ts.isNamedImports(named)) {
        return [
          factory.updateImportDeclaration(statement, modifiers, importClause, moduleSpecifier, attributes()),
        ];
      }
      // Node's JSON modules have a default export alone; the names are its keys.
      const whole = importClause.name ?? factory.createUniqueName("json");
      const clause = factory.createImportClause(undefined, whole, undefined);
      const keys = named.elements
        .filter((e) => e.propertyName?.text !== "default")
        .map((e) =>
          factory.createBindingElement(undefined, e.propertyName, factory.createIdentifier(e.name.text)),
        );
      const defaults = named.elements.filter((e) => e.propertyName?.text === "default");
      const declare = (name: ts.BindingName) =>
        factory.createVariableDeclaration(name, undefined, undefined, whole);
      const declarations = [
        ...defaults.map((e) => declare(factory.createIdentifier(e.name.text))),
        ...(keys.length > 0 ? [declare(factory.createObjectBindingPattern(keys))] : []),
      ];
      const list = factory.createVariableDeclarationList(declarations, ts.NodeFlags.Const);
      return [
        factory.updateImportDeclaration(statement, modifiers, clause, moduleSpecifier, attributes()),
        factory.createVariableStatement(undefined, list),
      ];
    };
    return (file) =>
      factory.updateSourceFile(
        file,
        file.statements.flatMap((statement) => {
          if (!ts.isImportDeclaration(statement) || statement.attributes) return [statement];
          const { moduleSpecifier } = statement;
          return ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text.endsWith(".json")
            ? importJson(statement)
            : [statement];
        }),
      );
  };
}
