import type { Api } from '../api.js'
import type { OpenedDraw } from './draws.js'
import type { Terminal } from './terminal.js'
import type { SeenAward, SeenMilestone } from './watch.js'

const PLAYER_WIDTH = 14
const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 19)

export function openedLine({ bold, dim, cyan }: Terminal, draw: OpenedDraw, at: number): string {
  const rule = dim(`a ticket for each ${draw.stakePerTicket} EUR staked`)
  return `${dim(clockTime(at))}  ${cyan('DRAW')} ${bold(draw.id)} is open until ${clockTime(draw.drawsAt)} UTC, ${rule}`
}

export function milestoneLine({ bold, dim, cyan }: Terminal, seen: SeenMilestone, at: number): string {
  const player = bold(seen.playerId.padEnd(PLAYER_WIDTH))
  const reached = `has reached ${seen.milestone} ${seen.milestone === 1 ? 'ticket' : 'tickets'}`
  return `${dim(clockTime(at))}  ${cyan('TIX')}  ${player}  ${reached}  ${dim(`draw ${seen.drawId}`)}`
}

export function prizeLine({ bold, dim, green }: Terminal, seen: SeenAward, at: number): string {
  const player = bold(seen.playerId.padEnd(PLAYER_WIDTH))
  const ticket = dim(`draw ${seen.drawId}, position ${seen.position}, ticket ${seen.ticket.number}`)
  return `${dim(clockTime(at))}  ${green('WON')}  ${player}  ${seen.message}  ${ticket}`
}

interface MadeDraw {
  readonly draw: { readonly ticketsTotal: number; readonly playersTotal: number }
}

/** Its entries are frozen before its first award. */
export async function madeLine({ bold, dim, cyan }: Terminal, api: Api, id: string, at: number): Promise<string> {
  const query = 'query ($id: ID!) { draw(id: $id) { ticketsTotal playersTotal } }'
  const { ticketsTotal, playersTotal } = (await api.graphql<MadeDraw>(query, { id })).draw
  const proof = dim(`proof ${api.url}/draws/${id}/proof`)
  return `${dim(clockTime(at))}  ${cyan('DRAW')} ${bold(id)} is made of ${ticketsTotal} tickets of ${playersTotal} players, ${proof}`
}
