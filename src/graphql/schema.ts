import type { GraphQLSchema } from 'graphql'
import { buildSchema, type ContainerType, type NonEmptyArray, type PubSub } from 'type-graphql'
import { authChecker } from './access.js'

/** type-graphql asks for one; our subscriptions bring their own event streams (`subscribe`), which can be resumed. */
const noPubSub: PubSub = {
  publish: () => undefined,
  subscribe: topic => {
    throw new Error(`subscription ${topic} has no event stream of its own`)
  },
}

/** Arguments are checked by scalars and use cases, so type-graphql's validation is off. */
export const makeSchema = (
  resolvers: NonEmptyArray<NewableFunction>,
  container: ContainerType,
): Promise<GraphQLSchema> => buildSchema({ resolvers, container, authChecker, validate: false, pubSub: noPubSub })
