import { Counter, Histogram } from 'prom-client'
import { SECOND_MS } from '../kernel/time.js'
import type { FilterReport } from '../pipeline/campaign-step.js'
import type { Metrics } from './metrics.js'

/** What campaign filters do, for each batch in which one ran. */
export function observeFilters({ registry }: Metrics): (report: FilterReport) => void {
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
  const notRun = new Counter({
    name: 'tidemark_filter_not_run_total',
    help: 'Events not shown to a filter because its campaign was being switched off',
    registers,
  })
  const took = new Histogram({
    name: 'tidemark_filter_batch_seconds',
    help: 'Time of all filters of a batch',
    buckets: [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
    registers,
  })
  return report => {
    evaluations.inc(report.evaluations)
    matches.inc(report.matches)
    errors.inc(report.errors)
    notRun.inc(report.condemned.reduce((sum, condemned) => sum + condemned.notRun, 0))
    took.observe(report.tookMs / SECOND_MS)
  }
}
