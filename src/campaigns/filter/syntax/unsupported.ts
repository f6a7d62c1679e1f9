import type { AnyNode } from 'acorn'

/** What is legal JavaScript and refused, and why. */
export const UNSUPPORTED: ReadonlyMap<AnyNode['type'], string> = new Map<AnyNode['type'], string>([
  ['ClassDeclaration', 'classes are not supported'],
  ['ClassExpression', 'classes are not supported'],
  ['ThisExpression', '`this` is not supported: a filter sees its event and nothing else'],
  ['Super', '`super` is not supported'],
  ['MetaProperty', '`new.target` and `import.meta` are not supported'],
  ['AwaitExpression', '`await` is not supported: a filter answers at once'],
  ['YieldExpression', 'generators are not supported'],
  ['TaggedTemplateExpression', 'tagged templates are not supported'],
  ['ImportExpression', '`import` is not supported'],
  ['WithStatement', '`with` is not supported'],
  ['LabeledStatement', 'labels are not supported'],
  ['DebuggerStatement', '`debugger` is not supported'],
])
