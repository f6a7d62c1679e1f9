import type { Place } from '../filter-problem.js'
import { run, Thrown } from '../run.js'

/** A built-in method: what it is called on, and the arguments. */
export type Method = (self: unknown, args: readonly unknown[]) => unknown

/**
 * Values of a filter are primitives, arrays, plain objects, and these. Nothing native that has behaviour of its own ever
 * gets into a filter's hands, so a property that is not ours can't be reached. Anything that does not say otherwise is
 * absent and read-only.
 */
export abstract class Special {
  /** As in `[object Date]`. */
  abstract readonly typeName: string

  read(_key: string): unknown {
    return undefined
  }

  write(key: string, _value: unknown): void {
    fault('TypeError', `"${key}" of this ${this.typeName} can't be written`)
  }

  keys(): readonly string[] {
    return []
  }

  method(_name: string): Method | undefined {
    return undefined
  }

  primitive(_hint: Hint): string | number {
    return `[object ${this.typeName}]`
  }
}

export type Hint = 'default' | 'number' | 'string'

export abstract class Callable extends Special {
  readonly typeName: string = 'Function'
  abstract call(args: readonly unknown[]): unknown

  override primitive(): string {
    return 'function () { }'
  }
}

/** A function of ours that may be passed on, e.g. in `list.map(Number)`. */
export class Builtin extends Callable {
  constructor(readonly call: (args: readonly unknown[]) => unknown) {
    super()
  }
}

export class ErrorValue extends Special {
  readonly typeName = 'Error'

  constructor(
    readonly name: string,
    readonly message: string,
  ) {
    super()
  }

  override read(key: string): unknown {
    return key === 'name' ? this.name : key === 'message' ? this.message : undefined
  }

  override primitive(): string {
    return this.message === '' ? this.name : `${this.name}: ${this.message}`
  }

  override method(name: string): Method | undefined {
    return name === 'toString' ? self => (self as ErrorValue).primitive() : undefined
  }
}

export type FaultName = 'TypeError' | 'RangeError' | 'ReferenceError' | 'SyntaxError'

export function fault(name: FaultName, message: string, place: Place | null = run.place): never {
  throw new Thrown(new ErrorValue(name, message), place)
}
