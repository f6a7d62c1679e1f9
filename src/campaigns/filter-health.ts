import type { Campaign } from './campaign.js'

/** What the filter of one campaign did in one batch. */
export interface FilterRun {
  readonly campaign: Campaign
  evaluations: number
  matches: number
  errors: number
  steps: number
  lastError: string | null
  /** Why it was run no more before the batch's end. */
  condemned: string | null
}

/** So many evaluations are seen before anything is concluded from them. */
const EVALUATIONS_MIN = 100
/** Then the past counts half, so that what changes shows. */
const EVALUATIONS_MAX = 2_000
const ERRORS_SHARE_MAX = 0.5
const STEPS_AN_EVENT_MAX = 500

interface Seen {
  readonly version: number
  evaluations: number
  errors: number
  steps: number
}

/** Watches the filters that this node runs, and tells which campaign has to be switched off, and why. */
export class FilterHealth {
  private readonly seen = new Map<string, Seen>()

  /** The reason to switch the campaign off; null while its filter does well. */
  note({ campaign, evaluations, errors, steps, condemned }: FilterRun): string | null {
    let seen = this.seen.get(campaign.id)
    if (seen?.version !== campaign.version) {
      seen = { version: campaign.version, evaluations: 0, errors: 0, steps: 0 }
      this.seen.set(campaign.id, seen)
    }
    seen.evaluations += evaluations
    seen.errors += errors
    seen.steps += steps
    const verdict = condemned ?? verdictOn(seen)
    // A verdict is told once; where it could not be acted on, what comes next tells it again.
    if (verdict !== null) this.seen.delete(campaign.id)
    else if (seen.evaluations > EVALUATIONS_MAX) {
      seen.evaluations /= 2
      seen.errors /= 2
      seen.steps /= 2
    }
    return verdict
  }
}

/** The same of what one batch has shown so far: a filter that it condemns is run no more in that batch. */
export const verdictSoFar = (run: FilterRun): string | null => verdictOn(run)

function verdictOn({ evaluations, errors, steps }: Pick<Seen, 'evaluations' | 'errors' | 'steps'>): string | null {
  if (evaluations < EVALUATIONS_MIN) return null
  if (errors > ERRORS_SHARE_MAX * evaluations) {
    return `its filter failed on ${Math.round(errors)} of ${Math.round(evaluations)} events`
  }
  const average = Math.round(steps / evaluations)
  if (average <= STEPS_AN_EVENT_MAX) return null
  return `its filter takes ${average} steps an event, more than ${STEPS_AN_EVENT_MAX}, and would slow everything else`
}
