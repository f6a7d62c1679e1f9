import type { Place } from './filter-problem.js'
import {
  CALL_DEPTH_MAX,
  NESTING_MAX,
  SEARCH_STEP_SHIFT,
  STEPS_MAX,
  STRING_CHARACTERS_MAX,
  STRING_STEP_SHIFT,
} from './limits.js'

/**
 * The evaluation under way. There is one at a time: a filter runs to its end without a pause, and no filter can start
 * another. It lives here rather than in an argument because every node of every filter would have to pass it on.
 */
export const run = {
  steps: 0,
  callDepth: 0,
  nesting: 0,
  /** Of the last call: where a built-in's complaint belongs. */
  place: null as Place | null,
  /** What a return statement has handed to its function. */
  returned: undefined as unknown,
}

export function startRun(): void {
  run.steps = 0
  run.callDepth = 0
  run.nesting = 0
  run.place = null
}

/** The call of the filter itself, which is within all limits. */
export function beginCall(weight: number, nesting: number): void {
  run.steps = weight
  run.callDepth = 1
  run.nesting = nesting
}

/** A value that the filter threw, or a fault of its own: its catch clause gets it. */
export class Thrown {
  constructor(
    readonly value: unknown,
    readonly place: Place | null,
  ) {}
}

/** A limit was passed: nothing in the filter can catch this. */
export class LimitReached {
  constructor(readonly reason: string) {}
}

export function step(count: number): void {
  run.steps += count
  if (run.steps > STEPS_MAX) throw new LimitReached(`took more than ${STEPS_MAX} steps`)
}

export function enterCall(nesting: number): void {
  if (++run.callDepth > CALL_DEPTH_MAX) throw new LimitReached(`calls are nested deeper than ${CALL_DEPTH_MAX}`)
  nest(nesting)
}

/** Whatever may end up in a call again counts for what it puts on the native stack; the caller takes it off. */
export function nest(nesting: number): void {
  run.nesting += nesting
  if (run.nesting > NESTING_MAX) throw new LimitReached('calls are nested too deeply')
}

export function leaveCall(nesting: number): void {
  run.nesting -= nesting
  run.callDepth--
}

/** A string that was read from end to end. */
export function scanned(text: string): string {
  step(text.length >> STRING_STEP_SHIFT)
  return text
}

/** A text in which another is looked for from end to end: at worst, each place of it is a beginning. */
export function searched(text: string, sought: string): string {
  const pairs = Math.max(0, text.length - sought.length) * sought.length
  // No shift: there may be more pairs than 32 bits hold.
  step((text.length >> STRING_STEP_SHIFT) + Math.floor(pairs / 2 ** SEARCH_STEP_SHIFT))
  return text
}

/** A string that was made. */
export function made(text: string): string {
  checkLength(text.length)
  step(text.length >> STRING_STEP_SHIFT)
  return text
}

/** Before a string of this length is made. */
export function checkLength(length: number): void {
  if (length > STRING_CHARACTERS_MAX) throw new LimitReached(`a string is longer than ${STRING_CHARACTERS_MAX}`)
}
