import { SECOND_MS } from '../../../kernel/time.js'
import { BenchLoad } from '../../bench-load.js'
import { FirstArrivals } from '../first-arrivals.js'
import { type Bench, withInstallation } from '../installation.js'
import { probeLine, probePlayer } from '../probe.js'
import { ascending, type Figure, quantile } from '../report.js'
import { sendPaced } from '../senders.js'
import { milestonePlayerOf, milestoneSubscription, Subscriber } from '../subscriber.js'
import { createDraw } from './draw-set.js'

const EVENTS_PER_SECOND = 5_000
const EVERY_MS = 10
const EVENTS_A_BODY = (EVENTS_PER_SECOND * EVERY_MS) / SECOND_MS
/** Each second body holds a probe: 50 a second. */
const PROBE_EVERY_BODIES = 2
const CONNECTIONS = 64
const LAST_FRAMES_WITHIN_MS = 10 * SECOND_MS
const TARGET = { atMost: 50 } as const
const DRAW = 'probes'

/** From the moment a bet is handed to its HTTP request to the moment the frame of its player's first ticket is read. */
export async function measureMilestones(bench: Bench): Promise<Figure[]> {
  const { options, signal, say } = bench
  return withInstallation(bench, CONNECTIONS, async ({ api, server }) => {
    await createDraw(api, DRAW, Date.now(), { stakePerTicket: '1000', milestones: [1] })
    const frames = new FirstArrivals()
    const subscriber = await Subscriber.open(server.url, api.authorization, milestoneSubscription(DRAW), {
      onFrame: text => frames.arrived(milestonePlayerOf(text)),
      onLost: reason => frames.fail(new Error(reason)),
    })
    try {
      const load = new BenchLoad({ seed: 'milestones', prefix: `m${Date.now()}`, players: options.players })
      const send = async (tick: number) => {
        const body = load.body(EVENTS_A_BODY, Date.now())
        const probe = tick % PROBE_EVERY_BODIES === 0 ? probePlayer(load.made) : null
        const whole = probe === null ? body : Buffer.concat([body, Buffer.from(probeLine(probe, Date.now()))])
        if (probe !== null) frames.sent(probe, performance.now())
        await api.send(whole)
      }
      const run = async (seconds: number) => {
        await sendPaced({ everyMs: EVERY_MS, seconds, signal, send })
        await frames.all(LAST_FRAMES_WITHIN_MS)
      }
      await run(options.warmUpSeconds)
      frames.forget()
      say(`draws: ${options.seconds} s of milestones at ${EVENTS_PER_SECOND} events/s`)
      await run(options.seconds)
      const took = ascending(frames.tookMs)
      const name = `bet sent to milestone frame at ${EVENTS_PER_SECOND} events/s`
      return [
        { name: `${name}, p50`, value: quantile(took, 0.5), unit: 'ms' },
        { name: `${name}, p99`, value: quantile(took, 0.99), unit: `ms of ${took.length}`, target: TARGET },
      ]
    } finally {
      subscriber.close()
    }
  })
}
