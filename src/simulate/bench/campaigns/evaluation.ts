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

/**
 * What a pace that a server of this size is given all day costs, as the server's own metrics say: the time that filters
 * take, which a processor that others use as well stretches, and all of the server's processor time with and without them.
 */
export async function measureEvaluation(bench: Bench): Promise<Figure[]> {
  const { options, signal, say } = bench
  return withInstallation(bench, CONNECTIONS, async ({ api, server }) => {
    const load = campaignLoad('evaluation', options.players)
    const send = async () => void (await api.send(load.body(EVENTS_A_BODY, Date.now())))
    const paced = (seconds: number) => sendPaced({ everyMs: EVERY_MS, seconds, signal, send })
    const measure = async () => {
      await paced(options.warmUpSeconds)
      const before = await server.metrics()
      const made = load.made
      const startedAt = performance.now()
      await paced(options.seconds)
      const seconds = (performance.now() - startedAt) / SECOND_MS
      const after = await server.metrics()
      const grown = (name: string) => (after.get(name) ?? Number.NaN) - (before.get(name) ?? 0)
      return { seconds, events: load.made - made, grown }
    }
    say(`campaigns: ${options.seconds} s at ${EVENTS_PER_SECOND} events/s without any`)
    const without = await measure()
    say(`campaigns: saving ${CAMPAIGNS}`)
    await saveCampaigns(api, liveCampaigns(Date.now()))
    say(`campaigns: ${options.seconds} s at ${EVENTS_PER_SECOND} events/s`)
    const { seconds, events, grown } = await measure()
    const name = `${CAMPAIGNS} campaigns at ${EVENTS_PER_SECOND} events/s`
    const share = '% of a core'
    return [
      { name: `${name}: evaluation`, value: (100 * grown(TOOK)) / seconds, unit: share, target: TARGET },
      { name: `${name}: one evaluation`, value: (MICROS * grown(TOOK)) / grown(EVALUATIONS), unit: 'us' },
      { name: `${name}: evaluations`, value: grown(EVALUATIONS) / events, unit: 'an event' },
      { name: `${name}: matches`, value: (1_000 * grown(MATCHES)) / events, unit: 'in 1,000 events' },
      { name: `${name}: CPU of the server`, value: (100 * grown(CPU)) / seconds, unit: share },
      { name: 'the same without any', value: (100 * without.grown(CPU)) / without.seconds, unit: share },
      { name: `${name}: pace held`, value: events / seconds, unit: 'events/s' },
    ]
  })
}
