import { formatMoney } from '../kernel/money.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Prize } from './draw.js'
import { statusAt } from './draw-status.js'
import type { StoredDraw } from './stored-draw.js'

/** A draw in the words of the API, for the audit log. */
export const auditedDraw = (draw: StoredDraw, now: Millis) => ({
  id: draw.id,
  name: draw.name,
  status: statusAt(draw, now),
  opensAt: formatInstant(draw.opensAt),
  drawsAt: formatInstant(draw.drawsAt),
  game: draw.game,
  gameType: draw.gameType,
  eventTypes: draw.eventTypes,
  stakePerTicket: draw.stakePerTicket === null ? null : formatMoney(draw.stakePerTicket),
  maxTicketsPerPlayer: draw.maxTicketsPerPlayer,
  optInRequired: draw.optInRequired,
  winsPerPlayer: draw.winsPerPlayer,
  milestones: draw.milestones,
  prizes: draw.prizes.map(auditedPrize),
  defaultPrize: draw.defaultPrize && auditedPrize(draw.defaultPrize),
  seedHash: draw.seedHash,
  entropyLabel: draw.entropyLabel,
  entropy: draw.entropy,
  entriesHash: draw.entriesHash,
  cancelReason: draw.cancelReason,
})

export const auditedPrize = ({ rank, name, kind, value, quantity }: Prize) => ({
  rank,
  name,
  kind,
  value: formatMoney(value),
  quantity,
})
