// Reads the built-in functions that are another way to write syntax: `getattr(x, "name")` is `x.name`.
import type { Value } from "../../../facts/module.ts";

type CallValue = Extract<Value, { kind: "call" }>;

/** What the call says in other words; undefined where it says nothing else. */
export function readBuiltin(call: CallValue): Value | undefined {
  const { callee, args, range } = call;
  if (callee.kind !== "name" || callee.binding !== undefined || call.named) return undefined;
  if (callee.name === "super") return { kind: "other", text: "super", parts: args, range };
  const [object, key, third] = args;
  if (!object || key?.kind !== "literal" || typeof key.value !== "string") return undefined;
  const member: Value = { kind: "member", object, property: key.value, optional: false, range };
  switch (`${callee.name}/${args.length}`) {
    case "hasattr/2":
      return { kind: "operation", operator: "hasattr", operands: [member], range };
    case "getattr/2":
      return member;
    case "getattr/3":
      return third && { kind: "choice", operator: "??", operands: [member, third], range };
    case "setattr/3": {
      const target = { kind: "place", value: member, range } as const;
      return third && { kind: "assign", target, operator: "=", value: third, range };
    }
    default:
      return undefined;
  }
}

/** Names that Python itself provides, so that `from x import *` is not taken to bring them. */
export const builtins: ReadonlySet<string> = new Set(
  (
    "abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex " +
    "copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr globals " +
    "hasattr hash help hex id input int isinstance issubclass iter len license list locals map max memoryview min " +
    "next object oct open ord pow print property quit range repr reversed round set setattr slice sorted " +
    "staticmethod str sum super tuple type vars zip NotImplemented Ellipsis __name__ __file__ __doc__ __import__ " +
    "__debug__ __spec__ __package__ __loader__ __builtins__ __class__ BaseException BaseExceptionGroup Exception " +
    "ExceptionGroup ArithmeticError AssertionError AttributeError BlockingIOError BrokenPipeError BufferError " +
    "BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError " +
    "ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError FileExistsError " +
    "FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning " +
    "IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError " +
    "MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError " +
    "PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError ResourceWarning " +
    "RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit " +
    "TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError " +
    "UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError"
  ).split(" "),
);
