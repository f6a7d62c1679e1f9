import { setTimeout as pause } from 'node:timers/promises'
import { type Millis, SECOND_MS } from '../../../kernel/time.js'
import type { Api } from '../../api.js'
import { type Bench, type Installation, withInstallation } from '../installation.js'
import { ascending, type Figure, quantile } from '../report.js'
import { sendAtFullRate, sendPaced } from '../senders.js'
import { Subscriber, triggeredEventOf, triggerSubscription } from '../subscriber.js'
import { CAMPAIGNS, campaignLoad, liveCampaigns, probeCampaign, probeEvent, saveCampaigns } from './campaign-set.js'

const PROBE_EVERY_MS = 5
const PROBE_CONNECTIONS = 64
/** Between two changes, and after the last one. */
const STANDS_MS = SECOND_MS
const LAST_FRAMES_WITHIN_MS = 20 * SECOND_MS
const SETTLE_STEP_MS = 50
const IN_FORCE_TARGET = { atMost: 100 } as const
const NONE = { atMost: 0 } as const

/** One switch of the probe campaign, by this machine's clock. */
interface Change {
  readonly enabled: boolean
  readonly calledAt: Millis
  readonly answeredAt: Millis
}

/** A probe as it was stored, by the server's clock on this machine: `begunAt` is when its batch began. */
interface StoredProbe {
  readonly event_id: string
  readonly begunAt: Millis
  readonly enabled: boolean
  readonly triggers: number
}

/** A campaign is switched on and off at full rate, while events that only it waits for keep coming. */
export async function measureChange(bench: Bench): Promise<Figure[]> {
  const { options, say, signal } = bench
  return withInstallation(bench, options.connections + PROBE_CONNECTIONS, async installation => {
    const { api, server, database } = installation
    await saveCampaigns(api, [...liveCampaigns(Date.now()), probeCampaign(Date.now(), false)])
    const frames = new Map<string, Millis>()
    let failure: Error | undefined
    const subscriber = await Subscriber.open(server.url, api.authorization, triggerSubscription('probe'), {
      onFrame: text => {
        const eventId = triggeredEventOf(text)
        if (frames.has(eventId)) failure ??= new Error(`${eventId} triggered twice`)
        frames.set(eventId, Date.now())
      },
      onLost: reason => {
        failure ??= new Error(reason)
      },
    })
    try {
      const load = campaignLoad('change', options.players)
      const body = () => load.body(options.bodyEvents, Date.now())
      const full = { api, connections: options.connections, body, signal }
      await sendAtFullRate({ ...full, seconds: options.warmUpSeconds })
      say(`campaigns: ${options.seconds} s at full rate, switching one on and off`)
      const sentAt = new Map<string, Millis>()
      const send = async (tick: number) => {
        const eventId = `probe${tick}`
        sentAt.set(eventId, Date.now())
        await api.send(probeEvent(eventId, Date.now()), 'probes')
      }
      const { seconds } = options
      const [sent, , changes] = await Promise.all([
        sendAtFullRate({ ...full, seconds }),
        sendPaced({ everyMs: PROBE_EVERY_MS, seconds, signal, send }),
        keepSwitching(api, seconds),
      ])
      const stored = await readProbes(database)
      const triggered = stored.reduce((sum, probe) => sum + probe.triggers, 0)
      await framesOf(triggered, frames)
      if (failure !== undefined) throw failure
      assertExact(stored)
      return figuresOf(changes, stored, sentAt, frames, sent.events / sent.seconds)
    } finally {
      subscriber.close()
    }
  })
}

async function keepSwitching(api: Api, seconds: number): Promise<Change[]> {
  const changes: Change[] = []
  const endAt = performance.now() + seconds * SECOND_MS - 2 * STANDS_MS
  for (let enabled = true; performance.now() < endAt; enabled = !enabled) {
    await pause(STANDS_MS)
    const calledAt = Date.now()
    await api.graphql('mutation ($to: Boolean!) { setCampaignEnabled(id: "probe", enabled: $to) { version } }', {
      to: enabled,
    })
    changes.push({ enabled, calledAt, answeredAt: Date.now() })
  }
  return changes
}

const readProbes = (database: Installation['database']): Promise<StoredProbe[]> =>
  database.query<StoredProbe>(
    `SELECT e.event_id, extract(epoch FROM e.ingested_at)::float8 * 1000 AS "begunAt",
       (SELECT v.enabled FROM campaign_version v WHERE v.campaign_id = 'probe' AND v.revision <= e.rules_revision
        ORDER BY v.revision DESC LIMIT 1) AS enabled,
       (SELECT count(*)::int FROM campaign_trigger t
        WHERE t.player_id = e.player_id AND t.event_id = e.event_id) AS triggers
     FROM player_event e WHERE e.game = 'probe'`,
  )

/** At the border each event is judged by one version, and triggers as that version says: none missed, none doubled. */
function assertExact(stored: readonly StoredProbe[]): void {
  const wrong = stored.filter(({ enabled, triggers }) => triggers !== (enabled ? 1 : 0))
  if (wrong.length > 0)
    throw new Error(`${wrong.length} events triggered otherwise than their version of the rules says`)
}

async function framesOf(triggers: number, frames: ReadonlyMap<string, Millis>): Promise<void> {
  const until = performance.now() + LAST_FRAMES_WITHIN_MS
  while (frames.size < triggers) {
    if (performance.now() > until) throw new Error(`${triggers - frames.size} triggers had no frame`)
    await pause(SETTLE_STEP_MS)
  }
}

function figuresOf(
  changes: readonly Change[],
  stored: readonly StoredProbe[],
  sentAt: ReadonlyMap<string, Millis>,
  frames: ReadonlyMap<string, Millis>,
  eventsPerSecond: number,
): Figure[] {
  const untilLast: Millis[] = []
  const firstFrames: Millis[] = []
  let after = 0
  let missed = 0
  for (const [i, { enabled, answeredAt }] of changes.entries()) {
    const nextCallAt = changes[i + 1]?.calledAt ?? Number.POSITIVE_INFINITY
    const begun = stored.filter(({ begunAt }) => begunAt > answeredAt && begunAt < nextCallAt)
    // One that is judged as before begins behind the answer by so much.
    untilLast.push(Math.max(0, ...begun.filter(probe => probe.enabled !== enabled).map(p => p.begunAt - answeredAt)))
    const sentAfter = begun.filter(({ event_id }) => sentAt.get(event_id)! > answeredAt)
    after += sentAfter.length
    missed += sentAfter.filter(({ triggers }) => triggers !== (enabled ? 1 : 0)).length
    if (!enabled) continue
    const shown = sentAfter.map(({ event_id }) => frames.get(event_id) ?? Number.POSITIVE_INFINITY)
    firstFrames.push(Math.min(...shown) - answeredAt)
  }
  const answers = ascending(changes.map(({ calledAt, answeredAt }) => answeredAt - calledAt))
  const first = ascending(firstFrames)
  const name = `a change beside ${CAMPAIGNS} campaigns at ${Math.round(eventsPerSecond)} events/s`
  return [
    {
      name: `${name}: last batch to begin without it, after the answer`,
      value: Math.max(...untilLast),
      unit: `ms, of ${changes.length} changes`,
      target: IN_FORCE_TARGET,
    },
    { name: `${name}: events sent after it that missed it`, value: missed, unit: `of ${after}`, target: NONE },
    { name: `${name}: called to answered, p50`, value: quantile(answers, 0.5), unit: 'ms' },
    { name: `${name}: called to answered, highest`, value: answers.at(-1) ?? Number.NaN, unit: 'ms' },
    { name: `${name}: answer to first frame of an event sent after it, p50`, value: quantile(first, 0.5), unit: 'ms' },
  ]
}
