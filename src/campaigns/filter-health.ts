/** So many evaluations are seen before anything is concluded from failures. */
const EVALUATIONS_MIN = 100
/** Then the past counts half, so that what changes shows. */
const EVALUATIONS_MAX = 2_000
const ERRORS_SHARE_MAX = 0.5
/** A step is about half a microsecond: this is a millisecond an event. */
export const STEPS_AN_EVENT_MAX = 2_000
/** So many are seen before anything is concluded from them: an endless loop takes them in five events. */
export const STEPS_MIN = 50_000
/** Of steps the past counts half sooner: good times are no credit for long. */
const STEPS_EVALUATIONS_MAX = 200

/** Watches one filter on this node. */
export class FilterHealth {
  private evaluations = 0
  private errors = 0
  private steps = 0
  private stepsEvaluations = 0

  /** The reason to switch its campaign off; null while it does well. */
  note(evaluations: number, errors: number, steps: number, stepsAnEventMax = STEPS_AN_EVENT_MAX): string | null {
    this.evaluations += evaluations
    this.errors += errors
    this.steps += steps
    this.stepsEvaluations += evaluations
    const verdict = this.failing() ?? this.slow(stepsAnEventMax)
    // A verdict is told once; where it could not be acted on, what comes next tells it again.
    if (verdict !== null || this.evaluations > EVALUATIONS_MAX) this.keepOfErrors(verdict === null ? 0.5 : 0)
    if (verdict !== null || this.stepsEvaluations > STEPS_EVALUATIONS_MAX) this.keepOfSteps(verdict === null ? 0.5 : 0)
    return verdict
  }

  private keepOfErrors(share: number): void {
    this.evaluations = Math.floor(share * this.evaluations)
    this.errors = Math.floor(share * this.errors)
  }

  private keepOfSteps(share: number): void {
    this.steps = Math.floor(share * this.steps)
    this.stepsEvaluations = Math.floor(share * this.stepsEvaluations)
  }

  private failing(): string | null {
    const { evaluations, errors } = this
    if (evaluations < EVALUATIONS_MIN || errors <= ERRORS_SHARE_MAX * evaluations) return null
    return `its filter failed on ${errors} of ${evaluations} events`
  }

  private slow(stepsAnEventMax: number): string | null {
    if (this.steps < STEPS_MIN) return null
    const average = Math.round(this.steps / this.stepsEvaluations)
    if (average <= stepsAnEventMax) return null
    const bound =
      stepsAnEventMax === STEPS_AN_EVENT_MAX
        ? `${stepsAnEventMax}`
        : `${stepsAnEventMax}, in a batch whose filters took too long together`
    return `its filter takes ${average} steps an event, more than ${bound}, and would slow everything else`
  }
}
