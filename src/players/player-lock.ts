/**
 * The lock for everything that is decided per player. Players are hashed to shards, and a transaction locks the shards
 * of its players, in ascending order, before it reads anything of theirs: two writers of one player follow each other,
 * and the second sees what the first has committed. A row lock a player would say the same at twenty times the price.
 * Shards belong to the database (`player_shard`): every node must hash alike.
 */
export const PLAYER_SHARDS = 128
const SHARD_LOCKS = 7_421

/** FNV-1a over UTF-16 code units. */
export function shardOf(playerId: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < playerId.length; i++) h = Math.imul(h ^ playerId.charCodeAt(i), 0x01000193)
  return (h >>> 0) % PLAYER_SHARDS
}

export function shardsOf(playerIds: Iterable<string>): number[] {
  const shards = new Set<number>()
  for (const id of playerIds) shards.add(shardOf(id))
  return [...shards].sort((a, b) => a - b)
}

/** The statement that takes the locks. What must see others' commits has to be a statement of its own behind it. */
export const lockShards = (ascending: readonly number[]): string =>
  `/* lockShards */ SELECT pg_advisory_xact_lock(${SHARD_LOCKS}, shard) FROM unnest('{${ascending}}'::int[]) AS shard`
