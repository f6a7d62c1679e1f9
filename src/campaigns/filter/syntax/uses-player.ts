import type { AnyNode, Property } from 'acorn'
import type { FilterFunction } from './parse.js'
import type { Names } from './scope.js'
import { childrenOf } from './tree.js'

const PLAYER = new Set(['player', 'getPlayer'])

/** Whether a filter may look at event.player: it names it, or does something with the event that can't be followed. */
export function usesPlayer(filter: FilterFunction, names: Names): boolean {
  const [param] = filter.params
  if (param === undefined) return false
  const target = param.type === 'AssignmentPattern' ? param.left : param
  if (target.type !== 'Identifier' && !isPlainPattern(target)) return true
  const event = target.type === 'Identifier' ? names.references.get(target)!.binding : null
  const open: [node: AnyNode, parent: AnyNode][] = filter.params.map(node => [node, filter])
  open.push([filter.body, filter])
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, parent] = next
    if (namesPlayer(node)) return true
    if (
      event !== null &&
      node !== target &&
      names.references.get(node)?.binding === event &&
      !isFollowed(node, parent)
    ) {
      return true
    }
    for (const child of childrenOf(node)) open.push([child, node])
  }
  return false
}

function namesPlayer(node: AnyNode): boolean {
  if (node.type === 'MemberExpression') return isPlayerKey(node.property, node.computed)
  return node.type === 'Property' && isPlayerKey(node.key, node.computed)
}

function isPlayerKey(key: AnyNode, computed: boolean): boolean {
  if (key.type === 'Literal') return PLAYER.has(String(key.value))
  return !computed && key.type === 'Identifier' && PLAYER.has(key.name)
}

/** `event.x`, `event['x']` and `const { x } = event` say what they read. */
function isFollowed(node: AnyNode, parent: AnyNode): boolean {
  if (parent.type === 'MemberExpression') {
    return parent.object === node && (!parent.computed || parent.property.type === 'Literal')
  }
  return parent.type === 'VariableDeclarator' && parent.init === node && isPlainPattern(parent.id)
}

/** { a, b: { c } } without a rest and without computed keys. */
function isPlainPattern(pattern: AnyNode): boolean {
  if (pattern.type !== 'ObjectPattern') return false
  return pattern.properties.every(property => property.type === 'Property' && !(property as Property).computed)
}
