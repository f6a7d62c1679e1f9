import type { Clock, Millis } from '../../kernel/time.js'

/** So that a terminal stays readable: at most so many lines in each span of time. */
export class LineBudget {
  private spanStart: Millis = 0
  private spent = 0

  constructor(
    private readonly lines: number,
    private readonly spanMs: Millis,
    private readonly clock: Clock,
  ) {}

  allows(): boolean {
    const now = this.clock()
    if (now - this.spanStart >= this.spanMs) {
      this.spanStart = now
      this.spent = 0
    }
    return this.spent++ < this.lines
  }
}
