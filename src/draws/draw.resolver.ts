import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { StreamProgress } from '../events/stream.js'
import type { GraphContext } from '../graphql/context.js'
import { loaderOf } from '../graphql/loader.js'
import type { Clock } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import type { AdvanceDraw } from './advance-draw.js'
import type { CreateDraw } from './create-draw.js'
import type { DrawStatus } from './draw.js'
import { findDraw, listDraws } from './draw.store.js'
import { DrawInput, DrawStatusEnum, DrawType, draftOf, type ShownDraw, shownDraw } from './draw.type.js'
import { waitingFor } from './draw-waiting.js'
import { advanced } from './execute-draw.js'

const STREAMS = Symbol('stream progress')

@Resolver(() => DrawType)
export class DrawResolver {
  constructor(
    private readonly db: Database,
    private readonly creating: CreateDraw,
    private readonly advance: AdvanceDraw,
    private readonly streams: () => Promise<readonly StreamProgress[]>,
    private readonly clock: Clock,
  ) {}

  @Authorized('crm', 'analyst', 'player')
  @Query(() => DrawType, { nullable: true })
  async draw(@Arg('id', () => ID) id: string): Promise<ShownDraw | null> {
    const draw = await findDraw(this.db, id)
    return draw === null ? null : shownDraw(draw, this.clock())
  }

  @Authorized('crm', 'analyst', 'player')
  @Query(() => [DrawType], { description: 'Last created first.' })
  async draws(
    @Arg('status', () => DrawStatusEnum, { nullable: true, description: 'At the time of the answer; null: any.' })
    status?: DrawStatus | null,
  ): Promise<ShownDraw[]> {
    const now = this.clock()
    const draws = (await listDraws(this.db)).map(draw => shownDraw(draw, now))
    return status == null ? draws : draws.filter(draw => draw.status === status)
  }

  @Authorized('admin')
  @Mutation(() => DrawType, {
    description:
      'In force for every batch that begins from now on, on every node; what is stored since opensAt is counted then, see backfilled: this answers when it is, after 10 s at the latest. CONFLICT: there is a draw of this id.',
  })
  async createDraw(@Ctx() { actor }: GraphContext, @Arg('input') input: DrawInput): Promise<ShownDraw> {
    const { id } = await this.creating.create(draftOf(input), actor.sub)
    return shownDraw(await advanced(this.db, this.advance, id), this.clock())
  }

  @Authorized('admin')
  @Mutation(() => DrawType, {
    description:
      'While SCHEDULED; the seed stays, opt-ins and grants too. All of its rules are those of the input then. NOT_FOUND: no such draw. CONFLICT: it is open already, or over.',
  })
  async updateDraw(@Ctx() { actor }: GraphContext, @Arg('input') input: DrawInput): Promise<ShownDraw> {
    const { id } = await this.creating.update(draftOf(input), actor.sub)
    return shownDraw(await advanced(this.db, this.advance, id), this.clock())
  }

  @Authorized('admin')
  @Mutation(() => DrawType, {
    description:
      'Until its outcome can be computed: who knew the outcome could otherwise cancel a draw because of it. NOT_FOUND: no such draw. CONFLICT: it is being drawn, or over.',
  })
  async cancelDraw(
    @Ctx() { actor }: GraphContext,
    @Arg('id', () => ID) id: string,
    @Arg('reason', () => String, { description: '1 to 500 characters, public.' }) reason: string,
  ): Promise<ShownDraw> {
    return shownDraw(await this.creating.cancel(id, reason, actor.sub), this.clock())
  }

  @FieldResolver(() => [String], {
    description:
      'What a closing draw waits for: names of streams whose watermark has not reached drawsAt, "entropy", "backfill". Empty in every other status.',
  })
  async waitingFor(@Root() { stored, status }: ShownDraw, @Ctx() context: GraphContext): Promise<readonly string[]> {
    if (status !== 'CLOSING') return []
    const streams = await loaderOf(context, STREAMS, async (asked: readonly string[]) => {
      const progress = await this.streams()
      return asked.map(() => progress)
    }).load('all')
    return waitingFor(stored, streams, this.clock())
  }
}
