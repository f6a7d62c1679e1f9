import { Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql'
import type { GraphContext } from '../graphql/context.js'
import type { Database } from '../storage/database.js'
import { listModels, type StoredModel } from './outcome-model.store.js'
import { OutcomeModelType } from './outcome-model.type.js'
import type { TrainOutcomeModel } from './train-outcome-model.js'

const shown = (model: StoredModel): OutcomeModelType => ({ ...model, id: String(model.id) })

@Resolver()
export class OutcomeModelResolver {
  constructor(
    private readonly db: Database,
    private readonly training: TrainOutcomeModel,
  ) {}

  @Authorized('analyst')
  @Query(() => [OutcomeModelType], { description: 'Newest first: the last 1,000, and the active one.' })
  async outcomeModels(): Promise<OutcomeModelType[]> {
    return (await listModels(this.db)).map(shown)
  }

  @Authorized('admin')
  @Mutation(() => OutcomeModelType, {
    description:
      'Learns from the newest 200,000 markets all of whose quoted selections have won or lost, without the latest fifth, and is judged by that. Answers with the new model, active or not. BAD_USER_INPUT: too few settled markets. CONFLICT: another one is being trained, here or on another node. TIMEOUT: after 2 minutes.',
  })
  async trainOutcomeModel(@Ctx() { actor }: GraphContext): Promise<OutcomeModelType> {
    return shown(await this.training.train(actor.sub))
  }
}
