import { SECOND_MS } from '../../../kernel/time.js'
import { type Bench, withInstallation } from '../installation.js'
import { ascending, type Figure, quantile } from '../report.js'
import { sendPaced } from '../senders.js'
import { positionOf, positionSubscription, Subscriber } from '../subscriber.js'
import { PositionFrames } from './position-frames.js'
import { GAMES, sportsLoad } from './sports.js'
import { gameName } from './sports-load.js'

const BETS_PER_SECOND = 10_000
const EVERY_MS = 10
const BETS_A_BODY = (BETS_PER_SECOND * EVERY_MS) / SECOND_MS
const CONNECTIONS = 64
const LAST_FRAMES_WITHIN_MS = 10 * SECOND_MS
const P50_TARGET = { atMost: 15 } as const
const P99_TARGET = { atMost: 60 } as const
/** What one desk looks at, and everything. */
const WATCHED = [100, GAMES] as const

/** From the moment a bet is handed to its HTTP request to the moment the frame of its game's new position is read. */
export async function measureFrames(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const watched of WATCHED) figures.push(...(await measureWatched(bench, watched)))
  return figures
}

async function measureWatched(bench: Bench, watched: number): Promise<Figure[]> {
  const { options, signal, say } = bench
  return withInstallation(bench, CONNECTIONS, async ({ api, server }) => {
    const games = Array.from({ length: watched }, (_, n) => gameName(n))
    const frames = new PositionFrames(games)
    const watching = positionSubscription(watched === GAMES ? null : games)
    const subscriber = await Subscriber.open(server.url, api.authorization, watching, {
      onFrame: text => frames.arrived(positionOf(text), performance.now()),
      onLost: reason => frames.fail(new Error(reason)),
    })
    try {
      const load = sportsLoad(bench, Number.POSITIVE_INFINITY)
      const send = async () => {
        const first = load.made
        const body = load.newBets(BETS_A_BODY, Date.now())
        const sentAt = performance.now()
        for (let n = first; n < load.made; n++) frames.sent(load.gameOf(n), sentAt)
        await api.send(body)
      }
      const run = async (seconds: number) => {
        await sendPaced({ everyMs: EVERY_MS, seconds, signal, send })
        await frames.all(LAST_FRAMES_WITHIN_MS)
      }
      await run(options.warmUpSeconds)
      frames.forget()
      say(`pnl: ${options.seconds} s of ${BETS_PER_SECOND} bets/s, ${watched} of ${GAMES} games watched`)
      await run(options.seconds)
      const took = ascending(frames.tookMs)
      const name = `bet sent to frame at ${BETS_PER_SECOND} sports bets/s, ${watched} of ${GAMES} games watched`
      return [
        { name: `${name}, p50`, value: quantile(took, 0.5), unit: 'ms', target: P50_TARGET },
        { name: `${name}, p99`, value: quantile(took, 0.99), unit: `ms of ${took.length}`, target: P99_TARGET },
        { name: `${name}, frames`, value: frames.frames / options.seconds, unit: 'frames/s' },
      ]
    } finally {
      subscriber.close()
    }
  })
}
