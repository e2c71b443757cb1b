// ModuleFacts: what one source file says, in neutral words, before anybody asks what it means.

/** Half-open span of a file in UTF-16 offsets. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export type BindingId = number;
export type FunctionId = number;

/** A file as its language read it. Ids are indexes into the arrays of the same module. */
export interface ModuleFacts {
  /** Absolute path, with `/`. */
  readonly path: string;
  readonly language: "typescript" | "python";
  /** Whether the text is written as an ES module or CommonJS; Python files are `"esm"`. */
  readonly syntax: "esm" | "cjs";
  /** `functions[0]` is the module itself. */
  readonly functions: readonly FunctionDef[];
  readonly bindings: readonly Binding[];
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  readonly comments: readonly Comment[];
  readonly syntaxErrors: readonly { readonly message: string; readonly range: Range }[];
}

/** A declared name. Names that nothing in the file declares are globals: `NameValue.binding` is undefined. */
export interface Binding {
  readonly name: string;
  readonly kind: "const" | "variable" | "parameter" | "import" | "function" | "class";
  /** The function whose scope (block scopes included) owns the name. */
  readonly scope: FunctionId;
  /** Where the name is declared. */
  readonly range: Range;
  /** True when anything but its declaration writes to the name, in any scope of the file. */
  readonly reassigned: boolean;
  /** What a `function` binding names. */
  readonly function?: FunctionId;
}

export interface Import {
  readonly specifier: string;
  /** Undefined for a bare `import "x"`, and where `require()` or `import()` stands within an expression. */
  readonly binding?: BindingId;
  /** The exported name that is bound; `"*"` is the whole namespace, `"default"` the default export. */
  readonly imported: string;
  /** What is meant where the module has no such name: Python's `from pkg import part` may be the module `pkg.part`. */
  readonly submodule?: string;
  /** Modules that may bring the name as well, those first that are asked next: `from a import *; from b import *`. */
  readonly others?: readonly string[];
  /** Python's `if TYPE_CHECKING:`, too. */
  readonly typeOnly: boolean;
  /**
   * `require()` and `import()` with a literal specifier count as imports of `"*"`; destructured
   * (`const { a: b } = require("x")`) as one import a name. Their bindings stay `const` or `variable`, and the call
   * stands in the statement's value too: its callee is the undeclared name `require` or `import`. Python's
   * `import a.b` binds `a` and, as one name, `a.b`; names that only `from x import *` can bring are imports of it.
   */
  readonly form: "import" | "require" | "dynamic";
  readonly function: FunctionId;
  readonly range: Range;
}

export interface Export {
  /**
   * Name under which others see it; `"*"` for `export * from`. `export =` and `module.exports =` count as `"default"`,
   * the properties of an object that is exported so under their own names too.
   */
  readonly name: string;
  readonly binding?: BindingId;
  /** What is exported where no name is bound: `export default app.function(…)`, `exports.handler = async () => …`. */
  readonly value?: Value;
  /** Re-export: the module and the name there. */
  readonly from?: { readonly specifier: string; readonly name: string };
  readonly range: Range;
}

export interface Comment {
  /** Without its marks, trimmed. */
  readonly text: string;
  readonly range: Range;
}

export interface FunctionDef {
  /** The declared name; a method's key. Undefined for arrows, whose name is what they are assigned to. */
  readonly name?: string;
  /** Getters and setters are methods. Properties that a class initialises are assigned at its constructor's start. */
  readonly kind: "module" | "function" | "arrow" | "method" | "constructor";
  readonly async: boolean;
  readonly generator: boolean;
  readonly parameters: readonly Parameter[];
  /** The name that stands for `this`, where it is a parameter (`self`, `cls`); it is none of `parameters`. */
  readonly receiver?: BindingId;
  readonly body: Block;
  /** The whole function, from its first modifier to its end. */
  readonly range: Range;
  readonly nameRange?: Range;
  /** The enclosing function; undefined for the module. */
  readonly parent?: FunctionId;
  /** Of methods; in Python of any function. */
  readonly decorators?: readonly Value[];
  /** Class methods of Python, too: their receiver is the class. */
  readonly static?: boolean;
  readonly accessor?: "get" | "set";
}

export interface Parameter {
  readonly pattern: Pattern;
  readonly default?: Value;
  readonly rest: boolean;
  /** TypeScript: it need not be given (`x?: T`). */
  readonly optional?: boolean;
  /** Python: it is given by keyword alone (`only`), or takes all other keywords (`rest`). */
  readonly named?: "only" | "rest";
  readonly range: Range;
}

/** What a declaration, parameter or assignment binds. */
export type Pattern =
  | { readonly kind: "name"; readonly binding: BindingId; readonly range: Range }
  | {
      readonly kind: "object";
      readonly entries: readonly {
        readonly key?: string;
        readonly pattern: Pattern;
        readonly default?: Value;
      }[];
      readonly range: Range;
    }
  | {
      readonly kind: "array";
      readonly items: readonly (Pattern | undefined)[];
      readonly range: Range;
    }
  /** A place that is no name: `this.model`, `cache[key]`. */
  | { readonly kind: "place"; readonly value: Value; readonly range: Range };

/** Statements in the order in which they run. */
export interface Block {
  readonly range: Range;
  readonly statements: readonly Statement[];
}

export type Statement = { readonly range: Range } & (
  | {
      /** `const a = v;`: one declarator; its `range` is that of the whole statement only when it is the only one. */
      readonly kind: "declare";
      readonly pattern: Pattern;
      readonly value?: Value;
      readonly exported: boolean;
      /** The whole statement. */
      readonly declaration: Range;
    }
  | { readonly kind: "expression"; readonly value: Value }
  | { readonly kind: "return"; readonly value?: Value }
  | { readonly kind: "throw"; readonly value: Value }
  /** `if`, `switch`, conditional blocks: none, one or several of `branches` run. */
  | { readonly kind: "branch"; readonly tests: readonly Value[]; readonly branches: readonly Block[] }
  | {
      readonly kind: "loop";
      readonly header: readonly Value[];
      readonly pattern?: Pattern;
      readonly body: Block;
      /** `for await`. */
      readonly async: boolean;
    }
  | { readonly kind: "try"; readonly body: Block; readonly handler?: Block; readonly finalizer?: Block }
  | { readonly kind: "block"; readonly body: Block }
  /**
   * Python's `with`; `using` declarations are `declare`. From the first `as` on, what it opens stands in the body, as
   * declarations of the names behind `as`.
   */
  | { readonly kind: "with"; readonly values: readonly Value[]; readonly body: Block }
  | { readonly kind: "jump" }
  | { readonly kind: "function"; readonly function: FunctionId }
  | {
      readonly kind: "class";
      readonly binding?: BindingId;
      readonly extends?: Value;
      /** Further bases, in their order. */
      readonly mixins?: readonly Value[];
      readonly decorators?: readonly Value[];
      /** Python: names of its annotated attributes, in their order, whether or not they are set. */
      readonly fields?: readonly string[];
      /** Methods as `function`; static initialisers as `assign`; static blocks as calls of a function without name. */
      readonly members: readonly Value[];
    }
  /** Import and export statements, types, empty statements: nothing happens here at run time. */
  | { readonly kind: "inert" }
);

/** An expression. Evaluation order is the order of the fields, left to right. */
export type Value = { readonly range: Range } & (
  | { readonly kind: "literal"; readonly value: string | number | boolean | bigint | null | undefined }
  | { readonly kind: "name"; readonly name: string; readonly binding?: BindingId }
  | {
      readonly kind: "member";
      readonly object: Value;
      /** Undefined for a computed key that is no literal; then `key` holds it. */
      readonly property?: string;
      readonly key?: Value;
      readonly optional: boolean;
    }
  | {
      readonly kind: "call";
      readonly callee: Value;
      readonly args: readonly Value[];
      /** Keyword arguments (Python); `**x` is named `**`. `range` holds name and value. */
      readonly named?: readonly { readonly name: string; readonly value: Value; readonly range: Range }[];
      /** `new X()`; in Python never known. */
      readonly construct: boolean;
      readonly optional: boolean;
    }
  | { readonly kind: "await"; readonly value: Value }
  | { readonly kind: "yield"; readonly value?: Value }
  | { readonly kind: "object"; readonly entries: readonly ObjectEntry[] }
  | { readonly kind: "array"; readonly items: readonly Value[] }
  | { readonly kind: "function"; readonly function: FunctionId }
  | { readonly kind: "template"; readonly parts: readonly (string | Value)[] }
  | {
      readonly kind: "assign";
      readonly target: Pattern;
      /** `=`, `+=`, `??=`, `||=`, `&&=`, `++` …; the logical ones assign conditionally. */
      readonly operator: string;
      readonly value?: Value;
    }
  /** `a ?? b`, `a || b`, `a && b`, `a ? b : c`: what follows the first operand may not run. */
  | { readonly kind: "choice"; readonly operator: string; readonly operands: readonly Value[] }
  /**
   * Any other operation on its operands: arithmetic, comparison, `typeof`, spread (`...`), comma, tagged template
   * (`` ` ``), a class expression (`class`), JSX (`jsx`), a value behind a computed key (`[]`),
   * `hasattr` of a member. Python's `and`, `or` and `not` are `&&`, `||` and `!`; its comprehensions are calls of
   * functions that hold a loop.
   */
  | { readonly kind: "operation"; readonly operator: string; readonly operands: readonly Value[] }
  /** `this`, `super`, `import.meta`, regular expressions and whatever the reader has no word for. */
  | { readonly kind: "other"; readonly text: string; readonly parts: readonly Value[] }
);

export interface ObjectEntry {
  /** Undefined for spreads and computed keys. */
  readonly key?: string;
  readonly value: Value;
  /** `...x`. */
  readonly spread: boolean;
  readonly range: Range;
}
