import { enterCall, leaveCall, step } from '../run.js'
import { Callable } from '../values/special.js'
import type { Env } from './compiler.js'

/** A function of a filter's source, made once. */
export interface FunctionCode {
  /** What an environment of it starts as. */
  readonly blank: Env
  readonly bind: (env: Env, args: readonly unknown[]) => void
  readonly selfSlot: number
  readonly body: (env: Env) => unknown
  readonly weight: number
  readonly height: number
}

/** A function together with the variables around it. */
export class Closure extends Callable {
  constructor(
    private readonly code: FunctionCode,
    private readonly around: Env | null,
  ) {
    super()
  }

  call(args: readonly unknown[]): unknown {
    const { code } = this
    step(code.weight)
    enterCall(code.height)
    const env = code.blank.slice()
    env[0] = this.around
    if (code.selfSlot > 0) env[code.selfSlot] = this
    code.bind(env, args)
    const result = code.body(env)
    leaveCall(code.height)
    return result
  }
}
