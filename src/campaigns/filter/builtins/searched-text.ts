import { MatcherInputBase } from 're2js'
import { step } from '../run.js'

/**
 * What a search costs depends on how far it looks ahead, which nobody knows beforehand: a thousand matches in a long text
 * may read it once, or a thousand times. So the text itself counts how often it is read.
 */
class SearchedText extends String {
  private cost = 0

  constructor(
    private readonly text: string,
    private readonly readCost: number,
  ) {
    super(text)
  }

  override charCodeAt(index: number): number {
    this.cost += this.readCost
    if (this.cost >= STEP_COST) {
      step(Math.floor(this.cost / STEP_COST))
      this.cost %= STEP_COST
    }
    return this.text.charCodeAt(index)
  }
}

/** In units of about four nanoseconds. */
const STEP_COST = 128

/** As far as the engine backtracks: then a read is one character for one part of the pattern, else for all of them. */
const BACKTRACKING_SIZE_MAX = 500
const BACKTRACKING_PRODUCT_MAX = 262_144

export function readCost(size: number, groupCount: number, characters: number): number {
  const backtracks = size <= BACKTRACKING_SIZE_MAX && characters * size <= BACKTRACKING_PRODUCT_MAX
  return backtracks ? 16 + 4 * size : size * (4 + groupCount)
}

export class SearchedInput extends MatcherInputBase {
  private readonly searched: SearchedText

  constructor(text: string, readCost: number) {
    super()
    this.searched = new SearchedText(text, readCost)
  }

  override getEncoding(): unknown {
    return MatcherInputBase.Encoding.UTF_16
  }

  override asCharSequence(): string {
    return this.searched as unknown as string
  }

  override length(): number {
    return this.searched.length
  }
}
