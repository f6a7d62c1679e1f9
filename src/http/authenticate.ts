import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../graphql/access.js'
import type { Verifier } from '../graphql/auth.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on routes without authentication. */
    actor: Actor | null
  }
}

export const decorateActor = (app: FastifyInstance): FastifyInstance => app.decorateRequest('actor', null)

/** An onRequest hook: it runs before anything of the body is read. */
export const authenticate =
  (verifier: Verifier) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      request.actor = await verifier.verify(request.headers.authorization)
    } catch (error) {
      reply.header('www-authenticate', 'Bearer')
      throw error
    }
  }
