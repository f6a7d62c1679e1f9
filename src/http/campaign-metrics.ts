import { Counter, Histogram } from 'prom-client'
import type { FilterRun } from '../campaigns/filter-health.js'
import { SECOND_MS } from '../kernel/time.js'
import type { Metrics } from './metrics.js'

/** What campaign filters do, for each batch in which one ran. */
export function observeFilters({ registry }: Metrics): (runs: readonly FilterRun[], tookMs: number) => void {
  const registers = [registry]
  const evaluations = new Counter({
    name: 'tidemark_filter_evaluations_total',
    help: 'Events shown to a campaign filter',
    registers,
  })
  const matches = new Counter({
    name: 'tidemark_filter_matches_total',
    help: 'Events that a filter found true',
    registers,
  })
  const errors = new Counter({
    name: 'tidemark_filter_errors_total',
    help: 'Events that a filter failed on',
    registers,
  })
  const took = new Histogram({
    name: 'tidemark_filter_batch_seconds',
    help: 'Time of all filters of a batch',
    buckets: [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
    registers,
  })
  return (runs, tookMs) => {
    if (runs.length === 0) return
    // A batch may have a thousand runs, and a counter costs more than an addition.
    const sum = { evaluations: 0, matches: 0, errors: 0 }
    for (const run of runs) {
      sum.evaluations += run.evaluations
      sum.matches += run.matches
      sum.errors += run.errors
    }
    evaluations.inc(sum.evaluations)
    matches.inc(sum.matches)
    errors.inc(sum.errors)
    took.observe(tookMs / SECOND_MS)
  }
}
