import type { AnyNode } from 'acorn'
import type { Binding, Names } from '../syntax/scope.js'

/**
 * An environment of variables: the first element is the environment around it. A source becomes closures over these;
 * nothing of it is ever evaluated by JavaScript itself.
 */
export type Env = unknown[]
export type Eval = (env: Env) => unknown
export type Arguments = (env: Env) => unknown[]
export type Exec = (env: Env) => Completion
/** Gives a value to what a pattern names. */
export type Assign = (env: Env, value: unknown) => void

/** How a statement ended. Numbers, not exceptions: these are what every `return` costs. */
export type Completion = 0 | 1 | 2 | 3
export const NORMAL = 0
export const BREAK = 1
export const CONTINUE = 2
/** The value is in run.returned. */
export const RETURN = 3

/** What the parts of the compiler ask of each other. */
export interface Compiler {
  readonly source: string
  readonly names: Names
  /** The parameter that holds the event, where it holds nothing else ever. */
  readonly event: Binding | null
  countRegex(node: AnyNode): void
  expression(node: AnyNode): Eval
  statement(node: AnyNode): Exec
}
