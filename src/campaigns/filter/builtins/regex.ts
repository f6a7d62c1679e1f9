import { RE2JS } from 're2js'
import { PATTERN_CHARACTERS_MAX, PATTERN_SIZE_MAX } from '../limits.js'
import { step } from '../run.js'
import { PatternRefused, translatePattern } from './pattern-translation.js'
import type { Match } from './replacement.js'
import { readCost, SearchedInput } from './searched-text.js'

/** Characters after which an engine forgets the states it has built: they may be large, and are quickly built again. */
const FORGET_AFTER_CHARACTERS = 4_096
const FLAGS = /^[gimsu]*$/

/** Loose parts of a pattern: with more of them an engine may have to build a new state for each character of a text. */
const CALM_LOOSENESS_MAX = 8
/** Characters times size that a step buys, as powers of two: where states are known, and where each has to be built. */
const CALM_STEP_SHIFT = 9
const WILD_STEP_SHIFT = 3
/** States are looked up in about the same time whatever the size. */
const LOOKUP_SIZE = 16
/** Characters of a range whose cases are looked at in the time that a unit of size takes. */
const FOLDING_SHIFT = 6
/** Of a search, however short. */
const SEARCH_STEPS = 3

/**
 * A compiled pattern. Matching takes time in proportion to the text, whatever the pattern: RE2's engine never goes back.
 * It keeps no state that a match could see, so a literal's is made once and serves all evaluations.
 */
export class CompiledPattern {
  private readonly engine: RE2JS
  private readonly names: ReadonlyMap<string, number>
  private readonly groupCount: number
  private readonly size: number
  private readonly isCalm: boolean
  private read = 0

  constructor(
    readonly source: string,
    readonly flags: string,
    /** Told the size before the work of compiling is done. */
    chargeSize: (size: number) => void = () => undefined,
  ) {
    if (!FLAGS.test(flags)) throw new PatternRefused(`of the flags "${flags}" only g, i, m, s and u are supported`, 0)
    if (source.length > PATTERN_CHARACTERS_MAX) throw new PatternRefused('this regular expression is too long', 0)
    const translation = translatePattern(source, flags)
    if (translation.size > PATTERN_SIZE_MAX) throw new PatternRefused('this regular expression is too large', 0)
    chargeSize(translation.size + (translation.folding >> FOLDING_SHIFT))
    this.engine = compiled(translation.pattern, flags)
    this.names = translation.names
    this.groupCount = translation.groupCount
    this.size = this.engine.programSize()
    this.isCalm = translation.looseness <= CALM_LOOSENESS_MAX
  }

  test(text: string): boolean {
    step(1 + this.testSteps(text.length))
    this.forget(text.length)
    return this.engine.test(text)
  }

  /** The first match at or after `from`. */
  find(text: string, from: number): Match | null {
    step(SEARCH_STEPS)
    this.forget(text.length - from)
    const input = new SearchedInput(text, readCost(this.size, this.groupCount, text.length))
    const matcher = this.engine.matcher(input)
    if (!matcher.find(from)) return null
    const groups: (string | undefined)[] = []
    for (let i = 1; i <= this.groupCount; i++) {
      const start = matcher.start(i)
      groups.push(start < 0 ? undefined : text.slice(start, matcher.end(i)))
    }
    return { start: matcher.start(), end: matcher.end(), groups, names: this.names }
  }

  private testSteps(characters: number): number {
    if (this.isCalm) return Math.floor((characters * (this.size + LOOKUP_SIZE)) / 2 ** CALM_STEP_SHIFT)
    return Math.floor((characters * this.size) / 2 ** WILD_STEP_SHIFT)
  }

  private forget(characters: number): void {
    this.read += characters
    if (this.read > FORGET_AFTER_CHARACTERS) {
      this.read = 0
      this.engine.reset()
    }
  }
}

function compiled(pattern: string, flags: string): RE2JS {
  try {
    return RE2JS.compile(pattern, flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0)
  } catch {
    throw new PatternRefused('this regular expression is not supported', 0)
  }
}
