import type { AnyNode } from 'acorn'
import { REGEXES_MAX } from '../limits.js'
import { analyse } from '../syntax/analyse.js'
import type { FilterFunction } from '../syntax/parse.js'
import type { Binding, Names } from '../syntax/scope.js'
import { refuse } from '../syntax/tree.js'
import { compileAssignment, compileUpdate } from './assignment.js'
import { compileCall, compileNew } from './call.js'
import type { Compiler, Eval, Exec } from './compiler.js'
import { compileEntry, type Entry } from './entry.js'
import { compileCode, compileFunction } from './function.js'
import { compileArray, compileLiteral, compileObject, compileTemplate } from './literal.js'
import { compileLoop } from './loop.js'
import { compileChain, compileMember } from './member.js'
import { compileBinary, compileConditional, compileLogical, compileUnary } from './operator.js'
import { compileSimple } from './statement.js'
import { compileTry } from './try.js'
import { compileIdentifier } from './variable.js'

export interface CompiledFunction {
  readonly names: Names
  readonly entry: Entry
}

/** A function of the subset as a closure. */
export function compileFilterFunction(source: string, filter: FilterFunction): CompiledFunction {
  const names = analyse(filter)
  checkParameters(filter, names)
  const compiler = new FilterCompiler(source, names, eventBinding(filter, names))
  const entry = compileEntry(filter, names.scopes.get(filter)!, compileCode(compiler, filter))
  compiler.forget()
  return { names, entry }
}

/** A filter is called with the event alone: what else it asks for would be undefined, which is a mistake of its author. */
function checkParameters(filter: FilterFunction, names: Names): void {
  for (const param of filter.params.slice(1)) {
    const isUsed = param.type === 'Identifier' && names.scopes.get(filter)!.bindings.get(param.name)!.used
    if (isUsed || param.type === 'ObjectPattern' || param.type === 'ArrayPattern') {
      refuse(param, 'a filter has one parameter, the event')
    }
  }
}

/** A filter that calls itself may do so with something else than an event. */
function eventBinding(filter: FilterFunction, names: Names): Binding | null {
  const [param] = filter.params
  if (param?.type !== 'Identifier') return null
  const { bindings } = names.scopes.get(filter)!
  const callsItself = [...bindings.values()].some(({ kind, used }) => kind === 'self' && used)
  const binding = bindings.get(param.name)!
  return binding.assigned || callsItself ? null : binding
}

const NO_NAMES: Names = { scopes: new Map(), references: new Map(), memberNames: new Set() }

class FilterCompiler implements Compiler {
  private regexes = 0

  constructor(
    public source: string,
    public names: Names,
    public event: Binding | null,
  ) {}

  /** Closures may hold on to this, and must not keep a whole syntax tree that way. */
  forget(): void {
    this.source = ''
    this.names = NO_NAMES
    this.event = null
  }

  countRegex(node: AnyNode): void {
    if (++this.regexes > REGEXES_MAX) refuse(node, `a filter may have ${REGEXES_MAX} regular expressions`)
  }

  statement(node: AnyNode): Exec {
    const exec =
      compileSimple(this, node) ??
      compileLoop(this, node) ??
      (node.type === 'TryStatement' ? compileTry(this, node) : null)
    return exec ?? refuse(node, `${node.type} is not supported`)
  }

  expression(node: AnyNode): Eval {
    switch (node.type) {
      case 'Identifier':
        return compileIdentifier(this, node)
      case 'Literal':
        return compileLiteral(this, node)
      case 'MemberExpression':
        return compileMember(this, node)
      case 'CallExpression':
        return compileCall(this, node)
      case 'ChainExpression':
        return compileChain(this, node)
      case 'BinaryExpression':
        return compileBinary(this, node)
      case 'LogicalExpression':
        return compileLogical(this, node)
      case 'UnaryExpression':
        return compileUnary(this, node)
      case 'ConditionalExpression':
        return compileConditional(this, node)
      default:
        return this.otherExpression(node)
    }
  }

  private otherExpression(node: AnyNode): Eval {
    switch (node.type) {
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'FunctionDeclaration':
        return compileFunction(this, node)
      case 'TemplateLiteral':
        return compileTemplate(this, node)
      case 'ArrayExpression':
        return compileArray(this, node)
      case 'ObjectExpression':
        return compileObject(this, node)
      case 'AssignmentExpression':
        return compileAssignment(this, node)
      case 'UpdateExpression':
        return compileUpdate(this, node)
      case 'NewExpression':
        return compileNew(this, node)
      case 'SequenceExpression':
        return compileSequence(node.expressions.map(part => this.expression(part)))
      default:
        return refuse(node, `${node.type} is not supported`)
    }
  }
}

function compileSequence(parts: readonly Eval[]): Eval {
  return env => {
    let value: unknown
    for (const part of parts) value = part(env)
    return value
  }
}
