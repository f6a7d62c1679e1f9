import { createHmac } from 'node:crypto'
import type { Prize } from './draw.js'
import type { InstantWinAward, InstantWinRules } from './instant-win.js'

/** The rank of the prize of each position, from position 1 on. A byte is enough: there are at most 100 prizes. */
export type PieceOrder = Uint8Array

const PIECES_A_STEP = 1_000
/** By the first byte of the key. */
const BUCKETS = 256
const BUCKETS_A_STEP = 16

/** One character a byte: they compare as the bytes do. */
const keyOf = (seed: Uint8Array, instantWinId: string, piece: number): string =>
  createHmac('sha256', seed).update(`${instantWinId}\n${piece}`, 'utf8').digest('binary')

/**
 * All pieces are laid out from the highest prize down and numbered from 1. Piece i has the key HMAC-SHA256 under the seed
 * of `instantWinId\ni`, and they are handed out by ascending key: nobody who does not know the seed knows the order, and
 * with the seed anybody can check it. Each yield is a moment for others.
 */
export function* orderPieces(
  seed: Uint8Array,
  instantWinId: string,
  prizes: readonly Prize[],
): Generator<void, PieceOrder> {
  const buckets = Array.from({ length: BUCKETS }, (): { key: string; rank: number }[] => [])
  let piece = 0
  for (const { rank, quantity } of prizes) {
    for (let n = 0; n < quantity; n++) {
      const key = keyOf(seed, instantWinId, ++piece)
      buckets[key.charCodeAt(0)]!.push({ key, rank })
      if (piece % PIECES_A_STEP === 0) yield
    }
  }
  const order = new Uint8Array(piece)
  let position = 0
  for (const [at, bucket] of buckets.entries()) {
    bucket.sort((a, b) => (a.key < b.key ? -1 : 1))
    for (const { rank } of bucket) order[position++] = rank
    if (at % BUCKETS_A_STEP === 0) yield
  }
  return order
}

/** When the pieces are out, everybody gets the default prize, or none. */
export function wonAt(
  { prizes, defaultPrize }: InstantWinRules,
  order: PieceOrder,
  position: number,
): Pick<InstantWinAward, 'outcome' | 'prize'> {
  const rank = order[position - 1]
  if (rank !== undefined) return { outcome: 'PRIZE', prize: prizes[rank - 1]! }
  return defaultPrize === null ? { outcome: 'NO_PRIZE', prize: null } : { outcome: 'DEFAULT', prize: defaultPrize }
}
