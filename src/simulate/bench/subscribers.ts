import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../../kernel/time.js'
import { BenchLoad } from '../bench-load.js'
import { type Bench, type Installation, POLICIES, withInstallation } from './installation.js'
import { probeLine, probePlayer } from './probe.js'
import type { Figure } from './report.js'
import { sendAtFullRate, sendPaced } from './senders.js'
import { Subscriber, type SubscriberFilter, vipSubscription } from './subscriber.js'

const OPENED_AT_ONCE = 25
const LAST_FRAMES_WITHIN_MS = 20 * SECOND_MS
const PROBE_CONNECTIONS = 4
const SETTLE_STEP_MS = 50

/** A quarter of the subscribers each: one policy, one player, a least amount, everything. */
function filterOf(n: number): SubscriberFilter {
  if (n % 4 === 0) return {}
  if (n % 4 === 1) return { policyId: POLICIES[0].id }
  if (n % 4 === 2) return { minAmount: '1200' }
  return { playerId: probePlayer(n) }
}

/** What a thousand sockets are sent, and what it costs ingest at full rate. */
export async function measureSubscribers(bench: Bench): Promise<Figure[]> {
  const { options } = bench
  return withInstallation(bench, options.connections + PROBE_CONNECTIONS, async installation => {
    const { server, api } = installation
    let lost: string | undefined
    const counts = new Int32Array(options.subscribers)
    const subscribers: Subscriber[] = []
    const openOne = async (n: number) => {
      const onFrame = () => {
        counts[n]!++
      }
      const onLost = (reason: string) => {
        lost ??= reason
      }
      subscribers.push(
        await Subscriber.open(server.url, api.authorization, vipSubscription(filterOf(n)), { onFrame, onLost }),
      )
    }
    try {
      bench.say(`subscribers: opening ${options.subscribers} sockets`)
      for (let n = 0; n < options.subscribers; n += OPENED_AT_ONCE) {
        bench.signal.throwIfAborted()
        const last = Math.min(n + OPENED_AT_ONCE, options.subscribers)
        await Promise.all(Array.from({ length: last - n }, (_, i) => openOne(n + i)))
      }
      const figures = await run(bench, installation, counts)
      if (lost !== undefined) throw new Error(`a subscriber was lost: ${lost}`)
      return figures
    } finally {
      for (const subscriber of subscribers) subscriber.close()
    }
  })
}

async function run(
  { options, signal, say }: Bench,
  { api, database }: Installation,
  counts: Int32Array,
): Promise<Figure[]> {
  const load = new BenchLoad({ seed: 'subscribers', prefix: `s${Date.now()}`, players: options.players })
  const body = () => load.body(options.bodyEvents, Date.now())
  let probes = 0
  const send = async () => void (await api.send(probeLine(probePlayer(probes++), Date.now())))
  const both = async (seconds: number) => {
    const [sent] = await Promise.all([
      sendAtFullRate({ api, connections: options.connections, body, seconds, signal }),
      sendPaced({ everyMs: SECOND_MS / options.probesPerSecond, seconds, signal, send }),
    ])
    return sent
  }
  await both(options.warmUpSeconds)
  await settled(database, counts)
  const before = sum(counts)
  say(`subscribers: ${options.seconds} s at full rate`)
  const sent = await both(options.seconds)
  const delivered = sum(counts) - before
  const late = await settled(database, counts)
  const name = `${options.subscribers} sockets of one filtered subscription each`
  return [
    { name: `${name}: frames`, value: delivered / options.seconds, unit: 'frames/s' },
    { name: `${name}: ingest beside them`, value: sent.events / sent.seconds, unit: 'events/s' },
    { name: `${name}: the last frame after the last commit`, value: late, unit: 'ms' },
  ]
}

const sum = (counts: Int32Array): number => counts.reduce((total, count) => total + count, 0)

/** Waits until those without a filter have had every entry; returns how long that took. */
async function settled(database: Installation['database'], counts: Int32Array): Promise<number> {
  const [row] = await database.query<{ entries: number }>('SELECT count(*)::int AS entries FROM vip_entry')
  const unfiltered = counts.filter((_, n) => n % 4 === 0).length
  const wanted = row!.entries * unfiltered
  const got = () => counts.reduce((total, count, n) => (n % 4 === 0 ? total + count : total), 0)
  const startedAt = performance.now()
  while (got() < wanted) {
    if (performance.now() - startedAt > LAST_FRAMES_WITHIN_MS) throw new Error(`${wanted - got()} frames never came`)
    await pause(SETTLE_STEP_MS)
  }
  if (got() > wanted) throw new Error(`${got() - wanted} frames came more than once`)
  return performance.now() - startedAt
}
