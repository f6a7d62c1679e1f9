import { AppError } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { findDraw, readSecrets } from './draw.store.js'
import type { SecretBox } from './draw-key.js'
import { statusAt } from './draw-status.js'
import { ENTRIES_A_PAGE, entriesOf } from './entry-pages.js'
import { awardLines, entryLines, headerLine, type ProofEntry } from './proof.js'
import { pageOfEntry, readEntryPages, readProofAwards } from './proof.store.js'
import { type StoredDraw, seedLabel } from './stored-draw.js'

const AWARDS_A_PAGE = 1_000
const LINES_A_CHUNK = 1_000

/** What everybody may see of how a draw came to its outcome, once it has been made. */
export class ReadProof {
  constructor(
    private readonly db: Database,
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  /** The seed of a draw that has been made; null before. */
  async seedOf(draw: StoredDraw): Promise<Buffer | null> {
    if (draw.status !== 'DRAWN') return null
    const { sealedSeed } = await readSecrets(this.db, draw.id)
    return this.box.open(sealedSeed, seedLabel(draw.id))
  }

  /** By entryId, so many of those behind one; none before the draw has been made. */
  async entries(draw: StoredDraw, after: string | null, limit: number): Promise<ProofEntry[]> {
    if (draw.status !== 'DRAWN') return []
    const page = after === null ? 0 : Math.max(0, await pageOfEntry(this.db, draw.number, after))
    const pages = await readEntryPages(this.db, draw.number, page - 1, 1 + Math.ceil(limit / ENTRIES_A_PAGE))
    const found: ProofEntry[] = []
    for (const entryPage of pages) {
      for (const entry of entriesOf(entryPage, after ?? '')) {
        if (found.push(entry) === limit) return found
      }
    }
    return found
  }

  /** The file, in pieces of text. Throws NOT_FOUND, or CONFLICT before the draw has been made. */
  async file(drawId: string): Promise<AsyncGenerator<string>> {
    const draw = await findDraw(this.db, drawId)
    if (draw === null) throw new AppError('NOT_FOUND', `there is no draw ${drawId}`)
    const seed = await this.seedOf(draw)
    if (seed === null) {
      const status = statusAt(draw, this.clock())
      throw new AppError('CONFLICT', `draw ${drawId} is ${status}: its proof comes when it has been made`, { status })
    }
    return this.pieces(draw, seed)
  }

  private async *pieces(draw: StoredDraw, seed: Buffer): AsyncGenerator<string> {
    yield headerLine({ ...draw, entriesHash: draw.entriesHash!, seed })
    for (let page = -1; ; page++) {
      const [next] = await readEntryPages(this.db, draw.number, page, 1)
      if (next === undefined) break
      yield* chunked(entryLines(entriesOf(next)))
    }
    for (let position = 0; ; ) {
      const awards = await readProofAwards(this.db, draw.number, position, AWARDS_A_PAGE)
      if (awards.length === 0) return
      yield [...awardLines(awards)].join('')
      position = awards.at(-1)!.position
    }
  }
}

function* chunked(lines: Iterable<string>): Generator<string> {
  let chunk: string[] = []
  for (const line of lines) {
    if (chunk.push(line) < LINES_A_CHUNK) continue
    yield chunk.join('')
    chunk = []
  }
  if (chunk.length > 0) yield chunk.join('')
}
