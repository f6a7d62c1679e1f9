import { BenchLoad } from '../../bench-load.js'
import { cpuFigures, measureRate, type Rate } from '../full-rate.js'
import type { Bench } from '../installation.js'
import type { Figure } from '../report.js'
import { createDraw } from './draw-set.js'

const STEPS = ['100', '250', '1000'] as const
const RATIO_TARGET = { atLeast: 0.8 } as const

/**
 * A node that has just started reads what each player has, and draws that were just made have first tickets to tell of:
 * the ratio is lower, 0.76 where it was 0.82, until most players have staked some times.
 */
const WARM_UP_SECONDS = 18
/** Between runs of which one comes out a tenth higher than the next one, each of them counts for little. */
const ROUNDS = 2

/** The same events at full rate with three open draws, each run between two without: the machine's own pace drifts. */
export async function measureDrawRatio(bench: Bench): Promise<Figure[]> {
  const rate = (name: string, steps: readonly string[]) =>
    measureRate(bench, {
      say: `draws, ${name}`,
      load: () => new BenchLoad({ seed: 'draws', prefix: `d${Date.now()}`, players: bench.options.players }),
      prepare: async api => {
        for (const stakePerTicket of steps)
          await createDraw(api, `every-${stakePerTicket}`, Date.now(), { stakePerTicket })
      },
      warmUpSeconds: WARM_UP_SECONDS,
    })
  const without = [await rate('without', [])]
  const beside: Rate[] = []
  for (let round = 0; round < ROUNDS; round++) {
    beside.push(await rate('with three open', STEPS))
    without.push(await rate('without again', []))
  }
  const [alone, withThree] = [meanRate(without), meanRate(beside)]
  return [
    { name: 'ingest without draws', value: alone, unit: `events/s (${spread(without)})` },
    { name: 'ingest with three open draws', value: withThree, unit: `events/s (${spread(beside)})` },
    { name: 'with three draws to without', value: withThree / alone, unit: '', target: RATIO_TARGET },
    ...cpuFigures('no draws', without.at(-1)!),
    ...cpuFigures('three open draws', beside.at(-1)!),
  ]
}

const meanRate = (rates: readonly Rate[]): number =>
  rates.reduce((sum, rate) => sum + rate.eventsPerSecond, 0) / rates.length

const spread = (rates: readonly Rate[]): string => rates.map(rate => Math.round(rate.eventsPerSecond)).join(', ')
