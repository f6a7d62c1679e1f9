import { DAY_MS, formatInstant, type Millis } from '../../../kernel/time.js'
import type { Api } from '../../api.js'

const CREATE = 'mutation ($input: DrawInput!) { createDraw(input: $input) { id } }'
const PRIZES = [
  { name: 'A car', kind: 'BONUS', value: '20000', quantity: 1 },
  { name: 'Fifty euros', kind: 'CASH', value: '50', quantity: 100 },
]

/** Open now, and for a day. */
export const createDraw = (api: Api, id: string, now: Millis, rules: Readonly<Record<string, unknown>>) =>
  api.graphql(CREATE, {
    input: {
      id,
      name: id,
      opensAt: formatInstant(now - DAY_MS),
      drawsAt: formatInstant(now + DAY_MS),
      prizes: PRIZES,
      ...rules,
    },
  })
