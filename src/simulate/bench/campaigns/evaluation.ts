import { SECOND_MS } from '../../../kernel/time.js'
import { type Bench, withInstallation } from '../installation.js'
import type { Figure } from '../report.js'
import { sendPaced } from '../senders.js'
import { CAMPAIGNS, campaignLoad, liveCampaigns, saveCampaigns } from './campaign-set.js'

const EVENTS_PER_SECOND = 10_000
const EVERY_MS = 10
const EVENTS_A_BODY = (EVENTS_PER_SECOND * EVERY_MS) / SECOND_MS
const CONNECTIONS = 64
const TARGET = { atMost: 20 } as const
const TOOK = 'tidemark_filter_batch_seconds_sum'
const EVALUATIONS = 'tidemark_filter_evaluations_total'
const MATCHES = 'tidemark_filter_matches_total'
const CPU = 'process_cpu_seconds_total'
const MICROS = 1_000_000

/** What a pace that a server of this size is given all day costs, as the server's own metrics say. */
export async function measureEvaluation(bench: Bench): Promise<Figure[]> {
  const { options, signal, say } = bench
  return withInstallation(bench, CONNECTIONS, async ({ api, server }) => {
    say(`campaigns: saving ${CAMPAIGNS}`)
    await saveCampaigns(api, liveCampaigns(Date.now()))
    const load = campaignLoad('evaluation', options.players)
    const send = async () => void (await api.send(load.body(EVENTS_A_BODY, Date.now())))
    const paced = (seconds: number) => sendPaced({ everyMs: EVERY_MS, seconds, signal, send })
    await paced(options.warmUpSeconds)
    say(`campaigns: ${options.seconds} s at ${EVENTS_PER_SECOND} events/s`)
    const before = await server.metrics()
    const made = load.made
    const startedAt = performance.now()
    await paced(options.seconds)
    const seconds = (performance.now() - startedAt) / SECOND_MS
    const after = await server.metrics()
    const grown = (name: string) => (after.get(name) ?? Number.NaN) - (before.get(name) ?? 0)
    const events = load.made - made
    const name = `${CAMPAIGNS} campaigns at ${EVENTS_PER_SECOND} events/s`
    return [
      { name: `${name}: evaluation`, value: (100 * grown(TOOK)) / seconds, unit: '% of a core', target: TARGET },
      { name: `${name}: one evaluation`, value: (MICROS * grown(TOOK)) / grown(EVALUATIONS), unit: 'us' },
      { name: `${name}: evaluations`, value: grown(EVALUATIONS) / events, unit: 'an event' },
      { name: `${name}: matches`, value: (1_000 * grown(MATCHES)) / events, unit: 'in 1,000 events' },
      { name: `${name}: the whole server`, value: (100 * grown(CPU)) / seconds, unit: '% of a core' },
      { name: `${name}: pace held`, value: events / seconds, unit: 'events/s' },
    ]
  })
}
