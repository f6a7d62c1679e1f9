import { BenchLoad } from '../../bench-load.js'
import { cpuFigures, measureRate } from '../full-rate.js'
import type { Bench } from '../installation.js'
import type { Figure } from '../report.js'
import { createDraw } from './draw-set.js'

const STEPS = ['100', '250', '1000'] as const
const RATIO_TARGET = { atLeast: 0.8 } as const

/** The same events at full rate with three open draws, between two runs without: the machine's own pace drifts. */
export async function measureDrawRatio(bench: Bench): Promise<Figure[]> {
  const rate = (name: string, steps: readonly string[]) =>
    measureRate(bench, {
      say: `draws, ${name}`,
      load: () => new BenchLoad({ seed: 'draws', prefix: `d${Date.now()}`, players: bench.options.players }),
      prepare: async api => {
        for (const stakePerTicket of steps)
          await createDraw(api, `every-${stakePerTicket}`, Date.now(), { stakePerTicket })
      },
    })
  const before = await rate('without', [])
  const beside = await rate('with three open', STEPS)
  const after = await rate('without again', [])
  const without = (before.eventsPerSecond + after.eventsPerSecond) / 2
  const both = `${Math.round(before.eventsPerSecond)} before, ${Math.round(after.eventsPerSecond)} after`
  return [
    { name: 'ingest without draws', value: without, unit: `events/s (${both})` },
    { name: 'ingest with three open draws', value: beside.eventsPerSecond, unit: 'events/s' },
    { name: 'with three draws to without', value: beside.eventsPerSecond / without, unit: '', target: RATIO_TARGET },
    ...cpuFigures('no draws', after),
    ...cpuFigures('three open draws', beside),
  ]
}
