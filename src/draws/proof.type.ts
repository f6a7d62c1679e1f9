import { Field, ID, Int, ObjectType } from 'type-graphql'
import { PageInfo } from '../graphql/page.type.js'
import { SafeInt } from '../graphql/scalars.js'
import { Prize } from './prize.type.js'
import { PROOF_ALGORITHM, type ProofEntry } from './proof.js'
import type { StoredDraw } from './stored-draw.js'

@ObjectType('DrawProof', {
  description:
    'All that a third party needs to compute the draw again. Seed, entropy and entries are empty until the draw has been made; the whole is also at GET /draws/{id}/proof, without a token, and `npx verify-draw FILE` computes every award of it again.',
})
export class DrawProofType {
  @Field(() => ID) drawId!: string
  @Field({
    description:
      "How it is computed. hmac-sha256/highest-ticket/1: the `winsPerPlayer` highest tickets of each entry (see Ticket.value) are drawn from the highest value down, ties by entryId; each wins the next prize as long as there are any; then each entry without one gets one answer, for its best ticket. A ticket's position is its rank among all that are drawn.",
  })
  algorithm!: string
  @Field({ description: "SHA-256 of the seed's 32 bytes in hex, public from the draw's creation on." })
  seedHash!: string
  @Field(() => String, { nullable: true, description: '32 bytes in hex.' }) seed!: string | null
  @Field(() => String, { nullable: true, description: 'Public randomness that the draw waited for.' })
  entropyLabel!: string | null
  @Field(() => String, { nullable: true, description: 'What was published under the label.' }) entropy!: string | null
  @Field(() => Int, { description: 'How often one entry can win.' }) winsPerPlayer!: number
  @Field(() => [Prize], { description: 'From the highest to the lowest.' }) prizes!: readonly Prize[]
  @Field(() => Prize, { nullable: true, description: 'What all others get.' }) defaultPrize!: Prize | null
  @Field(() => String, {
    nullable: true,
    description:
      'SHA-256 in hex over the lines `entryId tickets\\n` of all entries, by entryId; published when they are frozen, before the entropy is known.',
  })
  entriesHash!: string | null
  @Field(() => Int, { description: 'How many players were left out because they were suppressed.' }) excluded!: number
}

/** What tells its entries besides. */
export interface ShownProof extends DrawProofType {
  readonly draw: StoredDraw
}

export const shownProof = (draw: StoredDraw, seed: Buffer | null): ShownProof => ({
  drawId: draw.id,
  algorithm: PROOF_ALGORITHM,
  seedHash: draw.seedHash,
  seed: seed?.toString('hex') ?? null,
  entropyLabel: draw.entropyLabel,
  entropy: draw.status === 'DRAWN' ? draw.entropy : null,
  winsPerPlayer: draw.winsPerPlayer,
  prizes: draw.prizes,
  defaultPrize: draw.defaultPrize,
  entriesHash: draw.entriesHash,
  excluded: draw.excluded,
  draw,
})

@ObjectType('DrawProofEntry', { description: 'One player, under its name in this draw.' })
export class DrawProofEntryType implements ProofEntry {
  @Field(() => ID) entryId!: string
  @Field(() => Int) tickets!: number
}

@ObjectType({ description: 'By entryId, ascending.' })
export class DrawProofEntryConnection {
  @Field(() => [DrawProofEntryType]) nodes!: DrawProofEntryType[]
  @Field(() => PageInfo) pageInfo!: PageInfo
  @Field(() => SafeInt, { description: 'Of all pages.' }) totalCount!: number
}
