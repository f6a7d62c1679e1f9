import type { AnyNode, AssignmentProperty, ForStatement, Identifier, ObjectPattern, Property } from 'acorn'
import { isGlobal, refuseGlobal } from '../builtins/globals.js'
import { namesIn, varsIn } from './declarations.js'
import type { FilterFunction } from './parse.js'
import { type Binding, type BindingKind, type Names, type Reference, Scope } from './scope.js'
import { childrenOf, operandsOf, refuse } from './tree.js'
import { UNSUPPORTED } from './unsupported.js'

type AnyFunction = FilterFunction | Extract<AnyNode, { type: 'FunctionDeclaration' }>

/** Finds what each name of a source means, and refuses what is not supported. */
export function analyse(filter: FilterFunction): Names {
  const analysis = new Analysis()
  analysis.visitFunction(filter, null)
  for (const scope of analysis.scopes.values()) scope.allocate()
  return analysis
}

class Analysis implements Names {
  readonly scopes = new Map<AnyNode, Scope>()
  readonly references = new Map<AnyNode, Reference>()
  readonly memberNames = new Set<string>()

  private open(node: AnyNode, parent: Scope | null, kind: Scope['kind'], inLoop: boolean): Scope {
    const scope = new Scope(parent, kind, inLoop)
    this.scopes.set(node, scope)
    return scope
  }

  visitFunction(node: AnyFunction, outer: Scope | null): void {
    if (node.async) refuse(node, 'async functions are not supported: a filter answers at once')
    if (node.generator) refuse(node, 'generators are not supported')
    const scope = this.open(node, outer, 'function', false)
    for (const param of node.params) this.declareIn(param, 'param', scope, 0)
    // What parameters compute must not see what the body declares.
    const isPlain = node.body.type !== 'BlockStatement' || node.params.every(({ type }) => type === 'Identifier')
    const inside = isPlain ? scope : this.open(node.body, scope, 'block', false)
    const vars = varsIn(node.body).flatMap(({ declarations }) => declarations.flatMap(({ id }) => namesIn(id)))
    // A var that names a parameter is that parameter.
    for (const { name } of vars) if (!scope.bindings.has(name)) inside.declare(name, 'var', 0)
    if (node.body.type === 'BlockStatement') this.declareLexical(node.body.body, inside)
    if (node.type === 'FunctionExpression' && node.id && !scope.bindings.has(node.id.name)) {
      scope.declare(node.id.name, 'self', 0)
    }
    for (const param of node.params) this.visitPattern(param, scope, false)
    for (const { name, node: declared } of vars) {
      // JavaScript has two variables here: the function goes on seeing the parameter.
      const { kind, captured } = scope.bindings.get(name) ?? {}
      if (kind === 'param' && captured) {
        refuse(declared, `\`${name}\` is a parameter that a function among the parameters uses: name this otherwise`)
      }
    }
    if (node.body.type === 'BlockStatement') this.visitAll(node.body.body, inside)
    else this.visit(node.body, inside)
  }

  private declareIn(pattern: AnyNode, kind: BindingKind, scope: Scope, readyAt: number): void {
    for (const { name } of namesIn(pattern)) scope.declare(name, kind, readyAt)
  }

  private declareLexical(statements: readonly AnyNode[], scope: Scope): void {
    for (const statement of statements) {
      if (statement.type === 'FunctionDeclaration') scope.declare(statement.id!.name, 'function', 0)
      if (statement.type !== 'VariableDeclaration' || statement.kind === 'var') continue
      if (statement.kind !== 'let' && statement.kind !== 'const') refuse(statement, '`using` is not supported')
      for (const { id, end } of statement.declarations)
        this.declareIn(id, statement.kind as 'let' | 'const', scope, end)
    }
  }

  private visitAll(nodes: readonly (AnyNode | null)[], scope: Scope): void {
    for (const node of nodes) if (node !== null) this.visit(node, scope)
  }

  private refer(node: Identifier, scope: Scope, assigning: boolean): void {
    const binding = scope.find(node.name)
    if (binding === undefined) {
      if (assigning) refuse(node, `\`${node.name}\` is not declared`)
      if (!isGlobal(node.name)) refuseGlobal(node)
      return
    }
    this.references.set(node, { binding, scope })
    binding.used = true
    if (assigning) {
      if (binding.kind === 'const') refuse(node, `\`${node.name}\` is a constant`)
      binding.assigned = true
    }
    this.noteUse(binding, node, scope)
  }

  private noteUse(binding: Binding, node: Identifier, scope: Scope): void {
    const inside = scope.functionScope !== binding.scope.functionScope
    if (inside) binding.captured = true
    if (binding.kind !== 'let' && binding.kind !== 'const') return
    if (inside || node.start < binding.readyAt || binding.scope.kind === 'switch') binding.checked = true
  }

  /** Of a declaration or parameter, or where `assigning` of what an assignment gives values to. */
  private visitPattern(pattern: AnyNode, scope: Scope, assigning: boolean): void {
    switch (pattern.type) {
      case 'Identifier':
        return void (assigning ? this.refer(pattern, scope, true) : this.noteDeclared(pattern, scope))
      case 'AssignmentPattern':
        this.visitPattern(pattern.left, scope, assigning)
        return void this.visit(pattern.right, scope)
      case 'RestElement':
        return void this.visitPattern(pattern.argument, scope, assigning)
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element) this.visitPattern(element, scope, assigning)
        return
      case 'ObjectPattern':
        return void this.visitObjectPattern(pattern, scope, assigning)
      case 'MemberExpression':
        this.noteMember(pattern.property)
        return void this.visit(pattern, scope)
      default:
        refuse(pattern, 'this can not be assigned to')
    }
  }

  private noteDeclared(node: Identifier, scope: Scope): void {
    const binding = scope.find(node.name)!
    this.references.set(node, { binding, scope })
  }

  private visitObjectPattern(pattern: ObjectPattern, scope: Scope, assigning: boolean): void {
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') this.visitPattern(property.argument, scope, assigning)
      else {
        if (property.computed) this.visit(property.key, scope)
        this.visitPattern(property.value, scope, assigning)
      }
    }
  }

  visit(node: AnyNode, scope: Scope): void {
    const reason = UNSUPPORTED.get(node.type)
    if (reason !== undefined) refuse(node, reason)
    switch (node.type) {
      case 'Identifier':
        return void this.refer(node, scope, false)
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return void this.visitFunction(node, scope)
      case 'BlockStatement':
        return void this.visitBlock(node, node.body, scope, 'block')
      case 'VariableDeclaration':
        return void this.visitDeclaration(node, scope)
      case 'ForStatement':
        return void this.visitFor(node, scope)
      case 'ForOfStatement':
      case 'ForInStatement':
        return void this.visitForEach(node, scope)
      case 'WhileStatement':
      case 'DoWhileStatement':
        return void this.visitAll([node.test, node.body], this.open(node, scope, 'block', true))
      case 'SwitchStatement':
        this.visit(node.discriminant, scope)
        return void this.visitSwitch(node, scope)
      case 'CatchClause':
        return void this.visitCatch(node, scope)
      default:
        return void this.visitOperator(node, scope)
    }
  }

  private visitOperator(node: AnyNode, scope: Scope): void {
    switch (node.type) {
      case 'MemberExpression':
        this.visit(node.object, scope)
        if (node.computed || node.property.type === 'PrivateIdentifier') this.visit(node.property, scope)
        return
      case 'Property':
        return void this.visitProperty(node, scope)
      case 'AssignmentExpression':
        this.visitPattern(node.left, scope, true)
        return void this.visit(node.right, scope)
      case 'UpdateExpression':
        return void this.visitPattern(node.argument, scope, true)
      case 'LogicalExpression':
        return void this.visitAll(operandsOf(node), scope)
      case 'BinaryExpression':
        if (node.operator === 'instanceof') refuse(node, '`instanceof` is not supported, use typeof or Array.isArray')
        return void this.visitAll(node.operator === '+' ? operandsOf(node) : childrenOf(node), scope)
      case 'IfStatement':
      case 'ConditionalExpression':
        return void this.visitConditions(node, scope)
      case 'Literal':
        if (node.bigint) refuse(node, 'bigint is not supported')
        return
      default:
        return void this.visitAll(childrenOf(node), scope)
    }
  }

  /** else-if chains may be long: their depth is not bounded. */
  private visitConditions(
    node: Extract<AnyNode, { type: 'IfStatement' | 'ConditionalExpression' }>,
    scope: Scope,
  ): void {
    let next: AnyNode | null | undefined = node
    while (next && next.type === node.type) {
      const arm = next as typeof node
      this.visit(arm.test, scope)
      this.visit(arm.consequent, scope)
      next = arm.alternate
    }
    if (next) this.visit(next, scope)
  }

  private visitProperty(node: Property | AssignmentProperty, scope: Scope): void {
    if (node.kind !== 'init') refuse(node, 'getters and setters are not supported')
    if (node.computed) this.visit(node.key, scope)
    else if (node.key.type === 'Identifier' ? node.key.name === '__proto__' : isProtoLiteral(node.key)) {
      refuse(node, '`__proto__` can not be set')
    }
    this.noteMember(node.key)
    this.visit(node.value, scope)
  }

  private noteMember(key: AnyNode): void {
    if (key.type === 'Identifier') this.memberNames.add(key.name)
    if (key.type === 'Literal') this.memberNames.add(String(key.value))
  }

  private visitBlock(node: AnyNode, body: readonly AnyNode[], scope: Scope, kind: Scope['kind']): void {
    const inner = this.open(node, scope, kind, scope.inLoop)
    this.declareLexical(body, inner)
    this.visitAll(body, inner)
  }

  private visitDeclaration(node: Extract<AnyNode, { type: 'VariableDeclaration' }>, scope: Scope): void {
    if (node.kind !== 'var' && node.kind !== 'let' && node.kind !== 'const') refuse(node, '`using` is not supported')
    for (const { id, init } of node.declarations) {
      this.visitPattern(id, scope, false)
      if (init) this.visit(init, scope)
      // A var may name a parameter: then that has another value from here on.
      if (node.kind === 'var') for (const { name } of namesIn(id)) scope.find(name)!.assigned = true
    }
  }

  private visitFor(node: ForStatement, scope: Scope): void {
    const head = this.open(node, scope, 'block', true)
    if (node.init) {
      this.declareLexical([node.init], head)
      this.visit(node.init, head)
    }
    this.visitAll([node.test ?? null, node.update ?? null], head)
    this.visit(node.body, head)
  }

  private visitForEach(node: Extract<AnyNode, { type: 'ForOfStatement' | 'ForInStatement' }>, scope: Scope): void {
    if (node.type === 'ForOfStatement' && node.await) refuse(node, '`await` is not supported: a filter answers at once')
    this.visit(node.right, scope)
    const head = this.open(node, scope, 'block', true)
    if (node.left.type === 'VariableDeclaration') {
      if (node.left.declarations[0]?.init) refuse(node.left, 'a variable of for-in can not have a first value')
      this.declareLexical([node.left], head)
      this.visit(node.left, head)
    } else this.visitPattern(node.left, head, true)
    this.visit(node.body, head)
  }

  private visitSwitch(node: Extract<AnyNode, { type: 'SwitchStatement' }>, scope: Scope): void {
    const inner = this.open(node, scope, 'switch', scope.inLoop)
    const body = node.cases.flatMap(arm => arm.consequent)
    this.declareLexical(body, inner)
    for (const { test } of node.cases) if (test) this.visit(test, inner)
    this.visitAll(body, inner)
  }

  private visitCatch(node: Extract<AnyNode, { type: 'CatchClause' }>, scope: Scope): void {
    const inner = this.open(node, scope, 'block', scope.inLoop)
    if (node.param) {
      this.declareIn(node.param, 'catch', inner, 0)
      this.visitPattern(node.param, inner, false)
    }
    this.visit(node.body, inner)
  }
}

const isProtoLiteral = (key: AnyNode): boolean => key.type === 'Literal' && key.value === '__proto__'
