import type { Bench } from '../installation.js'
import type { Figure } from '../report.js'
import { measureFrames } from './frames.js'
import { measureOpenBets } from './open-bets.js'
import { measurePnlReads } from './reads.js'
import { measureTopRate } from './top-rate.js'

/** Profit and loss: how soon a desk sees a bet, how many bets there may be, what reads cost beside them. */
export async function measurePnl(bench: Bench): Promise<Figure[]> {
  const frames = await measureFrames(bench)
  const { eventsPerSecond, figures } = await measureTopRate(bench)
  return [...frames, ...figures, ...(await measurePnlReads(bench, eventsPerSecond)), ...(await measureOpenBets(bench))]
}
