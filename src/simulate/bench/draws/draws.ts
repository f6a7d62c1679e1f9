import type { Bench } from '../installation.js'
import type { Figure } from '../report.js'
import { measureMaking } from './making.js'
import { measureMilestones } from './milestones.js'
import { measureDrawRatio } from './ratio.js'

/** Open draws: what they cost while events come in, and how soon a milestone arrives, and how a large one is made. */
export async function measureDraws(bench: Bench): Promise<Figure[]> {
  return [...(await measureDrawRatio(bench)), ...(await measureMilestones(bench)), ...(await measureMaking(bench))]
}
