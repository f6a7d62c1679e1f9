import type { Terminal } from './terminal.js'
import type { SeenVip } from './watch-vips.js'

const PLAYER_WIDTH = 14
const AMOUNT_WIDTH = 11

export interface Status {
  readonly streamHealth: {
    readonly eventsPerSecond: number
    readonly lagSeconds: number
    readonly lagging: boolean
    readonly streams: readonly { readonly stream: string; readonly idle: boolean }[]
  }
  readonly vipEntries: { readonly totalCount: number }
}

const THOUSANDS = /\B(?=(\d{3})+\.)/g
const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 19)
const minutes = (instant: string): string => instant.slice(11, 16)

export function vipLine({ bold, dim, green }: Terminal, vip: SeenVip, at: number, sinceSentMs: number | null): string {
  const player = bold(vip.playerId.padEnd(PLAYER_WIDTH))
  const amount = `${vip.amount.replace(THOUSANDS, ',')} EUR`.padStart(AMOUNT_WIDTH)
  const window = `${minutes(vip.windowStart)}-${minutes(vip.windowEnd)} UTC`
  const took = sinceSentMs === null ? '' : `, ${sinceSentMs.toFixed(1)} ms after the bet was sent`
  return `${dim(clockTime(at))}  ${green('VIP')}  ${player} ${amount}  in ${window}  ${dim(`policy ${vip.policyId}${took}`)}`
}

export function statusLine({ dim, yellow }: Terminal, { streamHealth, vipEntries }: Status, at: number): string {
  const { eventsPerSecond, lagSeconds, lagging, streams } = streamHealth
  const lag = `lag ${lagSeconds.toFixed(2)} s`
  const names = streams.map(({ stream, idle }) => (idle ? `${stream} (idle)` : stream)).join(', ')
  const rest = `  streams ${names}  ${vipEntries.totalCount} VIP entries so far`
  return `${dim(`${clockTime(at)}  --   ${Math.round(eventsPerSecond)} events/s  `)}${lagging ? yellow(`${lag}, lagging`) : dim(lag)}${dim(rest)}`
}

export const STATUS_QUERY = `{
  streamHealth { eventsPerSecond lagSeconds lagging streams { stream idle } }
  vipEntries(first: 1) { totalCount }
}`
