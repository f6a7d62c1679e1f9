import type { DemoCrm } from './crm.js'
import type { Terminal } from './terminal.js'
import type { SeenTrigger, SeenVip } from './watch.js'

const PLAYER_WIDTH = 14
const AMOUNT_WIDTH = 11
const CAMPAIGN_WIDTH = 15

export interface Status {
  readonly streamHealth: {
    readonly eventsPerSecond: number
    readonly lagSeconds: number
    readonly lagging: boolean
    readonly streams: readonly { readonly stream: string; readonly idle: boolean }[]
  }
  readonly vipEntries: { readonly totalCount: number }
  readonly campaignTriggers: { readonly totalCount: number }
  readonly draws: readonly { readonly ticketsTotal: number }[]
}

/** Of the webhook's receiver. */
type Received = Pick<DemoCrm, 'items' | 'requests' | 'forged'>

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

/** What the filter has looked at, as far as it fits into the line. */
const SHOWN: Readonly<Record<string, (event: SeenTrigger['event']) => string>> = {
  deposit: ({ amount }) => `deposit of ${amount.replace(THOUSANDS, ',')} EUR`,
  level_up: ({ data }) => `level ${data?.level}`,
  session_end: ({ data }) => `staked ${Number(data?.staked).toFixed(2)}, won ${Number(data?.won).toFixed(2)}`,
}

export function triggerLine(
  { bold, dim, cyan }: Terminal,
  { campaignId, playerId, event }: SeenTrigger,
  at: number,
  sinceSentMs: number | null,
): string {
  const player = bold(playerId.padEnd(PLAYER_WIDTH))
  const shown = SHOWN[event.eventName]?.(event) ?? event.eventName
  const took = sinceSentMs === null ? '' : `, ${sinceSentMs.toFixed(1)} ms after the event was sent`
  return `${dim(clockTime(at))}  ${cyan('HIT')}  ${player}  ${campaignId.padEnd(CAMPAIGN_WIDTH)} ${dim(`${shown}${took}`)}`
}

export function statusLine(
  { dim, yellow }: Terminal,
  { streamHealth, vipEntries, campaignTriggers, draws }: Status,
  { items, requests, forged }: Received,
  at: number,
): string {
  const { eventsPerSecond, lagSeconds, lagging, streams } = streamHealth
  const lag = `lag ${lagSeconds.toFixed(2)} s`
  const names = streams.map(({ stream, idle }) => (idle ? `${stream} (idle)` : stream)).join(', ')
  const effects = `${vipEntries.totalCount} VIP entries, ${campaignTriggers.totalCount} triggers so far`
  const tickets = `${draws.reduce((sum, draw) => sum + draw.ticketsTotal, 0)} tickets in the draw`
  const wrong = forged === 0 ? '' : `, ${forged} WITH A WRONG SIGNATURE`
  const rest = `  streams ${names}  ${tickets}  ${effects}  webhook ${items} signed items in ${requests} requests${wrong}`
  return `${dim(`${clockTime(at)}  --   ${Math.round(eventsPerSecond)} events/s  `)}${lagging ? yellow(`${lag}, lagging`) : dim(lag)}${dim(rest)}`
}

export const STATUS_QUERY = `{
  streamHealth { eventsPerSecond lagSeconds lagging streams { stream idle } }
  vipEntries(first: 1) { totalCount }
  campaignTriggers(first: 1) { totalCount }
  draws(status: OPEN) { ticketsTotal }
}`
