import { ROLES, type Role } from '../../graphql/access.js'
import { mintToken } from '../../graphql/token.js'
import { DAY_MS, SECOND_MS } from '../../kernel/time.js'

export interface DemoToken {
  readonly role: Role
  readonly sub: string
  readonly token: string
}

/** The first simulated player, a whale, so that there is something to see. */
const PLAYER = 'player_000001'
/** Another one. */
export const SUPPRESSED_PLAYER = 'player_000002'

export const mintTokens = (
  secret: string,
  issuer: string | undefined,
  audience: string | undefined,
): Promise<DemoToken[]> =>
  Promise.all(
    ROLES.map(async role => {
      const sub = role === 'player' ? PLAYER : `demo-${role}`
      const expiresInSeconds = DAY_MS / SECOND_MS
      return { role, sub, token: await mintToken(secret, { sub, roles: [role], expiresInSeconds, issuer, audience }) }
    }),
  )
