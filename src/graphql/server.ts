import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import type { Config } from '../config.js'
import { authenticate } from '../http/authenticate.js'
import { failureOfRequest, statusOf } from '../http/errors.js'
import { AppError, badInput } from '../kernel/errors.js'
import { type Clock, SECOND_MS } from '../kernel/time.js'
import type { Verifier } from './auth.js'
import { type GraphContext, makeContext, type Services } from './context.js'
import { asGraphQLError, type ErrorFormatter, makeErrorFormatter, makeReport } from './errors.js'
import { checkSource, checkWeight, LIMITS, validationRules } from './limits.js'
import { PATH, type SocketsOptions, serveSockets } from './sockets.js'
import { SubscriptionSlots } from './subscribe.js'

export interface GraphqlOptions {
  readonly schema: GraphQLSchema
  readonly services: Services
  readonly config: Pick<Config, 'graphql' | 'introspection'>
  readonly verifier: Verifier
  readonly log: Logger
  readonly clock: Clock
  /** Told the number of subscriptions whenever it changes. */
  readonly onSubscriptions?: (subscriptions: number) => void
  readonly sockets?: Pick<SocketsOptions, 'keepAliveMs' | 'initWaitMs'>
}

const SOCKET_PAYLOAD_BYTES_MAX = 1024 * 1024
const SOCKET_CLOSE_GRACE_MS = 2 * SECOND_MS
const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/

/** Serves the schema at /graphql, over HTTP and WebSockets alike. */
export async function mountGraphql(app: FastifyInstance, options: GraphqlOptions): Promise<void> {
  const { schema, config, verifier, log, clock } = options
  const format = makeErrorFormatter({ report: makeReport(log), suggestions: config.introspection })
  const apollo = makeApollo(options, format)
  await apollo.start()
  const sockets = serveSockets(app.server, {
    schema,
    services: options.services,
    verifier,
    format,
    log,
    clock,
    slots: new SubscriptionSlots(config.graphql.subscriptionsMax, options.onSubscriptions ?? (() => undefined)),
    introspection: config.introspection,
    payloadBytesMax: Math.min(config.graphql.bodyBytesMax, SOCKET_PAYLOAD_BYTES_MAX),
    socketsMax: config.graphql.subscriptionsMax,
    ...options.sockets,
  })
  app.addHook('preClose', () => sockets.dispose(SOCKET_CLOSE_GRACE_MS))
  app.addHook('onClose', () => apollo.stop())
  await app.register(async scope => mountHttp(scope, apollo, options, format))
}

function makeApollo({ schema, config, log }: GraphqlOptions, format: ErrorFormatter): ApolloServer<GraphContext> {
  return new ApolloServer<GraphContext>({
    schema,
    // Refused by our own rule, so that it is the same rule and error over WebSockets.
    introspection: true,
    validationRules: validationRules(config.introspection),
    parseOptions: { maxTokens: LIMITS.tokens },
    formatError: (_formatted, error) => format(error),
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      weightLimits,
      // It would be asked about every field of every answer, and nothing here is to be cached.
      ApolloServerPluginCacheControlDisabled(),
      config.introspection ? ApolloServerPluginLandingPageLocalDefault() : ApolloServerPluginLandingPageDisabled(),
    ],
  })
}

/** Not validation rules: Apollo validates a document once and keeps it, while its cost depends on the variables. */
const weightLimits: ApolloServerPlugin<GraphContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, operation, request }) {
        if (!operation) return
        try {
          if (operation.operation === 'subscription') {
            throw new AppError(
              'BAD_USER_INPUT',
              `subscriptions are served over WebSocket (graphql-transport-ws) at ${PATH}`,
            )
          }
          checkWeight(schema, document, operation, request.variables)
        } catch (error) {
          throw error instanceof AppError ? asGraphQLError(error) : error
        }
      },
    }
  },
}

function mountHttp(
  scope: FastifyInstance,
  apollo: ApolloServer<GraphContext>,
  { config, verifier, services }: GraphqlOptions,
  format: ErrorFormatter,
): void {
  const authenticated = authenticate(verifier)
  scope.addHook('onRequest', async (request, reply) => {
    if (config.introspection && asksForLandingPage(request)) return
    await authenticated(request, reply)
  })
  scope.removeAllContentTypeParsers()
  // JSON.parse makes __proto__ an ordinary field: it is one event's mistake, and answered as such.
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => parseJson(body),
  )
  scope.setErrorHandler((error, _request, reply) => {
    const failure = failureOfRequest(error, config.graphql.bodyBytesMax)
    const formatted = format(failure ?? error)
    return reply.code(failure ? statusOf(error, failure) : 500).send({ errors: [formatted] })
  })
  scope.route({
    method: ['GET', 'POST'],
    url: PATH,
    bodyLimit: config.graphql.bodyBytesMax,
    preHandler: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const query = request.method === 'GET' ? field(request.query, 'query') : field(request.body, 'query')
      if (typeof query === 'string') checkSource(query)
    },
    handler: fastifyApolloHandler(apollo, { context: async request => contextOf(services, request) }),
  })
}

/** Apollo answers such a request with its page and never executes it; where it sees it otherwise there is no actor. */
const asksForLandingPage = ({ method, headers }: FastifyRequest): boolean =>
  method === 'GET' && (headers.accept ?? '').includes('text/html')

function contextOf(services: Services, { actor, headers }: FastifyRequest): GraphContext {
  if (actor === null) throw asGraphQLError(new AppError('UNAUTHENTICATED', 'a token is needed'), 401)
  const key = headers['idempotency-key']
  if (key === undefined) return makeContext(services, actor)
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return makeContext(services, actor, key)
  throw asGraphQLError(badInput('Idempotency-Key', 'must be 1 to 255 printable ASCII characters', key))
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw new AppError('BAD_USER_INPUT', `body is not JSON: ${(error as Error).message}`)
  }
}

const field = (holder: unknown, name: string): unknown =>
  typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[name] : undefined
