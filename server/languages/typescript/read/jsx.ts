// Reads JSX as the operation that it is: on its tag, its attributes and its children.
import type { Value } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { type Reader, rangeOf } from "./reader.ts";
import { readValue } from "./values.ts";

export function readJsx(
  reader: Reader,
  node: ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment,
  range: Value["range"],
): Value {
  const opening = ts.isJsxElement(node) ? node.openingElement : ts.isJsxFragment(node) ? undefined : node;
  const children = ts.isJsxSelfClosingElement(node) ? [] : node.children;
  const operands = [
    ...(opening ? readTag(reader, opening.tagName) : []),
    ...(opening?.attributes.properties.flatMap((property) => readAttribute(reader, property)) ?? []),
    ...children.flatMap((child) => readChild(reader, child)),
  ];
  return { kind: "operation", operator: "jsx", operands, range };
}

/** Lower-case tags are names of elements, not of values. */
function readTag(reader: Reader, tag: ts.JsxTagNameExpression): readonly Value[] {
  if (ts.isJsxNamespacedName(tag) || (ts.isIdentifier(tag) && /^[a-z]/.test(tag.text))) return [];
  return [readValue(reader, tag)];
}

function readAttribute(reader: Reader, attribute: ts.JsxAttributeLike): readonly Value[] {
  if (ts.isJsxSpreadAttribute(attribute)) return [readValue(reader, attribute.expression)];
  const value = attribute.initializer;
  if (!value || ts.isStringLiteral(value)) return [];
  return readChild(reader, value);
}

function readChild(reader: Reader, child: ts.JsxChild): readonly Value[] {
  if (ts.isJsxText(child)) return [];
  if (ts.isJsxExpression(child)) return child.expression ? [readValue(reader, child.expression)] : [];
  return [readJsx(reader, child, rangeOf(reader, child))];
}
