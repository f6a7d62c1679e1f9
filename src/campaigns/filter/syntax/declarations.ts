import type { AnyNode, Pattern, VariableDeclaration } from 'acorn'
import { childrenOf } from './tree.js'

/** The identifiers that a pattern gives values to. */
export function namesIn(pattern: AnyNode): { name: string; node: AnyNode }[] {
  switch (pattern.type) {
    case 'Identifier':
      return [{ name: pattern.name, node: pattern }]
    case 'AssignmentPattern':
      return namesIn(pattern.left)
    case 'RestElement':
      return namesIn(pattern.argument)
    case 'ArrayPattern':
      return pattern.elements.flatMap(element => (element === null ? [] : namesIn(element)))
    case 'ObjectPattern':
      return pattern.properties.flatMap(property =>
        namesIn(property.type === 'Property' ? (property.value as Pattern) : property),
      )
    default:
      return []
  }
}

const isFunction = (node: AnyNode): boolean =>
  node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'

/** All `var` of a function, wherever they stand in it. */
export function varsIn(body: AnyNode): VariableDeclaration[] {
  const found: VariableDeclaration[] = []
  const open = [body]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'VariableDeclaration' && node.kind === 'var') found.push(node)
    open.push(...childrenOf(node).filter(child => !isFunction(child)))
  }
  return found
}
