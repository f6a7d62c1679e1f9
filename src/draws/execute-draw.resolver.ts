import { Arg, Authorized, Ctx, ID, Mutation, Resolver } from 'type-graphql'
import type { GraphContext } from '../graphql/context.js'
import type { Clock } from '../kernel/time.js'
import { DrawType, type ShownDraw, shownDraw } from './draw.type.js'
import type { ExecuteDraw } from './execute-draw.js'
import type { ProvideEntropy } from './provide-entropy.js'

@Resolver()
export class ExecuteDrawResolver {
  constructor(
    private readonly executing: ExecuteDraw,
    private readonly providing: ProvideEntropy,
    private readonly clock: Clock,
  ) {}

  @Authorized('admin')
  @Mutation(() => DrawType, {
    description:
      'From drawsAt on: closes the draw; it is made as soon as `waitingFor` is empty (status CLOSING until then). `force`: at once, also before drawsAt, with what has been committed. On a drawn one it changes nothing. Answers when the draw is made or waits for something, after 10 s at the latest. NOT_FOUND: no such draw. CONFLICT: it is cancelled, or drawsAt is ahead.',
  })
  async executeDraw(
    @Ctx() { actor }: GraphContext,
    @Arg('id', () => ID) id: string,
    @Arg('force', () => Boolean, { defaultValue: false, description: 'Streams are not waited for; entropy is.' })
    force: boolean,
  ): Promise<ShownDraw> {
    return shownDraw(await this.executing.execute(id, force, actor.sub), this.clock())
  }

  @Authorized('admin')
  @Mutation(() => DrawType, {
    description:
      'The public randomness that entropyLabel names, once its entries are frozen (entriesHash stands); the draw is made of it. The same value again changes nothing. NOT_FOUND: no such draw. CONFLICT: the draw has no label, is not closed yet, or has another value.',
  })
  async provideDrawEntropy(
    @Ctx() { actor }: GraphContext,
    @Arg('drawId', () => ID) drawId: string,
    @Arg('value', () => String, {
      description: '1 to 500 characters, as it was published: no control characters, no white space at its ends.',
    })
    value: string,
  ): Promise<ShownDraw> {
    return shownDraw(await this.providing.provide(drawId, value, actor.sub), this.clock())
  }
}
