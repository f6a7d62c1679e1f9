import { Arg, Authorized, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql'
import { pageOf } from '../graphql/page.type.js'
import { AppError, badInput } from '../kernel/errors.js'
import { checkFirst } from '../kernel/page.js'
import type { Database } from '../storage/database.js'
import { findDraw } from './draw.store.js'
import { isEntryId } from './draw-entries.js'
import { DrawProofEntryConnection, DrawProofType, type ShownProof, shownProof } from './proof.type.js'
import type { ReadProof } from './read-proof.js'

@Resolver(() => DrawProofType)
export class ProofResolver {
  constructor(
    private readonly db: Database,
    private readonly proofs: ReadProof,
  ) {}

  @Authorized('crm', 'analyst', 'player')
  @Query(() => DrawProofType, { description: 'NOT_FOUND: no such draw.' })
  async drawProof(@Arg('drawId', () => ID) drawId: string): Promise<ShownProof> {
    const draw = await findDraw(this.db, drawId)
    if (draw === null) throw new AppError('NOT_FOUND', `there is no draw ${drawId}`)
    return shownProof(draw, await this.proofs.seedOf(draw))
  }

  @FieldResolver(() => DrawProofEntryConnection, {
    description: 'Who took part, and with how many tickets; empty until the draw has been made.',
  })
  async entries(
    @Root() { draw }: ShownProof,
    @Arg('first', () => Int, { defaultValue: 500, description: '1 to 500.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before, or any entryId.' })
    after?: string | null,
  ): Promise<DrawProofEntryConnection> {
    checkFirst(first)
    if (after != null && !isEntryId(after)) throw badInput('after', 'must be an endCursor', after)
    const entries = await this.proofs.entries(draw, after ?? null, first + 1)
    const totalCount = draw.status === 'DRAWN' ? draw.playersTotal : 0
    return { ...pageOf(entries, first, entry => entry.entryId), totalCount }
  }
}
