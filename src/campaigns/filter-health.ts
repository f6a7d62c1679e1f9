/** So many evaluations are seen before anything is concluded from them. */
const EVALUATIONS_MIN = 100
/** Then the past counts half, so that what changes shows. */
const EVALUATIONS_MAX = 2_000
const ERRORS_SHARE_MAX = 0.5
const STEPS_AN_EVENT_MAX = 500

/** Watches one filter on this node. */
export class FilterHealth {
  private evaluations = 0
  private errors = 0
  private steps = 0

  /** The reason to switch its campaign off; null while it does well. */
  note(evaluations: number, errors: number, steps: number): string | null {
    this.evaluations += evaluations
    this.errors += errors
    this.steps += steps
    const verdict = this.verdict()
    // A verdict is told once; where it could not be acted on, what comes next tells it again.
    if (verdict !== null) this.keep(0)
    else if (this.evaluations > EVALUATIONS_MAX) this.keep(0.5)
    return verdict
  }

  private keep(share: number): void {
    this.evaluations = Math.floor(share * this.evaluations)
    this.errors = Math.floor(share * this.errors)
    this.steps = Math.floor(share * this.steps)
  }

  private verdict(): string | null {
    const { evaluations, errors, steps } = this
    if (evaluations < EVALUATIONS_MIN) return null
    if (errors > ERRORS_SHARE_MAX * evaluations) return `its filter failed on ${errors} of ${evaluations} events`
    const average = Math.round(steps / evaluations)
    if (average <= STEPS_AN_EVENT_MAX) return null
    return `its filter takes ${average} steps an event, more than ${STEPS_AN_EVENT_MAX}, and would slow everything else`
  }
}
