import { Counter, Gauge, Histogram } from 'prom-client'
import { SECOND_MS } from '../kernel/time.js'
import type { WebhookMetrics } from '../webhooks/webhooks.js'
import type { Metrics } from './metrics.js'

const STATES = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 } as const

export function makeWebhookMetrics({ registry }: Metrics): WebhookMetrics {
  const registers = [registry]
  const deliveries = new Counter({
    name: 'tidemark_webhook_deliveries_total',
    help: 'Attempts to deliver, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of ['delivered', 'failed', 'dead', 'withheld'] as const) deliveries.inc({ outcome }, 0)
  const items = new Counter({
    name: 'tidemark_webhook_items_total',
    help: 'Items that were delivered or withheld',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of ['sent', 'withheld'] as const) items.inc({ outcome }, 0)
  const post = new Histogram({
    name: 'tidemark_webhook_post_seconds',
    help: 'From the begin of a request to its answer',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const circuit = new Gauge({
    name: 'tidemark_webhook_circuit',
    help: 'Of the webhooks that this node works for: 0 closed, 1 half open, 2 open',
    labelNames: ['webhook'],
    registers,
  })
  return {
    countDelivery: outcome => deliveries.inc({ outcome }),
    countItems: (outcome, n) => items.inc({ outcome }, n),
    observePost: tookMs => post.observe(tookMs / SECOND_MS),
    setCircuit: (webhook, state) => {
      if (state === null) circuit.remove({ webhook })
      else circuit.set({ webhook }, STATES[state])
    },
  }
}
