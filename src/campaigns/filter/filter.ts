import { compileFilterFunction } from './compile/compile.js'
import type { Entry } from './compile/entry.js'
import type { FilterEvent } from './filter-event.js'
import { FilterError, FilterRefused } from './filter-problem.js'
import { LimitReached, run, startRun, Thrown } from './run.js'
import { parseFilter } from './syntax/parse.js'
import { usesPlayer } from './syntax/uses-player.js'
import { shownValue } from './values/coerce.js'
import { ErrorValue } from './values/special.js'

export { FilterError, FilterRefused }

/** A campaign's filter, ready to be asked. */
export interface CompiledFilter {
  /** Whether it may look at event.player. */
  readonly usesPlayer: boolean
  /** Taken by the last call of matches. */
  readonly steps: number
  /** Only the boolean true matches. Throws FilterError, and nothing else. */
  matches(event: FilterEvent): boolean
}

/** Throws FilterRefused where the source can't be a filter. */
export function compileFilter(source: string): CompiledFilter {
  const filter = parseFilter(source)
  const { names, entry } = compileFilterFunction(source, filter)
  return new ClosureFilter(entry, usesPlayer(filter, names))
}

class ClosureFilter implements CompiledFilter {
  steps = 0

  constructor(
    private readonly entry: Entry,
    readonly usesPlayer: boolean,
  ) {}

  matches(event: FilterEvent): boolean {
    startRun()
    try {
      return this.entry(event) === true
    } catch (problem) {
      throw filterError(problem)
    } finally {
      this.steps = run.steps
    }
  }
}

function filterError(problem: unknown): FilterError {
  if (problem instanceof LimitReached) return new FilterError(problem.reason)
  if (problem instanceof Thrown) return new FilterError(shownThrown(problem))
  // The native stack is bounded by our own limits; where it is full all the same, that is the filter's doing.
  if (problem instanceof RangeError) return new FilterError('RangeError: calls are nested too deeply')
  return new FilterError(`this filter can't be evaluated: ${problem instanceof Error ? problem.message : 'unknown'}`)
}

function shownThrown({ value, place }: Thrown): string {
  const where = place === null ? '' : ` (line ${place.line}, column ${place.column})`
  return `${value instanceof ErrorValue ? value.primitive() : `threw ${shownValue(value)}`}${where}`
}
