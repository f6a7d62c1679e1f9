import { SECOND_MS } from '../../kernel/time.js'
import { BenchLoad } from '../bench-load.js'
import { FirstArrivals } from './first-arrivals.js'
import { type Bench, POLICIES, withInstallation } from './installation.js'
import { probeLine, probePlayer } from './probe.js'
import { ascending, type Figure, quantile } from './report.js'
import { sendPaced } from './senders.js'
import { entryOf, Subscriber, vipSubscription } from './subscriber.js'

const EVENTS_PER_SECOND = 5_000
const EVERY_MS = 10
const EVENTS_A_BODY = (EVENTS_PER_SECOND * EVERY_MS) / SECOND_MS
/** Each second body holds a probe: 50 a second. */
const PROBE_EVERY_BODIES = 2
const CONNECTIONS = 64
const LAST_FRAMES_WITHIN_MS = 10 * SECOND_MS
const P50_TARGET = { atMost: 10 } as const
const P99_TARGET = { atMost: 50 } as const

/** From the moment a bet is handed to its HTTP request to the moment its VIP entry's frame is read from a WebSocket. */
export async function measureLatency(bench: Bench): Promise<Figure[]> {
  const { options, signal, say } = bench
  return withInstallation(bench, CONNECTIONS, async ({ api, server }) => {
    const frames = new FirstArrivals()
    const vips = vipSubscription({ policyId: POLICIES[0].id })
    const subscriber = await Subscriber.open(server.url, api.authorization, vips, {
      onFrame: text => frames.arrived(entryOf(text).playerId),
      onLost: reason => frames.fail(new Error(reason)),
    })
    try {
      const load = new BenchLoad({ seed: 'latency', prefix: `l${Date.now()}`, players: options.players })
      const acknowledged: number[] = []
      const send = async (tick: number) => {
        const body = load.body(EVENTS_A_BODY, Date.now())
        const probe = tick % PROBE_EVERY_BODIES === 0 ? probePlayer(load.made) : null
        const whole = probe === null ? body : Buffer.concat([body, Buffer.from(probeLine(probe, Date.now()))])
        const sentAt = performance.now()
        if (probe !== null) frames.sent(probe, sentAt)
        await api.send(whole)
        acknowledged.push(performance.now() - sentAt)
      }
      say(`latency: warming up at ${EVENTS_PER_SECOND} events/s`)
      await sendPaced({ everyMs: EVERY_MS, seconds: options.warmUpSeconds, signal, send })
      await frames.all(LAST_FRAMES_WITHIN_MS)
      frames.forget()
      acknowledged.length = 0
      say(`latency: ${options.seconds} s at ${EVENTS_PER_SECOND} events/s`)
      await sendPaced({ everyMs: EVERY_MS, seconds: options.seconds, signal, send })
      await frames.all(LAST_FRAMES_WITHIN_MS)
      return figuresOf(ascending(frames.tookMs), ascending(acknowledged))
    } finally {
      subscriber.close()
    }
  })
}

const figuresOf = (frames: readonly number[], acknowledged: readonly number[]): Figure[] => [
  { name: 'bet sent to frame at 5,000 events/s, p50', value: quantile(frames, 0.5), unit: 'ms', target: P50_TARGET },
  { name: 'bet sent to frame at 5,000 events/s, p95', value: quantile(frames, 0.95), unit: 'ms' },
  { name: 'bet sent to frame at 5,000 events/s, p99', value: quantile(frames, 0.99), unit: 'ms', target: P99_TARGET },
  {
    name: 'bet sent to frame at 5,000 events/s, highest',
    value: frames.at(-1) ?? Number.NaN,
    unit: `ms of ${frames.length}`,
  },
  { name: 'body of 50 sent to acknowledged, p50', value: quantile(acknowledged, 0.5), unit: 'ms' },
  { name: 'body of 50 sent to acknowledged, p99', value: quantile(acknowledged, 0.99), unit: 'ms' },
]
