import { createHash } from 'node:crypto'
import { formatMoney } from '../kernel/money.js'
import type { Draw, Prize } from './draw.js'
import type { Award } from './make-draw.js'
import { seedHashOf } from './ticket-value.js'

/**
 * The proof of a draw, as a file of lines, each a JSON object without white space, its members in this order:
 *
 *     {"drawId","algorithm","seedHash","seed","entropyLabel","entropy","winsPerPlayer",
 *      "prizes":[{"rank","name","kind","value","quantity"}],"defaultPrize","entriesHash","excluded","headerHash"}
 *     {"entryId","tickets"}                                                 each entry, by entryId
 *     {"position","entryId","ticket":{"number","value"},"outcome","prize"}   each award, by position
 *
 * `prize` is a rank, or null; the default prize's rank comes after all others. Hashes and the seed are lowercase hex.
 * `headerHash` is SHA-256 over the header's text without `,"headerHash":"..."`: it shows a header that was damaged. Who
 * changes a header on purpose can compute it again, but not the seedHash and the entriesHash that were published.
 */
export const PROOF_ALGORITHM = 'hmac-sha256/highest-ticket/1'

/** A draw that has been made, with what it reveals. */
export type ProvenDraw = Pick<Draw, 'id' | 'entropyLabel' | 'entropy' | 'winsPerPlayer' | 'prizes' | 'defaultPrize'> & {
  readonly seed: Uint8Array
  readonly entriesHash: string
  /** Players who were left out because they were suppressed. */
  readonly excluded: number
}

export function headerLine(draw: ProvenDraw): string {
  const text = JSON.stringify({
    drawId: draw.id,
    algorithm: PROOF_ALGORITHM,
    seedHash: seedHashOf(draw.seed),
    seed: Buffer.from(draw.seed).toString('hex'),
    entropyLabel: draw.entropyLabel,
    entropy: draw.entropy,
    winsPerPlayer: draw.winsPerPlayer,
    prizes: draw.prizes.map(prizeMember),
    defaultPrize: draw.defaultPrize && prizeMember(draw.defaultPrize),
    entriesHash: draw.entriesHash,
    excluded: draw.excluded,
  })
  const headerHash = createHash('sha256').update(text, 'utf8').digest('hex')
  return `${text.slice(0, -1)},"headerHash":"${headerHash}"}\n`
}

const prizeMember = ({ rank, name, kind, value, quantity }: Prize) => ({
  rank,
  name,
  kind,
  value: formatMoney(value),
  quantity,
})

export interface ProofEntry {
  readonly entryId: string
  readonly tickets: number
}

/** No id, value or outcome holds a character that JSON escapes. */
export function* entryLines(entries: Iterable<ProofEntry>): Generator<string> {
  for (const { entryId, tickets } of entries) yield `{"entryId":"${entryId}","tickets":${tickets}}\n`
}

export type ProofAward = Omit<Award, 'prize'> & { readonly prize: Pick<Prize, 'rank'> | null }

export function* awardLines(awards: Iterable<ProofAward>): Generator<string> {
  for (const { position, entryId, ticket, outcome, prize } of awards) {
    const drawn = `"ticket":{"number":${ticket.number},"value":"${ticket.value}"}`
    const won = `"outcome":"${outcome}","prize":${prize?.rank ?? null}`
    yield `{"position":${position},"entryId":"${entryId}",${drawn},${won}}\n`
  }
}
