import { formatInstant, HOUR_MS, MINUTE_MS } from '../../src/kernel/time.js'

/**
 * What was sent, and brute force over it: nothing of the project's own arithmetic. Each send holds one event a player at
 * most, so what a filter sees of a player is what came with the sends before.
 */
export interface Sent {
  readonly send: number
  readonly event_id: string
  readonly player_id: string
  readonly event_type: string
  readonly event_name: string
  readonly game: string
  readonly amount: number
  readonly at: number
  readonly timestamp: string
  readonly data: { readonly result: string; readonly level: number; readonly hero?: { readonly level: number } }
}

export const START = Date.UTC(2023, 9, 5, 12)
const SENDS = 24
const PLAYERS = 30
const FAR_MS = 70 * 24 * HOUR_MS
const VIP_ABOVE = 150

/** The same on every run. */
function* randoms(): Generator<number> {
  let state = 42
  for (;;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    yield (state >>> 8) / 2 ** 24
  }
}

export function makeSends(): Sent[][] {
  const random = randoms()
  const next = (): number => random.next().value as number
  return Array.from({ length: SENDS }, (_, send) =>
    Array.from({ length: PLAYERS }, (_, player) => {
      const far = player % 5 === 0 ? FAR_MS : 0
      const at = START + far + send * 4 * MINUTE_MS + Math.floor((next() - 0.5) * 3 * HOUR_MS)
      return {
        send,
        event_id: `event-${send}-${player}`,
        player_id: `player-${player}`,
        event_type: next() < 0.6 ? 'bet' : 'progress',
        event_name: next() < 0.7 ? 'fight' : 'quest',
        game: next() < 0.8 ? 'foe' : 'elvenar',
        amount: Math.floor(next() * 80) + 0.25,
        at,
        timestamp: formatInstant(at),
        data: {
          result: next() < 0.5 ? 'loss' : 'win',
          level: Math.floor(next() * 10),
          ...(next() < 0.9 ? { hero: { level: Math.floor(next() * 10) } } : {}),
        },
      }
    }),
  )
}

export const inTimeOrder = (a: Sent, b: Sent): number => a.at - b.at || (a.player_id < b.player_id ? -1 : 1)

/** The player as the event's filter sees it. */
export function stateOf(event: Sent, all: readonly Sent[]) {
  const before = all.filter(e => e.player_id === event.player_id && e.send < event.send)
  const paneEnd = Math.floor(event.at / (5 * MINUTE_MS)) * 5 * MINUTE_MS + 5 * MINUTE_MS
  const hour = before.filter(e => e.at >= paneEnd - HOUR_MS && e.at < paneEnd)
  const lastWindow = Math.floor(event.at / (30 * MINUTE_MS)) * 30 * MINUTE_MS
  return {
    turnover1h: staked(hour),
    eventCount1h: hour.length,
    isVip: [lastWindow, lastWindow - 30 * MINUTE_MS].some(
      start => staked(before.filter(e => e.at >= start && e.at < start + HOUR_MS)) > VIP_ABOVE,
    ),
  }
}

const staked = (events: readonly Sent[]): number =>
  events.filter(e => e.event_type === 'bet').reduce((sum, e) => sum + e.amount, 0)

export const VIP_POLICY = `mutation { saveVipPolicy(input: {
  id: "hour", name: "Hour", threshold: "${VIP_ABOVE}", window: "PT1H", slide: "PT30M", eventTypes: ["bet"] }) { version } }`
