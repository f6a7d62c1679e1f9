import { Gauge, Histogram } from 'prom-client'
import { DRAW_STATUSES, type DrawStatus } from '../draws/draw.js'
import { SECOND_MS } from '../kernel/time.js'
import type { Metrics } from './metrics.js'

/** A draw as it is counted here. */
export interface CountedDraw {
  readonly status: DrawStatus
  readonly ticketsTotal: number
}

export interface DrawMetrics {
  observeStep(step: string, tookMs: number): void
}

/** `readDraws` is asked once a scrape. Milestones and awards are counted with all other effects. */
export function makeDrawMetrics({ registry }: Metrics, readDraws: () => Promise<readonly CountedDraw[]>): DrawMetrics {
  const registers = [registry]
  let reading: Promise<readonly CountedDraw[] | null> | null = null
  // A scrape has its other figures also while the database is away.
  const draws = () => {
    reading ??= readDraws()
      .catch(() => null)
      .finally(() => {
        reading = null
      })
    return reading
  }
  const gauge = (name: string, help: string, figureOf: (draws: readonly CountedDraw[]) => number) =>
    new Gauge({
      name: `tidemark_${name}`,
      help,
      labelNames: ['status'],
      registers,
      async collect() {
        const all = await draws()
        if (all === null) return
        for (const status of DRAW_STATUSES) this.set({ status }, figureOf(all.filter(draw => draw.status === status)))
      },
    })
  gauge('draws', 'Draws, by status', ({ length }) => length)
  gauge('draw_tickets', 'Tickets of all draws of a status, so far', all =>
    all.reduce((sum, draw) => sum + draw.ticketsTotal, 0),
  )
  const step = new Histogram({
    name: 'tidemark_draw_step_seconds',
    help: 'What this node has done for draws: backfill, close, freeze, award',
    labelNames: ['step'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300],
    registers,
  })
  return { observeStep: (name, tookMs) => step.observe({ step: name }, tookMs / SECOND_MS) }
}
