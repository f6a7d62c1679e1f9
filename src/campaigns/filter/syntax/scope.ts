import type { Node } from 'acorn'

export type BindingKind = 'param' | 'var' | 'let' | 'const' | 'function' | 'self' | 'catch'

/** A variable. */
export interface Binding {
  readonly name: string
  readonly kind: BindingKind
  readonly scope: Scope
  /** Used by a function inside the one that declares it. */
  captured: boolean
  /** Given another value after its declaration, or as one declared by var. */
  assigned: boolean
  used: boolean
  /** Where in the source it has its first value: what stands before, or may run before, has to look. */
  readyAt: number
  checked: boolean
  slot: number
}

/** A use of a variable, in a scope. */
export interface Reference {
  readonly binding: Binding
  readonly scope: Scope
}

export type ScopeKind = 'function' | 'block' | 'switch'

/**
 * Variables live in environments: arrays whose first element is the environment around. A function has one for each
 * call. A block shares that of the scope around it, unless it stands in a loop and a function inside captures one of its
 * variables: then each turn needs its own.
 */
export class Scope {
  readonly bindings = new Map<string, Binding>()
  /** The scope whose environment holds this one's variables. */
  home: Scope = this
  /** How many environments are around home's. */
  level = 0
  /** Of home's environment, its link included. */
  size = 1

  constructor(
    readonly parent: Scope | null,
    readonly kind: ScopeKind,
    readonly inLoop: boolean,
  ) {}

  get hasEnvironment(): boolean {
    return this.home === this
  }

  get functionScope(): Scope {
    let scope: Scope = this
    while (scope.kind !== 'function') scope = scope.parent!
    return scope
  }

  find(name: string): Binding | undefined {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const binding = scope.bindings.get(name)
      if (binding !== undefined) return binding
    }
    return undefined
  }

  declare(name: string, kind: BindingKind, readyAt: number): Binding {
    const known = this.bindings.get(name)
    if (known !== undefined) return known
    const binding: Binding = {
      name,
      kind,
      scope: this,
      captured: false,
      assigned: false,
      used: false,
      readyAt,
      checked: false,
      slot: 0,
    }
    this.bindings.set(name, binding)
    return binding
  }

  /** Gives every variable its place, once all uses are known; the scopes around come first. */
  allocate(): void {
    const captured = [...this.bindings.values()].some(binding => binding.captured)
    if (this.kind !== 'function' && !(this.inLoop && captured)) this.home = this.parent!.home
    this.level = this.hasEnvironment ? (this.parent === null ? 0 : this.parent.home.level + 1) : this.home.level
    for (const binding of this.bindings.values()) binding.slot = this.home.size++
  }
}

/** What is known about a source's names. */
export interface Names {
  readonly scopes: ReadonlyMap<Node, Scope>
  readonly references: ReadonlyMap<Node, Reference>
  /** What the source calls members of objects that it makes. */
  readonly memberNames: ReadonlySet<string>
}
