import { RE2JS } from 're2js'
import { PATTERN_CHARACTERS_MAX, PATTERN_SIZE_MAX, REGEX_STEP_SHIFT } from '../limits.js'
import { step } from '../run.js'
import { PatternRefused, translatePattern } from './pattern-translation.js'
import type { Match } from './replacement.js'

/** Characters after which an engine forgets the states it has built: they may be large, and are quickly built again. */
const FORGET_AFTER_CHARACTERS = 4_096
const FLAGS = /^[gimsu]*$/

/**
 * A compiled pattern. Matching takes time in proportion to the text, whatever the pattern: RE2's engine never goes back.
 * It keeps no state that a match could see, so a literal's is made once and serves all evaluations.
 */
export class CompiledPattern {
  private readonly engine: RE2JS
  private readonly names: ReadonlyMap<string, number>
  private readonly groupCount: number
  private readonly size: number
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
    chargeSize(translation.size)
    this.engine = compiled(translation.pattern, flags)
    this.names = translation.names
    this.groupCount = translation.groupCount
    this.size = this.engine.programSize()
  }

  test(text: string): boolean {
    this.charge(text.length)
    return this.engine.test(text)
  }

  /** The first match at or after `from`. */
  find(text: string, from: number): Match | null {
    this.charge(text.length - from)
    const matcher = this.engine.matcher(text)
    if (!matcher.find(from)) return null
    const groups: (string | undefined)[] = []
    for (let i = 1; i <= this.groupCount; i++) groups.push(matcher.group(i) ?? undefined)
    return { start: matcher.start(), end: matcher.end(), groups, names: this.names }
  }

  private charge(characters: number): void {
    step(1 + ((characters * this.size) >> REGEX_STEP_SHIFT))
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
