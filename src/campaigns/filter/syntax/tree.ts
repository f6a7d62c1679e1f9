import type { AnyNode, Node } from 'acorn'
import type { Place } from '../filter-problem.js'
import { FilterRefused } from '../filter-problem.js'
import { NODES_PER_STEP, SOURCE_DEPTH_MAX, SOURCE_NODES_MAX } from '../limits.js'

/** Walks over syntax trees that need no recursion, since a hostile tree may be as deep as it is long. */

export const placeOf = (node: Node): Place => ({ line: node.loc!.start.line, column: node.loc!.start.column + 1 })

export const refuse = (node: Node, reason: string): never => {
  throw new FilterRefused(placeOf(node), reason)
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'

export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = []
  const members = node as unknown as Readonly<Record<string, unknown>>
  for (const key in members) {
    const value = members[key]
    if (typeof value !== 'object' || value === null || key === 'loc') continue
    if (Array.isArray(value)) children.push(...value.filter(isNode))
    else if (isNode(value)) children.push(value)
  }
  return children
}

/**
 * Parentheses have done their work when the tree stands; they count as depth all the same, since they are what the parser
 * recurses on.
 */
export function boundTree(root: AnyNode): void {
  const open: [node: AnyNode, depth: number][] = [[root, 1]]
  let count = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, depth] = next
    if (++count > SOURCE_NODES_MAX) refuse(root, `a filter may have ${SOURCE_NODES_MAX} syntax nodes`)
    if (depth > SOURCE_DEPTH_MAX) refuse(node, `this is nested deeper than ${SOURCE_DEPTH_MAX} levels`)
    for (const child of childrenOf(node)) open.push([child, goesOn(node, child) ? depth : depth + 1])
  }
}

/** Chains such as a || b || c and else-if are flat to whoever reads them, and are compiled flat. */
function goesOn(node: AnyNode, child: AnyNode): boolean {
  if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') {
    return child === node.alternate && child.type === node.type
  }
  return isChain(node) && child === node.left && child.type === node.type && child.operator === node.operator
}

type Chain = Extract<AnyNode, { type: 'LogicalExpression' | 'BinaryExpression' }>
const isChain = (node: AnyNode): node is Chain =>
  node.type === 'LogicalExpression' || (node.type === 'BinaryExpression' && node.operator === '+')

/** The operands of a || b || c, from left to right. */
export function operandsOf(node: Chain): AnyNode[] {
  const operands: AnyNode[] = [node.right]
  let left: AnyNode = node.left
  while (left.type === node.type && isChain(left) && left.operator === node.operator) {
    operands.push(left.right)
    left = left.left
  }
  return [...operands, left].reverse() as AnyNode[]
}

/** Replaces (x) by x, everywhere. */
export function withoutParentheses(root: AnyNode): AnyNode {
  const bare = inner(root)
  const open: AnyNode[] = [bare]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const members = node as unknown as Record<string, unknown>
    for (const [key, value] of Object.entries(members)) {
      if (isNode(value)) members[key] = inner(value)
      else if (Array.isArray(value)) members[key] = value.map(item => (isNode(item) ? inner(item) : item))
    }
    open.push(...childrenOf(node))
  }
  return bare
}

function inner(node: AnyNode): AnyNode {
  let bare = node
  while (bare.type === 'ParenthesizedExpression') bare = bare.expression
  return bare
}

/** Steps for each time that this runs: so many nodes can't be free. */
export function weightOf(root: AnyNode): number {
  const open = [root]
  let count = 0
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    count++
    open.push(...childrenOf(node))
  }
  return 1 + Math.floor(count / NODES_PER_STEP)
}

export function heightOf(root: AnyNode): number {
  const open: [node: AnyNode, depth: number][] = [[root, 1]]
  let height = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, depth] = next
    height = Math.max(height, depth)
    for (const child of childrenOf(node)) open.push([child, goesOn(node, child) ? depth : depth + 1])
  }
  return height
}
