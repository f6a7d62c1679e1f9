import type { Bench } from '../installation.js'
import type { Figure } from '../report.js'
import { measureChange } from './change.js'
import { measureEvaluation } from './evaluation.js'
import { measureRatio } from './ratio.js'
import { measureTriggers } from './triggers.js'

/** A thousand live campaigns: what they cost, how soon a change is in force, how soon a trigger arrives. */
export async function measureCampaigns(bench: Bench): Promise<Figure[]> {
  return [
    ...(await measureEvaluation(bench)),
    ...(await measureRatio(bench)),
    ...(await measureChange(bench)),
    ...(await measureTriggers(bench)),
  ]
}
