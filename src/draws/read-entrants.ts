import type { Session } from '../storage/database.js'
import { countEntrants, pageOfEntrants, readByKey } from './close.store.js'
import { Entrants, type FrozenEntries } from './entrants.js'
import { inSlices } from './slices.js'

const PLAYERS_A_PAGE = 5_000

/** The entries of a draw as its accounts stand, in a transaction that may read for long. */
export async function readEntrants(
  session: Session,
  drawNumber: number,
  pseudonymKey: Uint8Array,
  signal: AbortSignal,
): Promise<FrozenEntries> {
  const entrants = new Entrants(pseudonymKey, await countEntrants(session, drawNumber))
  await readByKey(session)
  const pageBehind = (id: string) => pageOfEntrants(session, drawNumber, id, PLAYERS_A_PAGE)
  for (let next = pageBehind(''); ; ) {
    const page = await next
    if (page === null) break
    // The next one is read while this one is computed.
    next = pageBehind(page.lastId)
    next.catch(() => undefined)
    await inSlices(entrants.add(page.players), signal)
  }
  return inSlices(entrants.freeze(), signal)
}
